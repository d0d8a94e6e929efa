"""The season of one series, as far as it is none of chance.

A test that takes all of a season out, or none, errs both ways: indices of a few noisy seasons carry
the noise into every forecast, and a season that the test does not find is lost. Indices drawn
towards no season by what they owe to noise forecast better [1]_, and need no test.

References
----------
.. [1] Miller, D. M., & Williams, D. (2003). Shrinkage estimators of time series seasonal factors
       and their effect on forecasting accuracy. International Journal of Forecasting, 19(4),
       669-684.
.. [2] James, W., & Stein, C. (1961). Estimation with quadratic loss. Proceedings of the Fourth
       Berkeley Symposium on Mathematical Statistics and Probability, 1, 361-379.
"""

import numpy as np

from tsrnn.forecasting.drifting_season import find_discount, means_before
from tsrnn.forecasting.seasonality import Season, normalised, phase_means, seasonal_effects

# Seasons that a series must hold: with two, each phase has one effect, and no spread to tell noise.
_MIN_SEASONS = 3
# Indices of this size, relative to the values, are errors of rounding.
_ROUNDING = 1e-12
_NONE = Season(np.ones(1), True)


def shrunken_season(y, m, *, drifts=True):
    """Return the season of a series by classical decomposition, shrunk towards none.

    With F the variance of the m indices, ``sum(s_j**2) / (m - 1)``, by that which noise alone gives
    them, the variance of effects within a phase by effects per phase, the indices are those of
    `seasonal_indices` times ``max(0, 1 - 1 / F)`` (their distance from 1 if multiplicative). That
    is the estimator of James and Stein [2]_ but for a numerator of m - 1, not m - 3. Where the
    season drifts, means, variance and number of effects are weighted by ``find_discount``, and each
    season of the past is that which was known before it: as a forecast sees the season after it.

    Parameters
    ----------
    y : ndarray of shape (n,), float64
        Observations; NaN for missing.
    m : int
        Season length, at least 1.
    drifts : bool, default=True
        Whether the season may drift.

    Returns
    -------
    Season
        Multiplicative if all values and indices are positive, else additive; a factor of 1 if
        nothing is left, or fewer than three seasons are observed.

    Examples
    --------
    >>> y = np.array([8.0, 10.0, 12.0] * 4)
    >>> shrunken_season(y, 3).indices
    array([0.8, 1. , 1.2])
    >>> noise = np.random.default_rng(0).normal(size=12)
    >>> shrunken_season(y + 2 * noise, 3).indices.round(2)
    array([0.81, 0.99, 1.2 ])
    """
    n = np.count_nonzero(~np.isnan(y))
    if m <= 1 or n < _MIN_SEASONS * m or np.nanmin(y) == np.nanmax(y):
        return _NONE
    if np.nanmin(y) > 0:
        season = _shrunken(y, m, drifts, multiplicative=True)
        if season.tile(0, len(y) + m).min() > 0:
            return season
    return _shrunken(y, m, drifts, multiplicative=False)


def _shrunken(y, m, drifts, multiplicative):
    neutral = float(multiplicative)
    effects, steps = seasonal_effects(y, m, multiplicative)
    discount = find_discount(effects, steps, m) if drifts else 1.0
    weights = discount ** (steps[-1:] // m - steps // m).astype(np.float64)
    means = phase_means(effects, steps, m, multiplicative, weights)
    indices = normalised(means, multiplicative) - neutral
    # Of equal weights it is len(effects), and len(effects) - m are free.
    count = weights.sum() ** 2 / max(np.sum(weights**2), 1)
    spread = np.average((effects - means[steps % m]) ** 2, weights=weights) if count else 0.0
    noise = spread * m / max(count - m, 1)
    found = np.sum(indices**2)
    if np.abs(indices).max() <= _ROUNDING * (1 if multiplicative else np.nanmax(np.abs(y))):
        return _NONE
    share = max(0.0, 1 - (m - 1) * noise / found)
    if share == 0:
        return _NONE
    past = None
    if discount < 1:
        before = means_before(effects, steps, m, discount, neutral)
        past = neutral + share * (normalised(before, multiplicative) - neutral)
        every = np.arange(len(y))
        past = past[np.minimum(every // m, len(past) - 1), every % m]
    return Season(neutral + share * indices, multiplicative, past)
