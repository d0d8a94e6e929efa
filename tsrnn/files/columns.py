"""Which column holds the times, and which the numbers."""

import re

import pandas as pd

from tsrnn.files.dates import EXCEL, hint_of_excel, looks_like_times, parse_times
from tsrnn.files.names import check_column

_TIME_NAMES = re.compile(
    r"(^|[^a-z])(ds|date|datetime|time|timestamp|ts|day|week|month|quarter|year|fecha|datum|zeit)"
    r"($|[^a-z])|time|date",
    re.IGNORECASE,
)
# Columns of 0 and 1, or text, with these names say what was found before: no measurements.
_LABEL_NAMES = re.compile(
    r"(is_?)?(anomaly|anomalous|outlier|label|labels|changepoint|attack)", re.I
)


def find_time(frame, name=None, date_format=None, *, counters=False, leave_out=()):
    """Find and read the time column.

    Parameters
    ----------
    frame : DataFrame
    name : str, optional
        The column; "none" if the rows have no time; None looks for one: names that speak of time
        first, then any text that is dates.
    date_format : str, optional
        As for `parse_times`.
    counters : bool
        Whether times may be any numbers, and numbers under such a name that increase from row to
        row are times unasked.
    leave_out : sequence of str
        Columns that are no such counters.

    Returns
    -------
    column : str or None
        Its name, None if there is none.
    times : Series or None
        Datetimes or numbers.
    how : str
        How it was read.

    Raises
    ------
    ValueError
        If there is no such column, or it cannot be read.
    """
    if name is not None and name.lower() == "none" and name not in frame.columns:
        return None, None, "rows without time"
    if name is None:
        name = _guess_time(frame)
        if name is None and (counters or date_format == EXCEL):
            name = _guess_counter(frame, leave_out)
        if name is None:
            return None, None, "no time column: rows are counted"
    else:
        check_column("--time", name, frame.columns)
    times, how = parse_times(frame[name], date_format)
    if not counters and pd.api.types.is_float_dtype(times.dtype):
        advice = hint_of_excel(times) or "choose another one by --time"
        raise ValueError(
            f"time column {name!r} holds numbers that are neither dates nor whole, "
            f"{times.iloc[0]:g} in row 1; {advice}, or leave it out: --time none"
        )
    return name, times, how


def _guess_time(frame):
    named = [name for name in frame.columns if _TIME_NAMES.search(str(name))]
    texts = [name for name in frame.columns if name not in named and _is_text(frame[name])]
    for name in [*sorted(named, key=lambda one: not _is_text(frame[one])), *texts]:
        if looks_like_times(frame[name]):
            return name
    return None


def _guess_counter(frame, leave_out):
    """Return the first column of seconds from a start and their like."""
    for name in frame.columns:
        column = frame[name]
        if name in leave_out or _is_text(column) or not _TIME_NAMES.search(str(name)):
            continue
        if column.is_unique and column.is_monotonic_increasing and not column.isna().any():
            return name
    return None


def _is_text(column):
    return not pd.api.types.is_numeric_dtype(column.dtype)


def numeric_columns(frame, leave_out=()):
    """Return the names of the columns with numbers (or True and False) that vary by nature.

    Labels of anomalies are left out, see `label_columns`.
    """
    labels = set(label_columns(frame))
    return [
        name
        for name in frame.columns
        if name not in leave_out and name not in labels and not _is_text(frame[name])
    ]


def label_columns(frame):
    """Return the columns of 0 and 1, or of text, whose name says that they mark anomalies."""
    return [
        name
        for name in frame.columns
        if _LABEL_NAMES.fullmatch(str(name))
        and (_is_text(frame[name]) or frame[name].dropna().isin((0, 1)).all())
    ]


def check_numeric(frame, name, option):
    """Check that column `name`, chosen by `option`, exists and holds numbers.

    Raises
    ------
    ValueError
        If it does not exist, holds text (the message shows the first row of it), or has no value.
    """
    check_column(option, name, frame.columns)
    column = frame[name]
    if not column.notna().any():
        raise ValueError(f"column {name!r} has no value in any of its {len(column)} rows")
    if not _is_text(column):
        return
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = numbers.isna() & column.notna()
    if not wrong.any():
        wrong = column.notna()
    row = int(wrong.argmax())
    text = column.iloc[row]
    if wrong.sum() == column.notna().sum():
        raise ValueError(f"column {name!r} holds text ({text!r} in row {row + 1}), not numbers")
    raise ValueError(
        f"column {name!r} has {text!r} in row {row + 1}, which is no number; "
        f"correct it, or if it means a missing value: --na {text!r}"
    )
