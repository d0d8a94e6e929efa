"""Exponential smoothing of many series, each by the best parameters of a grid.

Series `i` is ``y[indptr[i]:indptr[i + 1]]``, without NaN. Best are the parameters with the least
sum of squared errors one step ahead. The inner loops go over the grid, side by side.
"""

import numpy as np

from tsrnn._jit import kernel


@kernel
def theta(y, indptr, alphas, forecasts):
    """Write Theta's `forecasts` (n_series, h); the first level is the best one for each alpha."""
    n_grid = alphas.size
    level, weight = np.empty(n_grid), np.empty(n_grid)
    # The errors are linear in the first level, which has a closed form: sums for it.
    ee, ew, ww = np.empty(n_grid), np.empty(n_grid), np.empty(n_grid)
    for i in range(forecasts.shape[0]):
        start, n = indptr[i], indptr[i + 1] - indptr[i]
        middle = (n - 1) / 2
        total, moment, square = 0.0, 0.0, 0.0
        for t in range(n):
            total += y[start + t]
            moment += (t - middle) * y[start + t]
            square += (t - middle) * (t - middle)
        mean, slope = total / n, moment / max(square, 1.0)
        level[:], weight[:] = 0.0, 1.0
        ee[:], ew[:], ww[:] = 0.0, 0.0, 0.0
        for t in range(n):
            # The theta line of coefficient 2 is smoothed; the mean of both lines is the forecast.
            now = 2 * y[start + t] - (mean + slope * (t - middle))
            for k in range(n_grid):
                error, w = now - level[k], weight[k]
                ee[k] += error * error
                ew[k] += error * w
                ww[k] += w * w
                level[k] += alphas[k] * error
                weight[k] = w * (1 - alphas[k])
        for k in range(n_grid):
            first = ew[k] / ww[k]
            level[k] += first * weight[k]
            ee[k] -= first * ew[k]
        last, ahead = level[least(ee)], mean + slope * (n - middle)
        for j in range(forecasts.shape[1]):
            forecasts[i, j] = (last + (ahead + slope * j)) / 2


@kernel
def damped_trend(y, indptr, alphas, betas, phis, powers, forecasts):
    """Write `forecasts` (n_series, h) with an additive damped trend.

    The grid has n_grid points: `alphas`, `betas` (of the trend) and `phis` are (n_grid,),
    `powers` (n_grid, h) the sums of phi to the powers 1 to 1, 1 to 2, ...
    """
    n_grid = alphas.size
    level, trend, squares = np.empty(n_grid), np.empty(n_grid), np.empty(n_grid)
    for i in range(forecasts.shape[0]):
        start, n = indptr[i], indptr[i + 1] - indptr[i]
        # The first slope: that of the first few steps.
        few = min(n - 1, 4)
        level[:], squares[:] = y[start], 0.0
        trend[:] = (y[start + few] - y[start]) / max(few, 1)
        for t in range(1, n):
            now = y[start + t]
            for k in range(n_grid):
                damped = phis[k] * trend[k]
                error = now - level[k] - damped
                squares[k] += error * error
                level[k] += damped + alphas[k] * error
                trend[k] = damped + betas[k] * error
        best = least(squares)
        for j in range(forecasts.shape[1]):
            forecasts[i, j] = level[best] + trend[best] * powers[best, j]


@kernel
def furthest_moves(y, indptr, moves):
    """Write how far each series ever moved in k steps before its last, `moves` (n_series, h).

    Column k is for k steps, or fewer; 0 in the first. Beyond what the series is long, what it moved
    in its length times the ratio of both; infinite for one of fewer than four values.
    """
    for i in range(moves.shape[0]):
        start, n = indptr[i], indptr[i + 1] - indptr[i] - 1
        furthest = 0.0
        for k in range(moves.shape[1]):
            if k < n:
                for t in range(start, start + n - k):
                    furthest = max(furthest, abs(y[t + k] - y[t]))
            moves[i, k] = furthest * max(1.0, k / max(n - 1, 1)) if n > 2 else np.inf
        moves[i, 0] = 0.0


@kernel
def least(values):
    """Return the place of the first smallest of `values` (n,); of the first NaN if there is one."""
    best = 0
    for k in range(values.size):
        if np.isnan(values[k]):
            return k
        if values[k] < values[best]:
            best = k
    return best
