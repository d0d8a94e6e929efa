"""Accuracy of predicted distributions, given as quantiles or as samples.

A NaN in `y_true` is a missing observation and takes no part. A NaN in a forecast is a failure of
the model and makes the result NaN. ``error = y_true - y_pred``.
"""

import numpy as np

from tsrnn._validation import check_real
from tsrnn.metrics._arrays import mean


def wql(y_true, y_pred, quantiles):
    """Weighted quantile loss, twice the pinball losses over the sum of the observations [1]_.

    For a quantile q it is ``2 * sum(max(q * error, (q - 1) * error)) / sum(abs(y_true))`` over all
    observations; the result is the mean over `quantiles`.

    Parameters
    ----------
    y_true : array
        Observations, of any shape; NaN: missing.
    y_pred : array of shape (*y_true.shape, n_quantiles)
        Forecasts of the quantiles.
    quantiles : sequence of n_quantiles float
        Each in (0, 1).

    Returns
    -------
    float
        At least 0, without unit; NaN if nothing was observed, or only zeros.

    Raises
    ------
    TypeError
        If a quantile is not a number.
    ValueError
        If the shapes do not fit, `y_true` is infinite, or a quantile is not in (0, 1).

    References
    ----------
    .. [1] Gasthaus, J., Benidis, K., Wang, Y., Rangapuram, S. S., Salinas, D., Flunkert, V., &
           Januschowski, T. (2019). Probabilistic forecasting with spline quantile function RNNs.
           AISTATS.

    Examples
    --------
    >>> round(wql([4.0, 6.0], [[3.0, 4.0], [6.0, 7.0]], quantiles=[0.25, 0.5]), 9)
    0.075
    """
    y_true, y_pred = _observed(y_true, y_pred)
    losses = _pinball(y_true, y_pred, quantiles)
    total = np.abs(y_true).sum()
    return mean(2 * losses.sum(axis=0) / total) if total > 0 else float("nan")


def crps(y_true, y_pred, quantiles=None):
    """Continuous ranked probability score of samples, or of quantiles.

    Of samples x_1 ... x_n it is that of their empirical distribution, ``mean(abs(x_i - y)) -
    mean(abs(x_i - x_j)) / 2`` over all i and all pairs i, j ([1]_, equation 21). Of quantiles it is
    twice the mean pinball loss, which tends to the score as the quantiles fill (0, 1) evenly [2]_.

    Parameters
    ----------
    y_true : array
        Observations, of any shape; NaN: missing.
    y_pred : array of shape (*y_true.shape, n)
        Samples, or forecasts of the quantiles.
    quantiles : sequence of n float, optional
        Each in (0, 1), evenly spaced: ``0.1, 0.2, ..., 0.9``; None: `y_pred` holds samples.

    Returns
    -------
    float
        Mean over the observations, at least 0, in units of the data; for one sample the mean
        absolute error. NaN if nothing was observed.

    Raises
    ------
    TypeError
        If a quantile is not a number.
    ValueError
        If the shapes do not fit, `y_true` is infinite, or a quantile is not in (0, 1).

    References
    ----------
    .. [1] Gneiting, T., & Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
           estimation. Journal of the American Statistical Association, 102(477), 359-378.
    .. [2] Laio, F., & Tamea, S. (2007). Verification tools for probabilistic forecasts of
           continuous hydrological variables. Hydrology and Earth System Sciences, 11, 1267-1277.

    Examples
    --------
    >>> crps([3.0], [[1.0, 5.0]])
    1.0
    >>> crps([4.0, 6.0], [[3.0, 4.0], [6.0, 7.0]], quantiles=[0.25, 0.5])
    0.375
    """
    y_true, y_pred = _observed(y_true, y_pred)
    if quantiles is not None:
        return mean(2 * _pinball(y_true, y_pred, quantiles))
    # From the observation: differences of samples that are large lose digits.
    error, n = np.sort(y_pred - y_true[:, None], axis=1), y_pred.shape[-1]
    # In increasing order, the i-th of n samples has 2 i - n - 1 more samples below than above.
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return mean(np.abs(error).mean(axis=1) - error @ ranks / n**2)


def _observed(y_true, y_pred):
    """Return float64 arrays of shapes (n,) and (n, n_columns) where `y_true` is observed."""
    y_true = np.asarray(y_true, dtype=np.float64)
    y_pred = np.asarray(y_pred, dtype=np.float64)
    if y_pred.shape[:-1] != y_true.shape or y_pred.ndim != y_true.ndim + 1 or not y_pred.shape[-1]:
        raise ValueError(
            "y_pred must have the shape of y_true and one more axis, of quantiles or samples, got "
            f"{y_pred.shape} for {y_true.shape}"
        )
    if np.isinf(y_true).any():
        raise ValueError("y_true must be finite or NaN, got an infinite value")
    seen = ~np.isnan(y_true)
    return y_true[seen], y_pred[seen]


def _pinball(y_true, y_pred, quantiles):
    """Return the pinball losses, shape (n, n_quantiles)."""
    levels = [
        check_real("quantiles", q, 0, 1, open_minimum=True, open_maximum=True)
        for q in np.atleast_1d(np.asarray(quantiles, dtype=object))
    ]
    if len(levels) != y_pred.shape[-1]:
        raise ValueError(
            f"quantiles must be as many as y_pred has columns, {y_pred.shape[-1]}, "
            f"got {len(levels)}"
        )
    levels = np.array(levels)
    error = y_true[:, None] - y_pred
    return np.maximum(levels * error, (levels - 1) * error)
