"""Ridge regression of the next values on a window of the last ones, the same for all series.

What is learnt is a weight for each pair of a value seen and a step ahead, in closed form. At long
horizons such linear maps are as good as most networks [1]_ [2]_, and err differently.

References
----------
.. [1] Zeng, A., Chen, M., Zhang, L., & Xu, Q. (2023). Are transformers effective for time series
       forecasting? AAAI Conference on Artificial Intelligence, 37, 11121-11128.
.. [2] Toner, W., & Darlow, L. N. (2024). An analysis of linear time series forecasting models.
       International Conference on Machine Learning, 41.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

# Penalties to choose from, in units of the mean square of the values seen; the first where nothing
# speaks for another.
_PENALTIES = (16.0, 4.0, 1.0, 0.25, 0.06, 0.016, 0.004)
# Parts of time, each of which is forecast by what the others teach, to choose the penalty; and
# steps ahead that are looked at for it.
_FOLDS = 4
_STEPS_LOOKED_AT = 48
# Values seen at most, the last ones; memory grows with their square.
_MOST_SEEN = 1024
# Windows to learn from at most, and at a time.
_MOST_WINDOWS = 100_000
_ROWS = 2048
# The same of regressions that only tell how far they err.
_MOST_LEFT_OUT = 30_000


@dataclass(frozen=True)
class WindowRegression:
    """Linear forecasts: values and forecasts are relative to the last value of the window.

    Parameters
    ----------
    coef : ndarray of shape (n_seen, h), float32
        For the last values of the window, of which no more need be seen.
    """

    coef: np.ndarray

    @classmethod
    def learn(cls, windows, n_windows=_MOST_WINDOWS):
        """Learn from windows; their last value is all that there is to say if none is whole.

        The penalty on squared coefficients is the one with the least squared error on parts of
        time that were left out.

        Parameters
        ----------
        windows : SegmentWindows
        n_windows : int
            Windows to learn from at most.
        """
        parts = _Parts.of(windows, n_windows)
        return cls(parts.coef(parts.best_penalty()))

    @classmethod
    def left_out(cls, windows):
        """Return for each part of time the regression of the others, and the ends of its windows.

        Parameters
        ----------
        windows : SegmentWindows

        Returns
        -------
        list of (WindowRegression, ndarray)
        """
        parts = _Parts.of(windows, _MOST_LEFT_OUT)
        penalty = parts.best_penalty()
        return [
            (cls(parts.coef(penalty, without=k)), origins)
            for k, origins in enumerate(parts.origins)
        ]

    def check(self, input_size, h):
        """Raise ValueError unless this forecasts `h` steps from `input_size` values."""
        shape = (min(input_size, _MOST_SEEN), h)
        if self.coef.shape != shape:
            raise ValueError(f"coef must be of shape {shape}, got {self.coef.shape}")

    def output(self, batch):
        """Return forecasts for windows in segments (`Batch`), (n_rows, h)."""
        x = batch.x.transpose(1, 0, 2).reshape(batch.x.shape[1], -1)
        return x[:, -len(self.coef) :] @ self.coef


@dataclass(frozen=True)
class _Parts:
    """What regressions learn from the windows that end at `origins`, by parts of time."""

    origins: list
    gram: np.ndarray
    moment: np.ndarray

    @classmethod
    def of(cls, windows, n_windows):
        """Return that of `n_windows` windows at most (SegmentWindows)."""
        n_seen, parts = min(windows.input_size, _MOST_SEEN), windows.whole(n_windows, _FOLDS)
        gram = np.zeros((_FOLDS, n_seen, n_seen))
        moment = np.zeros((_FOLDS, n_seen, windows.h))
        for fold, origins in enumerate(parts):
            for start in range(0, len(origins), _ROWS):
                x, y = windows.pairs(origins[start : start + _ROWS])
                x = x[:, -n_seen:]
                gram[fold] += x.T @ x
                moment[fold] += x.T @ y
        return cls(parts, gram, moment)

    def best_penalty(self):
        """Return the penalty with the least squared error on parts that were left out."""
        if not self.gram.any():
            return _PENALTIES[0]
        h = self.moment.shape[2]
        looked_at = self.moment[:, :, :: -(-h // _STEPS_LOOKED_AT)]
        return min(_PENALTIES, key=lambda penalty: _loss(penalty, self.gram, looked_at))

    def coef(self, penalty, without=None):
        """Return the coefficients of all parts but one."""
        used = np.arange(_FOLDS) != without
        coef = _ridge(penalty, self.gram[used].sum(axis=0), self.moment[used].sum(axis=0))
        return coef.astype(np.float32)


def _ridge(penalty, gram, moment):
    unit = np.trace(gram) / len(gram)
    if unit == 0:
        return np.zeros_like(moment)
    return cho_solve(cho_factor(gram + penalty * unit * np.eye(len(gram))), moment)


def _loss(penalty, gram, moments):
    """Return the squared error of each part by the others, but for what no coefficients change."""
    loss = 0.0
    for fold in range(_FOLDS):
        others = np.arange(_FOLDS) != fold
        coef = _ridge(penalty, gram[others].sum(axis=0), moments[others].sum(axis=0))
        loss += np.vdot(coef, gram[fold] @ coef) - 2 * np.vdot(coef, moments[fold])
    return loss
