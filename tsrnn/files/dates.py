"""Columns of times in the ways people write them."""

import itertools
import re
from datetime import date

import numpy as np
import pandas as pd

from tsrnn._validation import shown

_DAYS = [
    f"{first}{sign}{second}{sign}{third}"
    for first, second, third in (
        ("%d", "%m", "%Y"), ("%m", "%d", "%Y"), ("%Y", "%m", "%d"),
        ("%d", "%m", "%y"), ("%m", "%d", "%y"),
    )
    for sign in "/.-"
]  # fmt: skip
_MONTHS = [
    "%d %b %Y", "%d %B %Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%b %Y",
    "%B %Y", "%b-%Y", "%b-%y", "%m/%Y", "%m.%Y", "%m-%Y", "%Y/%m", "%Y.%m", "%Y%m%d",
]  # fmt: skip
_CLOCKS = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S"]
FORMATS = [
    day + clock
    for day, clock in itertools.product(_DAYS + _MONTHS, _CLOCKS)
    if "%d" in day or not clock
]
_N_TRIED = 60
_OFFSET = r":\d{2}(?:\.\d+)?\s*([+-]\d{2}:?\d{2}|Z)$"
# Numbers that are seconds or milliseconds since 1970, from 2001 to 2065.
EPOCHS = {"s": (1e9, 3e9), "ms": (1e12, 3e12), "us": (1e15, 3e15), "ns": (1e18, 3e18)}
# Days as spreadsheets count them, from here on; numbers that may be such, from 1954 to 2119.
EXCEL, _EXCEL_ORIGIN = "excel", pd.Timestamp("1899-12-30")
_LIKE_EXCEL, _LAST_EXCEL = (20_000, 80_000), 100_000


def parse_times(column, date_format=None):
    """Read a column of times.

    Parameters
    ----------
    column : Series
        Text in ISO 8601, in one of `FORMATS`, quarters like 2024Q1 or weeks like 2024-W05;
        datetimes; numbers: seconds (or ms, us, ns) since 1970, years, dates like 20240131,
        otherwise any numbers.
    date_format : str, optional
        Format of `strptime` instead of a guess; "excel": days as spreadsheets count them.

    Returns
    -------
    times : Series
        Datetimes, or numbers, on the index of `column`.
    how : str
        What they were taken for.

    Raises
    ------
    ValueError
        If a time is missing or does not parse; the message shows the first such row.

    Examples
    --------
    >>> times, how = parse_times(pd.Series(["3/2/2024", "10/2/2024", "17/2/2024"]))
    >>> str(times[2].date()), how
    ('2024-02-17', 'day/month/year')
    """
    if column.isna().any():
        row = int(column.isna().argmax())
        raise ValueError(f"time column {column.name!r} has no time in row {row + 1}")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column, "dates"
    if pd.api.types.is_numeric_dtype(column.dtype) and date_format is None:
        return _from_numbers(column)
    if date_format == EXCEL:
        return _from_excel(column), "days of a spreadsheet"
    texts = column.astype(str).str.strip()
    if date_format is not None:
        try:
            times = _to_datetime(texts, date_format)
        except ValueError:
            times = None
        if times is None or times.isna().any():
            _refuse(texts, date_format)
        return times, f"format {date_format}"
    return _from_texts(texts)


def looks_like_times(column):
    """Whether the first values of a column parse as dates; plain integers do not."""
    head = column.dropna().head(_N_TRIED)
    if not len(head) or pd.api.types.is_bool_dtype(column.dtype):
        return False
    try:
        times, _ = parse_times(head)
    except ValueError:
        return _share_that_parses(head) > 0.5
    return pd.api.types.is_datetime64_any_dtype(times.dtype)


def _from_numbers(column):
    values = column.to_numpy(dtype=np.float64)
    low, high = values.min(), values.max()
    whole = bool((values == np.floor(values)).all())
    for unit, (first, last) in EPOCHS.items():
        if first <= low and high < last:
            return pd.to_datetime(column, unit=unit), f"{unit} since 1970"
    if not whole:
        return column, "numbers"
    integers = column.astype(np.int64)
    if low >= 18000101 and high <= 21001231:
        return _from_texts(integers.astype(str))
    if low >= 1600 and high <= 2200 and str(column.name).lower() in ("year", "yr", "y", "jahr"):
        return pd.to_datetime(integers.astype(str), format="%Y"), "years"
    return integers, "row numbers"


def hint_of_excel(times):
    """Say how to have numbers (n,) read as days of a spreadsheet, empty if they are none."""
    times = np.asarray(times, dtype=np.float64)
    low, high = times.min(initial=np.inf), times.max(initial=-np.inf)
    if not _LIKE_EXCEL[0] <= low <= high < _LIKE_EXCEL[1]:
        return ""
    return f"numbers like {low:.9g} may be days of a spreadsheet: --date-format {EXCEL}"


