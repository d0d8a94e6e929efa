"""Frequencies in words."""

import numbers

import pandas as pd

_UNITS = {
    "ns": "nanosecond", "us": "microsecond", "ms": "millisecond", "s": "second", "min": "minute",
    "h": "hour", "D": "day", "B": "business day", "W": "week", "MS": "month", "ME": "month",
    "BMS": "month", "BME": "month", "QS": "quarter", "QE": "quarter", "BQS": "quarter",
    "BQE": "quarter", "YS": "year", "YE": "year", "BYS": "year", "BYE": "year",
}  # fmt: skip


def describe_freq(freq):
    """Say how often a series has a value.

    Parameters
    ----------
    freq : int or pandas offset

    Examples
    --------
    >>> from pandas.tseries.frequencies import to_offset
    >>> [describe_freq(freq) for freq in (to_offset("15min"), to_offset("QS-OCT"), 1)]
    ['every 15 minutes', 'every quarter', 'every row']
    """
    if isinstance(freq, numbers.Integral):
        return "every row" if freq == 1 else f"every {freq}"
    months = getattr(freq, "months", 0) if type(freq) is pd.DateOffset else 0
    if months:
        n, word = (months // 12, "year") if months % 12 == 0 else (months, "month")
        return f"every {word}" if n == 1 else f"every {n} {word}s"
    n, unit = freq.n, freq.base.freqstr.split("-")[0].lstrip("0123456789")
    word = _UNITS.get(unit)
    if word is None:
        return f"frequency {freq.freqstr}"
    return f"every {word}" if n == 1 else f"every {n} {word}s"
