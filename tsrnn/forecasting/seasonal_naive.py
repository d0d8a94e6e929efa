"""The seasonal naive forecast of one series and the width of its intervals."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SeasonalNaiveModel:
    """Repeat the last season; with a season of one step, the last value (FPP3, section 5.2 [1]_).

    Parameters
    ----------
    last : array of shape (m,)
        Last observation of each phase, in the order of the next m steps.
    age : int array of shape (m,)
        Seasons between that observation and the last season.
    sigma : float
        Standard deviation of the residuals ``y[t] - y[t - m]``.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.
    """

    last: np.ndarray
    age: np.ndarray
    sigma: float

    @classmethod
    def fit(cls, y, m):
        """Return the model of `y` (n,), which ends with an observation; NaN is missing.

        A phase never observed takes the last observation. The residuals are those over one step if
        none over a season is known; a single observation has none, and intervals of width 0.
        """
        n_seasons = -(-len(y) // m)
        table = np.full(n_seasons * m, np.nan)
        table[-len(y) :] = y
        table = table.reshape(n_seasons, m)[::-1]
        seen = ~np.isnan(table)
        age = np.where(seen.any(axis=0), seen.argmax(axis=0), 0)
        last = table[age, np.arange(m)]
        last = np.where(np.isnan(last), y[-1], last)
        sigma = _residual_size(y, m)
        if np.isnan(sigma):
            seen = y[~np.isnan(y)]
            sigma = _residual_size(seen, 1) if len(seen) > 1 else 0.0
        return cls(last, age, sigma)

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps (FPP3, table 5.2).

        The standard deviation is sigma * sqrt(k + 1), k the number of complete seasons before the
        step (and those in which its phase was missing).
        """
        steps = np.arange(h)
        phase = steps % len(self.last)
        n_seasons = steps // len(self.last) + 1 + self.age[phase]
        return self.last[phase], self.sigma * np.sqrt(n_seasons)

    def paths(self, shocks):
        """Return sample paths: each phase a random walk; see `LocalForecaster`."""
        n_paths, h = len(shocks), shocks.shape[1] - 1
        m = len(self.last)
        steps = np.zeros((n_paths, -(-h // m) * m))
        steps[:, :h] = shocks[:, 1:]
        steps = steps.reshape(n_paths, -1, m)
        # Where the last observation is older, more seasons lie before the first step.
        steps[:, 0] *= np.sqrt(1 + self.age)
        walks = np.cumsum(steps, axis=1).reshape(n_paths, -1)[:, :h]
        return self.forecast(h)[0] + self.sigma * walks


def _residual_size(y, m):
    residuals = y[m:] - y[:-m]
    residuals = residuals[~np.isnan(residuals)]
    if not residuals.size:
        return float("nan")
    # Squares leave the range of float64 long before values do; a power of two changes no digit.
    size = np.ldexp(1.0, np.frexp(np.abs(residuals).max())[1] - 1)
    return float(size * np.sqrt(np.mean((residuals / size) ** 2)))
