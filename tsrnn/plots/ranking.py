"""Models side by side."""

import numpy as np
import pandas as pd

from tsrnn._validation import check_choice
from tsrnn.plots import _axes

# How many times the middle value a bar may be long; how much longer than the others one beyond is.
_FAR, _BEYOND = 4.0, 1.25


def plot_ranking(table, metric=None, *, ax=None):
    """Draw one bar per model, the best on top and in colour.

    The first metric keeps the order of the table, which `tsrnn.compare` ranked by it. Another one
    is sorted, the smallest value on top; only `coverage`, which is best near its level and not
    when small, stays as it is and has no best.

    Parameters
    ----------
    table : DataFrame
        As from `tsrnn.compare`: one row per model, named by the column `model` or else by the
        index, and a column of numbers per metric. Not modified.
    metric : str, optional
        Column to draw, by default the first one with numbers.
    ax : matplotlib Axes, optional
        Where to draw. By default a new pyplot figure that grows with the number of models.

    Returns
    -------
    ax : matplotlib Axes
        Bars from top to bottom in that order; models without a value come last, marked "n/a". Of
        one that is over four times as long as the middle one, only a part is drawn, hatched.

    Raises
    ------
    TypeError
        If `table` is not a DataFrame or `ax` not an Axes.
    ValueError
        If `table` has no rows or no column of numbers, or `metric` is not one of them.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.plots import plot_ranking
    >>> table = pd.DataFrame({"model": ["Theta", "Naive"], "mase": [0.9, 1.2]})
    >>> ax = plot_ranking(table, ax=Figure().add_subplot())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Theta', 'Naive']
    """
    _axes.check_columns("table", table, ())
    metrics = [c for c in table.select_dtypes("number").columns if c != "model"]
    if not len(table) or not metrics:
        raise ValueError("table must have a row per model and a column of numbers, got none")
    metric = metrics[0] if metric is None else check_choice("metric", metric, metrics)
    names = table["model"] if "model" in table.columns else table.index
    values = pd.Series(
        table[metric].to_numpy(dtype=float, na_value=np.nan), index=[str(name) for name in names]
    )
    if metric in (metrics[0], "coverage"):
        values = pd.concat([values.dropna(), values[values.isna()]])
    else:
        values = values.sort_values(kind="stable")
    if ax is None:
        ax = _axes.new_axes(figsize=(7, 0.9 + 0.32 * len(values)))[0]
    else:
        _axes.check_axes(ax)

    places = np.arange(len(values))
    best = _axes.GREY if metric == "coverage" else _axes.BLUE
    colours = [best] + [_axes.GREY] * (len(values) - 1)
    bars = ax.barh(places, values.fillna(0.0), color=colours, height=0.7, edgecolor="white")
    # A single hopeless model would leave nothing to see of the others.
    sizes = values.abs()
    far = sizes > _FAR * sizes.median()
    if far.any() and not far.all():
        most = _BEYOND * sizes[~far].max()
        for nth in np.flatnonzero(far):
            bars[nth].set(width=np.copysign(most, values.iloc[nth]), hatch="////")
        ax.relim()
    ax.bar_label(bars, [_label(value) for value in values], padding=3)
    ax.set_yticks(places, values.index)
    ax.invert_yaxis()
    ax.set_xlabel(str(metric))
    ax.margins(x=0.12)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _label(value):
    if np.isnan(value):
        return "n/a"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:#.3g}".rstrip(".")
