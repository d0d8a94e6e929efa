"""How fast the effects of a season are to be forgotten, where they drift.

Over decades the months that were the strongest become the weakest, and a mean over all of the
history is the season of its middle. Exponential smoothing forgets, but what it forgets by, chosen
by the fit of a whole model, is rarely worth its noise where seasons are few; here one of three
choices must forecast the next season's effects clearly better than the mean of all did.
"""

import numpy as np
from scipy.signal import lfilter

# Shares of a season's say that the season after it leaves it.
_DISCOUNTS = (0.75, 0.5)
# Of the squared errors one season ahead, what a discount may leave.
_CLEARLY = 0.9
# Seasons behind the first that is forecast, and forecasts at least.
_BEHIND, _LEAST = 4, 2


def season_weights(effects, phases, m):
    """Return how much each effect of a season counts.

    With a discount d, an effect k seasons before the last counts ``d**k``, as in exponential
    smoothing of each phase by itself. It is 1, unless the weighted means of .75 or .5 forecast the
    effects of the season after them, from the fifth on, with less than .9 of the squared errors.

    Parameters
    ----------
    effects : ndarray of shape (n_effects,)
        In order of time.
    phases : int ndarray of shape (n_effects,)
        In [0, m - 1].
    m : int
        Season length.

    Returns
    -------
    ndarray of shape (n_effects,)
        Positive.

    Examples
    --------
    >>> phases = np.tile([0, 1], 8)
    >>> season_weights(np.repeat([1.0, 3.0], 8) * phases, phases, 2)[::4].round(3)
    array([0.008, 0.031, 0.125, 0.5  ])
    >>> season_weights(np.ones(16), phases, 2)[::4]
    array([1., 1., 1., 1.])
    """
    seasons = np.cumsum(np.diff(phases, prepend=0) < 0)
    n_seasons = seasons[-1] + 1 if len(seasons) else 0
    if n_seasons < _BEHIND + _LEAST:
        return np.ones(len(effects))
    table, seen = np.zeros((n_seasons, m)), np.zeros((n_seasons, m))
    table[seasons, phases], seen[seasons, phases] = effects, 1.0
    best, least = 1.0, _CLEARLY * _next_season_error(table, seen, 1.0)
    for discount in _DISCOUNTS:
        error = _next_season_error(table, seen, discount)
        if error < least:
            best, least = discount, error
    return best ** (seasons[-1] - seasons).astype(np.float64)


def _next_season_error(table, seen, discount):
    """Return the squared errors of weighted means of the seasons before."""
    sums, counts = (lfilter([1.0], [1.0, -discount], rows, axis=0) for rows in (table, seen))
    known = (seen[1:] > 0) & (counts[:-1] > 0)
    known[: _BEHIND - 1] = False
    means = sums[:-1][known] / counts[:-1][known]
    return np.sum((table[1:][known] - means) ** 2)
