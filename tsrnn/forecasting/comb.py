"""Theta and damped trend, fitted to all series of a panel at once: what networks are blended with.

Both are exponential smoothing whose parameters are searched on a grid, all side by side in a loop
over time steps; the libraries optimise those of one series at a time.

`tsrnn.baselines.Comb` is another combination: smoothing, trend and damped trend as the M4
competition defined them, with the optimum of each series. One for both would change either the
published figures that it reproduces, or the forecasts of `RNNForecaster` and what they cost.

References
----------
.. [1] Hyndman, R. J., & Billah, B. (2003). Unmasking the Theta method. International Journal of
       Forecasting, 19(2), 287-290.
.. [2] Gardner, E. S. (2006). Exponential smoothing: the state of the art, part II. International
       Journal of Forecasting, 22(4), 637-666.
"""

import numpy as np

from tsrnn.kernels.smoothing_grid import damped_trend, furthest_moves, theta

# No further back: what is older has no say in the last level, and takes time.
_MAX_STEPS = 400
ALPHAS = np.array([0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85, 0.99])
# beta as a share of alpha.
BETAS = np.array([0.02, 0.1, 0.25, 0.5])
PHIS = np.array([0.8, 0.87, 0.93, 0.98])


def comb_forecast(series, h):
    """Return the mean of the forecasts of Theta [1]_ and of smoothing with a damped trend [2]_.

    From its first step on, the damped trend goes no further than the series ever moved in as many
    steps before its last: one value far from the others is no trend.

    Parameters
    ----------
    series : list of ndarray
        Seasonally adjusted, without NaN, of at least one value.
    h : int
        Horizon in steps.

    Returns
    -------
    ndarray of shape (n_series, h)
    """
    series = [y[-_MAX_STEPS:] for y in series]
    indptr = np.cumsum([0, *map(len, series)])
    y = np.concatenate(series, dtype=np.float64)
    simple, damped = np.empty((2, len(series), h))
    theta(y, indptr, ALPHAS, simple)
    alpha, beta, phi = (grid.ravel() for grid in np.meshgrid(ALPHAS, BETAS, PHIS))
    powers = np.cumsum(phi[:, None] ** np.arange(1, h + 1), axis=1)
    damped_trend(y, indptr, alpha, beta * alpha, phi, powers, damped)
    moves = np.empty_like(damped)
    furthest_moves(y, indptr, moves)
    # Forecasts near the largest number may be further apart than a number can be.
    with np.errstate(over="ignore", invalid="ignore"):
        ahead = damped - damped[:, :1]
        nearer = damped[:, :1] + np.clip(ahead, -moves, moves)
    damped = np.where(np.abs(ahead) > moves, nearer, damped)
    return (simple + damped) / 2
