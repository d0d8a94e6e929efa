"""Rolling-origin evaluation: forecasts from several cutoffs beside what came after them."""

import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.base import clone

from tsrnn._validation import check_bool, check_int
from tsrnn.forecasting.ahead import Ahead
from tsrnn.forecasting.levels import check_quantiles


@dataclass(frozen=True)
class Window:
    """One cutoff: what was known, what came, and what was forecast.

    Parameters
    ----------
    train : Panel
        The series up to the cutoff.
    y : array of shape (n_series, h)
        What came after it, NaN where missing.
    columns : dict of str to array of shape (n_series, h)
        Model columns.
    fit_seconds, predict_seconds : float
        Time spent.
    n_fallbacks : int
        Series that got a simpler method in the last fit.
    """

    train: object
    y: np.ndarray
    columns: dict
    fit_seconds: float
    predict_seconds: float
    n_fallbacks: int = 0

    def frame(self):
        """Return the window as a frame: id, time, cutoff, target and model columns."""
        panel, form = self.train, self.train.form
        h = self.y.shape[1]
        cutoff = panel.axis.decode(panel.last).repeat(h)
        columns = {form.target_col: self.y, **self.columns}
        frame = panel.long_frame(panel.future_codes(h), columns)
        frame.insert(frame.columns.get_loc(form.time_col) + 1, "cutoff", cutoff)
        return frame


def backtest(model, panel, h, n_windows=1, step_size=None, refit=False, levels=(), progress=None):
    """Fit clones of `model` before cutoffs and forecast what came after.

    Parameters
    ----------
    model : BaseForecaster
        What to evaluate; it is not changed.
    panel : Panel
        All data.
    h : int
        Horizon.
    n_windows : int
        Number of cutoffs; the last one is `h` steps before the end of each series.
    step_size : int, optional
        Steps between cutoffs; None for `h`.
    refit : bool or int
        True fits before every cutoff; False only before the first one, later cutoffs pass the newer
        history to the fitted model; k fits before every k-th cutoff.
    levels : sequence of float
        Interval levels.
    progress : callable, optional
        Called after every window.

    Returns
    -------
    list of Window
        Oldest cutoff first. A series is left out of a window if it has no observation up to the
        cutoff.

    Raises
    ------
    TypeError, ValueError
        As `check_plan` says.
    """
    n_left_out, every = check_plan(panel, h, n_windows, step_size, refit)
    windows, fitted = [], None
    for w, n_steps in enumerate(n_left_out):
        train, kept = panel.without_last(n_steps)
        start = time.perf_counter()
        if w == 0 or (every and w % every == 0):
            fitted = clone(model)
            fitted._check_params()
            fitted._fit_checked(train)
        fit_seconds = time.perf_counter() - start
        windows.append(_window(fitted, panel, train, kept, n_steps, h, levels, fit_seconds))
        if progress is not None:
            progress()
    return windows


def forecast_past(fitted, panel, h, n_left_out, levels=()):
    """Forecast from cutoffs in the past by a model that is fitted already.

    Parameters
    ----------
    fitted : BaseForecaster
    panel : Panel
        All data.
    h : int
        Horizon.
    n_left_out : sequence of int
        Steps after each cutoff, at least `h`, decreasing.
    levels : sequence of float
        Interval levels.

    Returns
    -------
    list of Window
        As `backtest` returns them.
    """
    return [
        _window(fitted, panel, *panel.without_last(n_steps), n_steps, h, levels)
        for n_steps in n_left_out
    ]


def _window(fitted, panel, train, kept, n_steps, h, levels, fit_seconds=0.0):
    """Forecast the `h` steps after `train`, what is left of `panel` without its last `n_steps`."""
    steps = (panel.indptr[kept + 1] - n_steps)[:, None] + np.arange(h)
    names = fitted._future_names()
    if names:
        places = [panel.covariates.names.index(name) for name in names]
        train = replace(train, ahead=Ahead(names, panel.x[steps][:, :, places]))
    start = time.perf_counter()
    quantiles = check_quantiles(fitted._own_quantiles())
    columns = fitted._forecast_columns(train, h, levels, quantiles)
    predict_seconds = time.perf_counter() - start
    y = panel.y[steps]
    n_fallbacks = len(getattr(fitted, "fallbacks_", ()))
    return Window(train, y, columns, fit_seconds, predict_seconds, n_fallbacks)


def check_plan(panel, h, n_windows, step_size, refit):
    """Check the parameters of a backtest; see `backtest`.

    Returns
    -------
    n_left_out : list of int
        Steps after each cutoff, in every series.
    every : int
        Windows between fits, 0 for a single fit.

    Raises
    ------
    TypeError
        If `n_windows`, `step_size` or `refit` has a wrong type.
    ValueError
        If one is less than 1, or no series has an observation before the first cutoff.
    """
    check_int("n_windows", n_windows, 1)
    step = h if step_size is None else check_int("step_size", step_size, 1)
    is_bool = type(refit).__name__ in ("bool", "bool_")
    every = int(check_bool("refit", refit)) if is_bool else check_int("refit", refit, 1)
    n_left_out = [h + k * step for k in reversed(range(n_windows))]
    longest = int(panel.lengths.max())
    if longest <= n_left_out[0]:
        raise ValueError(
            f"h={h}, n_windows={n_windows}, step_size={step} need a series of more than "
            f"{n_left_out[0]} steps; the longest has {longest}"
        )
    return n_left_out, every


def windows_frame(windows):
    """Return the windows as one frame, sorted by series, cutoff and time.

    Parameters
    ----------
    windows : list of Window
        At least one.

    Returns
    -------
    DataFrame
        Columns: identifier (long and wide input), time, ``cutoff``, target, model columns. For a
        Series the time is the index.
    """
    form = windows[0].train.form
    frame = pd.concat([window.frame() for window in windows], ignore_index=True)
    if form.kind == "series":
        return frame.set_index(form.time_col).rename_axis(form.index_name)
    if form.id_col is not None:
        # The windows are in order already: a stable sort by series keeps cutoff and time in order.
        place = np.concatenate([_place(windows, window) for window in windows])
        frame = frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
    return frame


def _place(windows, window):
    # The last window has the most history, hence every series that any window has.
    return np.repeat(windows[-1].train.ids.get_indexer(window.train.ids), window.y.shape[1])
