"""How the error grows with the horizon."""

import numpy as np
import pandas as pd

from tsrnn._validation import check_choice
from tsrnn.plots import _axes
from tsrnn.plots._read_backtest import read_result
from tsrnn.plots._read_forecast import usual_names

_METRICS = {
    "mae": lambda errors: np.abs(errors).mean(),
    "rmse": lambda errors: np.sqrt((errors**2).mean()),
    "bias": lambda errors: errors.mean(),
}


def plot_horizon(
    result, metric="mae", *, id=None, model=None,
    id_col="unique_id", time_col="ds", target_col="y", ax=None,
):  # fmt: skip
    """Draw the error of every step ahead, averaged over the cutoffs of one series.

    Parameters
    ----------
    result : DataFrame
        As from ``cross_validation``, see `plot_backtest`. Not modified.
    metric : {"mae", "rmse", "bias"}
        Mean absolute error, root mean squared error, or mean error (positive where the forecasts
        are too low), in units of the data; missing observations take no part.
    id : optional
        Series, by default the first one.
    model : str or list of str, optional
        Models to draw, by default all.
    id_col, time_col, target_col : str
        Columns of long frames that are not called `unique_id`, `ds` and `y`.
    ax : matplotlib Axes, optional
        Where to draw. By default a new pyplot figure.

    Returns
    -------
    ax : matplotlib Axes
        One line per model.

    Raises
    ------
    TypeError
        If `result` is not a DataFrame or `ax` is not an Axes.
    ValueError
        If `metric` is not known, `result` has no rows or lacks a column, or `id` or `model` is not
        there.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.baselines import Naive
    >>> from tsrnn.plots import plot_horizon
    >>> y = pd.Series(np.arange(24.0), index=pd.date_range("2024", periods=24, freq="MS"))
    >>> result = Naive(h=3).cross_validation(y, n_windows=4)
    >>> ax = plot_horizon(result, ax=Figure().add_subplot())
    >>> ax.get_lines()[0].get_ydata().tolist()
    [1.0, 2.0, 3.0]
    """
    check_choice("metric", metric, _METRICS)
    result = usual_names(result, id_col, time_col, target_col)
    read = read_result(result, id, model)
    frame = read.frame.sort_index(kind="stable")
    step = frame.groupby("cutoff").cumcount().to_numpy() + 1
    errors = {
        label: pd.Series((frame[read.target] - frame[name]).to_numpy(dtype=float, na_value=np.nan))
        for name, label in read.labels.items()
    }
    ax = _axes.new_axes(figsize=(6, 3.5))[0] if ax is None else _axes.check_axes(ax)
    handles = []
    for i, (label, values) in enumerate(errors.items()):
        figures = values.groupby(step).agg(_METRICS[metric])
        style = _axes.line_style(i) | {"marker": ".", "lw": 1.6, "label": label}
        handles += ax.plot(figures.index, figures.to_numpy(), **style)
    if metric == "bias":
        ax.axhline(0, color=_axes.GREY, lw=0.8)
    else:
        ax.set_ylim(bottom=0)
    ax.set_xlabel("steps ahead")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_ylabel(f"{metric} of {read.name}" if read.name else metric)
    _axes.legend_above(ax, handles)
    return ax
