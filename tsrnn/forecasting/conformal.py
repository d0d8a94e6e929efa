"""Split conformal prediction intervals from forecasts of held-out blocks.

Half-widths are quantiles of absolute errors, one per horizon (Papadopoulos et al. 2002, ECML;
Stankeviciute, Alaa and van der Schaar 2021, NeurIPS, for several horizons). They are made not to
shrink with the horizon by isotonic regression, which also evens out their sampling noise.
"""

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import ndtri, stdtrit

# Degrees of freedom that errors at other horizons are worth.
_OTHERS = 2


def half_widths(errors, levels, n_series=None):
    """Return the half-width of an interval for each level and horizon.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, h)
        Errors, of which the absolute values count; NaN is unknown.
    levels : sequence of float
        In percent.
    n_series : int, optional
        Of as many series, whose forecasts overlap: of n forecasts of k steps from one origin after
        the other, n / k do not. Half-widths are then those of Student's t with two more degrees of
        freedom (errors at other horizons tell something too), in units of those of the normal
        distribution. None: they are independent.

    Returns
    -------
    dict of float to ndarray of shape (h,)
        Non-decreasing with the horizon and with the level. The k-th smallest error, k =
        ceil((n + 1) level / 100); where that exceeds n, too few errors are known to rank them: the
        quantile of Student's t with n + 2 degrees of freedom times their root mean square, and no
        less than the largest. No level has more than that, whatever `n_series` widens it by. 0 if
        no error is known.

    Examples
    --------
    >>> half_widths(np.arange(1.0, 10)[:, None] * [1, 2], [80])[80]
    array([ 8., 16.])
    """
    counts = np.isfinite(errors).sum(axis=0)
    known = counts > 0
    if not known.any():
        return {level: np.zeros(len(counts)) for level in levels}
    ranked = np.sort(np.abs(errors), axis=0)
    size = np.sqrt(np.nansum(errors**2, axis=0) / np.maximum(counts, 1))
    largest = _pick(ranked, counts)
    widths = {}
    for level in levels:
        rank = np.ceil((counts + 1) * level / 100).astype(int)
        width, quantile = _pick(ranked, np.minimum(rank, counts)), 0.5 + level / 200
        if n_series is not None:
            apart = np.maximum(counts / np.arange(1, len(counts) + 1) + _OTHERS, n_series)
            width = width * stdtrit(apart, quantile) / ndtri(quantile)
        most = np.fmax(largest, stdtrit(counts + _OTHERS, quantile) * size)
        width = np.where(rank > counts, most, np.minimum(width, most))
        # A horizon that was never seen takes the width of the nearest that was; beyond the last
        # of them, widths grow as those of a random walk.
        last = np.flatnonzero(known)[-1] + 1
        width = np.interp(np.arange(len(width)), np.flatnonzero(known), width[known])
        width = width * np.sqrt(np.maximum(np.arange(1, len(width) + 1) / last, 1))
        widths[level] = isotonic_regression(width).x
    return widths


def _pick(ranked, k):
    """Return the `k`-th, from 1 on, of each column of `ranked`; the first for 0."""
    return np.take_along_axis(ranked, np.maximum(k - 1, 0)[None], axis=0)[0]


def continued(width, h):
    """Return half-widths of `h` steps from those of the first, `width` (n_steps,).

    Forecasts further ahead start from forecasts: errors of a block add to those at the end of the
    block before, as if independent.

    Examples
    --------
    >>> continued(np.array([3.0, 4.0]), 4)
    array([3.        , 4.        , 5.        , 5.65685425])
    """
    blocks, behind = [], 0.0
    for _ in range(-(-h // len(width))):
        blocks.append(np.hypot(width, behind))
        behind = blocks[-1][-1]
    return np.concatenate(blocks)[:h]
