"""Forecasts from several cutoffs over what came after them."""

from tsrnn.plots import _axes
from tsrnn.plots._read_backtest import read_result
from tsrnn.plots._read_forecast import SeriesToPlot, read_levels, usual_names
from tsrnn.plots.forecast import draw_models, floats, interval_handles


def plot_backtest(
    result, *, id=None, model=None, levels=None,
    id_col="unique_id", time_col="ds", target_col="y", ax=None,
):  # fmt: skip
    """Draw one series of a cross-validation: what came, and the forecasts from every cutoff.

    A dotted vertical line marks each cutoff, the last time stamp that the forecasts after it know.

    Parameters
    ----------
    result : DataFrame
        As from ``cross_validation``: long, with `ds`, `cutoff`, `y` and, for several series,
        `unique_id`; or, of a Series, indexed by time, with `cutoff`, the target and the models.
        Time is dates, ISO 8601 strings, periods or numbers. Not modified.
    id : optional
        Series to draw, by default the first one.
    model : str or list of str, optional
        Models to draw, by default all.
    levels : float or list of float, optional
        Intervals to shade, in percent, by default all there are; an empty list for none.
    id_col, time_col, target_col : str
        Columns of long frames that are not called `unique_id`, `ds` and `y`.
    ax : matplotlib Axes, optional
        Where to draw. By default a new pyplot figure.

    Returns
    -------
    ax : matplotlib Axes
        Its y label is the id, or the name of the Series.

    Raises
    ------
    TypeError
        If `result` is not a DataFrame, a level is not a number, or `ax` is not an Axes.
    ValueError
        If `result` has no rows or lacks a column, `id`, `model` or a level is not there, or time is
        none of what is named above.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.baselines import Drift
    >>> from tsrnn.plots import plot_backtest
    >>> y = pd.Series(np.arange(24.0) ** 2, index=pd.date_range("2024", periods=24, freq="MS"))
    >>> result = Drift(h=6).cross_validation(y, n_windows=2)
    >>> ax = plot_backtest(result, ax=Figure().add_subplot())
    >>> [line.get_label() for line in ax.get_legend().get_lines()]
    ['actual', 'Drift', 'cutoff']
    """
    result = usual_names(result, id_col, time_col, target_col)
    read = read_result(result, id, model)
    intervals = read_levels(read.frame, list(read.labels), levels)
    actual = read.actual()
    series = SeriesToPlot(read.name, actual, actual, read.frame, read.labels, intervals)
    x = _axes.to_x("the time of result", actual.index)
    x_forecast = _axes.to_x("the time of result", read.frame.index)
    x_cutoff = _axes.to_x("the cutoffs of result", read.frame["cutoff"].unique())
    _axes.check_same_kind("the cutoffs of result", x_cutoff, x)
    ax = _axes.new_axes(figsize=(9, 3.8))[0] if ax is None else _axes.check_axes(ax)

    style = {"color": _axes.INK, "lw": 1, "label": "actual"}
    handles = [_axes.draw_line(ax, x, floats(actual), **style)]
    handles += draw_models(ax, x_forecast, series, _axes.half_step(x))
    style = {"color": _axes.GREY, "lw": 1.2, "linestyle": ":", "label": "cutoff"}
    marks = [ax.axvline(cutoff, **style) for cutoff in x_cutoff]
    ax.set_ylabel(read.name)
    _axes.format_time(ax, actual.index)
    _axes.legend_above(ax, [*handles, marks[0], *interval_handles(intervals)])
    return ax
