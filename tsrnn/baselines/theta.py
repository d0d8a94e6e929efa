"""The Theta method as the M4 competition ran it."""

from dataclasses import dataclass

import numpy as np

from tsrnn.baselines.adjusted import SeasonallyAdjusted, check_observed
from tsrnn.baselines.local import LocalForecaster
from tsrnn.baselines.ses import SESModel


class Theta(LocalForecaster):
    """The Theta method [1]_ with the seasonal adjustment of the M4 competition.

    The series is adjusted by classical decomposition if the M4 test finds a season. The forecast is
    the mean of the line through the adjusted series and of simple exponential smoothing of the
    theta line ``2 * y - line``; then the season is put back. If no observation is negative,
    forecasts below 0 become 0, as in M4.

    The method is simple exponential smoothing with a drift [2]_, so intervals are normal with
    variance ``sigma**2 * (1 + (k - 1) * alpha**2)`` at step k. Missing values are interpolated in
    the adjusted series. A series with fewer than 3 observations gets the seasonal naive forecast.

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "Theta".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead.

    References
    ----------
    .. [1] Assimakopoulos, V., & Nikolopoulos, K. (2000). The theta model: a decomposition approach
           to forecasting. International Journal of Forecasting, 16(4), 521-530.
    .. [2] Hyndman, R. J., & Billah, B. (2003). Unmasking the Theta method. International Journal of
           Forecasting, 19(2), 287-290.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([2.0, 4.0, 6.0, 8.0], index=pd.date_range("2021", periods=4, freq="YS"))
    >>> Theta(h=2).fit(y).predict().round(2)
    2025-01-01    9.0
    2026-01-01    10.0
    Name: Theta, dtype: float64
    """

    def _fit_series(self, y, m):
        check_observed(y, 3, "a line and smoothing")
        return SeasonallyAdjusted.fit(y, m, ThetaModel.fit)


@dataclass(frozen=True)
class ThetaModel:
    """The Theta method fitted to one seasonally adjusted series of `n` steps.

    Parameters
    ----------
    line : tuple of float
        Intercept (at step 0) and slope.
    ses : SESModel
        Smoothing of the theta line ``2 * y - line``.
    n : int
        Length of the series.
    """

    line: tuple
    ses: SESModel
    n: int

    @classmethod
    def fit(cls, y):
        """Return the model of `y` (n,), without NaN."""
        steps = np.arange(len(y))
        slope, intercept = np.polyfit(steps, y, 1)
        ses = SESModel.fit(2 * y - (intercept + slope * steps))
        return cls((intercept, slope), ses, len(y))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        intercept, slope = self.line
        smooth, sigma = self.ses.forecast(h)
        line = intercept + slope * np.arange(self.n, self.n + h)
        # An error of the series is half the error of the theta line with coefficient 2.
        return (smooth + line) / 2, sigma / 2

    def paths(self, shocks):
        """Return sample paths; see `LocalForecaster`."""
        intercept, slope = self.line
        steps = np.arange(self.n, self.n + shocks.shape[1] - 1)
        return (self.ses.paths(shocks) + intercept + slope * steps) / 2
