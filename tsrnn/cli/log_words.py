"""Words among the numbers of a channel, as loggers and historians write them: Bad, I/O Timeout."""

import pandas as pd

from tsrnn.cli.log_channels import is_state, is_text
from tsrnn.detection.categories import categories_of
from tsrnn.files import label_columns
from tsrnn.files.dialect import BEGINS_AS_NUMBER

# Words so rare say that a value is missing even where the numbers are few enough for states.
_MOST_AMONG_STATES = 0.1
_MOST = 0.5
_MOST_WORDS = 32
_MOST_SHOWN = 3


def without_words(table, time, model=None):
    """Return a `Table`'s frame with words among numbers as missing, and a remark for each column.

    Parameters
    ----------
    table : Table
    time : str or None
        Column of the times, left as it is.
    model : detector, optional
        It tells which channels are numbers, whatever the share of words, and which are text.
    """
    frame, remarks = table.frame, []
    known = () if model is None else model.feature_names_in_
    left = {time, *label_columns(frame), *categories_of(model)}
    for name in [name for name in frame.columns if name not in left]:
        column = frame[name]
        if not is_text(column) or pd.api.types.is_bool_dtype(column.dtype):
            continue
        numbers = _numbers(column, table)
        words = column[numbers.isna() & column.notna()].astype(str)
        if not _are_missing_values(words, column, name in known):
            continue
        frame = frame.assign(**{name: numbers})
        kinds = words.value_counts().index
        more = ", ..." if len(kinds) > _MOST_SHOWN else ""
        remarks.append(
            f"{name!r}: {len(words):,} of {int(column.notna().sum()):,} values are no numbers "
            f"({', '.join(map(repr, kinds[:_MOST_SHOWN]))}{more}) and read as missing"
        )
    return frame, remarks


def _numbers(column, table):
    if all(isinstance(value, str) for value in column.dropna()):
        if table.thousands:
            column = column.str.replace(table.thousands, "")
        column = column.str.replace(table.decimal, ".")
    return pd.to_numeric(column, errors="coerce")


def _are_missing_values(words, column, are_numbers):
    # What begins as a number does is one, in a form that is not known.
    if not len(words) or words.str.match(BEGINS_AS_NUMBER.pattern).any():
        return False
    if are_numbers:
        return True
    share = len(words) / max(int(column.notna().sum()), 1)
    most = _MOST_AMONG_STATES if is_state(column) else _MOST
    return share <= most and words.nunique() <= _MOST_WORDS
