"""Exponential smoothing in state space form, its components chosen by AICc."""

import numpy as np

from tsrnn.baselines.adjusted import check_observed, fill_missing
from tsrnn.baselines.ets_model import ETSModel
from tsrnn.baselines.local import LocalForecaster
from tsrnn.baselines.ses import SESModel
from tsrnn.baselines.stl import STLModel
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel

_LONGEST_SEASON = 24
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

    _libraries = ("statsmodels.tsa.exponential_smoothing.ets", "statsmodels.tsa.seasonal")

    def _fit_series(self, y, m):
        if np.nanmin(y) == np.nanmax(y):
            return SeasonalNaiveModel.fit(y, m)
        check_observed(y, 4, "exponential smoothing")
        y = fill_missing(y, m)
        if len(y) < 10:
            return SESModel.fit(y)
        if m > _LONGEST_SEASON and len(y) > 2 * m:
            return STLModel.fit(y, m, lambda rest: choose(rest, 1, _candidates(rest, 1)))
        m = m if 1 < m <= _LONGEST_SEASON and len(y) >= n_needed(m) else 1
        return choose(y, m, _candidates(y, m))


def n_needed(m):
    """Return the series length that the heuristic for initial states needs."""
    return max(2 * m, 10 + 2 * (m // 2))


def choose(y, m, candidates):
    """Return the model with the lowest AICc, fitted by statsmodels.

    Initial states are those of the heuristic of FPP3, section 8.6.

    Parameters
    ----------
    y : array of shape (n,)
        Observations, at least ``n_needed(m)`` of them if a candidate has a season.
    m : int
        Season length.
    candidates : iterable of tuple
        Error ("add", "mul"), trend ("add", None), whether it is damped, season ("add", "mul",
        None).

    Returns
    -------
    ETSModel
    """
    lowest, chosen, start = np.inf, None, {}
    for error, trend, damped, season in candidates:
        model = _statsmodels_model(y, error, trend, damped, season, m, start.get((trend, season)))
        # The heuristic knows neither kind of error nor damping: it need not run for each.
        start.setdefault((trend, season), _initial_states(model))
        # Results with all their statistics, slow to make, are needed of the best only.
        parameters = model.fit(disp=False, return_params=True)
        aicc = _aicc(model, parameters)
        if chosen is None or aicc < lowest:
            lowest, chosen = aicc, (model, parameters)
    model, parameters = chosen
    return ETSModel.of(model.smooth(parameters))


def _candidates(y, m):
    """Yield error, trend, damped and season of every candidate."""
    errors = {"add": (None, "add"), "mul": (None, "add", "mul")}
    if y.min() <= 0:
        del errors["mul"]
    for error, seasons in errors.items():
        for season in seasons if m > 1 else (None,):
            for trend, damped in _TRENDS:
                yield error, trend, damped, season


def _statsmodels_model(y, error, trend, damped, season, m, start=None):
    """Return an unfitted model, its initial states `start` or by the heuristic."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel as StatsmodelsETS

    return StatsmodelsETS(
        y,
        error=error,
        trend=trend,
        damped_trend=damped,
        seasonal=season,
        seasonal_periods=m if season else None,
        initialization_method="known" if start else "heuristic",
        **(start or {}),
    )


def _initial_states(model):
    """Return the initial states of a model, as arguments for another one."""
    states = {"initial_level": model.initial_level}
    if model.has_trend:
        states["initial_trend"] = model.initial_trend
    if model.has_seasonal:
        states["initial_seasonal"] = model.initial_seasonal
    return states


def _aicc(model, parameters):
    """Return AICc with initial states and variance counted as parameters (FPP3, section 8.6)."""
    n, loglike = model.nobs, model.loglike(parameters)
    n_smoothing = 1 + model.has_trend + model.has_seasonal + model.damped_trend
    n_states = 1 + model.has_trend + (model.seasonal_periods - 1 if model.has_seasonal else 0)
    k = n_smoothing + n_states + 1
    if n - k - 1 <= 0 or np.isnan(loglike):
        return np.inf
    return -2 * loglike + 2 * k * n / (n - k - 1)
