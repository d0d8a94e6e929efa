"""A day in one column and the time of day in another, as loggers write them."""

import re

import pandas as pd

from tsrnn.files.dates import looks_like_times

_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")
_CLOCK_NAMES = re.compile(
    r"(time|clock|hour|zeit|uhrzeit|uhr|hora|heure|ora|tijd)( ?of ?day)?(\W.*)?", re.IGNORECASE
)
_N_LOOKED_AT = 60


def join_clock(frame):
    """Return `frame` with a column of days and one of times of day made one, if it has them.

    The column of times of day is text like 13:05 under a name like "time"; that of days is the
    first one of dates without a time of day, and has days more than once. Both together are at the
    place of the days, under both names.

    Examples
    --------
    >>> days = pd.DataFrame({"Date": ["1.2.2024"] * 2, "Time": ["9:00", "9:05"], "kW": [1, 2]})
    >>> join_clock(days).to_dict("list")
    {'Date Time': ['1.2.2024 9:00', '1.2.2024 9:05'], 'kW': [1, 2]}
    """
    clock = next((name for name in frame.columns if _is_clock(name, frame[name])), None)
    if clock is None:
        return frame
    others = [name for name in frame.columns if name != clock]
    day = next((name for name in others if _are_days(frame[name])), None)
    name = f"{day} {clock}"
    if day is None or not frame[day].duplicated().any() or name in frame.columns:
        return frame
    both = frame[day].astype(str) + " " + frame[clock].str.replace(",", ".")
    both = both.where(frame[day].notna() & frame[clock].notna())
    return frame.assign(**{day: both}).drop(columns=clock).rename(columns={day: name})


def find_clock(cells, names=None):
    """Return the places of the day and the time of day in one row of texts, None if there are none.

    As `join_clock`, of rows that come one by one; without `names` by what is in the cells alone.

    Examples
    --------
    >>> find_clock(["7", "1.2.2024", "9:05"])
    (1, 2)
    """
    for clock, cell in enumerate(cells):
        if names is not None and not _CLOCK_NAMES.fullmatch(names[clock]):
            continue
        if not _CLOCK.fullmatch(cell):
            continue
        for day, other in enumerate(cells):
            if ":" not in other and looks_like_times(pd.Series([join_texts(other, cell)])):
                return day, clock
    return None


def join_texts(day, clock):
    """Return the text of a time from that of a day and that of a time of day."""
    return f"{day} {clock.replace(',', '.')}"


def _is_clock(name, column):
    return _CLOCK_NAMES.fullmatch(str(name)) is not None and _all_match(column)


def _all_match(column):
    if pd.api.types.is_numeric_dtype(column.dtype):
        return False
    head = column.dropna().head(_N_LOOKED_AT)
    return len(head) > 0 and all(isinstance(v, str) and _CLOCK.fullmatch(v) for v in head)


def _are_days(column):
    head = column.dropna().head(_N_LOOKED_AT)
    return looks_like_times(column) and not head.astype(str).str.contains(":").any()
