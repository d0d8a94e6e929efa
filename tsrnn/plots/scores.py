"""An anomaly score over time with its threshold."""

import numpy as np

from tsrnn._heights import log_floor
from tsrnn.plots import _axes


def plot_scores(scores, events=None, *, ax=None):
    """Draw an anomaly score with its threshold, the flagged rows in colour.

    The y axis is logarithmic if no score is negative and the largest is more than 50 times the
    median.

    Parameters
    ----------
    scores : DataFrame
        As from ``RNNDetector.scores``: columns `score` (higher is more anomalous), `threshold`
        (constant or moving) and `is_anomaly` (bool), indexed by dates, periods, durations or
        numbers. Not modified.
    events : DataFrame, optional
        Events to shade, one per row with `start` and `end` (both included): detected ones, or known
        anomalies to compare with.
    ax : matplotlib Axes, optional
        Where to draw. By default a new pyplot figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    TypeError
        If `scores` or `events` is not a DataFrame or `ax` not an Axes.
    ValueError
        If a column is missing, the index holds something else, or `events` has another kind of
        time.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.plots import plot_scores
    >>> scores = pd.DataFrame({"score": [0.4, 3.0, 0.5], "threshold": 1.0})
    >>> scores["is_anomaly"] = scores["score"] > scores["threshold"]
    >>> ax = plot_scores(scores, ax=Figure().add_subplot())
    >>> [line.get_label() for line in ax.get_lines()]
    ['score', 'flagged', 'threshold']
    """
    _axes.check_columns("scores", scores, ("score", "threshold", "is_anomaly"))
    if events is not None:
        _axes.check_columns("events", events, ("start", "end"))
    x = _axes.to_x("the index of scores", scores.index)
    score = scores["score"].to_numpy(dtype=float, na_value=np.nan)
    threshold = scores["threshold"].to_numpy(dtype=float, na_value=np.nan)
    flagged = np.where(scores["is_anomaly"].to_numpy(dtype=bool, na_value=False), score, np.nan)
    spans = [] if events is None else _axes.event_spans(x, events)
    ax = _axes.new_axes(figsize=(9, 3))[0] if ax is None else _axes.check_axes(ax)

    handles = [
        _axes.draw_line(ax, x, score, color=_axes.BLUE, lw=0.9, label="score"),
        _axes.draw_line(ax, x, flagged, color=_axes.VERMILLION, lw=1.8, label="flagged"),
        _axes.draw_line(ax, x, threshold, color=_axes.INK, lw=1, ls="--", label="threshold"),
    ]
    if spans:
        style = {"color": _axes.ORANGE, "alpha": 0.3, "zorder": 0, "label": "event"}
        shades = [_axes.shade(ax, span, **style) for span in spans]
        handles.append(shades[0])
    if (floor := log_floor(score, threshold)) is not None:
        ax.set_yscale("log")
        ax.set_ylim(bottom=floor)
    ax.set_ylabel("anomaly score")
    _axes.format_time(ax, scores.index)
    _axes.legend_above(ax, handles)
    return ax
