"""From scores to events: enter, leave, merge, drop, and describe what is left."""

import numpy as np
import pandas as pd

from tsrnn.metrics._labels import runs as runs_of

COLUMNS = ("start", "end", "peak", "duration", "severity", "p_value", "channels")
_FEWEST_CHANNELS = 3


def find_events(score, enter, leave, *, min_duration=1, merge_gap=0):
    """Find runs of rows with scores above `leave`, at least one of them above `enter`.

    Parameters
    ----------
    score : ndarray of shape (n,)
        No NaN.
    enter, leave : float or ndarray of shape (n,)
        Levels, `leave` at most `enter`.
    min_duration : int
        Shorter runs are dropped, after merging.
    merge_gap : int
        Runs with at most this many rows between them become one.

    Returns
    -------
    ndarray of int of shape (n_events, 2)
        First row and the row after the last.

    Examples
    --------
    >>> find_events(np.array([0, 2, 5, 2, 0, 2, 0, 9.0]), 4, 1).tolist()
    [[1, 4], [7, 8]]
    >>> find_events(np.array([0, 2, 5, 2, 0, 2, 0, 9.0]), 4, 1, merge_gap=3).tolist()
    [[1, 8]]
    """
    runs = runs_of(score > leave)
    if not len(runs):
        return runs
    crossed = np.append(score > enter, False)
    runs = runs[np.logical_or.reduceat(crossed, runs.ravel())[::2]]
    if not len(runs):
        return runs
    apart = runs[1:, 0] - runs[:-1, 1] > merge_gap
    starts = runs[np.concatenate(([True], apart)), 0]
    stops = runs[np.concatenate((apart, [True])), 1]
    runs = np.column_stack((starts, stops))
    return runs[stops - starts >= min_duration]


def event_rows(events, n_rows):
    """Boolean (n_rows,): which rows lie in one of `events` (n_events, 2)."""
    inside = np.zeros(n_rows, dtype=bool)
    for start, stop in events:
        inside[start:stop] = True
    return inside


def foremost(shares):
    """Numbers of the channels that an event is about, of `shares` (n_channels,), largest first.

    Those with more than an even share, as noise spreads over all; three at least, where so many
    have any: a fault often shows in one channel and is caused by another.

    Examples
    --------
    >>> foremost(np.array([1.0, 9.0, 0.0, 1.0, 1.0, 8.0, 9.0])).tolist()
    [1, 6, 5]
    """
    order = np.argsort(-shares, kind="stable")
    n_with_any = np.count_nonzero(shares > 0)
    n_uneven = np.count_nonzero(shares * n_with_any > shares.sum())
    return order[: min(max(n_uneven, _FEWEST_CHANNELS), n_with_any)]


def describe_events(events, *, index, score, p_value, parts, names, threshold, step):
    """Table of events in time order with the columns `COLUMNS`.

    `parts` (n, n_channels) is what each channel adds to the score: `channels` lists the names of
    the `foremost` ones. `threshold` (n,). With `step` (Timedelta) durations are in time, otherwise
    in rows.
    """
    rows = []
    for start, stop in events:
        peak = start + int(np.argmax(score[start:stop]))
        ranked = [names[c] for c in foremost(parts[start:stop].sum(axis=0))]
        length = stop - start if step is None else index[stop - 1] - index[start] + step
        severity = score[peak] / threshold[peak] if threshold[peak] > 0 else np.inf
        rows.append(
            (index[start], index[stop - 1], index[peak], length, severity, p_value[peak], ranked)
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds = {"severity": np.float64, "p_value": np.float64, "channels": object}
    kinds |= dict.fromkeys(("start", "end", "peak"), index.dtype)
    kinds["duration"] = np.int64 if step is None else "timedelta64[ns]"
    return table.astype(kinds)
