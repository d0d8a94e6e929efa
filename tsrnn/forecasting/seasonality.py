"""The seasonality test of the M4 competition and classical decomposition; NaN is a missing value.

References
----------
.. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000 time
       series and 61 forecasting methods. International Journal of Forecasting, 36(1), 54-74.
.. [2] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd ed.),
       section 3.4. OTexts.
"""

from dataclasses import dataclass

import numpy as np
from scipy import fft


def autocorrelation(y, n_lags):
    """Return the sample autocorrelations at lags 0 to `n_lags`.

    Sums of products over the pairs that are both observed, divided by the sum of squares of the
    observed deviations from the mean.

    Parameters
    ----------
    y : array of shape (n,)
        Observations; NaN for missing.
    n_lags : int
        Largest lag, in [0, n - 1].

    Returns
    -------
    array of shape (n_lags + 1,)
        Autocorrelations in [-1, 1]; NaN for a constant series.

    Examples
    --------
    >>> autocorrelation([1.0, -1.0, 1.0, -1.0], 2)
    array([ 1.  , -0.75,  0.5 ])
    """
    y = np.asarray(y, dtype=np.float64)
    deviation = np.nan_to_num(y - np.nanmean(y))
    scale = np.abs(deviation).max()
    # Deviations at the level of rounding are those of a constant series.
    if scale <= 1e-12 * np.nanmax(np.abs(y)):
        return np.full(n_lags + 1, np.nan)
    deviation /= scale
    size = fft.next_fast_len(len(y) + n_lags, real=True)
    products = fft.irfft(np.abs(fft.rfft(deviation, size)) ** 2, size)[: n_lags + 1]
    return products / products[0]


def is_seasonal(y, m):
    """Tell whether a series is seasonal by the test of the M4 competition.

    With r_i the autocorrelation at lag i and n observations, the series is seasonal if m > 1,
    n >= 3 m and ``|r_m| > 1.645 / sqrt(n) * sqrt(1 + 2 * (r_1**2 + ... + r_(m-1)**2))`` [1]_
    (10 % level). Missing values count neither in n nor in the sums.

    Parameters
    ----------
    y : array of shape (n,)
        Observations; NaN for missing.
    m : int
        Season length, at least 1.

    Returns
    -------
    bool
        False for a constant series.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).

    Examples
    --------
    >>> is_seasonal([1.0, 5.0, 3.0, 8.0] * 5, 4), is_seasonal(range(20), 4)
    (True, False)
    """
    y = np.asarray(y, dtype=np.float64)
    n = np.count_nonzero(~np.isnan(y))
    if m <= 1 or n < 3 * m:
        return False
    r = autocorrelation(y, m)
    limit = 1.645 / np.sqrt(n) * np.sqrt(1 + 2 * np.sum(r[1:m] ** 2))
    return bool(np.abs(r[m]) > limit)


def seasonal_indices(y, m, multiplicative):
    """Return seasonal indices by classical decomposition (FPP3, section 3.4 [1]_).

    The trend is the centred moving average over one season (2 x m for even m). An index is the mean
    of ratios to (multiplicative) or differences from (additive) the trend at its phase; the indices
    are then divided by their mean, or their mean is subtracted. Missing values take no part in
    these means; for the trend they are filled by interpolation of the seasonally adjusted series.

    Parameters
    ----------
    y : array of shape (n,)
        Observations, n >= 2 m; NaN for missing. Positive if `multiplicative`.
    m : int
        Season length, at least 2.
    multiplicative : bool
        Whether the season is a factor, not an addend.

    Returns
    -------
    array of shape (m,)
        Index of phase ``t % m`` for time step t, of mean 1 or 0.

    Raises
    ------
    ValueError
        If n < 2 m.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> seasonal_indices([8.0, 10.0, 12.0] * 3, 3, multiplicative=True)
    array([0.8, 1. , 1.2])
    """
    return mean_effects(*seasonal_effects(y, m, multiplicative), m, multiplicative)


def seasonal_effects(y, m, multiplicative):
    """Return the ratios or differences that `seasonal_indices` is the mean of.

    Parameters
    ----------
    y, m, multiplicative
        See `seasonal_indices`.

    Returns
    -------
    effects : array of shape (n_effects,)
        At most ``n - m`` of them: the trend lacks half a season at either end.
    steps : int array of shape (n_effects,)
        Their time steps, increasing.
    """
    y = np.asarray(y, dtype=np.float64)
    if len(y) < 2 * m:
        raise ValueError(f"y must have at least two seasons, {2 * m} values, got {len(y)}")
    missing = np.isnan(y)
    if not missing.any():
        return _effects(y, y, m, multiplicative)
    # The first pass interpolates across the season, the second between adjusted values.
    season = Season(np.full(1, float(multiplicative)), multiplicative)
    for _ in range(2):
        filled = np.where(missing, season.restore(interpolate(season.remove(y))), y)
        found = _effects(y, filled, m, multiplicative)
        season = Season(mean_effects(*found, m, multiplicative), multiplicative)
    return found


