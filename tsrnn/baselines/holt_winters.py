"""The seasonal method of Holt and Winters."""

import numpy as np

from tsrnn._validation import check_bool, check_choice
from tsrnn.baselines.adjusted import check_observed, fill_missing
from tsrnn.baselines.ets import choose, n_needed
from tsrnn.baselines.holt_model import HoltModel
from tsrnn.baselines.local import LocalForecaster
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel


class HoltWinters(LocalForecaster):
    """Exponential smoothing of level, trend and season (FPP3, section 8.3 [1]_).

    With an additive season this is ETS(A,A,A), with a multiplicative one ETS(M,A,M), fitted by
    statsmodels. Intervals are normal with the variances of [2]_, chapter 6. Missing values are
    interpolated in the seasonally adjusted series.

    A series without room for a season (shorter than two of them, or than 10 steps and a season)
    gets Holt's method; a constant one, or one with fewer than 4 observations, the seasonal naive
    forecast.

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    seasonal : {"auto", "add", "mul"}
        Whether the season is an addend or a factor; "auto": the one with the lower AICc. Series
        with values of 0 or below have no factor, and fall back if this is "mul".
    damped_trend : bool
        Whether the trend fades.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "HoltWinters".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead.

    References
    ----------
    .. [1] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.
    .. [2] Hyndman, R. J., Koehler, A. B., Ord, J. K., & Snyder, R. D. (2008). Forecasting with
           exponential smoothing: the state space approach. Springer.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> y = pd.Series(np.tile([1.0, 5.0, 9.0, 3.0], 12) + np.arange(48), index=pd.RangeIndex(48))
    >>> model = HoltWinters(seasonal="add", season_length=4).fit(y)
    >>> model.predict(h=4).round(1).to_list()
    [49.0, 54.0, 59.0, 54.0]
    """

    _libraries = ("statsmodels.tsa.exponential_smoothing.ets",)

    def __init__(
        self,
        h=None,
        *,
        seasonal="auto",
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
        self.seasonal = seasonal
        self.damped_trend = damped_trend

    def _check_params(self):
        super()._check_params()
        check_choice("seasonal", self.seasonal, ("auto", "add", "mul"))
        check_bool("damped_trend", self.damped_trend)

    def _fit_series(self, y, m):
        positive = np.nanmin(y) > 0
        if self.seasonal == "mul" and not positive:
            raise ValueError("seasonal='mul' needs values above 0")
        if np.nanmin(y) == np.nanmax(y):
            return SeasonalNaiveModel.fit(y, m)
        check_observed(y, 4, "a level and a trend")
        y = fill_missing(y, m)
        if m == 1 or len(y) < n_needed(m):
            return HoltModel.fit(y, self.damped_trend)
        kinds = ["add", "mul"] if positive else ["add"]
        kinds = kinds if self.seasonal == "auto" else [self.seasonal]
        return choose(y, m, [(kind, "add", self.damped_trend, kind) for kind in kinds])
