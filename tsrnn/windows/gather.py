"""Windows and targets out of a table: which rows have them, and their values."""

import numpy as np

from tsrnn.windows.normalization import location_and_scale
from tsrnn.windows.sliding import flatten, sliding_windows
from tsrnn.windows.time_order import as_slice


def window_ends(table, window, horizons, missing):
    """Return the rows of `table` that a window of the result ends with.

    Raises
    ------
    ValueError
        If there is none.
    """
    n_rows = len(table.series)
    row = np.arange(n_rows)
    ok = row - np.searchsorted(table.series, table.series) >= window - 1
    if missing == "drop":
        unknown = np.cumsum(np.r_[0, np.isnan(table.features).any(axis=1)])
        ok &= unknown[row + 1] == unknown[np.maximum(row + 1 - window, 0)]
        ok &= ~np.isnan(_targets(table, row, horizons)).any(axis=(1, 2))
    if not ok.any():
        longest = int(np.bincount(table.series).max())
        need = window + (max(horizons) if missing == "drop" else 0)
        why = f"the longest series has {longest} rows, of which window and horizon need {need}"
        if longest >= need:
            why = "each has a missing value; missing='keep' keeps them"
        raise ValueError(f"no window is left: {why}")
    return np.flatnonzero(ok)


def gather(table, rows, window, horizons, normalize):
    """Return X, y, location and scale of the windows that end with `rows`.

    The last three have the shape (n_windows, n_horizons * n_targets); location and scale are None
    without `normalize`.
    """
    features = _windows(table.features, rows, window)
    y = _targets(table, rows, horizons)
    if normalize is None:
        return flatten(features), y.reshape(len(y), -1), None, None
    location, scale = location_and_scale(normalize, features)
    X = ((features - location[:, None]) / scale[:, None]).astype(features.dtype)
    past = _windows(table.targets, rows, window)
    location, scale = (
        np.tile(part, (1, len(horizons))) for part in location_and_scale(normalize, past)
    )
    y = ((y.reshape(len(y), -1) - location) / scale).astype(y.dtype)
    return flatten(X), y, location, scale


def _windows(values, rows, window):
    """Windows (len(rows), window, n_columns) of the rows up to each of `rows`; a view if it can."""
    return sliding_windows(values, window)[as_slice(rows - window + 1)]


def _targets(table, rows, horizons):
    """Values (len(rows), n_horizons, n_targets) after `rows`; NaN after the end of a series."""
    place = rows[:, None] + np.array(horizons)
    inside = place < len(table.series)
    place = np.where(inside, place, 0)
    inside &= table.series[place] == table.series[rows][:, None]
    return np.where(inside[:, :, None], table.targets[place], np.nan).astype(table.targets.dtype)
