"""One event: what its foremost channels did, and what was expected of them."""

import numpy as np
import pandas as pd

from tsrnn._validation import check_int, check_real
from tsrnn.plots import _axes
from tsrnn.plots.events import to_frame

_LEAST_ROWS = 20


def plot_event_channels(X, scores, event, *, n_channels=3, margin=1.0, ax=None):
    """Draw actual and expected values of the channels that an event ranks first.

    One panel per channel, the event shaded, with some rows before and after it.

    Parameters
    ----------
    X : DataFrame, Series or array of shape (n_timesteps, n_channels)
        The log; columns of an array are called "x0", "x1", ... Not modified.
    scores : DataFrame
        ``detector.scores(X)``: a row for each row of `X`, with columns ``<channel>_expected``.
    event : Series, or row of ``detect(X).itertuples()``
        One row of ``detector.detect(X)``, such as ``events.iloc[0]``; has `start`, `end` (both
        included) and `channels`, the list of channels from the most to the least involved.
    n_channels : int, default=3
        Most channels to draw, at least 1.
    margin : float, default=1.0
        Rows shown on either side, in lengths of the event, at least 0; never fewer than 20 rows.
    ax : matplotlib Axes or array of Axes, optional
        Where to draw, one Axes per channel. By default a new pyplot figure.

    Returns
    -------
    axes : ndarray of matplotlib Axes, shape (n_panels,)

    Raises
    ------
    TypeError
        If `scores` is not a DataFrame, `X` is of another type, `ax` holds something that is not an
        Axes, `n_channels` is not an integer or `margin` not a number.
    ValueError
        If `event` lacks a field, ranks no channel or lies outside of `X`; `scores` has other rows
        than `X` or lacks a channel; `n_channels` or `margin` is out of range; or `ax` has another
        number of Axes than there are channels to draw.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from tsrnn.baselines import RollingZScore
    >>> from tsrnn.plots import plot_event_channels
    >>> log = pd.DataFrame({"flow": [0.0, 1.0] * 150, "heat": [1.0, 0.0, 0.0] * 100})
    >>> log.loc[250, "heat"] = 30.0
    >>> model = RollingZScore().fit(log[:200])
    >>> events = model.detect(log)
    >>> axes = plot_event_channels(
    ...     log, model.scores(log), events.iloc[0], n_channels=1, ax=Figure().add_subplot()
    ... )
    >>> axes[0].get_ylabel(), [line.get_label() for line in axes[0].get_lines()]
    ('heat', ['expected', 'actual'])
    """
    check_int("n_channels", n_channels, 1)
    check_real("margin", margin, 0)
    frame = to_frame(X)
    names = _ranked(event)[:n_channels]
    _check_scores(frame, scores, names)
    rows, inside = _rows_of(frame.index, event, margin)
    given = None if ax is None else [_axes.check_axes(one) for one in np.ravel(np.asarray(ax))]
    if given is not None and len(given) != len(names):
        raise ValueError(f"ax must hold one Axes per channel ({len(names)}), got {len(given)}")
    figsize = (9, 1.2 + 1.6 * len(names))
    axes = _axes.new_axes(len(names), figsize=figsize) if given is None else given

    x = _axes.to_x("the index of X", frame.index)
    around = _axes.half_step(x)
    span = x[inside.start] - around, x[inside.stop - 1] + around
    for panel, name in zip(axes, names, strict=True):
        shade = _axes.shade(panel, span, color=_axes.ORANGE, alpha=0.3, zorder=0, label="event")
        handles = []
        for label, values, style in (
            ("expected", scores[f"{name}_expected"], {"color": _axes.VERMILLION, "ls": "--"}),
            ("actual", frame[name], {"color": _axes.BLUE}),
        ):
            y = values.to_numpy(dtype=float, na_value=np.nan)[rows]
            handles.append(_axes.draw_line(panel, x[rows], y, lw=1, label=label, **style))
        panel.set_ylabel(name, rotation=0, ha="right", va="center")
        _axes.format_time(panel, frame.index)
    axes[0].figure.figure.align_ylabels(axes)
    _axes.legend_above(axes[0], [*reversed(handles), shade])
    return np.array(axes, dtype=object)


def _ranked(event):
    if isinstance(event, pd.DataFrame):
        raise ValueError(
            f"event must be one row of detect(X), got all {len(event)}: events.iloc[0] is the first"
        )
    missing = [field for field in ("start", "end", "channels") if not hasattr(event, field)]
    if missing:
        raise ValueError(
            f"event must be a row of detect(X) with start, end and channels, got "
            f"{type(event).__name__} without {', '.join(missing)}"
        )
    names = [str(name) for name in event.channels]
    if not names:
        raise ValueError("event must rank at least one channel, got none")
    return names


def _check_scores(frame, scores, names):
    unknown = [name for name in names if name not in frame.columns]
    if unknown:
        raise ValueError(
            f"X must have the channels that the event ranks, got none called {unknown[0]!r}"
        )
    _axes.check_columns("scores", scores, [f"{name}_expected" for name in names])
    if not scores.index.equals(frame.index):
        raise ValueError(
            f"scores must have a row for each row of X, got {len(scores)} and {len(frame)} rows"
            + (" with another index" if len(scores) == len(frame) else "")
        )


def _rows_of(index, event, margin):
    """Slices of rows to draw and of rows inside the event."""
    try:
        first = index.searchsorted(event.start, side="left")
        stop = index.searchsorted(event.end, side="right")
    except (TypeError, ValueError) as error:
        raise ValueError(f"event must have the kind of time of X: {error}") from error
    if not 0 <= first < stop:
        raise ValueError(
            f"event must lie in X, which spans {index[0]} to {index[-1]}; "
            f"got {event.start} to {event.end}"
        )
    extra = max(_LEAST_ROWS, round(margin * (stop - first)))
    return slice(max(0, first - extra), min(len(index), stop + extra)), slice(first, stop)
