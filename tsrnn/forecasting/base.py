"""`BaseForecaster`: what all forecasters share, around two hooks."""

import numbers

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import check_int, check_real
from tsrnn.forecasting.backtest import backtest, windows_frame
from tsrnn.forecasting.frames import to_panel
from tsrnn.model_file import SaveMixin
from tsrnn.model_file.checks import check_networks


class BaseForecaster(SaveMixin, BaseEstimator):
    """Base of all forecasters.

    A subclass implements two hooks:

    ``_fit_panel(panel)``
        Learn from a `Panel`. ``self.season_length_`` is set.
    ``_predict_panel(panel, h, levels)``
        Return ``(point, intervals)``: an array of shape (n_series, h), and a dict from each of
        `levels` to a pair of such arrays, lower and upper bounds. `panel` is ``self.panel_`` or
        another one, with newer history or other series; it must not change what was learnt.

    Parameters
    ----------
    h : int or None
        Default horizon, in steps; None: to be given to `predict`.
    freq : str, int or pandas offset, optional
        Frequency of the series; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    alias : str, optional
        Name of the model in the output; None for the name of the class.

    Attributes
    ----------
    season_length_ : int
        Season length in use.
    freq_ : int or pandas offset
        Frequency of the series.
    """

    def __init__(self, h=None, *, freq=None, season_length="auto", alias=None):
        self.h = h
        self.freq = freq
        self.season_length = season_length
        self.alias = alias

    def fit(self, df, *, id_col="unique_id", time_col="ds", target_col="y"):
        """Learn from the series in `df`.

        Parameters
        ----------
        df : DataFrame or Series
            Long frame (identifier, time and target columns; without identifiers: one series),
            Series, or wide frame (one column per series); NaN and missing rows are allowed.
        id_col, time_col, target_col : str
            Column names of a long frame.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If a parameter is out of range or `df` cannot be read; see
            `tsrnn.forecasting.to_panel`.
        """
        self._check_params()
        panel = to_panel(
            df, freq=self.freq, id_col=id_col, time_col=time_col, target_col=target_col
        )
        return self._fit_checked(panel)

    def predict(self, h=None, df=None, level=None):
        """Forecast the steps after the end of every series.

        Parameters
        ----------
        h : int, optional
            Number of steps, at least 1; None for the `h` of the constructor.
        df : DataFrame or Series, optional
            Newer history or other series, in the form `fit` got, with the same column names;
            None for the series `fit` got.
        level : float or list of float, optional
            Levels of prediction intervals in percent, in (0, 100).

        Returns
        -------
        DataFrame or Series
            In the form of the input. Columns of a long frame: identifier, time, ``<alias>``, and
            for each level ``<alias>-lo-<level>`` and ``<alias>-hi-<level>``.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If `h` or `level` is out of range, `h` is set nowhere, or `df` cannot be read.
        """
        check_is_fitted(self, "panel_")
        h, levels = self._check_horizon(h), check_levels(level)
        panel = self.panel_
        if df is not None:
            form = panel.form
            columns = {"time_col": form.time_col, "target_col": form.target_col}
            id_col = form.id_col or "unique_id"
            panel = to_panel(df, freq=self.freq_, id_col=id_col, **columns)
        return panel.answer(self._forecast_columns(panel, h, levels))

    def cross_validation(
        self,
        df,
        h=None,
        n_windows=1,
        step_size=None,
        refit=False,
        level=None,
        *,
        id_col="unique_id",
        time_col="ds",
        target_col="y",
    ):
        """Forecast from several cutoffs in the past, without a look ahead.

        The forecaster itself is not changed: clones of it are fitted.

        Parameters
        ----------
        df : DataFrame or Series
            The series, as for `fit`.
        h : int, optional
            Horizon; None for the `h` of the constructor.
        n_windows : int
            Number of cutoffs, at least 1. The last one lies `h` steps before the end of each
            series.
        step_size : int, optional
            Steps between cutoffs, at least 1; None for `h` (windows that do not overlap).
        refit : bool or int
            True: fit before every cutoff. False: fit before the first cutoff only; later forecasts
            start from the newer history with what was learnt then (methods that learn each series
            on its own are fitted to the newer history in any case). k: fit before every k-th
            cutoff.
        level : float or list of float, optional
            Levels of prediction intervals in percent, in (0, 100).
        id_col, time_col, target_col : str
            Column names of a long frame.

        Returns
        -------
        DataFrame
            Long and wide input: identifier, time, ``cutoff`` (the last time stamp used), target and
            model columns. Series: the same without identifier, indexed by time. A series without
            an observation up to a cutoff is left out of that window; the target is NaN where it is
            missing.

        Raises
        ------
        TypeError, ValueError
            If a parameter is out of range, `df` cannot be read, or no series has an observation
            before the first cutoff.
        """
        self._check_params()
        h, levels = self._check_horizon(h), check_levels(level)
        panel = to_panel(
            df, freq=self.freq, id_col=id_col, time_col=time_col, target_col=target_col
        )
        return windows_frame(backtest(self, panel, h, n_windows, step_size, refit, levels))

    def _check_loaded(self, parts):
        check_networks(parts)

    def _check_params(self):
        """Check the constructor's parameters; subclasses extend it."""
        if self.h is not None:
            check_int("h", self.h, 1)
        if self.season_length != "auto":
            if not isinstance(self.season_length, numbers.Integral):
                raise TypeError(
                    f"season_length must be 'auto' or an integer, got {self.season_length!r}"
                )
            check_int("season_length", self.season_length, 1)
        if self.alias is not None and not isinstance(self.alias, str):
            raise TypeError(f"alias must be a string or None, got {self.alias!r}")

    def _check_horizon(self, h):
        if h is None and self.h is None:
            raise ValueError("h is not set: pass it to the constructor or to this call")
        return check_int("h", self.h if h is None else h, 1)

    def _fit_checked(self, panel):
        """Fit a panel; the parameters have been checked. If it fails, nothing has changed."""
        with all_or_nothing(self):
            auto = self.season_length == "auto"
            self.season_length_ = panel.season_length if auto else int(self.season_length)
            self.freq_ = panel.freq
            self._fit_panel(panel)
            self.panel_ = panel
        return self

    def _forecast_columns(self, panel, h, levels):
        """Return a dict of output column to array of shape (n_series, h)."""
        point, intervals = self._predict_panel(panel, h, levels)
        name = self.alias or type(self).__name__
        columns = {name: point}
        for level in levels:
            lower, upper = intervals[level]
            columns[f"{name}-lo-{level:g}"] = lower
            columns[f"{name}-hi-{level:g}"] = upper
        return columns


def check_levels(level):
    """Return interval levels as a list of float, in the order given.

    Parameters
    ----------
    level : None, float or sequence of float
        Levels in percent.

    Raises
    ------
    TypeError
        If a level is not a number.
    ValueError
        If a level is not in (0, 100) or given twice.
    """
    if level is None:
        return []
    given = [level] if isinstance(level, numbers.Real) else list(level)
    levels = [
        check_real("level", one, 0, 100, open_minimum=True, open_maximum=True) for one in given
    ]
    if len(set(levels)) < len(levels):
        raise ValueError(f"level must not hold a value twice, got {level!r}")
    return levels
