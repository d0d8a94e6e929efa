"""In what unit the errors of a forecast are alike for all series of a panel.

Networks put out multiples of how far a series moves from one step to the next, or of nothing that
belongs to it alone. Errors in that unit are small for series that swing to and fro and large for
those that drift, so that one interval for all is too wide for some and too narrow for others. What
the history tells of their size is learnt from held-out errors: split conformal prediction with
normalised scores [1]_ [2]_.

References
----------
.. [1] Papadopoulos, H., Gammerman, A., & Vovk, V. (2008). Normalized nonconformity measures for
       regression conformal prediction. Artificial Intelligence and Applications, 64-69.
.. [2] Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. J., & Wasserman, L. (2018).
       Distribution-free predictive inference for regression. Journal of the American Statistical
       Association, 113(523), 1094-1111.
"""

from dataclasses import dataclass, field

import numpy as np

from tsrnn.forecasting.importance import naive_error

# What the belief that a network's own unit is right counts for, in series.
_PRIOR_SERIES = 20
# What the belief that two forecasts err alike counts for, in blocks.
_PRIOR_BLOCKS = 4
# Keeps the logarithms of errors and movements that are nearly 0, relative to what is usual, from
# ruling over all others.
_SMALL = 0.05
_STILL = 1e-3
# Logarithms that differ by a tenth or less tell nothing.
_LEAST_VARIANCE = 0.01


def _zeros():
    return np.zeros(2)


@dataclass(frozen=True)
class ErrorUnit:
    """The network's unit times powers of it and of how far the series moves in half a horizon.

    Without arguments, the network's unit.

    Parameters
    ----------
    h : int
        Horizon in steps, or twice the steps to tell from how far the series moves.
    powers : ndarray of shape (2,)
        Of the network's unit, and of the movement in that unit.
    centre, lowest, highest : ndarray of shape (2,)
        Mean and bounds of the logarithms of both, in what was learnt from; what is beyond counts
        as the bounds do.
    n_seen : int
        Last steps of the series that tell how far it moves; 0 for all.
    """

    h: int = 1
    powers: np.ndarray = field(default_factory=_zeros)
    centre: np.ndarray = field(default_factory=_zeros)
    lowest: np.ndarray = field(default_factory=_zeros)
    highest: np.ndarray = field(default_factory=_zeros)
    n_seen: int = 0

    @classmethod
    def learn(cls, errors, scaled, scale, n_series):
        """Learn from held-out errors, by ridge regression of the logarithm of their size.

        Parameters
        ----------
        errors : ndarray of shape (n_rows, h)
            In the network's unit; NaN is unknown.
        scaled : list of WorkingScale
            The series up to each origin.
        scale : ndarray of shape (n_rows,)
            The network's unit there.
        n_series : int
            That the rows are of: those of one series tell the same of what it is like.
        """
        size = log_sizes(errors, usual_sizes(errors))
        # What never errs is no smaller in one unit than in another.
        known = np.isfinite(size) & (np.nan_to_num(errors) != 0).any(axis=1)
        if not known.any():
            return cls()
        h = errors.shape[1]
        x, size = _history(scaled, scale, h, 0)[known], size[known]
        centre, count = x.mean(axis=0), min(1.0, n_series / len(x))
        x_moved = x - centre
        prior = _PRIOR_SERIES * np.diag(np.maximum(x.var(axis=0), _LEAST_VARIANCE))
        powers = np.linalg.solve(
            count * x_moved.T @ x_moved + prior, count * x_moved.T @ (size - size.mean())
        )
        return cls(h, powers, centre, x.min(axis=0), x.max(axis=0))

    @classmethod
    def of_late(cls, scaled, scale, h, n_seen):
        """Return the unit that is proportional to the movement in the last `n_seen` steps.

        Its power is not learnt: what a short while tells of how a series moves is so noisy that
        the regression believes too little of it when a season, or a year, is over.

        Parameters
        ----------
        scaled : list of WorkingScale
            Series up to some origins; the unit stays within what it is there.
        scale : ndarray of shape (n_rows,)
            The network's unit there.
        h, n_seen : int

        Examples
        --------
        >>> from tsrnn.forecasting.working_scale import WorkingScale
        >>> ys = [np.arange(9.0), 2 * np.arange(9.0), 4 * np.arange(9.0)]
        >>> scaled = [WorkingScale.of(y, 1, take_log=False) for y in ys]
        >>> ErrorUnit.of_late(scaled, np.ones(3), h=2, n_seen=4).of(scaled, np.ones(3)).round(2)
        array([0.5, 1. , 2. ])
        """
        x = _history(scaled, scale, h, n_seen)
        powers = np.array([0.0, 1.0])
        return cls(h, powers, x.mean(axis=0), x.min(axis=0), x.max(axis=0), n_seen)

    def of(self, scaled, scale):
        """Return the unit at the end of each series.

        Parameters
        ----------
        scaled : list of WorkingScale
        scale : ndarray of shape (n_series,)
            The network's.

        Returns
        -------
        ndarray of shape (n_series,)
        """
        if not self.powers.any():
            return scale
        x = np.clip(_history(scaled, scale, self.h, self.n_seen), self.lowest, self.highest)
        return scale * np.exp((x - self.centre) @ self.powers)


