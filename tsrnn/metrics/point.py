"""Accuracy of point forecasts in the units of the data or in percent.

A NaN in `y_true` is a missing observation and takes no part. A NaN in a forecast is a failure of
the model and makes the result NaN. ``error = y_true - y_pred``.
"""

import numpy as np

from tsrnn.metrics._arrays import mean, observed


def mae(y_true, y_pred):
    """Mean absolute error.

    Parameters
    ----------
    y_true, y_pred : array of equal shape
        Observations (NaN: missing) and forecasts.

    Returns
    -------
    float
        At least 0, in units of the data; NaN if nothing was observed.

    Raises
    ------
    ValueError
        If the shapes differ, or `y_true` is infinite.

    Examples
    --------
    >>> mae([1.0, 2.0, 4.0], [1.0, 3.0, 2.0])
    1.0
    """
    y_true, y_pred = observed(y_true, y_pred)
    return mean(np.abs(y_true - y_pred))


def rmse(y_true, y_pred):
    """Root mean squared error.

    Parameters
    ----------
    y_true, y_pred : array of equal shape
        Observations (NaN: missing) and forecasts.

    Returns
    -------
    float
        At least 0, in units of the data; NaN if nothing was observed.

    Raises
    ------
    ValueError
        If the shapes differ, or `y_true` is infinite.

    Examples
    --------
    >>> rmse([1.0, 2.0], [1.0, 4.0])
    1.4142135623730951
    """
    y_true, y_pred = observed(y_true, y_pred)
    return float(np.sqrt(mean((y_true - y_pred) ** 2)))


def smape(y_true, y_pred):
    """Symmetric mean absolute percentage error, mean of 200 |y - f| / (|y| + |f|) [1]_.

    A term with y = f = 0 is 0.

    Parameters
    ----------
    y_true, y_pred : array of equal shape
        Observations (NaN: missing) and forecasts.

    Returns
    -------
    float
        In [0, 200]; NaN if nothing was observed.

    Raises
    ------
    ValueError
        If the shapes differ, or `y_true` is infinite.

    References
    ----------
    .. [1] Makridakis, S., & Hibon, M. (2000). The M3-Competition: results, conclusions and
           implications. International Journal of Forecasting, 16(4), 451-476.

    Examples
    --------
    >>> smape([100.0, 0.0], [300.0, 0.0])
    50.0
    """
    y_true, y_pred = observed(y_true, y_pred)
    size = np.abs(y_true) + np.abs(y_pred)
    return mean(200.0 * np.abs(y_true - y_pred) / np.where(size == 0, 1.0, size))