def excel_days(days):
    """Return the times, to the second, of days (Series) as spreadsheets count them, NaT if none.

    They are counted from 1899-12-30 on and mostly written with five decimals.

    Examples
    --------
    >>> str(excel_days(pd.Series([45123.50069]))[0])
    '2023-07-16 12:01:00'
    """
    days = days.where(days.between(1, _LAST_EXCEL))
    return (_EXCEL_ORIGIN + pd.to_timedelta(days, unit="D")).dt.round("s")


def _from_excel(column):
    times = excel_days(pd.to_numeric(column, errors="coerce"))
    if times.isna().any():
        row = int(times.isna().argmax())
        raise ValueError(
            f"time column {column.name!r} has {shown(column.iloc[row])} in row {row + 1}, which is "
            "no day as spreadsheets count them"
        )
    return times


def _from_texts(texts):
    # A clock that changed to summer time has two offsets; one time axis needs one.
    several = texts.str.extract(_OFFSET, expand=False).nunique() > 1
    times = _iso(texts, utc=several)
    if times is not None:
        return times, "ISO 8601 of several offsets: in UTC" if several else "ISO 8601"
    for candidate, how in ((_quarters, "quarters"), (_weeks, "ISO weeks")):
        times = candidate(texts)
        if times is not None:
            return times, how
    head = texts.drop_duplicates().head(_N_TRIED)
    fits_head = [one for one in FORMATS if _parses(head, one)]
    parsed = {one: _to_datetime(texts, one) for one in fits_head}
    parsed = {one: times for one, times in parsed.items() if times.notna().all()}
    if not parsed:
        _refuse(texts, _closest(texts))
    # Both 3/2 readings may parse: times are regular in the right one.
    best = max(parsed, key=lambda one: _regularity(parsed[one]))
    return parsed[best], _in_words(best)


def _iso(texts, utc):
    try:
        return pd.to_datetime(texts, format="ISO8601", utc=utc)
    except ValueError:
        return None


def _quarters(texts):
    if not texts.str.fullmatch(r"\d{4}[- ]?[Qq][1-4]").all():
        return None
    return texts.str.replace(r"[- ]", "", regex=True).astype("period[Q]").dt.to_timestamp()


def _weeks(texts):
    """Return the Mondays of weeks like 2024-W05 (ISO 8601, which pandas does not read)."""
    if not texts.str.fullmatch(r"\d{4}[- ]?[Ww]\d{1,2}").all():
        return None
    numbers = {text: map(int, re.findall(r"\d+", text)) for text in texts.unique()}
    try:
        days = {text: date.fromisocalendar(*both, 1) for text, both in numbers.items()}
    except ValueError:
        return None
    return pd.to_datetime(texts.map(days))


def _to_datetime(texts, date_format):
    return pd.to_datetime(texts, format=date_format, errors="coerce")


def _parses(texts, date_format):
    return bool(_to_datetime(texts, date_format).notna().all())


def _share_that_parses(column):
    texts = column.astype(str).str.strip()
    return float(_to_datetime(texts, _closest(texts)).notna().mean())


def _closest(texts):
    """Return the format that most of the first texts have, ISO 8601 if none has any."""
    head = texts.head(_N_TRIED)
    shares = {one: _to_datetime(head, one).notna().mean() for one in ("ISO8601", *FORMATS)}
    return max(shares, key=shares.get)


def _refuse(texts, date_format):
    wrong = _to_datetime(texts, date_format).isna()
    row = int(wrong.argmax())
    most = f"; most others are {_in_words(date_format)}" if wrong.mean() < 0.5 else ""
    raise ValueError(
        f"time column {texts.name!r} has {texts.iloc[row]!r} in row {row + 1}, which is no date"
        f"{most}. Correct it, or say how dates are written: --date-format '%d.%m.%Y %H:%M'"
    )


def _regularity(times):
    """Return the share of the most common step, counted in months if all are the first of one."""
    # Times of several series, sorted by time, differ by nothing but for the last of them.
    times = times.drop_duplicates()
    if len(times) < 2:
        return 0.0
    shares = [_most_common(times)]
    if (times.dt.day == 1).all():
        shares.append(_most_common(12 * times.dt.year + times.dt.month))
    return max(shares)


def _most_common(times):
    return float(times.diff().abs().value_counts(normalize=True).iloc[0])


def _in_words(date_format):
    words = {"%d": "day", "%m": "month", "%Y": "year", "%y": "year", "%b": "month", "%B": "month"}
    day = date_format.split(" %H")[0].split(" %I")[0].split("T%H")[0]
    for sign, word in words.items():
        day = day.replace(sign, word)
    return "ISO 8601" if date_format == "ISO8601" else day