def usual_sizes(errors):
    """Return the mean absolute error of each horizon, 1 where it is 0 or unknown.

    Parameters
    ----------
    errors : ndarray of shape (n_rows, h)
        NaN is unknown.

    Examples
    --------
    >>> usual_sizes(np.array([[1.0, 0.0, np.nan], [-3.0, 0.0, np.nan]]))
    array([2., 1., 1.])
    """
    known = np.isfinite(errors)
    mean = np.where(known, np.abs(errors), 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(mean > 0, mean, 1.0)


def log_sizes(errors, usual):
    """Return the logarithm of each row's mean absolute error in units of `usual`.

    Parameters
    ----------
    errors : ndarray of shape (n_rows, h)
        NaN is unknown.
    usual : ndarray of shape (h,)

    Returns
    -------
    ndarray of shape (n_rows,)
        NaN where none is known. The size is increased by 0.05, so that it is never minus infinity.

    Examples
    --------
    >>> log_sizes(np.array([[1.9, -3.8], [np.nan, 0.0]]), np.array([2.0, 4.0])).round(2)
    array([ 0., -3.])
    """
    known = np.isfinite(errors)
    total = np.where(known, np.abs(errors) / usual, 0).sum(axis=1)
    counts = known.sum(axis=1)
    return np.where(counts > 0, np.log(total / np.maximum(counts, 1) + _SMALL), np.nan)


def size_ratio(errors, others, n_blocks):
    """Return how many times as large as `others` the `errors` are, drawn towards 1.

    Parameters
    ----------
    errors, others : ndarray of shape (n_rows, h)
        NaN is unknown; compared are those that are known of both.
    n_blocks : float
        Blocks of `h` steps in them that do not overlap; the ratio of 1 counts as four more.

    Examples
    --------
    >>> size_ratio(np.array([[3.0, -3.0]]), np.array([[1.0, 1.0]]), 4)
    2.0
    """
    both = np.isfinite(errors) & np.isfinite(others)
    here, there = np.abs(errors[both]).sum(), np.abs(others[both]).sum()
    ratio = float(here / there) if there > 0 else 1.0
    return (n_blocks * ratio + _PRIOR_BLOCKS) / (n_blocks + _PRIOR_BLOCKS)


def _history(scaled, scale, h, n_seen):
    """Return the logarithms of the network's unit and of the movement in it, (n_series, 2)."""
    movement = np.array([naive_error(s.z[-n_seen:], h) for s in scaled])
    # A unit that is of no use is for others to find.
    unit = np.where(np.isfinite(scale) & (scale > 0), scale, 1.0)
    movement = np.where(np.isfinite(movement), movement, 0.0)
    return np.column_stack([np.log(unit), np.log(movement / unit + _STILL)])
