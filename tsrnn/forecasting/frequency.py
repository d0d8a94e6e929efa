"""The frequency of a panel: inferred or checked, and the season length that goes with it."""

import numbers

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import Day, Week

from tsrnn.forecasting.time_axis import fixed_length

_MINUTE, _HOUR, _DAY = 60 * 10**9, 3600 * 10**9, 86400 * 10**9
_UNITS = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# Seasons per year of the unit offsets whose multiples are counted.
_PER_YEAR = {"Month": 12, "Quarter": 4, "Year": 1, "SemiMonth": 24}


def check_freq(freq, stamps):
    """Return `freq` as an int (integer stamps) or a pandas offset (datetimes, periods).

    Parameters
    ----------
    freq : str, int or pandas offset
        What the user passed, not None.
    stamps : Index
        Stamps it is meant for.

    Raises
    ------
    TypeError
        If `freq` is not an int with integer stamps, or not a string or offset with datetimes.
    ValueError
        If it is not positive, not a frequency pandas knows, or not that of the PeriodIndex.
    """
    if not isinstance(stamps, pd.DatetimeIndex | pd.PeriodIndex):
        if isinstance(freq, bool) or not isinstance(freq, numbers.Integral):
            raise TypeError(f"freq must be a positive integer for integer times, got {freq!r}")
        offset, multiple = int(freq), freq
    else:
        if not isinstance(freq, str | pd.offsets.BaseOffset):
            raise TypeError(f"freq must be a string like 'D' or a pandas offset, got {freq!r}")
        try:
            is_period = isinstance(stamps, pd.PeriodIndex) and isinstance(freq, str)
            offset = pd.PeriodIndex([], freq=freq).freq if is_period else to_offset(freq)
        except ValueError as error:
            raise ValueError(f"freq={freq!r} is not a pandas frequency: {error}") from None
        multiple = offset.n
    if multiple < 1:
        raise ValueError(f"freq must be positive, got {freq!r}")
    if isinstance(stamps, pd.PeriodIndex) and offset != stamps.freq:
        raise ValueError(f"freq={freq!r} differs from that of the periods, {stamps.freqstr!r}")
    return offset


def infer_freq(stamps, starts):
    """Infer the frequency from the most common step inside the series.

    Parameters
    ----------
    stamps : Index of shape (n_rows,)
        Integers, datetimes or periods, increasing inside each series.
    starts : bool array of shape (n_rows,)
        True where a series starts.

    Returns
    -------
    int or pandas offset
        The frequency. Gaps do not matter; whether every stamp fits is checked later.

    Raises
    ------
    ValueError
        If the times are datetimes and every series has a single observation.
    """
    if isinstance(stamps, pd.PeriodIndex):
        return stamps.freq
    is_datetime = isinstance(stamps, pd.DatetimeIndex)
    inside = ~starts[1:]
    if not inside.any():
        if is_datetime:
            raise ValueError("freq cannot be inferred from one observation per series: pass freq")
        return 1
    if not is_datetime:
        return int(_most_common(np.diff(stamps.to_numpy().astype(np.int64))[inside]))
    step = _most_common(_steps(stamps)[inside])
    wall = stamps if stamps.tz is None else stamps.tz_localize(None)
    if step > 20 * _HOUR:
        step = _most_common(_steps(wall)[inside])
    return _calendar_offset(wall, inside, step) or _fixed_offset(wall, step)


