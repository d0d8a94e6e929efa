"""Lagged values as columns, one row per row of the data."""

import numbers

import numpy as np
import pandas as pd

from tsrnn._validation import check_int
from tsrnn.windows.sliding import column_names, lag_names
from tsrnn.windows.time_order import check_time_order
from tsrnn.windows.values import as_floats


def lag_matrix(X, lags):
    """Return earlier values as columns; NaN where there is no earlier value.

    Parameters
    ----------
    X : array-like of shape (n_timesteps,) or (n_timesteps, n_features), Series or DataFrame
        Rows in time order; numbers.
    lags : int or iterable of int
        An int n >= 1 stands for the lags 1, 2, ..., n. Lags of an iterable are of at least 0 (the
        row itself); a negative one would look ahead.

    Returns
    -------
    ndarray of shape (n_timesteps, n_lags * n_features) or DataFrame
        All features of the first lag, then all of the next. float32 if `X` is, else float64. A
        DataFrame has the index of `X` and columns ``<column>_lag<k>``.

    Raises
    ------
    TypeError
        If a lag is not an integer.
    ValueError
        If a lag is out of range or there twice, there is none, `X` has another number of
        dimensions or values that are not numbers, or a time index does not strictly increase.

    Examples
    --------
    >>> from tsrnn.windows import lag_matrix
    >>> lag_matrix([1.0, 2.0, 3.0, 4.0], 2)
    array([[nan, nan],
           [ 1., nan],
           [ 2.,  1.],
           [ 3.,  2.]])
    >>> lag_matrix([1.0, 2.0, 3.0, 4.0], [0, 3])[-1]
    array([4., 1.])
    """
    lags = _check_lags(lags)
    check_time_order(X)
    values = as_floats(X)
    if values.ndim not in (1, 2):
        raise ValueError(f"X must have 1 or 2 dimensions, got the shape {values.shape}")
    values = values.reshape(len(values), -1)
    out = np.full((len(values), len(lags), values.shape[1]), np.nan, values.dtype)
    for i, lag in enumerate(lags):
        out[lag:, i] = values[: max(len(values) - lag, 0)]
    out = out.reshape(len(out), len(lags) * values.shape[1])
    if not isinstance(X, pd.Series | pd.DataFrame):
        return out
    return pd.DataFrame(out, index=X.index, columns=lag_names(column_names(X), lags), copy=False)


def _check_lags(lags):
    if isinstance(lags, numbers.Number):
        return range(1, check_int("lags", lags, 1) + 1)
    return check_steps("lags", lags)


def check_steps(name, steps):
    """Return an iterable of integers as a list.

    Raises
    ------
    TypeError
        If it is not that.
    ValueError
        If it is empty, or one of them is negative or there twice.
    """
    try:
        steps = [check_int(f"{name}[{i}]", step, 0) for i, step in enumerate(steps)]
    except TypeError as error:
        raise TypeError(f"{name} must be an integer or integers: {error}") from None
    if not steps or len(set(steps)) < len(steps):
        raise ValueError(f"{name} must be at least one integer, each once, got {steps}")
    return steps
