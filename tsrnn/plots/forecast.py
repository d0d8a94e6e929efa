"""History, forecasts with their intervals, and what happened."""

import numpy as np

from tsrnn._validation import check_int
from tsrnn.plots import _axes
from tsrnn.plots._read_forecast import read_series, usual_names

_BAND_ALPHA = 0.2


def plot_forecast(
    history,
    forecast,
    *,
    id=None,
    model=None,
    levels=None,
    actual=None,
    n_history=None,
    id_col="unique_id",
    time_col="ds",
    target_col="y",
    ax=None,
):
    """Draw one series with its forecasts and their prediction intervals.

    Parameters
    ----------
    history : DataFrame or Series
        Observed values: a long frame with `unique_id`, `ds` and `y` (without `unique_id`: one
        series), a Series indexed by time, or a wide frame (one column per series). Time is dates,
        ISO 8601 strings, periods or numbers. Not modified.
    forecast : DataFrame or Series
        Forecasts as a forecaster returns them for that history. Long: `unique_id`, `ds` and per
        model `<alias>` and, for intervals, `<alias>-lo-80`, `<alias>-hi-80`, ... For a Series: a
        Series named by its alias, or a frame indexed by time with those columns. Wide: a
        column per series, or column pairs (series, `<alias>`), (series, `<alias>-lo-80`), ... A
        result of ``cross_validation`` works too: one piece per `cutoff`, and the target it holds is
        `actual`. Quantiles in pairs (`<alias>-q0.1` and `-q0.9`) are bounds of an interval.
    id : optional
        Series to draw, by default the first one of the forecast. None if there is only one.
    model : str or list of str, optional
        Models to draw, by default all, each in its colour.
    levels : float or list of float, optional
        Intervals to shade, in percent, by default all there are; an empty list for none.
    actual : DataFrame or Series, optional
        Held-out values, dotted: a Series, or in the form of `history`.
    n_history : int, optional
        Draw the last so many rows of the history only, at least 1; by default all.
    id_col, time_col, target_col : str
        Columns of long frames that are not called `unique_id`, `ds` and `y`.
    ax : matplotlib Axes, optional
        Where to draw. By default a new pyplot figure.

    Returns
    -------
    ax : matplotlib Axes
        Its y label is the id, or the name of a Series.

    Raises
    ------
    TypeError
        If `history`, `forecast` or `actual` is neither a DataFrame nor a Series, a level is not a
        number, `n_history` is not an integer, or `ax` is not an Axes.
    ValueError
        If the forms do not go together, columns are missing, `id`, `model` or a level is not there,
        or time is none of what is named above or differs in kind.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.plots import plot_forecast
    >>> y = pd.Series([3.0, 4.0, 5.0], index=pd.date_range("2024", periods=3, freq="MS"), name="y")
    >>> forecast = pd.DataFrame(
    ...     {"Drift": [6.0, 7.0], "Drift-lo-80": [5.5, 6.2], "Drift-hi-80": [6.5, 7.8]},
    ...     index=pd.date_range("2024-04", periods=2, freq="MS"),
    ... )
    >>> ax = plot_forecast(y, forecast, ax=Figure().add_subplot())
    >>> [line.get_label() for line in ax.get_lines()]
    ['history', 'Drift']
    """
    if n_history is not None:
        check_int("n_history", n_history, minimum=1)
    history, forecast, actual = (
        usual_names(data, id_col, time_col, target_col) for data in (history, forecast, actual)
    )
    series = read_series(history, forecast, id, model, levels, actual)
    observed = series.observed if n_history is None else series.observed.iloc[-n_history:]
    x_observed = _axes.to_x("the time of history", observed.index)
    x_forecast = _time_like(x_observed, "forecast", series.frame)
    x_actual = None if series.actual is None else _time_like(x_observed, "actual", series.actual)
    ax = _axes.new_axes(figsize=(9, 3.8))[0] if ax is None else _axes.check_axes(ax)

    style = {"color": _axes.INK, "lw": 1, "label": "history"}
    handles = [_axes.draw_line(ax, x_observed, floats(observed), **style)]
    handles += draw_models(ax, x_forecast, series, _axes.half_step(x_observed))
    handles += interval_handles(series.intervals)
    if x_actual is not None:
        style = {"color": "black", "linestyle": ":", "lw": 1.6, "label": "actual"}
        handles.append(_axes.draw_line(ax, x_actual, floats(series.actual), **style))
    ax.set_ylabel(series.name)
    _axes.format_time(ax, observed.index)
    _axes.legend_above(ax, handles)
    return ax


def _time_like(x, name, data):
    what = f"the time of {name}"
    return _axes.check_same_kind(what, _axes.to_x(what, data.index), x)


def draw_models(ax, x, series, margin):
    """Draw every model's line and bands; returns one line per model."""
    handles = []
    for i, (name, label) in enumerate(series.labels.items()):
        style = _axes.line_style(i) | {"lw": 1.6, "label": label}
        for first, rows in enumerate(_pieces(series.frame)):
            piece = series.frame.iloc[rows]
            line = _axes.draw_line(ax, x[rows], floats(piece[name]), **style)
            if not first:
                handles.append(line)
            for bounds in series.intervals[name].values():
                _draw_band(ax, x[rows], piece[list(bounds)], margin, style["color"])
    return handles


def _draw_band(ax, x, bounds, margin, colour):
    low, high = floats(bounds).T
    if len(x) == 1:
        # A band over a single time stamp has no area: give it the width of a step.
        x = np.array([x[0] - margin, x[0] + margin])
        low, high = np.repeat(low, 2), np.repeat(high, 2)
    ax.fill_between(x, low, high, color=colour, alpha=_BAND_ALPHA, lw=0)


def interval_handles(intervals):
    """Legend entries of the shades: one per level, in grey for all if there are several models."""
    from matplotlib.patches import Patch

    levels = sorted({level for bounds in intervals.values() for level in bounds}, reverse=True)
    if len(intervals) > 1 and levels:
        text = ", ".join(f"{level:g}" for level in sorted(levels))
        return [Patch(color=_axes.GREY, alpha=0.4, lw=0, label=f"{text} % interval")]
    # Inside a narrower band the wider ones show through: this is the shade seen there.
    return [
        Patch(
            color=_axes.COLOURS[0],
            alpha=1 - (1 - _BAND_ALPHA) ** depth,
            lw=0,
            label=f"{level:g} % interval",
        )
        for depth, level in enumerate(levels, start=1)
    ][::-1]


def _pieces(frame):
    """Row numbers of each forecast: one per cutoff of a cross-validation, else all rows."""
    if "cutoff" in frame.columns:
        return list(frame.groupby("cutoff").indices.values())
    return [np.arange(len(frame))]


def floats(values):
    """Return a Series or frame as a float array, missing values as NaN."""
    return values.to_numpy(dtype=float, na_value=np.nan)
