"""The step from row to row: is it constant, and which one is usual."""

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

_DAY = 86_400 * 10**9


def first_odd_step(table):
    """Return the first row that is not the usual step after the one before, and that step.

    Steps are counted in time, by the clock on the wall, in months and in business days, where the
    times allow it. What has the most equal steps decides; the usual step is the most common one.

    Returns
    -------
    row : int or None
        None if all steps are equal, or there is none.
    step : int or pandas offset
        An offset for datetimes; None if there is no step.
    """
    inside = table.series[1:] == table.series[:-1]
    if not inside.any():
        return None, None
    most = 0
    for codes, make_step in _codings(table.times):
        steps = np.diff(codes)
        values, counts = np.unique(steps[inside], return_counts=True)
        if counts.max() > most:
            most, usual = counts.max(), int(values[counts.argmax()])
            step, odd = make_step(usual), inside & (steps != usual)
    return (int(np.argmax(odd)) + 1 if odd.any() else None), step


def _codings(times):
    """Yield times as integers, and what turns a difference of them into a step."""
    if isinstance(times, pd.PeriodIndex):
        yield times.asi8, int
        return
    if not isinstance(times, pd.DatetimeIndex):
        yield times.to_numpy(np.int64), int
        return
    yield times.as_unit("ns").asi8, _offset
    wall = times.tz_localize(None)
    if times.tz is not None:
        yield wall.as_unit("ns").asi8, _offset
    days = wall.normalize()
    if len(np.unique((wall - days).asi8)) > 1:
        return
    months = np.asarray(days.year) * 12 + np.asarray(days.month)
    if (days.day == 1).all():
        yield months, lambda n: to_offset(f"{n}MS")
    elif days.is_month_end.all():
        yield months, lambda n: to_offset(f"{n}ME")
    elif (days.day == days.day[0]).all():
        yield months, lambda n: pd.DateOffset(months=n)
    if (days.day_of_week < 5).all():
        dates = days.to_numpy().astype("datetime64[D]")
        yield np.busday_count("1970-01-01", dates), lambda n: to_offset(f"{n}B")


def _offset(nanoseconds):
    # Days follow the clock on the wall through the changes to summer time and back.
    if nanoseconds % _DAY == 0:
        return to_offset(f"{nanoseconds // _DAY}D")
    return to_offset(pd.Timedelta(nanoseconds, unit="ns"))
