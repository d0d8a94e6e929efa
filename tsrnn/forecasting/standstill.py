"""Series that stand still: what they do next says nothing of the errors of those that move.

Errors are counted in units of how far a series moved. One that did not, and then does, errs by any
number of such units; one that still does not, by none. Intervals of series that move therefore rest
on errors of such series only: a Mondrian conformal predictor [1]_. Those of series that stand still
rest on all.

References
----------
.. [1] Vovk, V., Gammerman, A., & Shafer, G. (2005). Algorithmic learning in a random world,
       section 4.5. Springer.
"""

import numpy as np

from tsrnn.forecasting.usual_unit import ENOUGH, n_differences

# The least share of the usual difference of a series that errors are counted in, as `Sight` adds it
# to that within the window. The usual difference is here that of all there is, held out or not.
_LEAST_SHARE = 0.3
# Bounds of intervals are no further from the forecast than so many times the range of the series.
_FURTHEST = 2.0


def stands_still(scaled, n_steps):
    """Return the mask of the series whose last steps all have the same value.

    Parameters
    ----------
    scaled : list of WorkingScale
    n_steps : int
        How many steps, at least; never under eight. Half of them must be observed.

    Returns
    -------
    ndarray of shape (n_series,)
        False for series with few observations.
    """
    n_steps = max(n_steps, ENOUGH)
    return np.array([
        n_differences(s) >= ENOUGH
        and not s.moves[-n_steps:].any()
        and s.observed[-n_steps:].mean() >= 0.5
        for s in scaled
    ])  # fmt: skip


def with_least(scaled, scale):
    """Return `scale`, but no less than what the movement of a series makes of it in any case.

    A series that had not moved before an origin in the past has no unit there. Its errors count in
    the one that it had if the origin were its end.

    Parameters
    ----------
    scaled : list of WorkingScale
    scale : ndarray of shape (n_series,)
        The network's unit at the end of each.
    """
    return np.maximum(scale, [_LEAST_SHARE * s.movement for s in scaled])


def unmoved(scaled, z):
    """Return forecasts where series that never moved stay where they are, to the last bit.

    Networks forecast such a series to move by next to nothing, and its interval is as narrow.

    Parameters
    ----------
    scaled : list of WorkingScale
    z : ndarray of shape (n_series, h)

    Returns
    -------
    ndarray of shape (n_series, h)
        Series with few observations are as in `z`.
    """
    never = np.array([n_differences(s) >= ENOUGH and s.movement == 0 for s in scaled])
    last = np.array([s.z[-1] for s in scaled])
    return np.where(never[:, None], last[:, None], z)


def furthest(scaled, h):
    """Return how far from its forecast a series may be believed to get, for each step.

    A series that has just begun to move has a unit many times that of its past errors. They tell
    nothing then of how far it goes, but it will hardly leave its range by more than twice that.

    Parameters
    ----------
    scaled : list of WorkingScale
    h : int

    Returns
    -------
    ndarray of shape (n_series, h)
        On the working scale: twice the range of the values, times the square root of the horizon by
        their number where it is longer; infinite for series with few observations.
    """
    ranges = [np.ptp(s.z) if n_differences(s) >= ENOUGH else np.inf for s in scaled]
    lengths = np.array([len(s.z) for s in scaled])
    growth = np.sqrt(np.maximum(1.0, np.arange(1, h + 1) / lengths[:, None]))
    return _FURTHEST * np.array(ranges)[:, None] * growth
