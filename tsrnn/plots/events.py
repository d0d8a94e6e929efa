"""A log, one panel per channel, with anomalous events shaded."""

import numpy as np
import pandas as pd

from tsrnn._heights import heights
from tsrnn.plots import _axes

_MOST_PANELS = 8
# The deeper an event's rank for a channel, the paler its shade there; below that, grey.
_RANK_ALPHA = (0.55, 0.35, 0.2)


def plot_events(X, events, *, channels=None, ax=None):
    """Draw the channels of a log above each other with events shaded.

    An event is shaded grey in every panel, and in orange in the panels of the three channels it
    ranks first, the strongest in the first one's.

    Parameters
    ----------
    X : DataFrame, Series or array of shape (n_timesteps, n_channels)
        The log, its index dates, periods, durations or numbers; columns of an array are called
        "x0", "x1", ... Texts are drawn at the heights 0, 1, ... in alphabetical order. Not
        modified.
    events : DataFrame
        One row per event with `start` and `end` (first and last row, both included) and, if known,
        `channels`, the list of channels from the most to the least involved; as from ``detect`` or
        `tsrnn.datasets.make_sensor_log`. May have no rows.
    channels : list of str, optional
        Channels to draw, in this order. By default all up to 8; of more, the 8 that the events
        rank highest (a channel gains 1/r from an event that ranks it r-th), then the first ones,
        in the order of the columns.
    ax : matplotlib Axes or array of Axes, optional
        Where to draw, one Axes per panel; without `channels` as many are drawn as there are Axes.
        By default a new pyplot figure.

    Returns
    -------
    axes : ndarray of matplotlib Axes, shape (n_panels,)
        One panel per channel drawn.

    Raises
    ------
    TypeError
        If `X` or `events` is of another type, or `ax` holds something that is not an Axes.
    ValueError
        If `X` has no rows, other than two dimensions or an index of something else, `events` lacks
        a column or has another kind of time, a channel is not in `X`, or `ax` has another number of
        Axes than there are channels to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.datasets import make_sensor_log
    >>> from tsrnn.plots import plot_events
    >>> log = make_sensor_log(600, 2, random_state=0)
    >>> axes = plot_events(log.data, log.events, ax=Figure().subplots(2))
    >>> [ax.get_ylabel() for ax in axes]
    ['pressure_bar', 'flow_l_min']
    """
    frame = to_frame(X)
    _axes.check_columns("events", events, ("start", "end"))
    ranked = _ranked_channels(events)
    given = None if ax is None else [_axes.check_axes(one) for one in np.ravel(np.asarray(ax))]
    names = _choose_channels(frame, ranked, channels, given)
    x = _axes.to_x("the index of X", frame.index)
    spans = _axes.event_spans(x, events)
    axes = _axes.new_axes(len(names), figsize=(10, 1.2 + 1.1 * len(names))) if ax is None else given

    for panel, name in zip(axes, names, strict=True):
        values, levels = heights(frame[name])
        if levels:
            panel.set_yticks(range(len(levels)), levels)
        _axes.draw_line(panel, x, values, color=_axes.BLUE, lw=0.8, label=name)
        for span, order in zip(spans, ranked, strict=True):
            _axes.shade(panel, span, **_style_of(order, name))
        panel.set_ylabel(name, rotation=0, ha="right", va="center")
        _axes.format_time(panel, frame.index)
    axes[0].figure.figure.align_ylabels(axes)
    if any(ranked) and frame.shape[1] > 1:
        _axes.legend_above(axes[0], _legend_handles(ranked))
    if len(names) < frame.shape[1] and channels is None:
        text = f"{len(names)} of {frame.shape[1]} channels"
        axes[0].set_title(text, loc="right", fontsize="medium")
    return np.array(axes, dtype=object)


def _style_of(order, name):
    """How an event that ranks channels in this `order` is shaded in the panel of `name`."""
    rank = order.index(name) if name in order else len(_RANK_ALPHA)
    if rank < len(_RANK_ALPHA):
        return {"color": _axes.ORANGE, "alpha": _RANK_ALPHA[rank], "zorder": 0}
    return {"color": _axes.GREY, "alpha": 0.25, "zorder": 0}


def _legend_handles(ranked):
    from matplotlib.patches import Patch

    deepest = min(max(map(len, ranked)), len(_RANK_ALPHA))
    labels = ["event's first channel", "second", "third"][:deepest]
    handles = [
        Patch(label=label, **_style_of([""] * rank + [label], label))
        for rank, label in enumerate(labels)
    ]
    return [*handles, Patch(label="other channels", **_style_of([], ""))]


def to_frame(X):
    """Return a log as a DataFrame with str column names, sharing its values."""
    if isinstance(X, pd.Series):
        frame = X.to_frame("x0" if X.name is None else X.name)
    elif isinstance(X, pd.DataFrame):
        frame = X.copy(deep=False)
    else:
        try:
            values = np.asarray(X, dtype=float)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"X must be a DataFrame, Series or numeric array, got {type(X).__name__}"
            ) from error
        if values.ndim != 2:
            raise ValueError(f"X must have two dimensions, got an array of shape {values.shape}")
        frame = pd.DataFrame(values, columns=[f"x{c}" for c in range(values.shape[1])])
    if not frame.size:
        raise ValueError(f"X must have rows and columns, got shape {frame.shape}")
    frame.columns = [str(name) for name in frame.columns]
    return frame


def _ranked_channels(events):
    """One list of channel names per event, empty where unknown."""
    if "channels" not in events.columns:
        return [[] for _ in range(len(events))]
    return [
        [str(name) for name in names] if pd.api.types.is_list_like(names) else []
        for names in events["channels"]
    ]


def _choose_channels(frame, ranked, channels, given):
    if channels is not None:
        names = [str(name) for name in ([channels] if isinstance(channels, str) else channels)]
        unknown = [name for name in names if name not in frame.columns]
        if unknown or not names:
            raise ValueError(
                f"channels must name columns of X ({', '.join(map(repr, frame.columns[:20]))}), "
                f"got {channels!r}"
            )
        n_panels = len(names)
    else:
        n_panels = min(frame.shape[1], _MOST_PANELS) if given is None else len(given)
        gain = dict.fromkeys(frame.columns, 0.0)
        for order in ranked:
            for rank, name in enumerate(order, start=1):
                if name in gain:
                    gain[name] += 1 / rank
        best = sorted(gain, key=gain.get, reverse=True)[:n_panels]
        names = [name for name in frame.columns if name in best]
    if given is not None and len(given) != len(names):
        raise ValueError(f"ax must hold one Axes per channel ({len(names)}), got {len(given)}")
    return names
