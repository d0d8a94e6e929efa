"""A file as series to forecast: which columns, how often, what is missing."""

import shlex
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from tsrnn.cli import console
from tsrnn.cli.frequency import describe_freq
from tsrnn.cli.options import read_file, split_names
from tsrnn.files import check_column, check_numeric, find_time, looks_like_times, numeric_columns
from tsrnn.forecasting import to_panel

# Names of a lone target column among other numbers.
_TARGET_NAMES = ("y", "value", "target")
# Up to this share of repeated times is a change to winter time or a double record, no panel.
_FEW_REPEATS = 0.02
_MANY_MISSING = 0.5
# So many columns of one file are forecast unasked.
_MOST_TARGETS = 20


@dataclass(frozen=True)
class SeriesFile:
    """Series of a file as a long frame: `ds`, `y`, and `unique_id` if there are several.

    `names` maps these names to the user's.
    """

    frame: pd.DataFrame
    names: dict
    panel: object
    found: str
    remarks: list

    def back(self, frame):
        """Return a result with the user's names."""
        return frame.rename(columns=self.names)

    def tell(self, arguments, guess):
        """Say what was found, what was guessed beyond it, and what may not be meant."""
        console.say(arguments, f"{self.found}, {guess}" if guess else self.found)
        for text in self.remarks:
            console.remark(text)


def read_series(arguments):
    """Read the series that the arguments name, or the ones that are there.

    Raises
    ------
    ValueError
        If columns, times or numbers are not as they must be; each message says what to do.
    """
    targets, ids = split_names(arguments.target), split_names(arguments.id)
    named = [*(targets or []), *(ids or [])]
    columns = None
    if targets and arguments.time and arguments.file != "-":
        columns = [*named, *([arguments.time] if arguments.time.lower() != "none" else [])]
    table = read_file(arguments, columns)
    time, times, how = find_time(table.frame, arguments.time, arguments.date_format)
    if columns and ids is None and times is not None and _repeats(times):
        # What tells the series apart is in a column that was left out.
        table = read_file(arguments)
    if times is None:
        times = pd.Series(np.arange(len(table.frame)), index=table.frame.index)
    targets, guessed = _check_targets(table, targets, time, times, ids)
    ids, keys = _ids(table.frame, ids, times, {time, *targets})
    frame = _long(table.frame, times, keys, targets)
    frame, remarks = _in_order(frame, keys is not None or len(targets) > 1)
    _check_values(frame, targets)
    panel = _panel(frame, _freq(arguments.freq, frame["ds"]), targets[0])
    remarks += _remarks(panel, targets)
    remarks += guessed
    names = {"ds": time or "row", "y": targets[0] if len(targets) == 1 else "value"}
    if "unique_id" in frame.columns:
        names["unique_id"] = "series" if len(targets) > 1 else "/".join(ids)
    found = _describe(table, time, how, panel, targets, ids)
    return SeriesFile(frame, names, panel, found, [*table.remarks, *remarks])


def _panel(frame, freq, target):
    """Return the panel of the long frame; what is wrong with a single series goes by `target`."""
    if "unique_id" in frame.columns or target == "ds":
        return to_panel(frame, freq=freq)
    return to_panel(frame.rename(columns={"y": target}), freq=freq, target_col=target)


def _freq(freq, times):
    """Return --freq as `to_panel` takes it: an offset, or an int for rows without dates."""
    if not pd.api.types.is_datetime64_any_dtype(times.dtype):
        if freq is not None and not freq.isdigit():
            raise ValueError(f"--freq must be a whole number for rows without dates, got {freq!r}")
        return None if freq is None else int(freq)
    if freq is None:
        if times.nunique() < 2:
            raise ValueError(f"there is only one time, {times.iloc[0]}; at least 2 rows are needed")
        return None
    try:
        return to_offset(freq)
    except ValueError:
        raise ValueError(
            f"--freq {freq!r} is not known; examples: h, 15min, D, B, W, MS (month start), QE, YS"
        ) from None


def _check_targets(table, targets, time, times, ids):
    """Return the columns to forecast, and remarks on what was guessed."""
    frame, remarks = table.frame, []
    if targets is None:
        others = {time, *(ids or []), "unique_id"}
        all_numeric = numeric_columns(frame, others)
        numeric = [name for name in all_numeric if frame[name].notna().any()] or all_numeric
        if len(numeric) < len(all_numeric):
            empty = [name for name in all_numeric if name not in numeric]
            remarks.append(f"left out {_some(empty)} (no value)")
        usual = [name for name in numeric if str(name).lower() in _TARGET_NAMES]
        targets = numeric if len(numeric) == 1 else usual[:1]
        if not numeric:
            texts = [str(name) for name in frame.columns if name not in others]
            if len(texts) == 1:
                check_numeric(frame, texts[0], "--target")
            shown = ", ".join(f"{name} ({frame[name].dropna().iloc[0]!r}, ...)" for name in texts)
            raise ValueError(f"{table.name} has no column of numbers to forecast, only: "
                             f"{shown or 'times'}")  # fmt: skip
        if not targets:
            targets = _all_of(table, numeric, times, ids)
            remarks.append(
                f"forecasting all {len(targets)} columns of numbers; --target names fewer"
            )
    for name in targets:
        check_numeric(frame, name, "--target")
        if name == time:
            raise ValueError(f"--target {name!r} is the time column; name another one by --time")
    return targets, remarks


