"""Which columns of a file are channels of a log: numbers, and text that tells of states."""

import pandas as pd

from tsrnn.detection.categories import are_few, categories_of
from tsrnn.files import check_numeric, label_columns, looks_like_times, numeric_columns
from tsrnn.files.names import check_column

_MOST_NAMED = 6


def choose_channels(table, names, time):
    """Return the channels of a `Table` as a frame, and remarks on them.

    Parameters
    ----------
    table : Table
    names : list of str or None
        Chosen by the user; None for all that can be channels.
    time : str or None
        Column of the times.

    Raises
    ------
    ValueError
        If a column is none or cannot be a channel, or no channel holds numbers.
    """
    if names is None:
        frame, remarks = _all_channels(table, time)
    else:
        states = [name for name in names if name in table.frame and is_state(table.frame[name])]
        frame, remarks = named_channels(table.frame, names, time, states), []
    states = [name for name in frame.columns if is_text(frame[name])]
    if states:
        remarks.append(f"{_listed(states)}: text, helps to predict the others, is not scored")
    if all(is_text(column) or pd.api.types.is_bool_dtype(column) for _, column in frame.items()):
        frame, more = _scored_booleans(table, frame)
        remarks += more
    return frame, remarks


def channels_of(model, frame, names, time, option):
    """Return the channels `names` of a model as a frame, and remarks on those without any value."""
    for name in names:
        check_column(option, name, frame.columns)
    empty = [name for name in names if not frame[name].notna().any()]
    frame = named_channels(frame, names, time, {*empty, *categories_of(model)})
    return frame, [f"{_listed(empty)}: no value in any row"] if empty else []


def named_channels(frame, names, time, states):
    """Return the columns `names`; all but `states` must hold numbers."""
    for name in names:
        if name in states:
            check_column("--channels", name, frame.columns)
        else:
            check_numeric(frame, name, "--channels")
    if time in names:
        raise ValueError(f"--channels {time!r} is the time column; name another by --time")
    return frame[names]


def is_state(column):
    """Whether a column is text that tells of states: few, which come again, and no times."""
    n_levels = column.nunique()
    return (
        is_text(column)
        and n_levels > 1
        and are_few(n_levels, int(column.notna().sum()))
        and not looks_like_times(column)
    )


def with_booleans(frame):
    """Return `frame` with columns of True, False and missing values as what they are."""
    return frame.astype(
        {
            name: "boolean"
            for name, column in frame.items()
            if column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) == "boolean"
        }
    )


def _all_channels(table, time):
    frame = table.frame
    numeric = numeric_columns(frame, (time,))
    empty = [name for name in numeric if not frame[name].notna().any()]
    labels = label_columns(frame)
    others = [name for name in frame.columns if name not in (*numeric, *labels, time)]
    states = [name for name in others if is_state(frame[name])]
    texts = [name for name in others if name not in states]
    chosen = [name for name in frame.columns if name in (*numeric, *states) and name not in empty]
    if len(chosen) == len(states):
        if len(texts) + len(states) == 1:
            check_numeric(frame, [*texts, *states][0], "--channels")
        what = "only empty columns" if empty else "only text and times"
        raise ValueError(f"{table.name} has no channel of numbers, {what}")
    remarks = [
        f"left out {_listed(left_out)} ({why})"
        for left_out, why in ((labels, "labels"), (texts, "text"), (empty, "no value"))
        if left_out
    ]
    return frame[chosen], remarks


def _scored_booleans(table, frame):
    """Booleans as numbers, where there are no others to score."""
    booleans = [name for name in frame.columns if not is_text(frame[name])]
    if not booleans:
        raise ValueError(f"{table.name}: --channels names text only, which is not scored")
    remark = "no channel of numbers: True and False are scored as 1 and 0"
    return frame.astype(dict.fromkeys(booleans, "float64")), [remark]


def is_text(column):
    """Whether a column does not hold numbers."""
    return not pd.api.types.is_numeric_dtype(column.dtype)


def _listed(names):
    return ", ".join(map(repr, names[:_MOST_NAMED]))
