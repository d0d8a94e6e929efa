"""Exponential smoothing in state space form, its components chosen by AICc."""

from dataclasses import dataclass

import numpy as np

from tsrnn.baselines.ets_variance import forecast_variance
from tsrnn.baselines.local import LocalForecaster
from tsrnn.baselines.seasonal_model import SeasonalNaiveModel
from tsrnn.baselines.ses import SESModel
from tsrnn.forecasting.seasonality import Season, interpolate

_LONGEST_SEASON = 24
# The window of forecast::stlf.
_STL_WINDOW = 11
_TRENDS = ((None, False), ("add", False), ("add", True))


class ETS(LocalForecaster):
    """Exponential smoothing: error, trend, damping and season chosen by AICc (FPP3, 8.6 [1]_).

    Candidates are those of R's ``forecast::ets`` [2]_: additive errors with no or an additive
    season, and for positive series multiplicative errors with no, an additive or a multiplicative
    season; each with no, an additive or a damped trend. statsmodels fits them. A season longer than
    24 steps is first taken out by STL and its last cycle repeated, as ``forecast::stlf`` does.

    Intervals are normal with the variances of [2]_, chapter 6. Missing values are interpolated in
    the seasonally adjusted series. A series of fewer than 10 steps gets simple exponential
    smoothing; a constant one, or one with fewer than 4 observations, the seasonal naive forecast.

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
        Name of the model in the output; None for "ETS".

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
    >>> months = pd.date_range("2020", periods=48, freq="MS")
    >>> season = np.tile([1.0, 5.0, 9.0, 3.0], 12)
    >>> forecast = ETS(season_length=4).fit(pd.Series(season, index=months)).predict(h=4)
    >>> forecast.round(1).to_list()
    [1.0, 5.0, 9.0, 3.0]
    """

    def _fit_series(self, y, m):
        n_observed = np.count_nonzero(~np.isnan(y))
        if np.nanmin(y) == np.nanmax(y):
            return SeasonalNaiveModel.fit(y, m)
        if n_observed < 4:
            raise ValueError(f"{n_observed} observations are too few for exponential smoothing")
        season = Season.find(y, m)
        y = season.restore(interpolate(season.remove(y)))
        if len(y) < 10:
            return SESModel.fit(y)
        if m > _LONGEST_SEASON and len(y) > 2 * m:
            return STLModel.fit(y, m)
        return ETSModel.fit(y, m if 1 < m <= _LONGEST_SEASON and len(y) >= _n_needed(m) else 1)


@dataclass(frozen=True)
class ETSModel:
    """The chosen model of one series.

    Parameters
    ----------
    result : statsmodels ETSResults
        The fitted model.
    """

    result: object

    @classmethod
    def fit(cls, y, m):
        """Return the model of `y` (n,) with the lowest AICc; `m` is 1 for no season."""
        return cls(min(_fit_candidates(y, m), key=lambda fitted: _aicc(fitted, len(y))))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        point = np.asarray(self.result.forecast(h))
        return point, np.sqrt(forecast_variance(self.result, point))


@dataclass(frozen=True)
class STLModel:
    """Seasonal component by STL, ETS without season for the rest.

    Parameters
    ----------
    season : array of shape (m,)
        Last cycle of the seasonal component.
    rest : ETSModel
        Model of the seasonally adjusted series.
    """

    season: np.ndarray
    rest: ETSModel

    @classmethod
    def fit(cls, y, m):
        """Return the model of `y` (n,), n > 2 m."""
        from statsmodels.tsa.seasonal import STL

        seasonal = np.asarray(STL(y, period=m, seasonal=_STL_WINDOW).fit().seasonal)
        return cls(seasonal[-m:], ETSModel.fit(y - seasonal, 1))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        point, sigma = self.rest.forecast(h)
        return point + self.season[np.arange(h) % len(self.season)], sigma


def _n_needed(m):
    """Return the series length that the heuristic for initial states needs."""
    return max(2 * m, 10 + 2 * (m // 2))


def _fit_candidates(y, m):
    """Yield the candidates fitted by statsmodels, initial states by its heuristic."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel as StatsmodelsETS

    errors = {"add": (None, "add"), "mul": (None, "add", "mul")}
    if y.min() <= 0:
        del errors["mul"]
    for error, seasons in errors.items():
        for season in seasons if m > 1 else (None,):
            for trend, damped in _TRENDS:
                model = StatsmodelsETS(
                    y,
                    error=error,
                    trend=trend,
                    damped_trend=damped,
                    seasonal=season,
                    seasonal_periods=m if season else None,
                    initialization_method="heuristic",
                )
                yield model.fit(disp=False)


def _aicc(fitted, n):
    """Return AICc with initial states and variance counted as parameters (FPP3, section 8.6)."""
    model = fitted.model
    n_smoothing = 1 + model.has_trend + model.has_seasonal + model.damped_trend
    n_states = 1 + model.has_trend + (model.seasonal_periods - 1 if model.has_seasonal else 0)
    k = n_smoothing + n_states + 1
    if n - k - 1 <= 0 or np.isnan(fitted.llf):
        return np.inf
    return -2 * fitted.llf + 2 * k * n / (n - k - 1)
