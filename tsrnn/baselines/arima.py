"""Seasonal ARIMA models with automatic orders."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from tsrnn._validation import check_int
from tsrnn.baselines.adjusted import check_observed, fill_missing
from tsrnn.baselines.arima_search import difference, n_differences, search
from tsrnn.baselines.arma import Orders, fit_arma
from tsrnn.baselines.local import LocalForecaster
from tsrnn.baselines.stl import STLModel
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel

_LONGEST_SEASON = 24


class ARIMA(LocalForecaster):
    """ARIMA(p, d, q)(P, D, Q)_m, by default with the orders of an automatic search [1]_.

    D is 1 if the season is strong (by STL), d follows from KPSS tests, and p, q, up to 2, P and Q,
    up to 1, and whether there is a constant, from a stepwise search of at most 40 models for the
    lowest AICc. Coefficients are found by conditional least squares, the AICc is that of the exact
    likelihood. A season longer than 24 steps is first taken out by STL and its last cycle repeated.

    Intervals are normal with the variance ``sigma**2 * (psi_0**2 + ... + psi_(k-1)**2)`` at step k
    (FPP3, section 9.8 [2]_). Missing values are interpolated in the seasonally adjusted series. A
    constant series, or one with fewer than 6 observations or too short for given orders, gets the
    seasonal naive forecast. Covariates are not used.

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
        n_jobs=None,
        verbose=0,
        alias=None,
    ):
        super().__init__(
            h, freq=freq, season_length=season_length, n_jobs=n_jobs, verbose=verbose, alias=alias
        )
        self.order = order
        self.seasonal_order = seasonal_order

    def _check_params(self):
        super()._check_params()
        _check_orders("order", self.order, 2)
        _check_orders("seasonal_order", self.seasonal_order, 1)
        if self.order is None and self.seasonal_order is not None:
            raise ValueError(
                f"seasonal_order needs order as well, got {self.seasonal_order!r} without it"
            )

    def _fit_series(self, y, m):
        if np.nanmin(y) == np.nanmax(y):
            return SeasonalNaiveModel.fit(y, m)
        check_observed(y, 6, "ARIMA")
        y = fill_missing(y, m)
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
class ARIMAModel:
    """A fitted model and the end of its series.

    Parameters
    ----------
    order, seasonal_order : tuple of int
        p, d, q and P, D, Q.
    ar, ma, differences : array
        Lag polynomials of ``ar(L) (w - mean) = ma(L) e`` and ``w = differences(L) y``, the constant
        term 1 first.
    mean : float
        Mean of the differenced series.
    variance : float
        Variance of the one-step errors.
    last, last_differenced, last_errors : array
        The newest values of the series, of the differenced series less its mean, and of the errors,
        as many as the polynomials reach back.
    """

    order: tuple
    seasonal_order: tuple
    ar: np.ndarray
    ma: np.ndarray
    differences: np.ndarray
    mean: float
    variance: float
    last: np.ndarray
    last_differenced: np.ndarray
    last_errors: np.ndarray

    @classmethod
    def of(cls, y, d, D, fit):
        """Return the model of `y` (n,) from the `ARMAFit` of its differences."""
        orders = fit.orders
        polynomial = np.ones(1)
        for lag in [1] * d + [orders.m] * D:
            polynomial = np.convolve(polynomial, [1.0, *[0.0] * (lag - 1), -1.0])
        return cls(
            (orders.p, d, orders.q),
            (orders.P, D, orders.Q),
            fit.ar,
            fit.ma,
            polynomial,
            fit.mean,
            fit.variance,
            _newest(y, len(polynomial) - 1),
            _newest(difference(y, d, D, orders.m) - fit.mean, len(fit.ar) - 1),
            _newest(fit.errors, len(fit.ma) - 1),
        )

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        errors = np.concatenate([self.last_errors, np.zeros(h)])
        known = lfilter(self.ma, [1.0], errors)[len(self.last_errors) :]
        differenced = self.mean + _continue(self.ar, self.last_differenced, known)
        point = _continue(self.differences, self.last, differenced)
        impulse = np.eye(1, h)[0]
        psi = lfilter(self.ma, np.convolve(self.ar, self.differences), impulse)
        return point, np.sqrt(self.variance * np.cumsum(psi**2))

    def paths(self, shocks):
        """Return sample paths of the recursion; see `LocalForecaster`."""
        errors = np.sqrt(self.variance) * shocks[:, 1:]
        filtered = lfilter(self.ma, np.convolve(self.ar, self.differences), errors)
        return self.forecast(errors.shape[1])[0] + filtered


def _newest(values, n):
    """Return the last `n` values, with zeros in front if there are fewer."""
    return np.concatenate(
        [np.zeros(max(n - len(values), 0)), values[len(values) - min(n, len(values)) :]]
    )


def _continue(polynomial, past, inputs):
    """Return what follows `past` under ``polynomial(L) x = inputs``, of the length of `inputs`."""
    n_past = len(past)
    values = np.concatenate([past, inputs])
    weights = polynomial[:0:-1]
    for k in range(len(inputs)):
        values[n_past + k] -= weights @ values[k : n_past + k]
    return values[n_past:]
