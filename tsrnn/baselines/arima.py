"""Seasonal ARIMA models with automatic orders."""

from dataclasses import dataclass

import numpy as np

from tsrnn._validation import check_int
from tsrnn.baselines.adjusted import check_observed, fill_missing
from tsrnn.baselines.arima_model import ARIMAModel
from tsrnn.baselines.arima_regression import KnownColumns, RegressionModel
from tsrnn.baselines.arima_search import difference, n_differences, search
from tsrnn.baselines.arma import Orders, fit_arma
from tsrnn.baselines.local import LocalForecaster
from tsrnn.baselines.stl import STLModel
from tsrnn.forecasting.future_covariates import FutureCovariates
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel
from tsrnn.forecasting.trailing_gaps import n_to_last

_LONGEST_SEASON = 24
# What covariates explain up to so much of its size is explained.
_EXACT = 1e-9


class ARIMA(FutureCovariates, LocalForecaster):
    """ARIMA(p, d, q)(P, D, Q)_m, by default with the orders of an automatic search [1]_.

    D is 1 if the season is strong (by STL), d follows from KPSS tests, and p, q, up to 2, P and Q,
    up to 1, and whether there is a constant, from a stepwise search of at most 40 models for the
    lowest AICc. Coefficients are found by conditional least squares, the AICc is that of the exact
    likelihood. A season longer than 24 steps is first taken out by STL and its last cycle repeated.

    Intervals are normal with the variance ``sigma**2 * (psi_0**2 + ... + psi_(k-1)**2)`` at step k
    (FPP3, section 9.8 [2]_). Missing values are interpolated in the seasonally adjusted series. A
    constant series, or one with fewer than 6 observations or too short for given orders, gets the
    seasonal naive forecast.

    Further columns of a long frame that are known in the future (`X_df`) are covariates: the series
    is regressed on them, with ARIMA errors, by generalised least squares. Each category is a
    column. Those that are not known in the future are not used.

    Parameters
    ----------
    h : int, optional
        Default horizon, at least 1.
    order : tuple of 3 int, optional
        Orders p, d, q, at least 0, d at most 2; None searches all orders.
    seasonal_order : tuple of 3 int, optional
        Orders P, D, Q, at least 0, D at most 1, with a given `order`; None is (0, 0, 0) then. They
        have no effect on a series without season, or with one of more than 24 steps.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    future_covariates : list of str or "auto"
        Columns known in the future, which `predict` must get as `X_df`. "auto": those in `X_df`.
        `fit` and backtests then take all columns as known; the first `predict` with others in
        `X_df`, or without, learns once more.
    n_jobs : int, optional
        Threads; None is 1, -1 all processors.
    verbose : int
        Above 0: a progress bar on standard error.
    alias : str, optional
        Name of the model in the output; None for "ARIMA".

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead.

    References
    ----------
    .. [1] Hyndman, R. J., & Khandakar, Y. (2008). Automatic time series forecasting: the forecast
           package for R. Journal of Statistical Software, 27(3).
    .. [2] Hyndman, R. J., & Athanasopoulos, G. (2021). Forecasting: principles and practice (3rd
           ed.). OTexts.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([float(t * t) for t in range(12)])
    >>> ARIMA(order=(0, 2, 0)).fit(y).predict(h=2).tolist()  # continues the last differences
    [142.0, 163.0]
    """

    _libraries = ("statsmodels.tsa.innovations.arma_innovations", "statsmodels.tsa.seasonal")

    def __init__(
        self,
        h=None,
        *,
        order=None,
        seasonal_order=None,
        freq=None,
        season_length="auto",
        future_covariates="auto",
        n_jobs=None,
        verbose=0,
        alias=None,
    ):
        super().__init__(
            h, freq=freq, season_length=season_length, n_jobs=n_jobs, verbose=verbose, alias=alias
        )
        self.order = order
        self.seasonal_order = seasonal_order
        self.future_covariates = future_covariates

    def _check_params(self):
        super()._check_params()
        self._check_future_covariates()
        _check_orders("order", self.order, 2)
        _check_orders("seasonal_order", self.seasonal_order, 1)
        if self.order is None and self.seasonal_order is not None:
            raise ValueError(
                f"seasonal_order needs order as well, got {self.seasonal_order!r} without it"
            )

    def _fit_panel(self, panel):
        self._learnt, self._variants = self._learn(panel, self._future_to_learn(panel)), []
        self.models_, self.fallbacks_ = self._learnt.models, self._learnt.fallbacks

    def _learn(self, panel, future):
        known = KnownColumns.learn(panel, future)
        columns = None if known is None else known.past(panel)
        return ARIMAModels(*self._fit_models(panel, columns), known)

    def _models_for(self, panel, h):
        if self._is_fitted(panel):
            learnt = self._model_for(panel)
        else:
            learnt = self._learn(panel, self._names_to_use(panel))
        return learnt.ahead(panel, h), dict(learnt.fallbacks)

    def _fit_series(self, y, m, columns=None):
        if np.nanmin(y) == np.nanmax(y):
            return SeasonalNaiveModel.fit(y, m)
        check_observed(y, 6, "ARIMA")
        if columns is not None:
            return RegressionModel.fit(y, columns, m, lambda rest: self._fit_rest(rest, m))
        return self._fit_rest(fill_missing(y, m), m)

    def _fit_rest(self, y, m):
        if np.ptp(y) <= _EXACT * np.abs(y).max():
            return SeasonalNaiveModel.fit(y, m)
        if m <= _LONGEST_SEASON:
            return self._fit_model(y, m)
        if len(y) > 2 * m:
            return STLModel.fit(y, m, lambda rest: self._fit_model(rest, 1))
        return self._fit_model(y, 1)

    def _fit_model(self, y, m):
        if self.order is None:
            d, D = n_differences(y, m)
            w = difference(y, d, D, m)
            return ARIMAModel.of(y, d, D, search(w, m, mean=d + D < 2))
        p, d, q = self.order
        P, D, Q = (self.seasonal_order or (0, 0, 0)) if m > 1 else (0, 0, 0)
        w = difference(y, d, D, m)
        n_needed = p + q + P + Q + 3
        if len(w) < n_needed:
            raise ValueError(f"{len(y)} steps are too few for the orders, {d + D * m + n_needed}")
        means = (False, True) if d + D < 2 else (False,)
        fits = [fit_arma(w, Orders(p, q, P, Q, m, mean)) for mean in means]
        return ARIMAModel.of(y, d, D, min(fits, key=lambda fit: fit.aicc))


def _check_orders(name, orders, most):
    if orders is None:
        return
    if not isinstance(orders, tuple | list) or len(orders) != 3:
        raise ValueError(f"{name} must be None or three integers, got {orders!r}")
    for place, value in enumerate(orders):
        check_int(name, value, 0, most if place == 1 else None)


@dataclass(frozen=True)
class ARIMAModels:
    """Models of all series, what could not be fitted, and the covariates that are known ahead."""

    models: list
    fallbacks: dict
    known: KnownColumns | None

    @property
    def future(self):
        """Names of the covariates that are known in the future."""
        return () if self.known is None else self.known.names

    def ahead(self, panel, h):
        """Return models that know the covariates of the `h` steps after `panel`."""
        if self.known is None:
            return self.models
        past, ahead = self.known.past(panel), self.known.ahead(panel, h)
        models = []
        for i, model in enumerate(self.models):
            if isinstance(model, RegressionModel):
                # The model ends with the last observation, the series with the last step.
                missing = past[i][n_to_last(panel.series(i)) :]
                model = model.ahead(np.concatenate([missing, ahead[i]]))
            models.append(model)
        return models
