"""Earlier rows to train on, later rows to test on."""

import numpy as np
import pandas as pd

from tsrnn._validation import check_int
from tsrnn.windows.supervised import Supervised
from tsrnn.windows.time_order import as_slice, check_size, count_rows, time_ranks


def temporal_split(*data, test_size=0.25, val_size=None, gap=0, time_col=None):
    """Split into earlier and later rows: train and test, or train, validation and test.

    Parameters
    ----------
    *data : array-like, Series, DataFrame or Supervised
        Of equal length, rows in time order. The first says which times the rows are of: of an index
        of several levels the last one is the time (as from `make_supervised` with several series),
        otherwise each row has its own.
    test_size : int or float, default 0.25
        Times in the test part: a number of at least 1, or a share in (0, 1), rounded up.
    val_size : int or float, optional
        Times in a validation part between the two.
    gap : int, default 0
        Times left out before each part but the first. With rows from `make_supervised`,
        ``horizon - 1`` lets no training target be later than the first test window.
    time_col : column name, optional
        Column of times of the first of `data`, a DataFrame, whose rows may then come in any order.

    Returns
    -------
    list
        As of `sklearn.model_selection.train_test_split`: the parts of the first of `data`, then
        those of the next. Each of the kind that came; arrays are views unless several rows are of
        the same time.

    Raises
    ------
    TypeError
        If there are no data, or a size or `gap` is not a number.
    ValueError
        If the lengths differ, a size is out of range, nothing is left to train on, `time_col` is
        not a column, a time is missing, or times do not strictly increase without `time_col`.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.windows import temporal_split
    >>> X, y = np.arange(10)[:, None], np.arange(10)
    >>> X_train, X_test, y_train, y_test = temporal_split(X, y, test_size=0.2, gap=1)
    >>> y_train, y_test
    (array([0, 1, 2, 3, 4, 5, 6]), array([8, 9]))
    """
    if not data:
        raise TypeError("temporal_split needs at least one array to split")
    lengths = [count_rows(part) for part in data]
    if len(set(lengths)) > 1:
        raise ValueError(f"data must have equal numbers of rows, got {lengths}")
    first = data[0].X if isinstance(data[0], Supervised) else data[0]
    ranks, n_times = time_ranks(first, _times(first, time_col), f"time_col {time_col!r}")
    parts = [
        as_slice(np.flatnonzero((ranks >= start) & (ranks < stop)))
        for start, stop in _bounds(n_times, test_size, val_size, gap)
    ]
    return [_take(part, rows) for part in data for rows in parts]


def _times(first, time_col):
    if time_col is None:
        return None
    if not isinstance(first, pd.DataFrame) or time_col not in first.columns:
        raise ValueError(f"time_col={time_col!r} is not a column of the first of the data")
    return first[time_col]


def _bounds(n_times, test_size, val_size, gap):
    """First time of each part, and the one after its last."""
    gap = check_int("gap", gap, 0)
    sizes = [check_size("test_size", test_size, n_times)]
    if val_size is not None:
        sizes.append(check_size("val_size", val_size, n_times))
    bounds, stop = [], n_times
    for size in sizes:
        bounds.append((stop - size, stop))
        stop -= size + gap
    if stop < 1:
        raise ValueError(
            f"nothing is left to train on: of {n_times} times, {' + '.join(map(str, sizes))} are "
            f"held out, with gap={gap} before each"
        )
    return [(0, stop), *reversed(bounds)]


def _take(part, rows):
    if isinstance(part, pd.Series | pd.DataFrame):
        return part.iloc[rows]
    if isinstance(part, list | tuple) and not isinstance(rows, slice):
        return [part[row] for row in rows]
    return part[rows]
