"""The scale on which the network works: logarithm, season taken out, gaps carried forward."""

from dataclasses import dataclass, replace

import numpy as np

from tsrnn.forecasting.seasonality import Season


@dataclass(frozen=True)
class WorkingScale:
    """One series on the network's scale, and the way back.

    Parameters
    ----------
    z : ndarray of shape (n,), float64
        Logarithm (if all observations are positive) of the seasonally adjusted series; missing
        values hold the last observed one, which looks at no later observation.
    observed : bool ndarray of shape (n,)
    season : Season
    is_log : bool
    non_negative : bool
        Whether all observations are at least 0, so that forecasts should be.
    """

    z: np.ndarray
    observed: np.ndarray
    season: Season
    is_log: bool
    non_negative: bool

    @classmethod
    def of(cls, y, season_length, n_known=None):
        """Bring a series to the working scale.

        Parameters
        ----------
        y : ndarray of shape (n,), float64
            NaN is missing; the first value is not.
        season_length : int
            1 for no season. What the M4 test does not find is not taken out.
        n_known : int, optional
            Find the season in the first so many steps; default all.
        """
        season = Season.find(y[:n_known], season_length)
        adjusted = season.remove(y)
        smallest = np.nanmin(y)
        is_log = bool(smallest > 0 and np.nanmin(adjusted) > 0)
        z = np.log(adjusted) if is_log else adjusted
        observed = np.isfinite(y)
        return cls(_carried_forward(z), observed, season, is_log, bool(smallest >= 0))

    def head(self, n):
        """Return the first `n` steps."""
        return replace(self, z=self.z[:n], observed=self.observed[:n])

    def followed_by(self, z):
        """Return the series with working-scale values `z` (n_steps,) after its end."""
        observed = np.append(self.observed, np.ones(len(z), bool))
        return replace(self, z=np.append(self.z, z), observed=observed)

    def back(self, z, start):
        """Return working-scale values `z` (n_steps,) of the steps from `start` as data."""
        values = self.season.restore(np.exp(z) if self.is_log else z, start)
        return np.maximum(values, 0) if self.non_negative else values


def _carried_forward(z):
    last_seen = np.maximum.accumulate(np.where(np.isfinite(z), np.arange(len(z)), 0))
    return z[last_seen]
