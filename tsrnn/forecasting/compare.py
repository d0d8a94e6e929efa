"""`compare`: rank forecasters by rolling-origin evaluation."""

import numpy as np
import pandas as pd
from pandas.api.types import is_list_like

from tsrnn._progress import progress_bar
from tsrnn._validation import check_choice, check_int, check_verbose, shown
from tsrnn.forecasting.backtest import backtest, check_plan
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.covariates import Covariates
from tsrnn.forecasting.frames import to_panel
from tsrnn.forecasting.levels import check_levels
from tsrnn.forecasting.scoring import average_scores, levels_needed
from tsrnn.metrics.forecast import FORECAST_METRICS


def compare(
    df,
    models,
    h=None,
    n_windows=1,
    metrics=("mase", "smape"),
    *,
    step_size=None,
    refit=False,
    level=95,
    season_length="auto",
    freq=None,
    id_col="unique_id",
    time_col="ds",
    target_col="y",
    static_df=None,
    verbose=0,
):
    """Rank forecasters on the same cutoffs.

    Parameters
    ----------
    df : DataFrame or Series
        Long frame, Series or wide frame, as for the ``fit`` of a forecaster; further columns are
        covariates, of which models that learn from none take no note.
    models : list of forecasters, or dict of str to forecaster
        What to compare; in a list each goes by its alias or class name. They are not changed.
    h : int, optional
        Horizon; None for the `h` that the models were made with, which must be one and the same.
    n_windows : int
        Number of cutoffs, at least 1.
    metrics : str or sequence of str
        Names in `tsrnn.metrics.FORECAST_METRICS`; the first one ranks. Each is taken per series and
        cutoff and averaged; undefined values (a series without observation in a window, a constant
        series for a scaled error) take no part. ``wql`` and ``crps`` are those of the deciles,
        ``owa`` that of the averaged sMAPE and MASE beside Naive2's.
    step_size : int, optional
        Steps between cutoffs; None for `h`.
    refit : bool or int
        Whether to fit before every cutoff, as in ``cross_validation``.
    level : float
        Level in percent of the intervals for ``coverage``, ``winkler_score`` and ``msis``, in
        (0, 100).
    season_length : int or "auto"
        Season length of the scaled errors; "auto": the usual one of the frequency, 1 if no series
        is longer than that before the first cutoff.
    freq : str, int or pandas offset, optional
        Frequency; None for the `freq` that the models were made with, which must be one and the
        same, and infers it if they have none.
    id_col, time_col, target_col : str
        Column names of a long frame.
    static_df : DataFrame, optional
        Covariates that do not change, as for `fit`.
    verbose : int
        Above 0: a progress bar on standard error.

    Returns
    -------
    DataFrame
        One row per model (index ``model``), best first: by the first metric, ``coverage`` by the
        distance to `level`. Columns: the metrics, ``fit_seconds``, ``predict_seconds``,
        ``fallbacks``, the number of series that could not be fitted and got a seasonal naive
        forecast instead (the most of all fits; the model's `fallbacks_` tell why), and ``error``,
        what went wrong with a model that has no figures, else None.

    Raises
    ------
    TypeError
        If a model is not a forecaster, or a parameter has a wrong type.
    ValueError
        If `models` is empty or two share a name, a metric is not known, `h` or `freq` cannot be
        told, or `df` cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> from tsrnn.baselines import Naive, SeasonalNaive
    >>> quarters = pd.period_range("2018Q1", periods=24, freq="Q")
    >>> y = pd.Series([1.0, 5.0, 9.0, 3.0] * 6, index=quarters)
    >>> table = compare(y, [Naive(), SeasonalNaive()], h=4, metrics=["mae", "smape"])
    >>> table[["mae", "smape"]].to_dict("index")
    {'SeasonalNaive': {'mae': 0.0, 'smape': 0.0}, 'Naive': {'mae': 2.5, 'smape': 62.5}}
    """
    named = _name_models(models)
    metrics = _as_list("metrics", [metrics] if isinstance(metrics, str) else metrics, "metric")
    for metric in metrics:
        check_choice("metrics", metric, FORECAST_METRICS)
    h = _common_horizon(named, h)
    level = check_levels(level)
    if len(level) != 1:
        raise ValueError(f"level must be one number, got {level!r}")
    if season_length != "auto":
        check_int("season_length", season_length, 1)
    verbose = check_verbose(verbose)
    columns = {"id_col": id_col, "time_col": time_col, "target_col": target_col}
    uses_covariates = any(model._uses_covariates for model in named.values())
    covariates = Covariates.learn(df, static_df, **columns) if uses_covariates else None
    freq = _common_freq(named) if freq is None else freq
    panel = to_panel(df, freq=freq, covariates=covariates, **columns)
    level = level[0]
    levels = levels_needed(metrics, level)
    plan = {"h": h, "n_windows": n_windows, "step_size": step_size, "refit": refit}
    n_left_out, _ = check_plan(panel, **plan)
    m = _usual_season(panel, n_left_out[0]) if season_length == "auto" else season_length
    rows = {}
    with progress_bar(total=n_windows * len(named), desc="compare", verbose=verbose) as bar:
        for name, model in named.items():
            bar.set_postfix_str(name)
            rows[name] = _evaluate(model, panel, plan, levels, metrics, level, m, bar.update)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    # Strings of pandas 3 have no None.
    table["error"] = pd.Series([row["error"] for row in rows.values()], table.index, dtype=object)
    key = table[metrics[0]]
    key = (key - level / 100).abs() if metrics[0] == "coverage" else key
    return table.loc[key.sort_values(kind="stable", na_position="last").index]


