"""Columns that stand for a covariate in a regression or a network."""

from dataclasses import dataclass

import numpy as np

# Values further from the mean, in standard deviations, count as those at this distance.
_FAR = 5.0
_KNOT_SHARES = (0.15, 0.4, 0.6, 0.85)
_MAX_POINTS = 10


@dataclass(frozen=True)
class Basis:
    """A covariate as one column per category, or as a number and its bends.

    Parameters
    ----------
    mean, std : float
        What a number is standardised by.
    knots : ndarray of shape (n_knots,)
        Where its effect may bend, in standard deviations.
    n_categories : int
        0 for a number.
    """

    mean: float
    std: float
    knots: np.ndarray
    n_categories: int = 0

    @classmethod
    def learn(cls, values, n_categories=0, *, bends=True):
        """Return the basis of a covariate from its `values` (n,), NaN for missing."""
        known = values[np.isfinite(values)]
        if n_categories or not len(known):
            return cls(0.0, 1.0, np.empty(0), n_categories)
        mean, std = float(known.mean()), float(known.std()) or 1.0
        points = np.unique(known)
        if len(points) <= _MAX_POINTS:
            knots = points[1:-1]
        else:
            knots = np.unique(np.quantile(known, _KNOT_SHARES))
        return cls(mean, std, (knots - mean) / std if bends else np.empty(0))

    @classmethod
    def of_covariate(cls, panel, k, *, bends=True):
        """Return the basis of the covariate at place `k` of a `Panel`."""
        names, categories = panel.covariates.names, panel.covariates.categories
        return cls.learn(panel.x[:, k], len(categories.get(names[k], ())), bends=bends)

    @property
    def n_straight(self):
        """Columns without those of the bends, which are the last."""
        return self.n_categories or 1

    def of(self, values):
        """Return the columns for `values` of any shape, (..., n_columns).

        A missing number counts as the mean, a missing category as none.
        """
        if self.n_categories:
            return (values[..., None] == np.arange(self.n_categories)).astype(np.float64)
        scaled = np.clip((values - self.mean) / self.std, -_FAR, _FAR)
        scaled = np.where(np.isfinite(scaled), scaled, 0.0)[..., None]
        return np.concatenate([scaled, np.maximum(scaled - self.knots, 0)], axis=-1)


def stack(bases, values):
    """Return the columns of several covariates, the last axis of `values`, side by side."""
    return np.concatenate([basis.of(values[..., k]) for k, basis in enumerate(bases)], axis=-1)
