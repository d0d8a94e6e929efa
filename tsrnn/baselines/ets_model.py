"""Forecasts of an ETS model and their variances in closed form."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ETSModel:
    """The end of a series under exponential smoothing in state space form [1]_.

    Parameters
    ----------
    error : {"add", "mul"}
        Kind of the errors.
    alpha, beta, gamma : float
        Smoothing parameters of level, trend and season, 0 for none.
    phi : float
        Damping of the trend, 1 for none.
    level, trend : float
        Last states, the trend 0 for none.
    season : array of shape (m,)
        Seasonal states of the next m steps; a single one, neutral, for none.
    multiplicative_season : bool
        Whether the season is a factor.
    variance : float
        Variance of the one-step errors, relative ones if they are multiplicative.

    References
    ----------
    .. [1] Hyndman, R. J., Koehler, A. B., Ord, J. K., & Snyder, R. D. (2008). Forecasting with
           exponential smoothing: the state space approach. Springer.
    """

    error: str
    alpha: float
    beta: float
    gamma: float
    phi: float
    level: float
    trend: float
    season: np.ndarray
    multiplicative_season: bool
    variance: float

    @classmethod
    def of(cls, fitted):
        """Return the model of an ETSResults of statsmodels."""
        model = fitted.model
        states = np.asarray(fitted.states)
        column = {name: i for i, name in enumerate(model.state_names)}
        multiplicative = bool(model.has_seasonal and model.seasonal == "mul")
        season = np.full(1, float(multiplicative))
        if model.has_seasonal:
            season = states[-model.seasonal_periods :, column["seasonal"]].copy()
        n_parameters = 1 + model.has_trend + model.has_seasonal + model.damped_trend
        residuals = np.asarray(fitted.resid)
        return cls(
            model.error,
            float(fitted.smoothing_level),
            float(fitted.smoothing_trend) if model.has_trend else 0.0,
            float(fitted.smoothing_seasonal) if model.has_seasonal else 0.0,
            float(fitted.damping_trend) if model.damped_trend else 1.0,
            float(states[-1, column["level"]]),
            float(states[-1, column["trend"]]) if model.has_trend else 0.0,
            season,
            multiplicative,
            float(np.sum(residuals**2)) / max(len(residuals) - n_parameters, 1),
        )

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,).

        The variances are those of [1]_, chapter 6: class 1 (additive errors), class 2
        (multiplicative errors, other components additive) and class 3 (multiplicative season, where
        they are a close approximation).
        """
        growth = np.cumsum(self.phi ** np.arange(1, h + 1))
        steps = np.arange(h)
        m = len(self.season)
        season = self.season[steps % m]
        level = self.level + self.trend * growth
        # What an error does to level and trend 1 to h - 1 steps later, and what to the season.
        effects = self.alpha + self.beta * growth[:-1]
        seasonal = self.gamma * (steps[1:] % m == 0)
        if self.multiplicative_season:
            grown = (1 + self.gamma**2 * self.variance) ** (steps // m)
            moment = _second_moment(level, effects, self.variance) * (1 + self.variance) * grown
            return level * season, np.sqrt(season**2 * (moment - level**2))
        point, effects = level + season, effects + seasonal
        if self.error == "add":
            scale = np.concatenate([[1.0], 1 + np.cumsum(effects**2)])
            return point, np.sqrt(self.variance * scale)
        moment = (1 + self.variance) * _second_moment(point, effects, self.variance)
        return point, np.sqrt(moment - point**2)

    def paths(self, shocks):
        """Return sample paths of the recursion (FPP3, table 8.7); see `LocalForecaster`."""
        level, trend = np.full((2, len(shocks)), [[self.level], [self.trend]])
        season = np.tile(self.season, (len(shocks), 1))
        paths = np.empty((len(shocks), shocks.shape[1] - 1))
        for k in range(paths.shape[1]):
            phase = k % len(self.season)
            base, factor = level + self.phi * trend, season[:, phase].copy()
            mean = base * factor if self.multiplicative_season else base + factor
            error = np.sqrt(self.variance) * shocks[:, 1 + k]
            error = error * mean if self.error == "mul" else error
            paths[:, k] = mean + error
            if self.multiplicative_season:
                season[:, phase] += self.gamma * error / base
                error = error / factor
            else:
                season[:, phase] += self.gamma * error
            level = base + self.alpha * error
            trend = self.phi * trend + self.beta * error
        return paths


def _second_moment(mean, effects, variance):
    """Return theta_k = mean_k**2 + variance * sum over j < k of effect_j**2 * theta_(k-j)."""
    theta = np.empty(len(mean))
    squares = effects**2
    for k in range(len(mean)):
        theta[k] = mean[k] ** 2 + variance * (squares[:k] @ theta[:k][::-1])
    return theta
