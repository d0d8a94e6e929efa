"""Residual diagnostics: what a good model has left over is noise."""

import numpy as np

from tsrnn._validation import check_choice
from tsrnn.plots import _axes
from tsrnn.plots._read_backtest import read_result
from tsrnn.plots._read_forecast import usual_names


def plot_residuals(
    result, kind="time", *, id=None, model=None,
    id_col="unique_id", time_col="ds", target_col="y", ax=None,
):  # fmt: skip
    """Draw the residuals ``y - forecast`` of one model for one series.

    "time" shows them over time: a drift or a change of spread is what the model missed.
    "histogram" has the normal curve of their mean and standard deviation, on which normal intervals
    rely. "acf" shows their autocorrelation with the 95 % limits of white noise, ``1.96 / sqrt(n)``
    (FPP3, section 5.4 [1]_); make it from forecasts one step ahead, later ones are correlated in
    any case. Where windows overlap, the forecast from the latest cutoff counts.

    Parameters
    ----------
    result : DataFrame
        As from ``cross_validation``, see `plot_backtest`. Not modified.
    kind : {"time", "histogram", "acf"}
        What to draw.
    id : optional
        Series, by default the first one.
    model : str, optional
        Model, by default the first one.
    id_col, time_col, target_col : str
        Columns of long frames that are not called `unique_id`, `ds` and `y`.
    ax : matplotlib Axes, optional
        Where to draw. By default a new pyplot figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    TypeError
        If `result` is not a DataFrame or `ax` is not an Axes.
    ValueError
        If `kind` is not known, `result` has no rows or lacks a column, `id` or `model` is not
        there, there are fewer than 2 residuals, or time is none of what `plot_backtest` names.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.baselines import Naive
    >>> from tsrnn.plots import plot_residuals
    >>> y = pd.Series(np.arange(24.0), index=pd.date_range("2024", periods=24, freq="MS"))
    >>> result = Naive(h=1).cross_validation(y, n_windows=12)
    >>> axes = Figure(figsize=(9, 6)).subplots(3)
    >>> for kind, ax in zip(["time", "histogram", "acf"], axes):
    ...     _ = plot_residuals(result, kind, ax=ax)
    """
    check_choice("kind", kind, _KINDS)
    result = usual_names(result, id_col, time_col, target_col)
    read = read_result(result, id, model if model is None else [model])
    name, label = next(iter(read.labels.items()))
    residuals = read.actual().astype(float) - read.latest(name).astype(float)
    if residuals.notna().sum() < 2:
        raise ValueError(f"result must have at least 2 residuals, got {residuals.notna().sum()}")
    x = _axes.to_x("the time of result", residuals.index)
    ax = _axes.new_axes(figsize=(9, 3))[0] if ax is None else _axes.check_axes(ax)
    # In two lines: the axis is shorter than a long name.
    title = f"residuals of {label}" + (f",\n{read.name}" if read.name else "")
    _KINDS[kind](ax, x, residuals, title)
    return ax


def _draw_time(ax, x, residuals, title):
    ax.axhline(0, color=_axes.GREY, lw=0.8)
    values = residuals.to_numpy()
    _axes.draw_line(ax, x, values, color=_axes.BLUE, lw=1, label="residual")
    _axes.format_time(ax, residuals.index)
    ax.set_ylabel(title)


def _draw_histogram(ax, x, residuals, title):
    values = residuals.dropna().to_numpy()
    mean, spread = values.mean(), values.std(ddof=1)
    bins = "auto" if spread > 0 else 1
    _, edges, _ = ax.hist(values, bins=bins, density=True, color=_axes.SKY, label="residuals")
    handles = [ax.patches[0]]
    if spread > 0:
        grid = np.linspace(min(edges[0], mean - 3 * spread), max(edges[-1], mean + 3 * spread), 200)
        density = np.exp(-0.5 * ((grid - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi))
        handles += ax.plot(grid, density, color=_axes.VERMILLION, lw=1.6, label="normal")
    ax.set_xlabel(title)
    ax.set_ylabel("density")
    _axes.legend_above(ax, handles)


def _draw_acf(ax, x, residuals, title):
    # Here, because the forecasters take much longer to import than the other plots.
    from tsrnn.forecasting.seasonality import autocorrelation

    values = residuals.to_numpy()
    n = int(residuals.notna().sum())
    n_lags = min(len(values) - 1, max(10, min(40, len(values) // 4)))
    lags = np.arange(1, n_lags + 1)
    figures = autocorrelation(values, n_lags)[1:]
    limit = 1.96 / np.sqrt(n)
    ax.axhspan(-limit, limit, color=_axes.GREY, alpha=0.3, lw=0)
    ax.axhline(0, color=_axes.INK, lw=0.8)
    colours = np.where(np.abs(figures) > limit, _axes.VERMILLION, _axes.BLUE)
    ax.vlines(lags, 0, np.nan_to_num(figures), colors=list(colours), lw=2)
    ax.set_xlabel(f"lag of {title}")
    ax.set_ylabel("autocorrelation")


_KINDS = {"time": _draw_time, "histogram": _draw_histogram, "acf": _draw_acf}
