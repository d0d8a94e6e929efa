"""Ridge regression of the next row on the last rows: the linear part of the forecast."""

import numpy as np
from scipy.linalg import solve

from tsrnn.network.linear import linear_forward
from tsrnn.network.packed import pack

_BLOCK = 4096
_MOST_COLUMNS = 1000


def choose_lags(n_rows, n_inputs, window):
    """Lags that the training rows can carry: 50 of one channel, 10 of several, n_rows/4 at most."""
    wanted = 50 if n_inputs == 1 else min(10, max(1, _MOST_COLUMNS // n_inputs))
    return max(1, min(wanted, window, n_rows // 4))


class RidgeLags:
    """Linear one-step-ahead forecast of the targets from `n_lags` lags of all inputs.

    The coefficients minimise squared error + `alpha` * (squared length of the coefficients) over
    columns scaled to deviation 1, with a free intercept (Hoerl and Kennard 1970, Technometrics
    12:55). The normal equations are summed over blocks of rows, so memory does not grow with them.

    Parameters
    ----------
    n_lags : int
        At least 1.
    alpha : float
        Penalty, at least 0.

    Attributes
    ----------
    coef_ : ndarray of shape (n_lags * n_inputs, n_targets)
        Rows run over lags, oldest first, and within a lag over inputs.
    intercept_ : ndarray of shape (n_targets,)

    Examples
    --------
    >>> halves = 0.5 ** np.arange(12.0)[:, None]
    >>> model = RidgeLags(1, alpha=0.0).fit(halves, halves)
    >>> model.coef_.round(6).tolist(), model.intercept_.round(6).tolist()
    ([[0.5]], [0.0])
    """

    def __init__(self, n_lags, alpha=1.0):
        self.n_lags = n_lags
        self.alpha = alpha

    def fit(self, inputs, targets, missing=None):
        """Learn from `inputs` (n, C_in) and `targets` (n, C_target); `missing` marks targets.

        `targets` must be finite everywhere; entries marked in `missing` (n, C_target) are not used.
        """
        # Sums about a centre near the data: the normal equations do not cancel.
        centre = inputs.mean(axis=0)
        inputs = inputs - centre
        n_columns = self.n_lags * inputs.shape[1] + 1
        gram = np.zeros((n_columns, n_columns))
        moment = np.zeros((n_columns, targets.shape[1]))
        gaps = {} if missing is None else _gaps(missing[self.n_lags :])
        unused = {target: np.zeros_like(gram) for target in gaps}
        for start, design in self._blocks(inputs):
            rows = slice(start + self.n_lags, start + self.n_lags + len(design))
            known = targets[rows] if missing is None else targets[rows] * ~missing[rows]
            gram += design.T @ design
            moment += design.T @ known
            for target in gaps:
                lost = design[missing[rows, target]]
                unused[target] += lost.T @ lost
        self._solve(gram, moment, unused)
        self.intercept_ -= np.tile(centre, self.n_lags) @ self.coef_
        return self

    def _solve(self, gram, moment, unused):
        """One factorisation for all complete targets, one more for each with gaps."""
        solution = np.empty_like(moment)
        complete = [t for t in range(moment.shape[1]) if t not in unused]
        if complete:
            solution[:, complete] = self._ridge(gram, moment[:, complete])
        for target, lost in unused.items():
            solution[:, [target]] = self._ridge(gram - lost, moment[:, [target]])
        self.intercept_, self.coef_ = solution[0], solution[1:]

    def _ridge(self, gram, moment):
        """Centre and scale through the sums, solve, and undo both in the answer."""
        n = gram[0, 0]
        if n < 1:
            return np.zeros_like(moment)
        mean, target_mean = gram[0, 1:] / n, moment[0] / n
        covariance = gram[1:, 1:] - n * np.outer(mean, mean)
        spread = np.sqrt(np.maximum(covariance.diagonal() / n, 0))
        spread[spread <= 1e-7 * max(1.0, np.abs(mean).max())] = np.inf
        scaled = covariance / np.outer(spread, spread)
        scaled[np.diag_indices_from(scaled)] += self.alpha + 1e-9 * n
        right = (moment[1:] - n * np.outer(mean, target_mean)) / spread[:, None]
        coef = solve(scaled, right, assume_a="pos") / spread[:, None]
        return np.vstack((target_mean - mean @ coef, coef))

    def predict(self, inputs):
        """Forecast (n, C_target) of every row from the rows before it.

        Before the first row, the first row itself is taken to have been there all along.
        """
        past = np.repeat(inputs[:1], self.n_lags, axis=0)
        return self.forecast(np.concatenate((past, inputs)), self.pack())

    def pack(self):
        """Coefficients as `forecast` reads them."""
        return pack(np.ascontiguousarray(self.coef_.T))

    def pack_sizes(self):
        """Absolute coefficients as `forecast` reads them."""
        return pack(np.ascontiguousarray(np.abs(self.coef_).T))

    def forecast(self, inputs, packed, intercept=None):
        """Forecast of all rows of `inputs` (n_lags + n, C_in) but the first `n_lags`.

        With other coefficients than its own where `packed` and `intercept` are.

        The bits of a row do not depend on how many are forecast together, as with BLAS they would.
        """
        n_rows, width = len(inputs) - self.n_lags, inputs.shape[1]
        intercept = self.intercept_ if intercept is None else intercept
        if n_rows == 1:
            return linear_forward(packed, intercept, inputs[:-1].reshape(1, -1))
        inputs = np.ascontiguousarray(inputs)
        result = np.empty((n_rows, len(intercept)))
        for start in range(0, n_rows, _BLOCK):
            n = min(_BLOCK, n_rows - start)
            lags = np.lib.stride_tricks.as_strided(
                inputs[start:], (n, self.n_lags * width), inputs.strides, writeable=False
            )
            design = np.array(lags, order="C")
            result[start : start + n] = linear_forward(packed, intercept, design)
        return result

    def _blocks(self, inputs):
        """Yield (start, design): row i holds a one and the lags before row start + n_lags + i."""
        n_rows = len(inputs) - self.n_lags
        width = inputs.shape[1]
        for start in range(0, n_rows, _BLOCK):
            stop = min(start + _BLOCK, n_rows)
            design = np.empty((stop - start, 1 + self.n_lags * width))
            design[:, 0] = 1.0
            for lag in range(self.n_lags):
                columns = slice(1 + lag * width, 1 + (lag + 1) * width)
                design[:, columns] = inputs[start + lag : stop + lag]
            yield start, design


def _gaps(missing):
    return dict.fromkeys(np.flatnonzero(missing.any(axis=0)).tolist())
