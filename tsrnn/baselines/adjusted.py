"""What is done around a method that knows no season: adjust by the M4 test, put back."""

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.seasonality import Season, interpolate


@dataclass(frozen=True)
class SeasonallyAdjusted:
    """A model of the seasonally adjusted series, as the benchmarks of the M4 competition [1]_.

    Parameters
    ----------
    season : Season
        What was taken out: classical decomposition if the M4 test finds a season.
    model : object
        Model of the adjusted series; its ``forecast(h)`` returns points and standard deviations.
    n : int
        Length of the series.
    positive : bool
        Whether no observation is negative; then no forecast is.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).
    """

    season: Season
    model: object
    n: int
    positive: bool

    @classmethod
    def fit(cls, y, m, fit):
        """Return the model of `y` (n,), NaN for missing, with season length `m`.

        `fit` turns the adjusted series, missing values interpolated, into `model`.
        """
        season = Season.find(y, m)
        model = fit(interpolate(season.remove(y)))
        return cls(season, model, len(y), bool(np.nanmin(y) >= 0))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        point, sigma = self.model.forecast(h)
        point = self.season.restore(point, self.n)
        sigma = self.season.spread(sigma, self.n)
        return np.maximum(point, 0) if self.positive else point, sigma

    def paths(self, shocks):
        """Return sample paths, not below 0 if the series is not; see `LocalForecaster`."""
        paths = self.season.restore(self.model.paths(shocks), self.n)
        return np.maximum(paths, 0) if self.positive else paths


def fill_missing(y, m):
    """Return `y` (n,) with NaN interpolated in the seasonally adjusted series."""
    if not np.isnan(y).any():
        return y
    season = Season.find(y, m)
    return season.restore(interpolate(season.remove(y)))


def check_observed(y, least, what):
    """Raise ValueError if `y` (n,) has fewer than `least` observations, too few for `what`."""
    n_observed = int(np.count_nonzero(~np.isnan(y)))
    if n_observed < least:
        raise ValueError(f"{n_observed} observations are too few for {what}")
