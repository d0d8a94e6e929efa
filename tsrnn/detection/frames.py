"""Time-ordered rows: what users pass in, checked and turned into arrays."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, validate_data

from tsrnn.detection.regular import OwnRows, make_regular

MINIMUM_ROWS = 8


@dataclass(frozen=True)
class Rows:
    """Checked input: `values` (n_timesteps, n_channels) float64 with NaN where missing.

    `own` tells of the user's rows where these were made of them.
    """

    values: np.ndarray
    index: pd.Index
    names: tuple
    own: OwnRows | None = None

    def __len__(self):
        return len(self.values)

    def __getitem__(self, part):
        return Rows(self.values[part], self.index[part], self.names)


def read_rows(estimator, X, *, reset):
    """Check `X` for `estimator` and return it as `Rows`.

    Parameters
    ----------
    estimator : estimator
        Its ``n_features_in_``, ``feature_names_in_`` and ``channels_`` are set when `reset`, else
        `X` must fit them.
    X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
        Rows in time order. NaN marks missing values.
    reset : bool
        True in ``fit``.

    Raises
    ------
    ValueError
        If `X` is empty, one-dimensional and not a Series, has non-numeric or infinite values,
        an index that does not strictly increase, channels other than the fitted ones, and, at fit,
        fewer than 8 rows or a channel without any value.
    TypeError
        If `X` is sparse or holds objects that are no numbers.
    """
    if isinstance(X, pd.Series):
        X = X.to_frame("x0" if X.name is None else X.name)
    if isinstance(X, pd.DataFrame):
        frame = X if reset else _fitted_channels(estimator, X)
        _check_index(frame.index, estimator.duplicates != "raise")
        values, index = _numeric(frame), frame.index
        if not len(frame) or not frame.shape[1]:
            values = check_array(values, estimator=estimator)
    else:
        values = check_array(
            X, dtype=np.float64, ensure_all_finite=False, estimator=estimator, input_name="X"
        )
        frame, index = values, pd.RangeIndex(len(values))
    if reset:
        _check_length(estimator, values)
    validate_data(estimator, frame, reset=reset, skip_check_array=True)
    names = _names(X, values.shape[1])
    if reset:
        estimator.channels_ = names
    # One memory order, so that the same numbers give the same sums whatever they came in.
    rows = Rows(np.ascontiguousarray(values), index, estimator.channels_)
    _check_values(rows, reset)
    rows = make_regular(estimator, rows, reset=reset)
    if reset:
        _check_length(estimator, rows)
    return rows


def _check_length(estimator, rows):
    if len(rows) < MINIMUM_ROWS:
        raise ValueError(
            f"{type(estimator).__name__} needs at least {MINIMUM_ROWS} rows to learn from, "
            f"got n_samples={len(rows)} (1 sample is one row)"
        )


def _names(X, n_channels):
    if isinstance(X, pd.DataFrame):
        return tuple(str(column) for column in X.columns)
    return tuple(f"x{i}" for i in range(n_channels))


def _fitted_channels(estimator, X):
    """Columns of X in fitted order; frames that were not fitted by name go by position."""
    fitted = getattr(estimator, "feature_names_in_", None)
    if fitted is None:
        return X
    missing = [name for name in fitted if name not in X.columns]
    if missing:
        raise ValueError(
            f"X lacks the channel(s) {', '.join(map(repr, missing))} seen at fit; "
            f"it has {', '.join(map(repr, X.columns[:20]))}"
        )
    extra = [name for name in X.columns if name not in set(fitted)]
    if extra:
        raise ValueError(
            f"X has the channel(s) {', '.join(map(repr, extra))} that were not seen at fit; "
            f"drop them, for example X[list(model.feature_names_in_)]"
        )
    return X if list(X.columns) == list(fitted) else X[list(fitted)]


def _numeric(frame):
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        raise ValueError(f"X has more than one channel named {twice[0]!r}; names must be unique")
    columns = []
    for name, column in frame.items():
        if column.dtype == object:
            column = _from_objects(name, column)
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
            raise ValueError(
                f"channel {name!r} has dtype {column.dtype}, channels must be numeric; convert or "
                f"drop it, or make a time column the index: X.set_index({name!r})"
            )
        if pd.api.types.is_complex_dtype(column):
            raise ValueError(f"channel {name!r} is complex; complex data not supported")
        columns.append(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.column_stack(columns) if columns else np.empty((len(frame), 0))


def _from_objects(name, column):
    """Objects may be numbers (and None); text is left for the message about dtypes."""
    if any(isinstance(value, str) for value in column):
        return column.astype(str)
    try:
        return column.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"channel {name!r}: {error}") from error


def _check_index(index, may_repeat):
    if isinstance(index, pd.MultiIndex):
        raise ValueError("X has a MultiIndex; pass one series of rows with one time index")
    if index.hasnans:
        raise ValueError(f"the index of X has a missing value at row {int(index.isna().argmax())}")
    if index.is_monotonic_increasing and (may_repeat or index.is_unique):
        return
    try:
        wrong = index[1:] < index[:-1] if may_repeat else index[1:] <= index[:-1]
        backwards = np.asarray(wrong)
    except TypeError as error:
        raise ValueError(f"the index of X cannot be ordered: {error}") from error
    row = int(backwards.argmax())
    kind = "repeats" if index[row] == index[row + 1] else "is not sorted"
    raise ValueError(
        f"the index of X {kind}: {index[row]} in row {row} is followed by {index[row + 1]}; "
        "it must strictly increase: sort it and drop repeats (X.sort_index(), "
        "X[~X.index.duplicated()]), or set duplicates='mean' or 'last' to make one row of repeats"
    )


def _check_values(rows, reset):
    infinite = np.isinf(rows.values)
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise ValueError(
            f"channel {rows.names[column]!r} is infinite at row {row} (index {rows.index[row]}); "
            "only finite numbers and NaN are accepted"
        )
    if reset:
        empty = np.isnan(rows.values).all(axis=0)
        if empty.any():
            names = [repr(name) for name, flag in zip(rows.names, empty, strict=True) if flag]
            raise ValueError(f"channel(s) {', '.join(names)} have no value at all; drop them")
