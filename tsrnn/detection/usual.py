"""What smoothed errors of several scorers usually are, and hence their units."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

# One hundredth of a channel's deviation, squared: an error below it is never news.
LEAST_UNIT = 1e-4
_GRID = np.linspace(0, 1, 1001)
# The share of calibration rows that a usual high leaves behind.
_HIGH = 0.95
# How much louder than usual the first scorer may be in rows that are scored together and still tell
# the unit of the others: beyond, most of the rows may be one long fault, that it alone notices.
_LOUDEST = 1.5


@dataclass(frozen=True)
class Usual:
    """Smoothed errors of every scorer on the calibration rows.

    `quantiles` (n_scorers, 1001) of the mean over channels; `by_channel` (n_scorers, n_targets),
    the median channel by channel; `n_rows`, how many rows there were; `fixed` (n_scorers,), units
    that do not depend on them, NaN for the others.
    """

    quantiles: np.ndarray
    by_channel: np.ndarray
    n_rows: int
    fixed: np.ndarray | None = None

    @classmethod
    def of(cls, squares, total, fixed):
        """Return that of `squares` (n, n_scorers, n_targets), their mean over channels `total`."""
        quantiles = np.stack([_quantiles(column) for column in total.T])
        return cls(quantiles, _medians(squares), len(total), fixed)

    @cached_property
    def units(self):
        """Unit of every scorer (n_scorers,) for rows that are not scored together."""
        return self._units(np.quantile(self.quantiles, 0.5, axis=1))

    def units_among(self, total):
        """Units (n_scorers,) by the medians of `total` (n, n_scorers), scored together, too.

        The fewer rows there are, the more do the calibration rows count. Of the first scorer's
        median what exceeds 1.5 times that of the calibration rows does not.
        """
        weight = self.n_rows**2 / (self.n_rows + len(total)) / len(_GRID)
        middles = [_middle(*pair, weight) for pair in zip(self.quantiles, total.T, strict=True)]
        usual = max(np.quantile(self.quantiles[0], 0.5), LEAST_UNIT)
        middles[0] = min(middles[0], _LOUDEST * usual)
        return self._units(np.array(middles))

    def _units(self, middles):
        middles = np.maximum(middles, LEAST_UNIT)
        high = max(np.quantile(self.quantiles[0], _HIGH), LEAST_UNIT)
        units = high * middles / middles[0]
        return units if self.fixed is None else np.where(np.isnan(self.fixed), units, self.fixed)


def _quantiles(total):
    known = total[~np.isnan(total)]
    return np.quantile(known, _GRID) if len(known) else np.ones(len(_GRID))


def _middle(usual, now, weight):
    """Median of `now`, and of `usual` whose values count `weight` each."""
    now = now[~np.isnan(now)]
    values = np.concatenate((usual, now))
    order = np.argsort(values)
    weights = np.cumsum(np.repeat([weight, 1.0], [len(usual), len(now)])[order])
    return values[order][np.searchsorted(weights, weights[-1] / 2)]


def _medians(squares):
    """Median over rows of (n, n_scorers, n_targets); 1 for a channel that was not observed."""
    unseen = np.isnan(squares).all(axis=0)
    middle = np.nanmedian(np.where(unseen, 1.0, squares), axis=0)
    return np.maximum(middle, LEAST_UNIT)
