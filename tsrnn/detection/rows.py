"""Single rows and blocks of a stream, checked."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from tsrnn.detection.categories import categories_of, encode_one
from tsrnn.detection.frames import Rows, read_rows
from tsrnn.kernels.scores import has_infinite


def read_block(estimator, X, next_label):
    """Return `X` as `Rows`; without an index of its own it is numbered from `next_label` on."""
    rows = read_rows(estimator, X, reset=False)
    if isinstance(X, pd.DataFrame | pd.Series):
        return rows
    first = 0 if next_label is None else int(next_label)
    index = pd.RangeIndex(first, first + len(rows))
    return replace(rows, index=index)


def read_row(estimator, row, next_label):
    """Check one row: array-like, Series, mapping or frame; a number if there is one channel.

    Returns
    -------
    Rows
        With the name of a Series as label, or `next_label` where there is none.

    Raises
    ------
    ValueError
        If channels are missing or too many, or a value is infinite.
    TypeError
        If a value is no number, and its channel no text.
    """
    label, names = next_label, estimator.channels_
    if isinstance(row, pd.DataFrame):
        if len(row) != 1:
            raise ValueError(f"score_one takes one row, got {len(row)}; update takes several")
        rows = read_block(estimator, row, next_label)
        return replace(rows, index=list(rows.index))
    if not isinstance(row, np.ndarray):
        row, label = _unnamed(estimator, row, next_label)
    if categories := categories_of(estimator):
        row = _encoded(np.asarray(row, object), names, categories)
    values = _numbers(row)
    if values.ndim != 1 or values.size != len(names):
        _check_size(values, names)
        values = values.reshape(-1)
    # A sum takes less time than a look at each value by NumPy; finite ones may overflow.
    finite = math.isfinite(sum(values.tolist()))
    if not finite and has_infinite(values):
        name = names[int(np.flatnonzero(np.isinf(values))[0])]
        raise ValueError(f"channel {name!r} is infinite; only finite numbers and NaN are accepted")
    return Rows(values[None], [label], names, finite=finite)


def _numbers(row):
    try:
        return np.array(row, dtype=np.float64)
    except (TypeError, ValueError) as error:
        values = np.array(row, dtype=object)
        # pandas' own missing value is no number.
        missing = np.array([value is pd.NA for value in values.flat]).reshape(values.shape)
        if not missing.any():
            raise TypeError(f"a row must hold numbers, got {row!r}") from error
    return _numbers(np.where(missing, np.nan, values))


def _unnamed(estimator, row, next_label):
    """Values of a Series or mapping in the order of the channels, others as they are, and label."""
    label, names = next_label, estimator.channels_
    if isinstance(row, pd.Series):
        label = next_label if row.name is None else row.name
        by_name = hasattr(estimator, "feature_names_in_") or set(map(str, row.index)) == set(names)
        row = row.to_dict() if by_name else row.to_numpy()
    if isinstance(row, Mapping):
        if row.keys() != set(names):
            row = {str(name): value for name, value in row.items()}
        if row.keys() != set(names):
            listed = ", ".join(map(repr, list(row)[:20]))
            raise ValueError(f"a row must have the channels {', '.join(names)}, got {listed}")
        row = [row[name] for name in names]
    return row, label


def _check_size(values, names):
    if values.size != len(names) or values.ndim > 2:
        raise ValueError(f"a row must hold {len(names)} value(s), got shape {values.shape}")


def _encoded(row, names, categories):
    """`row` (array of objects) with places among levels instead of text."""
    _check_size(row, names)
    return [
        encode_one(value, categories[name]) if name in categories else value
        for name, value in zip(names, row.ravel().tolist(), strict=True)
    ]
