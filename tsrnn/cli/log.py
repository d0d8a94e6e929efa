"""A file as a log to watch: which channels, and where training ends."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import Day

from tsrnn.cli.frequency import describe_freq
from tsrnn.cli.log_channels import channels_of, choose_channels, with_booleans
from tsrnn.cli.log_words import without_words
from tsrnn.cli.options import read_file, split_names
from tsrnn.files import find_time, hint_of_excel

_FEWEST_ROWS = 16
_MOST_NAMED = 6
# Beyond this share of repeated times a file is no log of one thing.
_MOST_REPEATS = 0.1
_HOUR = pd.Timedelta(hours=1)


@dataclass(frozen=True)
class LogFile:
    """Channels of a file on a sorted index of times or numbers."""

    frame: pd.DataFrame
    found: str
    remarks: list


def read_log(arguments, model=None):
    """Read the channels that the arguments name, or all there are.

    Parameters
    ----------
    arguments : Namespace
    model : estimator, optional
        A saved one: its channels are read if the arguments name none.

    Raises
    ------
    ValueError
        If columns, times or numbers are not as they must be; each message says what to do.
    """
    names = split_names(arguments.channels)
    if model is not None:
        names = names or list(model.feature_names_in_)
    columns = None
    if names and arguments.time:
        columns = [*names, *([arguments.time] if arguments.time.lower() != "none" else [])]
    table = read_file(arguments, columns)
    table = replace(table, frame=with_booleans(table.frame))
    time, times, how = find_time(
        table.frame, arguments.time, arguments.date_format, counters=True, leave_out=names or ()
    )
    numbers, words = without_words(table, time, model)
    table = replace(table, frame=numbers)
    if model is not None:
        option = "--channels" if arguments.channels else f"--model {arguments.model}"
        frame, remarks = channels_of(model, table.frame, names, time, option)
    else:
        frame, remarks = choose_channels(table, names, time)
    frame, repeats = _on_index(frame, time, times)
    if pd.api.types.is_numeric_dtype(frame.index) and (hint := hint_of_excel(frame.index)):
        repeats.append(f"time {time!r}: {hint}")
    kept = ", ".join(map(str, frame.columns[:_MOST_NAMED]))
    more = ", ..." if frame.shape[1] > _MOST_NAMED else ""
    found = [
        f"{len(table.frame):,} rows",
        *table.found,
        f"time {time!r} ({how})" if time is not None else how,
        *_step(frame.index),
        f"{frame.shape[1]} channel{'s' if frame.shape[1] > 1 else ''} ({kept}{more})",
    ]
    return LogFile(
        frame, f"{table.name}: {', '.join(found)}", [*table.remarks, *words, *remarks, *repeats]
    )


def _on_index(frame, time, times):
    if times is None:
        return frame.reset_index(drop=True).rename_axis("row"), []
    frame = frame.set_axis(pd.Index(times, name=time))
    remarks = []
    repeated = frame.index.duplicated()
    if repeated.any():
        first = frame.index[int(repeated.argmax())]
        if repeated.mean() > _MOST_REPEATS:
            raise ValueError(
                f"{repeated.mean():.0%} of the times were there before, first {first}: does the "
                "file hold several logs? Give one at a time"
            )
        remarks.append(
            f"{int(repeated.sum()):,} repeated times, the first at {first}: only the first row of "
            f"each is used{_hint_of_clock(frame.index)}"
        )
        frame = frame[~repeated]
    return (frame if frame.index.is_monotonic_increasing else frame.sort_index()), remarks


def _hint_of_clock(index):
    """Say what to do where the only step back in time is that of a clock set back."""
    if not isinstance(index, pd.DatetimeIndex):
        return ""
    steps = pd.Series(index).diff()
    back = steps[steps < pd.Timedelta(0)]
    if len(back) != 1 or not -_HOUR <= back.iloc[0] <= -_HOUR / 2:
        return ""
    return (
        f"; the clock was set back after {index[back.index[0] - 1]}: write times with their offset "
        "from UTC, like 02:30+01:00, to use all"
    )


def _step(index):
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return []
    steps = pd.Series(index).diff().dropna()
    usual = steps.median()
    n_gaps = int((steps > 1.5 * usual).sum())
    gaps = f" with {n_gaps:,} gap{'s' if n_gaps > 1 else ''}" if n_gaps else ""
    # Months and years are of unequal length.
    regular = pd.infer_freq(index) if len(index) > 2 and not n_gaps else None
    words = describe_freq(to_offset(regular)) if regular else _in_words(usual)
    return [f"{words}{gaps}"]


def _in_words(step):
    offset = Day(step.days) if step == pd.Timedelta(days=step.days) else to_offset(step)
    return describe_freq(offset)


def training_rows(frame, until):
    """Return how many rows are for training.

    Parameters
    ----------
    frame : DataFrame
        The log.
    until : str
        Share of the rows like "50%", or the last row of training: an ISO 8601 time (a day or month
        counts to its end) or a row number.

    Raises
    ------
    ValueError
        If it is none of these, or leaves fewer than 8 rows before it.
    """
    n_rows = len(frame)
    if n_rows < _FEWEST_ROWS:
        raise ValueError(
            f"the log has {n_rows} row{'s' if n_rows > 1 else ''}; at least {_FEWEST_ROWS} are "
            "needed, some hundred to learn what is usual"
        )
    n_train = _rows_until(frame.index, until)
    if n_train < _FEWEST_ROWS // 2:
        raise ValueError(
            f"--train-until {until} leaves {n_train} rows to learn from, from {frame.index[0]} on; "
            f"at least {_FEWEST_ROWS // 2} are needed"
        )
    return n_train


def _rows_until(index, until):
    if until.endswith("%"):
        try:
            share = float(until[:-1])
        except ValueError:
            share = np.nan
        if not 0 < share <= 100:
            raise ValueError(f"--train-until must be a share in (0, 100] %, got {until!r}")
        return round(share / 100 * len(index))
    kind = "an ISO 8601 time" if isinstance(index, pd.DatetimeIndex) else "a row number"
    try:
        if isinstance(index, pd.DatetimeIndex):
            return index.slice_indexer(None, until).stop
        return int(index.searchsorted(float(until), side="right"))
    except (ValueError, TypeError, KeyError):
        raise ValueError(
            f"--train-until must be {kind} like {index[len(index) // 2]} or a share like 50%, "
            f"got {until!r}"
        ) from None
