"""Seasons that drift: how fast their effects are to be forgotten, and what was known when.

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


def find_discount(effects, steps, m):
    """Return by how much each season's effects count less than those of the season after it.

    Parameters
    ----------
    effects : ndarray of shape (n_effects,)
    steps : int ndarray of shape (n_effects,)
        Their time steps, increasing.
    m : int
        Season length.

    Returns
    -------
    float
        1, unless means with weights .75 or .5 to the power of their age forecast the effects of the
        next season, from the fifth on, with less than .9 of the squared errors.

    Examples
    --------
    >>> steps = np.arange(16)
    >>> find_discount(np.repeat([1.0, 3.0], 8) * (steps % 2), steps, 2)
    0.5
    >>> find_discount(np.ones(16), steps, 2)
    1.0
    """
    if not len(steps) or steps[-1] // m + 1 < _BEHIND + _LEAST:
        return 1.0
    table, seen = _table(effects, steps, m)
    errors = {d: _next_season_error(table, seen, d) for d in (1.0, *_DISCOUNTS)}
    best = min(_DISCOUNTS, key=errors.get)
    return best if errors[best] < _CLEARLY * errors[1.0] else 1.0


def means_before(effects, steps, m, discount, neutral):
    """Return what was known of each season before it began.

    Parameters
    ----------
    effects, steps, m
        See `find_discount`.
    discount : float
    neutral : float
        Effect of a phase that was not observed.

    Returns
    -------
    ndarray of shape (n_seasons, m)
        Weighted means of each phase over the seasons before; of the first four seasons over these.
    """
    sums, counts = (_discounted(rows, discount) for rows in _table(effects, steps, m))
    means = np.divide(sums, counts, out=np.full(sums.shape, neutral), where=counts > 0)
    return means[np.maximum(np.arange(len(means)), _BEHIND) - 1]


def _table(effects, steps, m):
    """Return effects by season and phase, 0 where there is none, and where there is one."""
    table, seen = np.zeros((2, steps[-1] // m + 1, m))
    table[steps // m, steps % m], seen[steps // m, steps % m] = effects, 1.0
    return table, seen


def _discounted(rows, discount):
    return lfilter([1.0], [1.0, -discount], rows, axis=0)


def _next_season_error(table, seen, discount):
    """Return the squared errors of weighted means of the seasons before."""
    sums, counts = _discounted(table, discount), _discounted(seen, discount)
    known = (seen[1:] > 0) & (counts[:-1] > 0)
    known[: _BEHIND - 1] = False
    means = sums[:-1][known] / counts[:-1][known]
    return np.sum((table[1:][known] - means) ** 2)
