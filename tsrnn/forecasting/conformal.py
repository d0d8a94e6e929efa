"""Split conformal prediction intervals from forecasts of held-out blocks.

Half-widths are quantiles of absolute errors, one per horizon (Papadopoulos et al. 2002, ECML;
Stankeviciute, Alaa and van der Schaar 2021, NeurIPS, for several horizons). They are made not to
shrink with the horizon by isotonic regression, which also evens out their sampling noise.
"""

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import stdtrit

# Degrees of freedom that errors at other horizons are worth.
_OTHERS = 2


def half_widths(errors, levels):
    """Return the half-width of an interval for each level and horizon.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, h)
        Errors, of which the absolute values count; NaN is unknown.
    levels : sequence of float
        In percent.

    Returns
    -------
    dict of float to ndarray of shape (h,)
        Non-decreasing with the horizon and with the level. The error of rank (n + 1) level / 100
        by size, interpolated between the two next to it; where that exceeds n, too few errors are
        known to rank them: the quantile of Student's t with n + 2 degrees of freedom times their
        root mean square, and no less than the largest. 0 if no error is known.

    Examples
    --------
    >>> half_widths(np.arange(1.0, 10)[:, None] * [1, 2], [80, 85])
    {80: array([ 8., 16.]), 85: array([ 8.5, 17. ])}
    """
    counts = np.isfinite(errors).sum(axis=0)
    known = counts > 0
    if not known.any():
        return {level: np.zeros(len(counts)) for level in levels}
    ranked = np.sort(np.abs(errors), axis=0)
    size = np.sqrt(np.nansum(errors**2, axis=0) / np.maximum(counts, 1))
    widths = {}
    for level in levels:
        rank = (counts + 1) * level / 100
        most = np.fmax(_at(ranked, counts), stdtrit(counts + _OTHERS, 0.5 + level / 200) * size)
        width = np.where(rank > counts, most, _at(ranked, np.minimum(rank, counts)))
        # A horizon that was never seen takes the width of the nearest that was; beyond the last
        # of them, widths grow as those of a random walk.
        last = np.flatnonzero(known)[-1] + 1
        width = np.interp(np.arange(len(width)), np.flatnonzero(known), width[known])
        width = width * np.sqrt(np.maximum(np.arange(1, len(width) + 1) / last, 1))
        widths[level] = isotonic_regression(width).x
    return widths


def _at(ranked, rank):
    """Return what has the `rank` in each column of `ranked`, interpolated; below 1, the first."""
    rank = np.maximum(rank, 1)
    places = [np.floor(rank).astype(int) - 1, np.ceil(rank).astype(int) - 1]
    lower, upper = np.take_along_axis(ranked, np.array(places), axis=0)
    return lower + (rank % 1) * (upper - lower)


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