def _as_list(name, values, kind):
    values = list(values) if is_list_like(values) else values
    if not isinstance(values, list) or not values:
        raise ValueError(f"{name} must hold at least one {kind}, got {shown(values)}")
    return values


def _usual_season(panel, n_left_out):
    """Return the usual season length, 1 if no series has known one before the last steps."""
    m = panel.season_length
    return m if panel.lengths.max() - n_left_out > m else 1


def _name_models(models):
    """Return a dict of name to forecaster."""
    if isinstance(models, BaseForecaster):
        models = [models]
    is_dict = isinstance(models, dict)
    models = _as_list("models", models.items() if is_dict else models, "forecaster")
    pairs = models if is_dict else [(None, model) for model in models]
    named = {}
    for name, model in pairs:
        if not isinstance(model, BaseForecaster):
            raise TypeError(f"models must be forecasters like Naive(), got {model!r}")
        name = name or model.alias or type(model).__name__
        if name in named:
            raise ValueError(f"models has two of the name {name!r}; give one an alias, or a dict")
        named[name] = model
    return named


def _common_horizon(named, h):
    if h is None:
        own = {model.h for model in named.values()} - {None}
        if len(own) != 1:
            raise ValueError(f"h must be given unless the models share one, theirs: {sorted(own)}")
        h = own.pop()
    return check_int("h", h, 1)


def _common_freq(named):
    own = [model.freq for model in named.values() if model.freq is not None]
    if any(freq != own[0] for freq in own):
        names = sorted({str(freq) for freq in own})
        raise ValueError(f"freq must be given unless the models share one, theirs: {names}")
    return own[0] if own else None


def _evaluate(model, panel, plan, levels, metrics, level, m, progress):
    """Return the row of one model: figures, or NaN and what went wrong."""
    row = dict.fromkeys([*metrics, "fit_seconds", "predict_seconds"], np.nan)
    row["fallbacks"] = 0
    try:
        windows = backtest(model, panel, levels=levels, progress=progress, **plan)
        row |= average_scores(windows, levels, metrics, level, m)
    except Exception as error:  # One model must not stop the others.
        row = dict.fromkeys(row, np.nan) | {"fallbacks": 0}
        return {**row, "error": f"{type(error).__name__}: {error}"}
    row["fit_seconds"] = sum(window.fit_seconds for window in windows)
    row["predict_seconds"] = sum(window.predict_seconds for window in windows)
    row["fallbacks"] = max(window.n_fallbacks for window in windows)
    return {**row, "error": None}
