"""Overlapping windows of rows, without copying them."""

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from tsrnn._validation import check_int
from tsrnn.windows.time_order import check_time_order


def sliding_windows(X, window):
    """Return all windows of `window` consecutive rows, oldest row first.

    Parameters
    ----------
    X : array-like of shape (n_timesteps, ...), Series or DataFrame
        Rows in time order.
    window : int
        Rows in a window, in [1, n_timesteps].

    Returns
    -------
    ndarray of shape (n_timesteps - window + 1, window, ...), or DataFrame
        Window i holds the rows i to i + window - 1. An array gives a read-only view of its memory:
        copy it to write. A Series or DataFrame gives one row per window, labelled with the window's
        last row; columns ``<column>_lag<k>``, k rows before that label, time-major as
        `tsrnn.RNNRegressor` reads them. The values of a Series, or those of a DataFrame brought
        into row order once, are not copied either.

    Raises
    ------
    TypeError
        If `window` is not an integer.
    ValueError
        If it is out of range, `X` is a scalar, or a time index does not strictly increase.

    See Also
    --------
    lag_matrix : One row per row of `X`, any lags.
    make_supervised : Windows with their targets.

    Examples
    --------
    >>> import pandas as pd
    >>> from tsrnn.windows import sliding_windows
    >>> sliding_windows([1, 2, 3, 4], 3)
    array([[1, 2, 3],
           [2, 3, 4]])
    >>> days = pd.date_range("2024-01-01", periods=3)
    >>> sliding_windows(pd.Series([5, 6, 7], index=days, name="x"), 2)
                x_lag1  x_lag0
    2024-01-02       5       6
    2024-01-03       6       7
    """
    is_pandas = isinstance(X, pd.Series | pd.DataFrame)
    values = X.to_numpy() if is_pandas else np.asarray(X)
    if values.ndim == 0:
        raise ValueError(f"X must have at least one dimension, got the scalar {X!r}")
    window = check_int("window", window, 1)
    if window > len(values):
        raise ValueError(f"window={window} is longer than the {len(values)} rows of X")
    if not is_pandas:
        return _view(values, window)
    check_time_order(X)
    flat = flatten(_view(np.ascontiguousarray(values), window))
    names = lag_names(column_names(X), range(window - 1, -1, -1))
    return pd.DataFrame(flat, index=X.index[window - 1 :], columns=names, copy=False)


def _view(values, window):
    return np.moveaxis(sliding_window_view(values, window, axis=0), -1, 1)


def flatten(windows):
    """Windows (n, window, n_features) as rows (n, window * n_features), time-major.

    A view where the windows are views of an array in row order.
    """
    if windows.ndim == 2:
        return windows
    return windows.reshape(len(windows), windows.shape[1] * windows.shape[2])


def column_names(X):
    """Names of a DataFrame's columns, or of a Series, which is "x" by default."""
    if isinstance(X, pd.DataFrame):
        return list(X.columns)
    return ["x" if X.name is None else X.name]


def lag_names(names, lags):
    """``<column>_lag<k>`` of all columns for the first lag, then for the next."""
    return [f"{name}_lag{lag}" for lag in lags for name in names]
