"""Generalised Pareto tails."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import genpareto

# Two parameters need some data; below this many excesses the shape is taken to be 0.
_LEAST_PEAKS = 10
# Below a shape of -1/2 maximum likelihood estimates are not regular, below -1 there are none
# (Smith 1985, Biometrika 72:67).
_LEAST_SHAPE = -0.5
_REFUSED = 1e9
# Where theta is searched, in units of 1/max and of 1/mean of the excesses.
_NEGATIVE = np.concatenate((-1 + np.geomspace(1e-6, 1e-2, 5), np.linspace(-0.98, 0, 15)))
_POSITIVE = np.geomspace(1e-3, 1e4, 22)


@dataclass(frozen=True)
class Tail:
    """Generalised Pareto tail: the chance to exceed x is ``share * sf(x - start)``."""

    start: float
    share: float
    shape: float
    scale: float

    def isf(self, probability):
        """Score exceeded with `probability`, at most `share`."""
        ratio = probability / self.share
        if abs(self.shape) < 1e-9:
            return float(self.start - self.scale * np.log(ratio))
        return float(self.start + self.scale / self.shape * (ratio**-self.shape - 1))

    def sf(self, scores):
        """Chance to exceed `scores`, which are at least `start`."""
        excess = np.maximum(np.asarray(scores) - self.start, 0.0)
        if self.scale == 0:
            return self.share * (excess <= 0)
        return self.share * genpareto.sf(excess, self.shape, scale=self.scale)


def fit_tail(scores, level):
    """Maximum-likelihood `Tail` of the scores above their `level` quantile.

    With fewer than 10 excesses, too few for two parameters, the tail is exponential (shape 0).
    """
    start = float(np.quantile(scores, level))
    return tail_of(scores[scores > start] - start, start, np.mean(scores > start))


def tail_of(excesses, start, share):
    """`Tail` fitted to `excesses` over `start`, which a row reaches with probability `share`."""
    mean = float(excesses.mean()) if len(excesses) else 0.0
    if len(excesses) < _LEAST_PEAKS or np.ptp(excesses) <= 1e-12 * mean:
        return Tail(start, max(float(share), 1e-300), 0.0, mean)
    shape, scale = fit_pareto(excesses / mean)
    return Tail(start, float(share), shape, scale * mean)


def fit_pareto(excesses):
    """Maximum-likelihood shape, at least -1/2, and scale of positive `excesses` (n,) with mean 1.

    With theta = shape / scale the likelihood has its maximum over the shape at
    ``shape = mean(log(1 + theta * y))``, which leaves one unknown; there the mean log likelihood is
    ``-log(shape / theta) - shape - 1``, and ``-log(mean(y)) - 1`` in the limit theta = 0.

    References
    ----------
    Grimshaw (1993), Computing Maximum Likelihood Estimates for the Generalized Pareto Distribution,
    Technometrics 35:185.
    """

    def shapes(thetas):
        return np.log1p(np.multiply.outer(thetas, excesses)).mean(axis=-1)

    def losses(thetas):
        shape = shapes(thetas)
        small = np.abs(thetas) < 1e-9
        scale = np.where(small, 1.0, shape) / np.where(small, 1.0, thetas)
        value = 1.0 + np.log(scale) + np.where(small, 0.0, shape)
        return np.where(shape < _LEAST_SHAPE, _REFUSED, value)

    # Negative ones end at -1/max, where the shape falls without end.
    thetas = np.concatenate((_NEGATIVE / excesses.max(), _POSITIVE))
    grid = losses(thetas)
    best = int(np.argmin(grid))
    bounds = thetas[max(best - 1, 0)], thetas[min(best + 1, len(thetas) - 1)]
    found = minimize_scalar(losses, bounds=bounds, method="bounded", options={"xatol": 1e-7})
    theta = float(found.x if found.fun < grid[best] else thetas[best])
    if abs(theta) < 1e-9:
        return 0.0, 1.0
    shape = float(shapes(theta))
    return shape, shape / theta
