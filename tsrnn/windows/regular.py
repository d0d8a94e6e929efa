"""Rows that are not a constant step apart: refused, or brought onto a grid."""

import pandas as pd

from tsrnn._validation import check_choice
from tsrnn.windows.grid import first_off_grid, on_grid, step_of
from tsrnn.windows.steps import first_odd_step


def regularise(table, irregular, freq):
    """Return `table` with a constant step from row to row of a series.

    See `tsrnn.windows.make_supervised` for `irregular` and `freq`, and for what is raised.
    """
    check_choice("irregular", irregular, ("raise", "resample", "ignore"))
    if irregular == "ignore":
        if freq is not None:
            raise ValueError(f"freq={freq!r} has no use with irregular='ignore'")
        return table
    is_integer = pd.api.types.is_integer_dtype(table.times.dtype)
    if not (is_integer or isinstance(table.times, pd.DatetimeIndex | pd.PeriodIndex)):
        raise ValueError(
            f"times must be datetimes (see pd.to_datetime), periods or integers, got "
            f"{table.times.dtype}; irregular='ignore' takes any and counts rows as steps"
        )
    if freq is None:
        row, step = first_odd_step(table)
    else:
        step = step_of(freq, table.times)
        row = first_off_grid(table, step)
    if row is None:
        return table
    if irregular == "resample":
        return on_grid(table, step)
    after = "" if row == 0 else f" after {table.times[row - 1]}"
    raise ValueError(
        f"rows must be a constant step of {getattr(step, 'freqstr', step)} apart, got "
        f"{table.name_of(row)}{after}; irregular='resample' fills a regular grid, "
        "irregular='ignore' counts rows as steps"
    )
