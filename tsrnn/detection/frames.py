"""Time-ordered rows: what users pass in, checked and turned into arrays."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, validate_data

from tsrnn._times import plain_index
from tsrnn.detection.categories import categories_of, encode, find_levels, is_text
from tsrnn.detection.regular import OwnRows, make_regular

MINIMUM_ROWS = 8


@dataclass
class Rows:
    """Checked input: `values` (n_timesteps, n_channels) float64 with NaN where missing.

    `own` tells of the user's rows where these were made of them. `helpers` are the numbers of the
    channels that can only help to predict others, with the levels of text, whose places are the
    values, and () for booleans (known at fit only). `finite`: it is known that no value is missing.
    """

    values: np.ndarray
    index: pd.Index
    names: tuple
    own: OwnRows | None = None
    helpers: dict = field(default_factory=dict)
    finite: bool = False

    @property
    def texts(self):
        """Numbers of the channels whose values are places among levels."""
        return [channel for channel, levels in self.helpers.items() if levels]

    def __len__(self):
        return len(self.values)

    def __getitem__(self, part):
        return replace(self, values=self.values[part], index=self.index[part])


def read_rows(estimator, X, *, reset):
    """Check `X` for `estimator` and return it as `Rows`.

    Parameters
    ----------
    estimator : estimator
        Its ``n_features_in_``, ``feature_names_in_``, ``channels_`` and ``categories_`` are set
        when `reset`, else `X` must fit them.
    X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
        Rows in time order. NaN, or the mask of an array, marks missing values.
    reset : bool
        True in ``fit``.

    Raises
    ------
    ValueError
        If `X` is empty, one-dimensional and not a Series, has infinite values, times, complex
        numbers, text in a channel of numbers, an index that does not strictly increase, channels
        other than the fitted ones, and, at fit, fewer than 8 rows, a channel without any value or
        of too many texts.
    TypeError
        If `X` is sparse or holds objects that are neither numbers nor text.
    """
    if isinstance(X, pd.Series):
        unnamed = "x0" if reset else estimator.channels_[0]
        X = X.to_frame(unnamed if X.name is None else X.name)
    categories = {} if reset else categories_of(estimator)
    helpers = {}
    if isinstance(X, pd.DataFrame):
        frame = _on_plain_times(X if reset else _fitted_channels(estimator, X))
        _check_index(frame.index, estimator.duplicates != "raise")
        names = _names(frame) if reset else estimator.channels_
        values, helpers = _numeric(frame, names, None if reset else categories)
        index = frame.index
        if not len(frame) or not frame.shape[1]:
            values = check_array(values, estimator=estimator)
    elif categories:
        raise ValueError(
            f"X must be a DataFrame, since channel {next(iter(categories))!r} was text at fit; "
            f"got {type(X).__name__}"
        )
    else:
        if isinstance(X, np.ma.MaskedArray):
            X = X.astype(np.float64).filled(np.nan)
        values = check_array(
            X, dtype=np.float64, ensure_all_finite=False, estimator=estimator, input_name="X"
        )
        frame, index = values, pd.RangeIndex(len(values))
        names = tuple(f"x{i}" for i in range(values.shape[1]))
    if reset:
        _check_length(estimator, values)
    validate_data(estimator, frame, reset=reset, skip_check_array=True)
    if reset:
        estimator.channels_ = names
        estimator.categories_ = {names[i]: levels for i, levels in helpers.items() if levels}
    # One memory order, so that the same numbers give the same sums whatever they came in.
    values = np.ascontiguousarray(values)
    rows = Rows(values, index, estimator.channels_, helpers=helpers)
    _check_values(rows, reset)
    rows = make_regular(estimator, rows, reset=reset)
    if reset:
        _check_length(estimator, rows)
    return rows


def _on_plain_times(frame):
    """Return `frame` on NumPy's times, where Arrow, categories or objects hold such."""
    index = frame.index
    held = isinstance(index.dtype, pd.ArrowDtype | pd.CategoricalDtype) or index.dtype == object
    if not held or isinstance(index, pd.MultiIndex):
        return frame
    plain = plain_index(index)
    times = pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex
    return frame.set_axis(plain) if isinstance(plain, times) else frame


def _check_length(estimator, rows):
    if len(rows) < MINIMUM_ROWS:
        raise ValueError(
            f"{type(estimator).__name__} needs at least {MINIMUM_ROWS} rows to learn from, "
            f"got n_samples={len(rows)} (1 sample is one row)"
        )


def _names(frame):
    return tuple(str(column) for column in frame.columns)


def _fitted_channels(estimator, X):
    """Columns of X in fitted order; names of other kinds than text go by position."""
    fitted = getattr(estimator, "feature_names_in_", None)
    if fitted is None:
        # But for the same ones in another order.
        names, fitted = _names(X), estimator.channels_
        if names == fitted or sorted(names) != sorted(fitted):
            return X
        return X.iloc[:, [names.index(name) for name in fitted]]
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


def _numeric(frame, names, categories):
    """Values (n, n_channels) of `frame`, and its `Rows.helpers`; `categories` is None at fit."""
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        raise ValueError(f"X has more than one channel named {twice[0]!r}; names must be unique")
    columns, helpers = [], {}
    for place, (name, column) in enumerate(frame.items()):
        # A frame of too many columns is refused later.
        fitted = names[place] if place < len(names) else None
        if categories is None and is_text(column):
            helpers[place] = find_levels(name, column)
        elif categories and fitted in categories:
            helpers[place] = categories[fitted]
        elif _is_boolean(column):
            helpers[place] = ()
        if helpers.get(place):
            columns.append(encode(name, column, helpers[place]))
        else:
            columns.append(_numbers(name, column))
    return (np.column_stack(columns) if columns else np.empty((len(frame), 0))), helpers


def _is_boolean(column):
    if column.dtype == object:
        return pd.api.types.infer_dtype(column, skipna=True) == "boolean"
    return pd.api.types.is_bool_dtype(column)


def _numbers(name, column):
    if column.dtype == object:
        column = _from_objects(name, column)
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        if is_text(column):
            raise ValueError(
                f"channel {name!r} has dtype {column.dtype}, but was numbers at fit; convert it, "
                f"pd.to_numeric(X[{name!r}], errors='coerce') makes NaN of what is no number"
            )
        raise ValueError(
            f"channel {name!r} has dtype {column.dtype}; channels must be numbers, booleans or "
            f"text: convert or drop it, or make a time column the index: X.set_index({name!r})"
        )
    if pd.api.types.is_complex_dtype(column):
        raise ValueError(f"channel {name!r} is complex; complex data not supported")
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _from_objects(name, column):
    """Objects may be numbers (and None); text and times are left for the message about dtypes."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if is_text(column) or kind.startswith(("date", "time", "period")):
        return column
    try:
        # pandas' own missing value is no number.
        return column.mask(column.isna(), np.nan).astype(np.float64)
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
