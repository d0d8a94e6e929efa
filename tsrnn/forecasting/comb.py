"""Theta and damped trend, fitted to all series of a panel at once: what networks are blended with.

Both are exponential smoothing whose parameters are searched on a grid, in loops over time steps
with all series and all parameters side by side; the libraries fit one series at a time.

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

# No further back: what is older has no say in the last level, and takes time.
_MAX_STEPS = 400
ALPHAS = np.array([0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85, 0.99])
# beta as a share of alpha.
BETAS = np.array([0.02, 0.1, 0.25, 0.5])
PHIS = np.array([0.8, 0.87, 0.93, 0.98])
# Series that are worked on at once, so that their levels stay in the processor's cache.
_TOGETHER = 1000


def comb_forecast(series, h):
    """Return the mean of the forecasts of Theta and of exponential smoothing with a damped trend.

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
    lengths = np.array([len(y) for y in series])
    # Longest first: the series that are not over at a step are then the first ones.
    order = np.argsort(-lengths, kind="stable")
    result = np.empty((len(series), h))
    for start in range(0, len(order), _TOGETHER):
        rows = order[start : start + _TOGETHER]
        y = np.zeros((lengths[rows[0]], len(rows)))
        for column, row in enumerate(rows):
            y[: lengths[row], column] = series[row]
        n = lengths[rows]
        result[rows] = (_theta(y, n, h) + _damped_trend(y, n, h)) / 2
    return result


def _theta(y, lengths, h):
    """Forecast by the Theta method: smoothing, with half the slope of the line as drift [1]_."""
    steps = np.arange(len(y))[:, None]
    inside = steps < lengths
    middle = (lengths - 1) / 2
    centred = np.where(inside, steps - middle, 0)
    slope = (centred * y).sum(axis=0) / np.maximum((centred**2).sum(axis=0), 1)
    mean = y.sum(axis=0) / lengths
    # The theta line of coefficient 2 is smoothed; the mean of both lines is the forecast.
    line = mean + slope * (steps - middle)
    level = _smooth(2 * y - line, lengths)
    ahead = np.arange(h)
    future = (mean + slope * (lengths - middle))[:, None] + slope[:, None] * ahead
    return (level[:, None] + future) / 2


def _smooth(y, lengths):
    """Return the last level of simple exponential smoothing, the first level found with alpha."""
    alpha = ALPHAS[:, None]
    level = np.zeros((len(ALPHAS), y.shape[1]))
    weight = np.ones_like(level)
    # The errors are linear in the first level, which has a closed form: sums for it.
    ee, ew, ww = (np.zeros_like(level) for _ in range(3))
    for t, n_left in _steps(lengths):
        now = slice(n_left)
        error, w = y[t, now] - level[:, now], weight[:, now]
        ee[:, now] += error**2
        ew[:, now] += error * w
        ww[:, now] += w**2
        level[:, now] += alpha * error
        weight[:, now] = w * (1 - alpha)
    first = ew / ww
    best = np.argmin(ee - first * ew, axis=0)[None]
    return np.take_along_axis(level + first * weight, best, axis=0)[0]


def _damped_trend(y, lengths, h):
    """Exponential smoothing with an additive damped trend, by least squares [2]_."""
    alpha, beta, phi = (a.ravel()[:, None] for a in np.meshgrid(ALPHAS, BETAS, PHIS))
    beta = beta * alpha
    shape = (len(alpha), y.shape[1])
    level = np.broadcast_to(y[0], shape).copy()
    # The first slope: that of the first few steps.
    few = np.minimum(lengths - 1, 4)
    first = (y[few, np.arange(y.shape[1])] - y[0]) / np.maximum(few, 1)
    trend = np.broadcast_to(first, shape).copy()
    total = np.zeros(shape)
    for t, n_left in _steps(lengths):
        if t == 0:
            continue
        now = slice(n_left)
        damped = phi * trend[:, now]
        error = y[t, now] - level[:, now] - damped
        total[:, now] += error**2
        level[:, now] += damped + alpha * error
        trend[:, now] = damped + beta * error
    best = np.argmin(total, axis=0)[None]
    level, trend = (np.take_along_axis(a, best, axis=0)[0] for a in (level, trend))
    powers = np.cumsum(phi[best[0]] ** np.arange(1, h + 1), axis=1)
    return level[:, None] + trend[:, None] * powers


def _steps(lengths):
    """Yield each time step and how many series (longest first) have it."""
    for t in range(lengths[0]):
        yield t, int(np.searchsorted(-lengths, -t))
