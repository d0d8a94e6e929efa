"""One or many series in a table: columns picked, rows sorted by series and time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn._times import plain_index
from tsrnn._validation import check_column
from tsrnn.windows.sliding import column_names
from tsrnn.windows.time_order import as_slice
from tsrnn.windows.values import as_floats


@dataclass(frozen=True)
class Table:
    """Series behind each other.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_features)
    targets : ndarray of shape (n_rows, n_targets)
    series : int array of shape (n_rows,)
        Which series a row belongs to, increasing.
    ids : Index of shape (n_series,) or None
        Names of the series; None if there is but one, without a name.
    times : Index of shape (n_rows,)
        Strictly increasing within a series.
    """

    features: np.ndarray
    targets: np.ndarray
    series: np.ndarray
    ids: pd.Index | None
    times: pd.Index

    def blocks(self):
        """Yield the slice of rows of each series."""
        bounds = np.flatnonzero(np.diff(self.series)) + 1
        for start, stop in zip([0, *bounds], [*bounds, len(self.series)], strict=True):
            yield slice(int(start), int(stop))

    def name_of(self, row):
        """Name the series and time of a row, for messages."""
        if self.ids is None:
            return str(self.times[row])
        return f"{self.times[row]} of series {self.ids[[self.series[row]]].tolist()[0]!r}"

    def index_of(self, rows):
        """Index of some rows: times, or series and times."""
        times = self.times[as_slice(rows)]
        if self.ids is None:
            return times
        return pd.MultiIndex.from_arrays(
            [self.ids.take(self.series[rows]), times], names=[self.ids.name, times.name]
        )


def read_table(df, features, targets, id_col, time_col):
    """Return the `Table` of a DataFrame, sorted by series and time.

    `features` and `targets` are lists of column names, `id_col` and `time_col` a name or None.

    Raises
    ------
    ValueError
        If there is no row, an identifier or a time is missing, a time is there twice in a series,
        or a picked column has values that are not numbers.
    """
    if len(df) == 0:
        raise ValueError("df has no rows")
    times = df.index if time_col is None else pd.Index(df[time_col])
    series, ids = np.zeros(len(df), np.int64), None
    if id_col is not None:
        series, ids = pd.factorize(df[id_col], sort=True)
        ids = pd.Index(ids, name=id_col)
        _refuse_missing(series < 0, f"id_col {id_col!r}")
    if isinstance(times, pd.MultiIndex):
        raise ValueError(
            f"the index of df has {times.nlevels} levels; use df.reset_index() and name the "
            "columns by id_col and time_col"
        )
    times = plain_index(times)
    what = "the index of df" if time_col is None else f"time_col {time_col!r}"
    _refuse_missing(times.isna(), what)
    if not (times.is_monotonic_increasing and id_col is None):
        order = np.lexsort((pd.factorize(times, sort=True)[0], series))
        df, times, series = df.iloc[order], times[order], series[order]
    same = (series[1:] == series[:-1]) & (times[1:] == times[:-1])
    table = Table(_values(df, features), _values(df, targets), series, ids, times)
    if same.any():
        row = int(np.argmax(same))
        hint = "; for several series pass id_col" if id_col is None else ""
        raise ValueError(f"{what} holds {table.name_of(row)} more than once{hint}")
    return table


def _values(df, names):
    return np.ascontiguousarray(as_floats(df if names == column_names(df) else df[names]))


def _refuse_missing(missing, what):
    if np.any(missing):
        raise ValueError(f"{what} has a missing value in row {int(np.argmax(missing))}")


def check_columns(name, wanted, df):
    """Return `wanted` as a list of names, each of one column of `df`.

    Raises
    ------
    ValueError
        If a name is not among the columns (the message suggests the closest), there is none, or
        one is there twice.
    """
    wanted = list(wanted) if is_list(wanted) else [wanted]
    for column in wanted:
        check_column(name, column, df.columns)
    if not wanted or len(set(wanted)) < len(wanted):
        raise ValueError(f"{name} must be at least one column, each once, got {wanted}")
    return wanted


def is_list(names):
    """Return whether these are several names, as opposed to one; a tuple may be a name."""
    return isinstance(names, list | pd.Index | np.ndarray)
