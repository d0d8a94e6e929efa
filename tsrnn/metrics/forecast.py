"""Accuracy of point forecasts, and the registry of forecast metrics.

A NaN in `y_true` is a missing observation and takes no part. A NaN in a forecast is a failure of
the model and makes the result NaN. ``error = y_true - y_pred``.
"""

import numpy as np

from tsrnn._validation import check_int
from tsrnn.metrics._arrays import mean, observed
from tsrnn.metrics.intervals import coverage, pinball_loss, winkler_score


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


def mase(y_true, y_pred, y_train, season_length=1):
    """Mean absolute scaled error of one series [1]_.

    The mean absolute error over that of the (seasonal) naive forecast one season ahead in the
    training data, ``mean(abs(y_train[t] - y_train[t - season_length]))``.

    Parameters
    ----------
    y_true, y_pred : array of equal shape
        Observations (NaN: missing) and forecasts of one series.
    y_train : array of shape (n_train,)
        The series before the forecasts; pairs with a NaN take no part.
    season_length : int
        Season length, at least 1.

    Returns
    -------
    float
        At least 0, without unit. NaN if nothing was observed, or the scale is 0 or has no pair.

    Raises
    ------
    TypeError
        If `season_length` is not an integer.
    ValueError
        If the shapes differ, `y_true` is infinite, or `season_length` is less than 1.

    References
    ----------
    .. [1] Hyndman, R. J., & Koehler, A. B. (2006). Another look at measures of forecast accuracy.
           International Journal of Forecasting, 22(4), 679-688.

    Examples
    --------
    >>> mase([6.0, 8.0], [6.0, 7.0], y_train=[1.0, 3.0, 2.0, 4.0], season_length=2)
    0.5
    """
    return mae(y_true, y_pred) / _scale(y_train, season_length, np.abs)


def rmsse(y_true, y_pred, y_train, season_length=1):
    """Root mean squared scaled error of one series [1]_.

    ``sqrt(mean(error**2) / mean((y_train[t] - y_train[t - season_length])**2))``.

    Parameters
    ----------
    y_true, y_pred : array of equal shape
        Observations (NaN: missing) and forecasts of one series.
    y_train : array of shape (n_train,)
        The series before the forecasts; pairs with a NaN take no part.
    season_length : int
        Season length, at least 1.

    Returns
    -------
    float
        At least 0, without unit. NaN if nothing was observed, or the scale is 0 or has no pair.

    Raises
    ------
    TypeError
        If `season_length` is not an integer.
    ValueError
        If the shapes differ, `y_true` is infinite, or `season_length` is less than 1.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2022). The M5 competition:
           background, organization, and implementation. International Journal of
           Forecasting, 38(4), 1325-1336.

    Examples
    --------
    >>> rmsse([5.0, 8.0], [5.0, 4.0], y_train=[0.0, 2.0, 4.0])
    1.4142135623730951
    """
    return rmse(y_true, y_pred) / float(np.sqrt(_scale(y_train, season_length, np.square)))


FORECAST_METRICS = {
    "mae": mae,
    "rmse": rmse,
    "smape": smape,
    "mase": mase,
    "rmsse": rmsse,
    "pinball_loss": pinball_loss,
    "coverage": coverage,
    "winkler_score": winkler_score,
}


def _scale(y_train, season_length, size):
    m = check_int("season_length", season_length, 1)
    y_train = np.asarray(y_train, dtype=np.float64)
    if y_train.ndim != 1:
        raise ValueError(f"y_train must have one dimension, got shape {y_train.shape}")
    steps = y_train[m:] - y_train[:-m]
    scale = mean(size(steps[~np.isnan(steps)]))
    return scale if scale > 0 else float("nan")
