"""Covariates as features of a regressor on lagged values."""

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.basis import Basis, stack

# Last values of what is known in the past only.
_N_LAGS = 4


@dataclass(frozen=True)
class LagCovariates:
    """How the covariates of a panel become features.

    Parameters
    ----------
    names : tuple of str
        All covariates of the panel.
    future : tuple of str
        Those that are known in the steps to forecast.
    n_changing : int
        How many of `names`, the first, change in time.
    bases : list of Basis
        Of each covariate.
    m : int
        Season length.
    """

    names: tuple
    future: tuple
    n_changing: int
    bases: list
    m: int

    @classmethod
    def learn(cls, panel, future, m):
        """Return those of a `Panel`, None if it has no covariates."""
        covariates = panel.covariates
        if covariates is None:
            return None
        names = covariates.names
        bases = [Basis.of_covariate(panel, k, bends=False) for k in range(len(names))]
        return cls(names, tuple(future), len(covariates.columns), bases, m)

    def table(self, panel):
        """Return the `CovariateTable` of a panel, with what it has ahead behind each series."""
        n_ahead = 0 if panel.ahead is None else panel.ahead.values.shape[1]
        indptr = panel.indptr + n_ahead * np.arange(len(panel) + 1)
        # What is not known ahead stays as it is last.
        rows = np.insert(
            np.arange(len(panel.y)),
            np.repeat(panel.indptr[1:], n_ahead),
            np.repeat(panel.indptr[1:] - 1, n_ahead),
        )
        x = panel.x[rows]
        if n_ahead:
            steps = (indptr[1:] - n_ahead)[:, None] + np.arange(n_ahead)
            for k, name in enumerate(panel.ahead.names):
                x[steps, self.names.index(name)] = panel.ahead.values[:, :, k]
        known = [self.names.index(name) for name in self.future]
        past = [k for k in range(self.n_changing) if k not in known]
        static = list(range(self.n_changing, len(self.names)))
        return CovariateTable(
            indptr, *(self._columns(x, places) for places in (known, past, static)), self.m
        )

    def _columns(self, x, places):
        if not places:
            return np.empty((len(x), 0))
        return stack([self.bases[k] for k in places], x[:, places])


@dataclass(frozen=True)
class CovariateTable:
    """Covariates as numbers, series behind each other, each with the steps ahead that are known.

    Parameters
    ----------
    indptr : int64 array of shape (n_series + 1,)
        Series `i` is rows ``indptr[i]:indptr[i + 1]``.
    known, past, static : arrays of shape (indptr[-1], n_columns)
        Of the covariates known in the future, in the past only, and constant for a series.
    m : int
        Season length.
    """

    indptr: np.ndarray
    known: np.ndarray
    past: np.ndarray
    static: np.ndarray
    m: int

    def features(self, series, origin, k, n_fed_back):
        """Return the features of step `k` after `origin`, (n_rows, n_features).

        Parameters
        ----------
        series, origin : int arrays of shape (n_rows,)
            Series, and the first step of it that is to be forecast.
        k : int
            Steps of the target after `origin`.
        n_fed_back : int
            How many steps after `origin` have a forecast that counts as known.
        """
        target, newest = origin + k, origin + n_fed_back - 1
        lags = [target, newest] + ([target - self.m] if self.m > 1 else [])
        known = [self.known[self._rows(series, time)] for time in lags]
        # What is known in the past only is so before `origin`, whatever was forecast.
        times = [np.minimum(newest - lag, origin - 1) for lag in range(_N_LAGS)]
        past = [self.past[self._rows(series, time)] for time in times]
        return np.hstack([*known, *past, self.static[self.indptr[series]]])

    def _rows(self, series, time):
        start = self.indptr[series]
        return np.clip(start + time, start, self.indptr[series + 1] - 1)
