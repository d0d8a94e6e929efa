"""Simple exponential smoothing of one series, the optimum found in one dimension."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.signal import lfilter

_GRID = np.array([1e-4, 0.01, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99, 0.9999])


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
