"""What stands in for what a series of a few observations does not tell of how it moves.

One observation says nothing of it: by itself, its interval would have no width. Two say little: if
they happen to be equal, or one is a hundred times the other, that is mostly chance.
"""

import numpy as np

# Differences of neighbours that tell how far a series moves. As many as are missing to that number
# are taken to be the usual ones.
ENOUGH = 8
# How many times the usual unit, divided by the share of them that is missing, a series may have.
_FURTHEST = 8


def usual_unit(scaled, scale):
    """Return the median unit of the series that move, relative to their level.

    Parameters
    ----------
    scaled : list of WorkingScale
    scale : ndarray of shape (n_series,)
        The unit at the end of each series.

    Returns
    -------
    float or None
        That of those with eight differences at least, where there are such; None if no series
        moves.
    """
    moving = [
        (unit / _level(s), n_differences(s) >= ENOUGH)
        for s, unit in zip(scaled, scale, strict=True)
        if s.variation and unit > 0
    ]
    known = [unit for unit, enough in moving if enough] or [unit for unit, _ in moving]
    return float(np.median(known)) if known else None


def with_usual(usual, scaled, scale):
    """Return `scale` with that of series with few differences drawn towards the `usual` one.

    Parameters
    ----------
    usual : float or None
        Of `usual_unit`; None changes nothing.
    scaled : list of WorkingScale
    scale : ndarray of shape (n_series,)

    Returns
    -------
    ndarray of shape (n_series,)
        With n < 8 differences, ``(n * own + (8 - n) * usual) / 8``, where `own` counts as ``64 /
        (8 - n)`` times the usual one at most: what a single step tells has no size that a forecast
        could be sure of.
    """
    few = _few(scaled)
    if usual is None or not few:
        return scale
    scale = scale.copy()
    for i in few:
        share, likely = n_differences(scaled[i]) / ENOUGH, usual * _level(scaled[i])
        own = min(scale[i], _FURTHEST / (1 - share) * likely) if share else 0.0
        scale[i] = share * own + (1 - share) * likely
    return scale


def movements(scaled):
    """Return the mean absolute difference of neighbours of each series, (n_series,)."""
    return np.array([s.variation for s in scaled])


def tempered(usual, scaled, z):
    """Return forecasts of series with few differences that depart no further than is usual.

    A series that moved further than usual so far is not forecast to go on like that: two values of
    which one is a hundred times the other are no reason to.

    Parameters
    ----------
    usual : float or None
        `usual_unit` of the `movements`; None changes nothing.
    scaled : list of WorkingScale
    z : ndarray of shape (n_series, h)

    Returns
    -------
    ndarray of shape (n_series, h)
        With n < 8 differences, the distance from the last value times ``(usual / own) ** (1 - n /
        8)``, unless that is above 1.
    """
    few = _few(scaled)
    if usual is None or not few:
        return z
    z = z.copy()
    for i in few:
        s = scaled[i]
        likely = usual * _level(s)
        if s.variation > likely:
            ratio = (likely / s.variation) ** (1 - n_differences(s) / ENOUGH)
            z[i] = s.z[-1] + (z[i] - s.z[-1]) * ratio
    return z


def n_differences(scaled):
    """Return how many differences of neighbours the observations of a series have."""
    return int(scaled.observed.sum()) - 1


def _few(scaled):
    return [i for i, s in enumerate(scaled) if n_differences(s) < ENOUGH]


def _level(scaled):
    # A difference of logarithms is relative already.
    return 1.0 if scaled.is_log else scaled.level