def _all_of(table, numeric, times, ids):
    """Return all columns of numbers if each can be a series of its own, beside the others."""
    if ids is None and not _repeats(times) and len(numeric) <= _MOST_TARGETS:
        return numeric
    if looks_like_times(pd.Series(numeric, dtype=object)):
        raise ValueError(
            f"{table.name} has a column for each time, the first {numeric[0]!r}; a row for each "
            "time is read, and a column for each series: transpose it"
        )
    # Numbers that tell series apart, and yes and no, are no example of what to forecast.
    frame, columns = table.frame, list(table.frame.columns)
    keys = [name for name in numeric if _may_tell_apart(frame, name, columns.index(name), times)]
    keys += [name for name in numeric if frame[name].dropna().isin((0, 1)).all()]
    likely = [name for name in numeric if name not in keys] or numeric
    raise ValueError(
        f"{table.name} has {len(numeric)} columns of numbers: {_some(numeric)}; name the "
        f"one to forecast: --target {shlex.quote(str(likely[0]))} (or several: --target A,B)"
    )


def _ids(frame, ids, times, taken):
    """Return the id columns and one key per row, (None, None) for a single series."""
    if ids is None:
        if "unique_id" in frame.columns:
            ids = ["unique_id"]
        elif _repeats(times):
            ids = _guess_ids(frame, times, taken)
        else:
            return None, None
    for name in ids:
        check_column("--id", name, frame.columns)
        if frame[name].isna().any():
            row = int(frame[name].isna().argmax())
            raise ValueError(f"--id column {name!r} has no value in row {row + 1}")
    if len(ids) == 1:
        return ids, frame[ids[0]]
    first, *others = (frame[name].astype(str) for name in ids)
    return ids, first.str.cat(others, sep="/")


def _guess_ids(frame, times, taken):
    candidates = [
        name
        for i, name in enumerate(frame.columns)
        if name not in taken and _may_tell_apart(frame, name, i, times)
    ]
    sizes = [1, 2, *([len(candidates)] if len(candidates) > 2 else [])]
    choices = [list(chosen) for size in sizes for chosen in combinations(candidates, size)]
    # A few rows that are there twice do not speak against a column that is right for all others.
    for most in (0.0, _FEW_REPEATS):
        for chosen in choices:
            if frame[chosen].assign(**{"": times}).duplicated().mean() <= most:
                return chosen
    row = int(times.duplicated().argmax())
    raise ValueError(
        f"the time {times.iloc[row]} in row {row + 1} is not the first of its kind, and no column "
        "was found that tells several series apart; name one: --id COL"
    )


def _repeats(times):
    return times.duplicated().mean() > _FEW_REPEATS


def _may_tell_apart(frame, name, place, times):
    column = frame[name]
    if column.nunique() < 2 or column.isna().any():
        return False
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return True
    # Numbers of shops and the like stand before the time.
    before = times.name in frame.columns and place < list(frame.columns).index(times.name)
    return pd.api.types.is_integer_dtype(column.dtype) and before


def _long(frame, times, keys, targets):
    parts = []
    for name in targets:
        values = pd.to_numeric(frame[name]).astype(np.float64)
        part = pd.DataFrame({"ds": times, "y": values})
        if keys is not None or len(targets) > 1:
            ids = keys if len(targets) == 1 else str(name)
            if keys is not None and len(targets) > 1:
                ids = keys.astype(str) + "/" + str(name)
            part.insert(0, "unique_id", ids)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _in_order(frame, several):
    remarks = []
    keys = ["unique_id", "ds"] if several else ["ds"]
    repeated = frame.duplicated(keys)
    if repeated.any():
        row = int(repeated.argmax())
        if repeated.mean() > _FEW_REPEATS:
            raise ValueError(
                f"the time {frame['ds'].iloc[row]} in row {row + 1} is there more than once in one "
                "series; name the column that tells series apart: --id COL"
            )
        remarks.append(
            f"{int(repeated.sum())} repeated times, the first at {frame['ds'].iloc[row]}: "
            "only the first row of each is used"
        )
        frame = frame[~repeated]
    return frame.sort_values(keys, kind="stable").reset_index(drop=True), remarks


def _check_values(frame, targets):
    infinite = np.isinf(frame["y"])
    if infinite.any():
        raise ValueError(
            f"column {targets[0]!r} is infinite at {frame['ds'][int(infinite.argmax())]}; "
            "use an empty field for what is not known"
        )


def _remarks(panel, targets):
    missing = float(np.isnan(panel.y).mean())
    if missing > _MANY_MISSING:
        freq = describe_freq(panel.freq)
        yield f"{missing:.0%} of the steps are missing: is {freq} right? If not, say it: --freq"
    n_early = int((panel.last < panel.last.max()).sum())
    if n_early:
        end = panel.axis.decode(panel.last.max(keepdims=True))[0]
        few = f"{n_early:,} of {len(panel):,} series"
        yield f"{few} end before {end}: each is forecast from its own end on"
    if np.nanmin(panel.y) == np.nanmax(panel.y):
        value = np.nanmin(panel.y)
        yield f"{_some(targets)} is always {value:g}: there is nothing to learn but that value"


def _describe(table, time, how, panel, targets, ids):
    when = f"time {time!r} ({how})" if time is not None else how
    parts = [f"{len(table.frame):,} rows", *table.found, when, describe_freq(panel.freq)]
    n_missing = int(np.isnan(panel.y).sum())
    if n_missing:
        parts.append(f"{n_missing:,} of {len(panel.y):,} steps missing")
    if len(panel) > 1:
        by = f" by {_some(ids)}" if ids else ""
        parts.append(f"{len(panel):,} series{by}")
    parts.append(f"target {_some(targets)}")
    return f"{table.name}: {', '.join(parts)}"


def _some(names):
    text = ", ".join(map(repr, map(str, names[:8])))
    return text + (", ..." if len(names) > 8 else "")
