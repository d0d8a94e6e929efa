"""Simple exponential smoothing, the optimum found in one dimension."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.signal import lfilter

from tsrnn.baselines.adjusted import SeasonallyAdjusted
from tsrnn.baselines.local import LocalForecaster

_GRID = np.array([1e-4, 0.01, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99, 0.9999])


class SES(LocalForecaster):
    """Simple exponential smoothing of the seasonally adjusted series, as in M4 [1]_.

    The series is adjusted by classical decomposition if the M4 test finds a season. The level
    follows ``level += alpha * error``, with alpha and the first level by least squares; the last
    level is the forecast of all steps, and the season is put back. If no observation is negative,
    forecasts below 0 become 0.

    Intervals are normal with variance ``sigma**2 * (1 + (k - 1) * alpha**2)`` at step k, times the
    squared seasonal factor (FPP3, section 8.7 [2]_). Missing values are interpolated in the
    adjusted series.

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "SES".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).
    .. [2] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([5.0, 5.0, 5.0, 9.0, 9.0, 9.0], index=pd.RangeIndex(6))
    >>> SES(h=2).fit(y).predict().round(2).to_list()
    [9.0, 9.0]
    """

    def _fit_series(self, y, m):
        return SeasonallyAdjusted.fit(y, m, SESModel.fit)


@dataclass(frozen=True)
class SESModel:
    """Simple exponential smoothing, ETS(A,N,N) (FPP3, section 8.1 [1]_).

    Parameters
    ----------
    level : float
        Level after the last observation, the forecast of every step.
    alpha : float
        Smoothing parameter, in [0.0001, 0.9999].
    sigma : float
        Standard deviation of the one-step errors.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.
    """

    level: float
    alpha: float
    sigma: float

    @classmethod
    def fit(cls, y):
        """Return the model of `y` (n,), without NaN: least squares over alpha and first level."""
        sse = [_smooth(y, alpha)[0] for alpha in _GRID]
        best = int(np.argmin(sse))
        low, high = _GRID[max(best - 1, 0)], _GRID[min(best + 1, len(_GRID) - 1)]
        found = minimize_scalar(
            lambda alpha: _smooth(y, alpha)[0], bounds=(low, high), method="bounded"
        )
        alpha = float(found.x) if found.fun < sse[best] else float(_GRID[best])
        sse, level = _smooth(y, alpha)
        return cls(level, alpha, float(np.sqrt(sse / max(len(y) - 2, 1))))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps (FPP3, 8.7)."""
        variance = 1 + self.alpha**2 * np.arange(h)
        return np.full(h, self.level), self.sigma * np.sqrt(variance)

    def paths(self, shocks):
        """Return sample paths of the recursion; see `LocalForecaster`."""
        errors = self.sigma * shocks[:, 1:]
        return self.level + errors + self.alpha * (np.cumsum(errors, axis=1) - errors)


def _smooth(y, alpha):
    """Return the sum of squared one-step errors with the best first level, and the last level."""
    keep = 1 - alpha
    levels = lfilter([alpha], [1.0, -keep], y)
    errors = y - np.concatenate([[0.0], levels[:-1]])
    # The errors are linear in the first level: that parameter has a closed form.
    weights = keep ** np.arange(len(y))
    first = errors @ weights / (weights @ weights)
    errors = errors - weights * first
    return float(errors @ errors), float(levels[-1] + weights[-1] * keep * first)