def mean_effects(effects, steps, m, multiplicative):
    """Return the seasonal indices, (m,), that are the means of `seasonal_effects`."""
    return normalised(phase_means(effects, steps, m, multiplicative), multiplicative)


def phase_means(effects, steps, m, multiplicative, weights=None):
    """Return the mean effect of each phase, (m,), weighted by `weights` (n_effects,)."""
    phases = steps % m
    weights = np.ones(len(effects)) if weights is None else weights
    counts = np.bincount(phases, weights=weights, minlength=m)
    sums = np.bincount(phases, weights=weights * effects, minlength=m)
    # A phase that was never observed has no effect of its own.
    neutral = float(multiplicative)
    return np.divide(sums, counts, out=np.full(m, neutral), where=counts > 0)


def normalised(means, multiplicative):
    """Return means of effects, (..., m), as indices: their mean is 1 or, if additive, 0."""
    middle = means.mean(axis=-1, keepdims=True)
    return means / middle if multiplicative else means - middle


@dataclass(frozen=True)
class Season:
    """The season of one series, to take out and to put back.

    Parameters
    ----------
    indices : array of shape (m,)
        Index of phase ``t % m``.
    multiplicative : bool
        Whether the indices are factors, not addends.
    past : array of shape (n_past,), optional
        Those of the first steps, where the season was another then.
    """

    indices: np.ndarray
    multiplicative: bool
    past: np.ndarray | None = None

    @classmethod
    def find(cls, y, m):
        """Return the season of a series, a factor of 1 if the M4 test finds none.

        Parameters
        ----------
        y : array of shape (n,)
            Observations; NaN for missing.
        m : int
            Season length, at least 1.

        Returns
        -------
        Season
            Multiplicative if all values and indices are positive, else additive.

        Examples
        --------
        >>> season = Season.find([8.0, 10.0, 12.0] * 4, 3)
        >>> season.remove([8.0, 10.0], start=12), season.restore([5.0, 5.0], start=1)
        (array([10., 10.]), array([5., 6.]))
        """
        if not is_seasonal(y, m):
            return cls(np.ones(1), True)
        if np.nanmin(y) > 0:
            indices = seasonal_indices(y, m, multiplicative=True)
            if indices.min() > 0:
                return cls(indices, True)
        return cls(seasonal_indices(y, m, multiplicative=False), False)

    def tile(self, start, n):
        """Return the indices of time steps `start` to ``start + n - 1``, shape (n,)."""
        tiled = self.indices[np.arange(start, start + n) % len(self.indices)]
        if self.past is not None:
            past = self.past[start : start + n]
            tiled[: len(past)] = past
        return tiled

    def remove(self, values, start=0):
        """Return `values` (n,) of the steps from `start`, adjusted for the season."""
        values = np.asarray(values, dtype=np.float64)
        season = self.tile(start, len(values))
        return values / season if self.multiplicative else values - season

    def restore(self, values, start=0):
        """Return adjusted `values` (..., n) of the steps from `start` with the season put back."""
        values = np.asarray(values, dtype=np.float64)
        season = self.tile(start, values.shape[-1])
        return values * season if self.multiplicative else values + season

    def spread(self, sigma, start=0):
        """Return standard deviations (n,) of the adjusted steps from `start` on the data scale."""
        return sigma * self.tile(start, len(sigma)) if self.multiplicative else sigma


def interpolate(y):
    """Return `y` (n,) with NaN replaced by linear interpolation, at the ends by the nearest."""
    missing = np.isnan(y)
    if not missing.any():
        return y
    steps = np.arange(len(y))
    return np.interp(steps, steps[~missing], y[~missing])


def _effects(y, filled, m, multiplicative):
    weights = np.full(m + 1 - m % 2, 1.0 / m)
    if m % 2 == 0:
        weights[[0, -1]] /= 2
    half = m // 2
    trend = np.convolve(filled, weights, mode="valid")
    inner = slice(half, half + len(trend))
    steps = np.arange(len(y))[inner]
    effects = y[inner] / trend if multiplicative else y[inner] - trend
    seen = ~np.isnan(effects)
    return effects[seen], steps[seen]
