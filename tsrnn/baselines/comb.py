"""The combination that the M4 competition had as a benchmark."""

from dataclasses import dataclass

import numpy as np

from tsrnn.baselines.adjusted import SeasonallyAdjusted, check_observed
from tsrnn.baselines.holt_model import HoltModel
from tsrnn.baselines.local import LocalForecaster
from tsrnn.baselines.ses import SESModel


class Comb(LocalForecaster):
    """Mean of `SES`, `Holt` and `Holt` with a damped trend, the M4 benchmark of this name [1]_.

    All three see the series adjusted by classical decomposition if the M4 test finds a season,
    which is put back at the end. If no observation is negative, forecasts below 0 become 0.

    Intervals are normal; the standard deviation is the mean of those of the three, which is that of
    the mean of fully correlated errors, and never too small. Missing values are interpolated in the
    adjusted series. A series with fewer than 4 observations gets the seasonal naive forecast.

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
        Name of the model in the output; None for "Comb".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([2.0, 4.0, 6.0, 8.0, 10.0], index=pd.RangeIndex(5))
    >>> forecast = Comb(h=2).fit(y).predict()
    >>> bool(10 < forecast.iloc[0] < 12)  # between those of SES and Holt
    True
    """

    def _fit_series(self, y, m):
        check_observed(y, 4, "a level and a trend")
        return SeasonallyAdjusted.fit(y, m, CombModel.fit)


@dataclass(frozen=True)
class CombModel:
    """Members of equal weight.

    Parameters
    ----------
    members : tuple
        Their ``forecast(h)`` returns points and standard deviations.
    """

    members: tuple

    @classmethod
    def fit(cls, y):
        """Return the model of `y` (n,), without NaN."""
        return cls((SESModel.fit(y), HoltModel.fit(y, False), HoltModel.fit(y, True)))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        point, sigma = np.mean([member.forecast(h) for member in self.members], axis=0)
        return point, sigma

    def paths(self, shocks):
        """Return sample paths, the same shocks to all members; see `LocalForecaster`."""
        return np.mean([member.paths(shocks) for member in self.members], axis=0)
