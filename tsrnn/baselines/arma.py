"""Seasonal ARMA models by conditional least squares, as products of lag polynomials."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import leastsq
from scipy.signal import lfilter

# Partial autocorrelations end here, so that no root comes closer than about 1 % to the unit circle.
_LARGEST_PARTIAL = 0.99


@dataclass(frozen=True)
class Orders:
    """Orders of a seasonal ARMA model, ARMA(p, q)(P, Q)_m, and whether it has a mean.

    Parameters
    ----------
    p, q : int
        Autoregressive and moving-average order.
    P, Q : int
        The same at multiples of the season.
    m : int
        Season length.
    mean : bool
        Whether a mean is estimated, else it is 0.
    """

    p: int
    q: int
    P: int
    Q: int
    m: int
    mean: bool

    @property
    def n_parameters(self):
        """Number of coefficients, with the mean."""
        return self.p + self.q + self.P + self.Q + self.mean

    def polynomials(self, parameters):
        """Return the lag polynomials of both sides, ``ar(L) w = ma(L) e``, from free numbers.

        Each block of numbers becomes partial autocorrelations inside (-1, 1), hence stationary and
        invertible coefficients (Monahan 1984, Biometrika 71, 403-404).
        """
        ends = np.cumsum([self.p, self.P, self.q, self.Q])
        partials = _LARGEST_PARTIAL * np.tanh(parameters[: ends[-1]])
        blocks = [_coefficients(block) for block in np.split(partials, ends[:-1])[:4]]
        steps = (1, self.m, 1, self.m)
        ar, ar_season, ma, ma_season = (
            _spread(block, step) for block, step in zip(blocks, steps, strict=True)
        )
        return np.convolve(ar, ar_season), np.convolve(ma, ma_season)


@dataclass(frozen=True)
class ARMAFit:
    """A seasonal ARMA model fitted to one series.

    Parameters
    ----------
    orders : Orders
        Its orders.
    ar, ma : array
        Lag polynomials, constant term 1 first.
    mean : float
        Mean of the series.
    errors : array of shape (n,)
        Exact one-step errors, from forecasts by all values before.
    spreads : array of shape (n,)
        Their variances in units of that of the noise, at least 1.
    """

    orders: Orders
    ar: np.ndarray
    ma: np.ndarray
    mean: float
    errors: np.ndarray
    spreads: np.ndarray

    @cached_property
    def aicc(self):
        """Corrected Akaike criterion by the exact likelihood, variance counted in.

        Infinite if a root is within 1 % of the unit circle: such models fit, but do not forecast.
        """
        n, k = len(self.errors), self.orders.n_parameters + 1
        if n - k - 1 <= 0 or max(_largest_root(self.ar), _largest_root(self.ma)) > 1 / 1.01:
            return np.inf
        loss = n * np.log(max(self._sum_of_squares / n, 1e-300)) + np.sum(np.log(self.spreads))
        return loss + 2 * k * n / (n - k - 1)

    @property
    def variance(self):
        """Variance of the noise."""
        return self._sum_of_squares / max(len(self.errors) - self.orders.n_parameters, 1)

    @property
    def _sum_of_squares(self):
        return float(np.sum(self.errors**2 / self.spreads))


def fit_arma(w, orders):
    """Return the `ARMAFit` of `w` (n,) with the smallest conditional sum of squares.

    For that sum, values and errors before the first one count as the mean and as 0 (Box, Jenkins &
    Reinsel 2008, Time series analysis, section 7.1.2); the errors of the result are exact, by the
    innovations algorithm (Brockwell & Davis 1991, Time series: theory and methods, section 5.3).
    """
    from statsmodels.tsa.innovations.arma_innovations import arma_innovations

    n_coefficients = orders.n_parameters - orders.mean
    scale = float(np.std(w)) or 1.0

    def errors(parameters):
        mean = scale * parameters[-1] if orders.mean else 0.0
        ar, ma = orders.polynomials(parameters)
        return lfilter(ar, ma, w - mean) / scale

    parameters = np.zeros(orders.n_parameters)
    if orders.mean:
        parameters[-1] = np.mean(w) / scale
    if n_coefficients and orders.n_parameters < len(w):
        # Away from 0, where coefficients of both sides cancel.
        parameters[:n_coefficients] = 0.1
        parameters = leastsq(errors, parameters, ftol=1e-4, xtol=1e-4, maxfev=150)[0]
    ar, ma = orders.polynomials(parameters)
    mean = scale * float(parameters[-1]) if orders.mean else 0.0
    innovations, spreads = arma_innovations((w - mean) / scale, -ar[1:], ma[1:])
    return ARMAFit(orders, ar, ma, mean, scale * innovations, spreads)


def _largest_root(polynomial):
    """Return the largest modulus of the reciprocal roots of a lag polynomial."""
    return max(np.abs(np.roots(polynomial)), default=0.0)


def _coefficients(partials):
    """Return the coefficients of lags 1, 2, ... with these partial autocorrelations."""
    found = np.empty(0)
    for partial in partials:
        found = np.append(found - partial * found[::-1], partial)
    return found


def _spread(coefficients, step):
    """Return the polynomial ``1 - c_1 L**step - c_2 L**(2 step) - ...``."""
    polynomial = np.zeros(len(coefficients) * step + 1)
    polynomial[0] = 1.0
    polynomial[step::step] = -coefficients
    return polynomial
