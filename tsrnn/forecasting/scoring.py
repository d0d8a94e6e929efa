"""Figures of a backtest: every metric per series and cutoff, then averaged."""

import inspect

import numpy as np

from tsrnn.forecasting.seasonality import Season
from tsrnn.metrics import mase, smape
from tsrnn.metrics.forecast import FORECAST_METRICS
from tsrnn.metrics.relative import ratio_of_means

# Intervals whose bounds, with the point forecast in the middle, are the deciles.
_DECILE_LEVELS = [80.0, 60.0, 40.0, 20.0]
_DECILES = np.arange(1, 10) / 10


def levels_needed(metrics, level):
    """Return the interval levels that forecasters must give for `metrics`, `level` first.

    Parameters
    ----------
    metrics : sequence of str
        Names in `FORECAST_METRICS`.
    level : float
        Level of the metrics of intervals, in percent.
    """
    needed = {name for metric in metrics for name in _arguments(metric)}
    levels = [level] if "lo" in needed else []
    if "quantiles" in needed:
        levels += [decile for decile in _DECILE_LEVELS if decile not in levels]
    return levels


def average_scores(windows, levels, metrics, level, m):
    """Return a dict of metric to its average over all series and cutoffs.

    Undefined values take no part; the OWA is a ratio of such averages.

    Parameters
    ----------
    windows : list of Window
        At least one, all of one model, with intervals at `levels`.
    levels : list of float
        As from `levels_needed`.
    metrics : sequence of str
        Names in `FORECAST_METRICS`.
    level : float
        Level of the metrics of intervals, in percent.
    m : int
        Season length of the scaled errors.

    Raises
    ------
    ValueError
        If a forecast is not finite.
    """
    rows = [series for window in windows for series in _series_of(window, levels, level, m)]
    figures = {}
    for metric in metrics:
        if metric == "owa":
            figures[metric] = ratio_of_means(np.array([_owa_parts(**series) for series in rows]))
            continue
        values = np.array([_score(metric, series) for series in rows])
        defined = values[~np.isnan(values)]
        figures[metric] = float(defined.mean()) if defined.size else np.nan
    return figures


def _arguments(metric):
    return inspect.signature(FORECAST_METRICS[metric]).parameters


def _series_of(window, levels, level, m):
    """Yield what is known of every series in a window, by the names of the metrics' arguments."""
    columns = list(window.columns.values())
    for values in columns:
        bad = ~np.isfinite(values).all(axis=1)
        if bad.any():
            raise ValueError(f"forecast of series {window.train.ids[bad.argmax()]!r} is not finite")
    bounds = {one: (columns[1 + 2 * k], columns[2 + 2 * k]) for k, one in enumerate(levels)}
    for i in range(len(window.train)):
        series = {"y_true": window.y[i], "y_pred": columns[0][i], "y_train": window.train.series(i)}
        series |= {"season_length": m, "level": level}
        if level in bounds:
            series["lo"], series["hi"] = (bound[i] for bound in bounds[level])
        if set(bounds) >= set(_DECILE_LEVELS):
            lower = [bounds[one][0][i] for one in _DECILE_LEVELS]
            upper = [bounds[one][1][i] for one in _DECILE_LEVELS[::-1]]
            series["deciles"] = np.stack([*lower, columns[0][i], *upper], axis=-1)
        yield series


def _score(metric, series):
    arguments = _arguments(metric)
    if "quantiles" in arguments:
        return FORECAST_METRICS[metric](series["y_true"], series["deciles"], _DECILES)
    # The quantile of a point forecast is the median, the default.
    return FORECAST_METRICS[metric](**{k: series[k] for k in arguments if k != "quantile"})


def _owa_parts(y_true, y_pred, y_train, season_length, **_):
    """Return sMAPE and that of Naive2, MASE and that of Naive2."""
    yardstick = naive2(y_train, season_length, len(y_true))
    return (
        smape(y_true, y_pred),
        smape(y_true, yardstick),
        mase(y_true, y_pred, y_train, season_length),
        mase(y_true, yardstick, y_train, season_length),
    )


def naive2(y, m, h):
    """Return the forecasts of M4's Naive2 for the `h` steps after `y` (n,), NaN for missing."""
    season = Season.find(y, m)
    adjusted = season.remove(y)
    last = adjusted[~np.isnan(adjusted)][-1]
    return season.restore(np.full(h, last), len(y))
