"""Features of the calendar: categories that are known for all time."""

import numpy as np
import pandas as pd

# Name -> function of a DatetimeIndex or PeriodIndex that returns categories from 0 on, and how many
# there are.
CALENDAR = {
    "minute": (lambda stamps: stamps.minute, 60),
    "hour": (lambda stamps: stamps.hour, 24),
    "dayofweek": (lambda stamps: stamps.day_of_week, 7),
    "weekend": (lambda stamps: stamps.day_of_week >= 5, 2),
    "day": (lambda stamps: stamps.day - 1, 31),
    "month": (lambda stamps: stamps.month - 1, 12),
    "quarter": (lambda stamps: stamps.quarter - 1, 4),
}


def calendar_codes(stamps, names):
    """Return the categories of time stamps, float64 array of shape (n_stamps, n_names).

    Parameters
    ----------
    stamps : DatetimeIndex or PeriodIndex
    names : sequence of str
        Keys of CALENDAR.

    Raises
    ------
    TypeError
        If the times are integers.

    Examples
    --------
    >>> calendar_codes(pd.DatetimeIndex(["2024-03-02 17:00"]), ["hour", "weekend"])
    array([[17.,  1.]])
    """
    if not isinstance(stamps, pd.DatetimeIndex | pd.PeriodIndex):
        raise TypeError(f"calendar needs times that are dates, got {stamps.dtype}")
    return np.column_stack([np.asarray(CALENDAR[name][0](stamps), np.float64) for name in names])
