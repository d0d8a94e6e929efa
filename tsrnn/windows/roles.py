"""Columns that seem to hold identifiers or times although they were not named as such."""

import pandas as pd

from tsrnn._warnings import warn_user


def check_roles(frame, used, id_col, time_col):
    """Refuse identifiers and times among the features; warn of several series behind each other.

    Parameters
    ----------
    frame : DataFrame
    used : list of column names
        Features and targets.
    id_col, time_col : column name or None

    Raises
    ------
    ValueError
        If a column of times, or one of identifiers that are no numbers, is among `used`.
    """
    has_times = time_col is not None or not isinstance(frame.index, pd.RangeIndex)
    for name, column in frame.items():
        if name in used and pd.api.types.is_datetime64_any_dtype(column.dtype):
            _refuse(name, column, f"if it is the time of the rows, pass time_col={name!r}")
        if id_col is not None or name == time_col or not _tells_series(name, column):
            continue
        if name in used and not pd.api.types.is_numeric_dtype(column.dtype):
            _refuse(name, column, f"if it tells series apart, pass id_col={name!r}")
        # Of a time each, all rows are one series.
        if not has_times:
            warn_user(
                f"column {name!r} seems to tell series apart, and windows reach from one into the "
                f"next; pass id_col={name!r}"
            )


def _refuse(name, column, remedy):
    raise ValueError(f"column {name!r} must hold numbers, got dtype {column.dtype}; {remedy}")


def _tells_series(name, column):
    named = str(name) == "id" or str(name).endswith("_id")
    is_text = pd.api.types.is_string_dtype(column.dtype) or column.dtype == "category"
    if not (named or is_text) or not 1 < column.nunique() < len(column):
        return False
    return named or int((column != column.shift()).sum()) == column.nunique()
