"""A fitted seasonal ARIMA model: forecasts and sample paths."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from tsrnn.baselines.arima_search import difference


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
