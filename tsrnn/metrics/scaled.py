"""Accuracy in units of the naive forecast, comparable between series.

A NaN in `y_true` is a missing observation and takes no part. A NaN in a forecast is a failure of
the model and makes the result NaN. ``error = y_true - y_pred``.
"""

import numpy as np

from tsrnn._validation import check_int
from tsrnn.metrics._arrays import mean
from tsrnn.metrics.intervals import winkler_score
from tsrnn.metrics.point import mae, rmse


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
    return mae(y_true, y_pred) / naive_scale(y_train, season_length, np.abs)


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
    return rmse(y_true, y_pred) / float(np.sqrt(naive_scale(y_train, season_length, np.square)))


def msis(y_true, lo, hi, y_train, season_length=1, level=95):
    """Mean scaled interval score of one series, as in the M4 competition [1]_.

    The `winkler_score` over the mean absolute error of the (seasonal) naive forecast one season
    ahead in the training data, ``mean(abs(y_train[t] - y_train[t - season_length]))``.

    Parameters
    ----------
    y_true, lo, hi : array of equal shape
        Observations (NaN: missing), lower and upper bounds of one series.
    y_train : array of shape (n_train,)
        The series before the forecasts; pairs with a NaN take no part.
    season_length : int
        Season length, at least 1.
    level : float
        Level of the intervals in percent, in (0, 100).

    Returns
    -------
    float
        At least 0 where lo <= hi, without unit, lower is better. NaN if nothing was observed, or
        the scale is 0 or has no pair.

    Raises
    ------
    TypeError
        If `season_length` is not an integer or `level` not a number.
    ValueError
        If the shapes differ, `y_true` is infinite, `season_length` is less than 1, or `level` is
        not in (0, 100).

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).

    Examples
    --------
    >>> round(msis([5.0, 12.0], [0.0, 0.0], [10.0, 10.0], y_train=[1.0, 3.0, 5.0], level=80), 9)
    10.0
    """
    score = winkler_score(y_true, lo, hi, level)
    return score / naive_scale(y_train, season_length, np.abs)


def naive_scale(y_train, season_length, size):
    """Return the mean `size` (function of an array) of the seasonal differences; NaN if it is 0."""
    m = check_int("season_length", season_length, 1)
    y_train = np.asarray(y_train, dtype=np.float64)
    if y_train.ndim != 1:
        raise ValueError(f"y_train must have one dimension, got shape {y_train.shape}")
    steps = y_train[m:] - y_train[:-m]
    scale = mean(size(steps[~np.isnan(steps)]))
    return scale if scale > 0 else float("nan")
