"""How loud each scorer usually is, by the rows of a stream so far."""

import numpy as np

from tsrnn.kernels.quantile import running_factors

# What is compared: well above the middle, so that a scorer is told to be louder than it was before
# most rows are.
_LEVEL = 0.6
# Bins are 2 % wide and reach from 1e-4, below which errors are no news, to 1e8.
_LEAST, _RATIO, _N_BINS = 1e-4, 1.02, 1400


class RunningLoudness:
    """Factors by which scorers have become louder, compared with the first, than on usual rows.

    At least 1. All rows count, usual ones and those of the stream, whichever they are: what the
    state takes does not grow, and its bits do not depend on how rows are cut into blocks.

    Parameters
    ----------
    quantiles : ndarray of shape (n_scorers, n_quantiles)
        Evenly spaced quantiles of the usual scores.
    n_rows : int
        How many rows they stand for.
    fixed : ndarray of shape (n_scorers,), optional
        Scorers that are not NaN have units of their own: their factors are 1.
    """

    def __init__(self, quantiles, n_rows, fixed=None):
        n_scorers, n_quantiles = quantiles.shape
        # In units of 1 / n_quantiles of a row all counts are integers.
        self.weight = n_quantiles
        self.counts = np.zeros((n_scorers, _N_BINS), np.int64)
        self.total, self.below, self.place = np.zeros((3, n_scorers), np.int64)
        self.usual = self.place
        usual = np.ascontiguousarray(quantiles.T)
        rules, (_, *counted) = self.state[:3], self.state[3:]
        running_factors(usual, *rules, n_rows, *counted, np.empty_like(usual))
        self.usual = self.place.copy()
        if fixed is not None:
            # Far above whatever they and the first one can come to.
            self.usual[~np.isnan(fixed)] = 2 * _N_BINS

    @property
    def state(self):
        """Arguments of `running_factors` from `least` to `usual`."""
        return (
            _LEAST, _RATIO, _LEVEL, self.weight, self.counts, self.total, self.below, self.place,
            self.usual,
        )  # fmt: skip
