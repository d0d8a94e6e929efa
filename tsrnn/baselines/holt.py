"""Holt's linear trend and the damped trend of Gardner and McKenzie."""

from tsrnn._validation import check_bool
from tsrnn.baselines.adjusted import SeasonallyAdjusted, check_observed
from tsrnn.baselines.holt_model import HoltModel
from tsrnn.baselines.local import LocalForecaster


class Holt(LocalForecaster):
    """Exponential smoothing of level and trend in the seasonally adjusted series, as in M4 [1]_.

    The series is adjusted by classical decomposition if the M4 test finds a season. Level and trend
    are those of ETS(A,A,N), or with a damped trend ETS(A,Ad,N) (FPP3, section 8.2 [2]_); smoothing
    parameters and first states are found by least squares. Then the season is put back. If no
    observation is negative, forecasts below 0 become 0.

    Intervals are normal with the variances of FPP3, table 8.8, times the squared seasonal factor.
    Missing values are interpolated in the adjusted series. A series with fewer than 4 observations
    gets the seasonal naive forecast.

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    damped_trend : bool
        Whether the trend fades: its growth shrinks by a factor in [0.8, 0.98] every step.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "Holt".

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
    .. [2] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([2.0, 4.0, 6.0, 8.0, 10.0], index=pd.RangeIndex(5))
    >>> Holt(h=2).fit(y).predict().round(2).to_list()
    [12.0, 14.0]
    """

    def __init__(
        self,
        h=None,
        *,
        damped_trend=False,
        freq=None,
        season_length="auto",
        n_jobs=None,
        verbose=0,
        alias=None,
    ):
        super().__init__(
            h, freq=freq, season_length=season_length, n_jobs=n_jobs, verbose=verbose, alias=alias
        )
        self.damped_trend = damped_trend

    def _check_params(self):
        super()._check_params()
        check_bool("damped_trend", self.damped_trend)

    def _fit_series(self, y, m):
        check_observed(y, 4, "a level and a trend")
        return SeasonallyAdjusted.fit(y, m, lambda rest: HoltModel.fit(rest, self.damped_trend))
