"""The yardstick of the M4 competition: naive forecasts of the seasonally adjusted series."""

from tsrnn.baselines.adjusted import SeasonallyAdjusted
from tsrnn.baselines.local import LocalForecaster
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel


class Naive2(LocalForecaster):
    """Repeat the last seasonally adjusted value, with the season put back [1]_.

    The series is adjusted by classical decomposition if the M4 test finds a season, multiplicative
    where all values are positive, else additive; without a season this is the naive forecast. If no
    observation is negative, forecasts below 0 become 0. The OWA is measured against this method.

    Intervals are normal with standard deviation sigma * sqrt(k) for step k, times the seasonal
    factor; sigma is the root mean square of the differences of neighbours in the adjusted series.
    Missing values are interpolated there.

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
        Name of the model in the output; None for "Naive2".

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
    >>> import numpy as np, pandas as pd
    >>> quarters = pd.period_range("2019Q1", periods=12, freq="Q")
    >>> y = pd.Series(np.tile([8.0, 10.0, 14.0, 8.0], 3), index=quarters)
    >>> Naive2(h=3).fit(y).predict().round(6).to_list()
    [8.0, 10.0, 14.0]
    """

    def _fit_series(self, y, m):
        return SeasonallyAdjusted.fit(y, m, lambda rest: SeasonalNaiveModel.fit(rest, 1))