def season_length_of(freq):
    """Return the usual season length of a frequency.

    Parameters
    ----------
    freq : int, str or pandas offset
        Steps of less than a minute: steps per hour; less than a day: per day; days: per week
        (business days: 5); weeks, months, quarters: per year. A season that is not a whole number
        of steps, longer than 3600 steps, or unknown counts as 1; so does every integer.

    Returns
    -------
    int
        The season length, 1 for no season.

    Raises
    ------
    ValueError
        If `freq` is a string that pandas does not know as a frequency.

    Examples
    --------
    >>> [season_length_of(freq) for freq in ("15min", "h", "D", "B", "W", "MS", "QE", "YS", 1)]
    [96, 24, 7, 5, 52, 12, 4, 1, 1]
    """
    if isinstance(freq, numbers.Integral):
        return 1
    offset = to_offset(freq)
    length = fixed_length(offset)
    if length is None:
        return _calendar_season(offset)
    step = length.value
    if step % (7 * _DAY) == 0:
        season, step = 52, step // (7 * _DAY)
    elif step >= _DAY:
        season = 7 * _DAY
    else:
        season = _DAY if step >= _MINUTE else _HOUR
    whole = season % step == 0 and season // step <= 3600
    return season // step if whole else 1


def _calendar_season(offset):
    name = type(offset).__name__
    if name in ("BusinessDay", "CustomBusinessDay"):
        return 5 if offset.n == 1 else 1
    if type(offset) is pd.DateOffset:
        months = getattr(offset, "months", 0) + 12 * getattr(offset, "years", 0)
        return 12 // months if months and 12 % months == 0 else 1
    # The names of pandas offsets end in the unit: MonthBegin, BQuarterEnd, BYearBegin, ...
    for unit in ("SemiMonth", "Month", "Quarter", "Year"):
        if unit in name:
            return _PER_YEAR[unit] // offset.n if _PER_YEAR[unit] % offset.n == 0 else 1
    return 1


def _steps(stamps):
    """Return the differences of neighbours in nanoseconds, of stamps that may not be held so."""
    return np.diff(stamps.asi8) * _UNITS[np.datetime_data(stamps.dtype.base)[0]]


def _most_common(steps):
    values, counts = np.unique(steps, return_counts=True)
    return values[counts.argmax()]


def _calendar_offset(wall, inside, step):
    """Return the offset of business days, months, quarters or years of the stamps, or None."""
    if step == _DAY:
        workdays = (wall.day_of_week < 5).all()
        # Weeks since the epoch, which was a Thursday, counted from Monday.
        week = (wall.as_unit("s").asi8 // (_DAY // 10**9) + 3) // 7
        over_weekend = (np.diff(week)[inside] > 0).any()
        return to_offset("B") if workdays and over_weekend else None
    if step < 28 * _DAY:
        return None
    months = np.asarray(wall.year) * 12 + np.asarray(wall.month) - 1
    n_months = _most_common(np.diff(months)[inside])
    days = wall.normalize().unique().sort_values()
    for suffix in ("MS", "ME", "BMS", "BME"):
        margin = pd.Timedelta(days=31)
        calendar = pd.date_range(days[0] - margin, days[-1] + margin, freq=suffix)
        if n_months > 0 and days.isin(calendar).all():
            return _month_offset(suffix, int(n_months), np.unique(months % 12))
    same_day = len(set(days.day)) == 1 and days.day[0] <= 28
    return pd.DateOffset(months=int(n_months)) if n_months > 0 and same_day else None


def _month_offset(suffix, n_months, phases):
    """Return the offset of `n_months` months, anchored if one quarter or year phase fits all."""
    prefix, edge = suffix[:-2], suffix[-1]
    if n_months == 3 and len(set(phases % 3)) == 1:
        # A quarter that starts in month k also starts in k+3; pandas names one of them.
        anchor = phases.max() if edge == "E" else phases.min()
        return to_offset(f"{prefix}Q{edge}-{_MONTHS[anchor]}")
    if n_months == 12 and len(phases) == 1:
        return to_offset(f"{prefix}Y{edge}-{_MONTHS[phases[0]]}")
    return to_offset(suffix if n_months == 1 else f"{n_months}{suffix}")


def _fixed_offset(wall, step):
    n_days, rest = divmod(int(step), _DAY)
    if rest:
        return to_offset(pd.Timedelta(int(step), unit="ns"))
    if n_days % 7:
        return Day(n_days)
    weekdays = np.unique(wall.day_of_week)
    return Week(n_days // 7, weekday=int(weekdays[0]) if len(weekdays) == 1 else None)
