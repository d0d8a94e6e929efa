"""Regular times, and the means of the rows up to each of them."""

import dataclasses
import numbers

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

# A grid of more rows for each row of the data than this stems from a wrong time or freq.
_MOST_ROWS = 1000


def step_of(freq, times):
    """Return `freq` as the step of a grid for `times`: an offset for datetimes, else an int.

    Raises
    ------
    ValueError
        If it is not positive or of the wrong kind for `times`.
    """
    if isinstance(times, pd.PeriodIndex) and not isinstance(freq, numbers.Number):
        if freq not in (times.freqstr, times.freq):
            raise ValueError(f"freq={freq!r} differs from that of the periods, {times.freqstr!r}")
        return times.freq.n
    if not isinstance(times, pd.DatetimeIndex):
        if isinstance(freq, bool) or not isinstance(freq, numbers.Integral) or freq < 1:
            raise ValueError(f"freq must be a positive integer for such times, got {freq!r}")
        return int(freq)
    try:
        offset = to_offset(freq)
    except (TypeError, ValueError) as error:
        raise ValueError(f"freq must be a pandas frequency, got {freq!r}: {error}") from None
    if offset is None or offset.n < 1:
        raise ValueError(f"freq must be a positive pandas frequency, got {freq!r}")
    return offset


def first_off_grid(table, step):
    """Return the first row of `table` that is not where a regular series has it, or None."""
    for block in table.blocks():
        times = table.times[block]
        grid = _grid(times, step)[: len(times)]
        off = np.asarray(grid != times[: len(grid)])
        if off.any():
            return block.start + int(np.argmax(off))
    return None


def on_grid(table, step):
    """Return the means of all rows after one time of a grid up to the next; NaN where none is.

    The label is the later of the two times, so that no value is later than its label. Values that
    lie on the grid stay what they are.
    """
    blocks = list(table.blocks())
    grids = [_grid(table.times[block], step) for block in blocks]
    lengths = [len(grid) for grid in grids]
    first = np.cumsum([0, *lengths[:-1]])
    place = np.concatenate(
        [
            grid.searchsorted(table.times[block]) + start
            for grid, block, start in zip(grids, blocks, first, strict=True)
        ]
    )
    times = grids[0].append(grids[1:]) if len(grids) > 1 else grids[0]
    return dataclasses.replace(
        table,
        features=_means(table.features, place, len(times)),
        targets=_means(table.targets, place, len(times)),
        series=np.repeat(np.arange(len(grids)), lengths),
        times=times.rename(table.times.name),
    )


def _means(values, place, n):
    """Means over rows of the same place, of what is not NaN; shape (n, n_columns)."""
    means = pd.DataFrame(values).groupby(place).mean().reindex(range(n))
    return np.ascontiguousarray(means.to_numpy())


def _grid(times, step):
    """Regular times of which the last is the first one not before the last of `times`.

    Calendar offsets, such as month starts, say themselves where the grid lies; other steps are
    counted from the first of `times`.
    """
    first, last = times[0], times[-1]
    if isinstance(times, pd.DatetimeIndex):
        if isinstance(step, pd.offsets.Tick):
            _check_length((last - first) // pd.Timedelta(step), times, step)
        grid = pd.date_range(first, last + step, freq=step).astype(times.dtype)
    else:
        codes = times.asi8 if isinstance(times, pd.PeriodIndex) else times.to_numpy(np.int64)
        _check_length((codes[-1] - codes[0]) // step, times, step)
        grid = np.arange(codes[0], codes[-1] + step, step)
        if isinstance(times, pd.PeriodIndex):
            grid = pd.PeriodIndex.from_ordinals(grid, freq=times.freq)
        else:
            grid = pd.Index(grid)
    return grid[: grid.searchsorted(last) + 1]


def _check_length(n, times, step):
    if n > _MOST_ROWS * (len(times) + 1):
        raise ValueError(
            f"{len(times)} rows from {times[0]} to {times[-1]} would become {n} in steps of {step}:"
            " correct the times or pass another freq"
        )
