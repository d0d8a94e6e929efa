"""Variances of ETS forecasts in closed form."""

import numpy as np


def forecast_variance(fitted, point):
    """Return the variance of the forecast errors of an ETS model.

    The formulas are those of Hyndman et al. [1]_, chapter 6: class 1 (additive errors), class 2
    (multiplicative errors, other components additive) and class 3 (multiplicative season, where
    they are a close approximation).

    Parameters
    ----------
    fitted : statsmodels ETSResults
        The fitted model.
    point : array of shape (h,)
        Its point forecasts for steps 1 to h.

    Returns
    -------
    array of shape (h,)
        Variances.

    References
    ----------
    .. [1] Hyndman, R. J., Koehler, A. B., Ord, J. K., & Snyder, R. D. (2008). Forecasting with
           exponential smoothing: the state space approach. Springer.
    """
    model = fitted.model
    h = len(point)
    gamma = fitted.smoothing_seasonal if model.has_seasonal else 0.0
    m = model.seasonal_periods if model.has_seasonal else 1
    n_parameters = 1 + model.has_trend + model.has_seasonal + model.damped_trend
    residuals = np.asarray(fitted.resid)
    variance = np.sum(residuals**2) / max(len(residuals) - n_parameters, 1)
    effects = _effects(fitted, h)
    in_season = np.arange(1, h) % m == 0
    if model.error == "add":
        effects = effects + gamma * in_season
        return variance * np.concatenate([[1.0], 1 + np.cumsum(effects**2)])
    if not (model.has_seasonal and model.seasonal == "mul"):
        effects = effects + gamma * in_season * model.has_seasonal
        return (1 + variance) * _second_moment(point, effects, variance) - point**2
    season = _seasonal_factors(fitted, h, m)
    level = point / season
    growth = (1 + gamma**2 * variance) ** (np.arange(h) // m)
    moment = _second_moment(level, effects, variance) * (1 + variance) * growth
    return season**2 * (moment - level**2)


def _effects(fitted, h):
    """Return the effect of an error on the level and trend 1 to h - 1 steps later."""
    model = fitted.model
    alpha = fitted.smoothing_level
    if not model.has_trend:
        return np.full(h - 1, alpha)
    phi = fitted.damping_trend if model.damped_trend else 1.0
    return alpha + fitted.smoothing_trend * np.cumsum(phi ** np.arange(1, h))


def _second_moment(mean, effects, variance):
    """Return theta_k = mean_k**2 + variance * sum over j < k of effect_j**2 * theta_(k-j)."""
    theta = np.empty(len(mean))
    squares = effects**2
    for k in range(len(mean)):
        theta[k] = mean[k] ** 2 + variance * (squares[:k] @ theta[:k][::-1])
    return theta


def _seasonal_factors(fitted, h, m):
    """Return the last seasonal factors, in the order of the next h steps."""
    season = np.asarray(fitted.states)[-m:, fitted.model.state_names.index("seasonal")]
    return season[np.arange(h) % m]
