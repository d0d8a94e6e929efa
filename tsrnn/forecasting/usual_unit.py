"""What stands in for the unit of errors where a series does not tell how far it moves.

A single observation says nothing of it: by itself, its interval would have no width.
"""

import numpy as np


def usual_unit(scaled, scale):
    """Return the median unit of the series that move, relative to their level.

    Parameters
    ----------
    scaled : list of WorkingScale
    scale : ndarray of shape (n_series,)
        The unit of errors at the end of each series.

    Returns
    -------
    float or None
        None if no series moves.
    """
    relative = [
        unit / _level(s) for s, unit in zip(scaled, scale, strict=True) if s.variation and unit > 0
    ]
    return float(np.median(relative)) if relative else None


def with_usual(usual, scaled, scale):
    """Return `scale` with the `usual` unit, if it is known, for series of a single observation."""
    if usual is None:
        return scale
    alone = [i for i, s in enumerate(scaled) if not s.variation and s.observed.sum() == 1]
    if not alone:
        return scale
    scale = scale.copy()
    scale[alone] = [usual * _level(scaled[i]) for i in alone]
    return scale


def _level(scaled):
    # A difference of logarithms is relative already.
    return 1.0 if scaled.is_log else scaled.level
