"""Whether rows are in time order, which time each is of, and how many make a part."""

import numpy as np
import pandas as pd


def check_time_order(X, name="X"):
    """Refuse a pandas object whose rows are not one series in time order.

    Other indexes than datetimes and periods are taken as labels without an order.

    Raises
    ------
    ValueError
        If the index has several levels, or is a DatetimeIndex or PeriodIndex that does not strictly
        increase or has missing times.
    """
    index = getattr(X, "index", None)
    if isinstance(index, pd.MultiIndex):
        raise ValueError(
            f"the index of {name} has {index.nlevels} levels; {name} must be one series of rows in "
            "time order (for several series see tsrnn.windows.make_supervised)"
        )
    if not isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        return
    if index.hasnans:
        raise ValueError(f"the index of {name} has a missing time in row {index.isna().argmax()}")
    if not (index.is_monotonic_increasing and index.is_unique):
        row = int(np.argmin(index.asi8[1:] > index.asi8[:-1]))
        raise ValueError(
            f"the index of {name} must strictly increase; {index[row]} in row {row} is followed by "
            f"{index[row + 1]}: use {name}.sort_index() and drop repeated times"
        )


def time_ranks(X, times=None, name="groups"):
    """Return the rank of each row's time among all times, and the number of times.

    Parameters
    ----------
    X : array-like, Series or DataFrame of n_samples rows
        Without `times`: of a MultiIndex the last level is the time, as for a panel of several
        series; otherwise each row is a time of its own and rows are in time order.
    times : array-like of shape (n_samples,), optional
        Time of each row; rows of the same time are not to be torn apart.
    name : str
        What `times` is called in messages.

    Returns
    -------
    ranks : ndarray of shape (n_samples,), int64
    n_times : int

    Raises
    ------
    ValueError
        If `times` is not as long as `X` or has a missing time, or a DatetimeIndex or PeriodIndex
        does not strictly increase.
    """
    n_rows = count_rows(X)
    index = getattr(X, "index", None)
    if times is None and isinstance(index, pd.MultiIndex):
        times, name = index.get_level_values(-1), "the last index level"
    if times is None:
        check_time_order(X)
        return np.arange(n_rows), n_rows
    times = pd.Index(times)
    if len(times) != n_rows:
        raise ValueError(f"{name} has {len(times)} times, X has {n_rows} rows")
    if times.hasnans:
        raise ValueError(f"{name} has a missing time in row {int(times.isna().argmax())}")
    ranks, unique = pd.factorize(times, sort=True)
    return ranks, len(unique)


def count_rows(X):
    """Return the number of rows of an array, sparse ones too, or of a list."""
    return X.shape[0] if hasattr(X, "shape") else len(X)


def as_slice(rows):
    """Return increasing row numbers as a slice if they are consecutive: what it takes is a view."""
    if rows[-1] - rows[0] + 1 == len(rows):
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def check_size(name, size, n):
    """Return `size` as a number of times out of `n`: an int >= 1, or a share in (0, 1), rounded up.

    Raises
    ------
    TypeError
        If `size` is not a number.
    ValueError
        If it is out of range.
    """
    if isinstance(size, int | np.integer) and not isinstance(size, bool) and size >= 1:
        return int(size)
    if isinstance(size, float | np.floating) and 0 < size < 1:
        # 0.1 * 30 is a little more than 3.
        return int(np.ceil(round(size * n, 9)))
    accepted = f"{name} must be an integer of at least 1 or a share in (0, 1), got {size!r}"
    known = isinstance(size, int | float | np.number) and not isinstance(size, bool)
    raise ValueError(accepted) if known else TypeError(accepted)
