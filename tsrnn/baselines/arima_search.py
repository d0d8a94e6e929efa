"""Orders of an ARIMA model: differences by tests, the rest by a stepwise search for low AICc.

References
----------
.. [1] Hyndman, R. J., & Khandakar, Y. (2008). Automatic time series forecasting: the forecast
       package for R. Journal of Statistical Software, 27(3).
.. [2] Wang, X., Smith, K., & Hyndman, R. J. (2006). Characteristic-based clustering for time series
       data. Data Mining and Knowledge Discovery, 13, 335-364.
.. [3] Kwiatkowski, D., Phillips, P. C. B., Schmidt, P., & Shin, Y. (1992). Testing the null
       hypothesis of stationarity against the alternative of a unit root. Journal of Econometrics,
       54, 159-178.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from tsrnn.baselines.arma import Orders, fit_arma
from tsrnn.baselines.stl import decompose

_MAX_ORDER, _MAX_SEASONAL_ORDER, _MAX_MODELS = 2, 1, 40
# The 5 % point of the statistic in [3]_, table 1, and the limit of forecast::nsdiffs.
_KPSS_LIMIT, _STRENGTH_LIMIT = 0.463, 0.64
_STARTS = ((2, 2, 1, 1), (0, 0, 0, 0), (1, 0, 1, 0), (0, 1, 0, 1))


def n_differences(y, m):
    """Return d and D, how often to difference `y` (n,) at lag 1 and at season length `m`.

    D is 1 if the strength of the season [2]_ is above 0.64; then d, at most 2, is the number of
    differences until the KPSS test [3]_ does not reject stationarity at 5 %.
    """
    n_seasonal = int(m > 1 and len(y) >= 3 * m and _seasonal_strength(y, m) > _STRENGTH_LIMIT)
    w = difference(y, 0, n_seasonal, m)
    d = 0
    while d < 2 and len(w) > 3 and _is_integrated(w):
        w, d = np.diff(w), d + 1
    return d, n_seasonal


def difference(y, d, n_seasonal, m):
    """Return `y` (n,) differenced `d` times at lag 1, `n_seasonal` times at lag `m`."""
    for _ in range(n_seasonal):
        y = y[m:] - y[:-m]
    return np.diff(y, d)


def search(w, m, *, mean):
    """Return the `ARMAFit` of `w` (n,) with the lowest AICc that a stepwise search finds [1]_.

    Parameters
    ----------
    w : array of shape (n,)
        Differenced series.
    m : int
        Season length, 1 for none.
    mean : bool
        Whether models with a mean are tried.
    """
    top = min(_MAX_ORDER, len(w) // 3)
    season_top = _MAX_SEASONAL_ORDER if m > 1 else 0
    limits = np.array([top, top, season_top, season_top])
    tried = {}

    def try_out(orders):
        if orders not in tried and len(tried) < _MAX_MODELS:
            tried[orders] = fit_arma(w, orders)
            return tried[orders].aicc
        return np.inf

    starts = [Orders(*np.minimum(start, limits).tolist(), m, mean) for start in _STARTS]
    if mean:
        starts.append(Orders(0, 0, 0, 0, m, False))
    for start in starts:
        try_out(start)
    best = min(tried, key=lambda orders: tried[orders].aicc)
    improved = True
    while improved:
        improved = False
        for orders in _neighbours(best, limits, mean):
            if try_out(orders) < tried[best].aicc:
                best, improved = orders, True
                break
    return tried[best]


def _neighbours(orders, limits, mean):
    """Yield orders one step away: one of a pair by 1, or both by 1 in the same direction."""
    now = np.array([orders.p, orders.q, orders.P, orders.Q])
    for seasonal, (first, second) in product(
        (True, False), ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (1, 1))
    ):
        step = (0, 0, first, second) if seasonal else (first, second, 0, 0)
        there = now + step
        if (there >= 0).all() and (there <= limits).all():
            yield Orders(*there.tolist(), orders.m, orders.mean)
    if mean:
        yield replace(orders, mean=not orders.mean)


def _seasonal_strength(y, m):
    """Return 1 - var(remainder) / var(season + remainder), at least 0, by STL."""
    parts = decompose(y, m)
    season, rest = np.asarray(parts.seasonal), np.asarray(parts.resid)
    total = np.var(season + rest)
    return max(0.0, 1 - np.var(rest) / total) if total > 0 else 0.0


def _is_integrated(w):
    """Tell whether the KPSS test with a constant rejects stationarity at 5 %."""
    return kpss_statistic(w) > _KPSS_LIMIT


def kpss_statistic(w):
    """Return the statistic of [3]_ for the null hypothesis that `w` (n,) is stationary.

    The sum of squares of the cumulated deviations from the mean, over n**2 times their long-run
    variance with Bartlett weights; the number of lags is ``trunc(3 * sqrt(n) / 13)``, R's "short"
    rule. 0 for a constant series.
    """
    n = len(w)
    deviations = w - np.mean(w)
    if np.abs(deviations).max() <= 1e-12 * np.abs(w).max():
        return 0.0
    n_lags = int(3 * np.sqrt(n) / 13)
    products = [deviations[lag:] @ deviations[: n - lag] for lag in range(n_lags + 1)]
    weights = 2 * (1 - np.arange(n_lags + 1) / (n_lags + 1))
    weights[0] = 1.0
    long_run = weights @ products / n
    return float(np.sum(np.cumsum(deviations) ** 2) / (n**2 * long_run))
