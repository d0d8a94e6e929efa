"""Accuracy of quantiles and of prediction intervals.

A NaN in `y_true` is a missing observation and takes no part. A NaN in a forecast is a failure of
the model and makes the result NaN. ``error = y_true - y_pred``.
"""

import numpy as np

from tsrnn._validation import check_real
from tsrnn.metrics._arrays import mean, observed


def pinball_loss(y_true, y_pred, quantile=0.5):
    """Pinball (quantile) loss, mean of max(q (y - f), (q - 1) (y - f)) [1]_.

    Parameters
    ----------
    y_true, y_pred : array of equal shape
        Observations (NaN: missing) and forecasts of the quantile.
    quantile : float
        The quantile q, in (0, 1). At 0.5 the loss is half the mean absolute error.

    Returns
    -------
    float
        At least 0, in units of the data; NaN if nothing was observed.

    Raises
    ------
    TypeError
        If `quantile` is not a number.
    ValueError
        If the shapes differ, `y_true` is infinite, or `quantile` is not in (0, 1).

    References
    ----------
    .. [1] Koenker, R., & Bassett, G. (1978). Regression quantiles. Econometrica, 46(1), 33-50.

    Examples
    --------
    >>> pinball_loss([10.0, 10.0], [8.0, 12.0], quantile=0.75)
    1.0
    """
    q = check_real("quantile", quantile, 0, 1, open_minimum=True, open_maximum=True)
    y_true, y_pred = observed(y_true, y_pred)
    error = y_true - y_pred
    return mean(np.maximum(q * error, (q - 1) * error))


def coverage(y_true, lo, hi):
    """Share of observations inside their interval, bounds included.

    Parameters
    ----------
    y_true, lo, hi : array of equal shape
        Observations (NaN: missing), lower and upper bounds.

    Returns
    -------
    float
        In [0, 1]; NaN if nothing was observed.

    Raises
    ------
    ValueError
        If the shapes differ, or `y_true` is infinite.

    Examples
    --------
    >>> coverage([1.0, 2.0, 3.0, 4.0], [0.0, 2.0, 2.0, 5.0], [2.0, 3.0, 4.0, 6.0])
    0.75
    """
    y_true, lo, hi = observed(y_true, lo, hi)
    inside = ((lo <= y_true) & (y_true <= hi)).astype(np.float64)
    return mean(np.where(np.isnan(lo) | np.isnan(hi), np.nan, inside))


def winkler_score(y_true, lo, hi, level=95):
    """Winkler (interval) score, mean of the width plus 2/alpha times what lies outside [1]_.

    alpha is 1 - level/100.

    Parameters
    ----------
    y_true, lo, hi : array of equal shape
        Observations (NaN: missing), lower and upper bounds.
    level : float
        Level of the intervals in percent, in (0, 100).

    Returns
    -------
    float
        At least 0 where lo <= hi, in units of the data, lower is better; NaN if nothing was
        observed.

    Raises
    ------
    TypeError
        If `level` is not a number.
    ValueError
        If the shapes differ, `y_true` is infinite, or `level` is not in (0, 100).

    References
    ----------
    .. [1] Gneiting, T., & Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
           estimation. Journal of the American Statistical Association, 102(477), equation 43.

    Examples
    --------
    >>> round(winkler_score([5.0, 12.0], [0.0, 0.0], [10.0, 10.0], level=80), 9)
    20.0
    """
    alpha = 1 - check_real("level", level, 0, 100, open_minimum=True, open_maximum=True) / 100
    y_true, lo, hi = observed(y_true, lo, hi)
    outside = np.maximum(lo - y_true, 0) + np.maximum(y_true - hi, 0)
    return mean(hi - lo + 2 / alpha * outside)
