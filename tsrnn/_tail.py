"""Generalised Pareto tails."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import genpareto

# Two parameters need some data; below this many excesses the shape is taken to be 0.
_LEAST_PEAKS = 10


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
    with np.errstate(all="ignore"):
        shape, _, scale = genpareto.fit(excesses / mean, floc=0)
    return Tail(start, float(share), float(shape), float(scale) * mean)
