"""Regression on covariates with ARIMA errors.

The coefficients are found by generalised least squares, in turn with the ARIMA model of what they
leave: both sides go through the filter that turns the errors into noise (Cochrane & Orcutt 1949,
JASA 44; FPP3, chapter 10: Hyndman & Athanasopoulos 2021, Forecasting: principles and practice).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import lfilter

from tsrnn.baselines.adjusted import fill_missing
from tsrnn.baselines.stl import STLModel, decompose
from tsrnn.forecasting.basis import Basis, stack
from tsrnn.forecasting.regressors import carried

_ROUNDS = 2
# Steps beyond the coefficients that the errors need, to say anything about them.
_MIN_LEFT = 6


@dataclass(frozen=True)
class KnownColumns:
    """How covariates known in the future become columns of a regression.

    Parameters
    ----------
    names : tuple of str
    places : ndarray of shape (n_names,)
        Among the covariates of a panel.
    bases : list of Basis
        A number as such, one column per category.
    """

    names: tuple
    places: np.ndarray
    bases: list

    @classmethod
    def learn(cls, panel, names):
        """Return those of the covariates `names` of a `Panel`, None without names."""
        if not names:
            return None
        places = np.array([panel.covariates.names.index(name) for name in names])
        bases = [Basis.of_covariate(panel, k, bends=False) for k in places]
        return cls(tuple(names), places, bases)

    def past(self, panel):
        """Return the columns at the steps of a panel, an array (n_i, n_columns) per series."""
        columns = stack(self.bases, carried(panel.x[:, self.places], panel.indptr))
        return np.split(columns, panel.indptr[1:-1])

    def ahead(self, panel, h):
        """Return the columns of the `h` steps after a panel, (n_series, h, n_columns)."""
        return stack(self.bases, panel.ahead.of(self.names, h))


@dataclass(frozen=True)
class RegressionModel:
    """Coefficients, and the model of what they leave, which alone `forecast` and `paths` tell.

    Parameters
    ----------
    coefficients : ndarray of shape (n_columns,)
    rest : object
        Its ``forecast(h)`` returns points and standard deviations.
    """

    coefficients: np.ndarray
    rest: object

    @classmethod
    def fit(cls, y, columns, m, fit_rest):
        """Return the model of one series.

        Parameters
        ----------
        y : ndarray of shape (n,)
            NaN for missing.
        columns : ndarray of shape (n, n_columns)
        m : int
            Season length, by which missing values are interpolated.
        fit_rest : callable
            Turns a series (n,) without NaN into an `ARIMAModel`, or an `STLModel` of one.

        Raises
        ------
        ValueError
            If there are too few observations for so many columns.
        """
        n_observed, n_columns = int(np.isfinite(y).sum()), columns.shape[1]
        if n_observed < n_columns + _MIN_LEFT:
            raise ValueError(f"{n_observed} observations are too few for {n_columns} covariates")
        steps = np.diff(y)
        known = np.isfinite(steps)
        coefficients = _least_squares(np.diff(columns, axis=0)[known], steps[known])
        for _ in range(_ROUNDS):
            effects = columns @ coefficients
            rest = fill_missing(y - effects, m)
            model = fit_rest(rest)
            inputs = np.column_stack([columns, rest + effects])
            whitened = _whitened(inputs, model)
            coefficients = _least_squares(whitened[:, :-1], whitened[:, -1])
        rest = fit_rest(fill_missing(y - columns @ coefficients, m))
        return cls(coefficients, _with_fewer_free(rest, n_observed, n_columns))

    def forecast(self, h):
        """Return point forecasts and standard deviations of the rest, both (h,)."""
        return self.rest.forecast(h)

    def ahead(self, columns):
        """Return the model of the series, whose next steps have `columns`, (h, n_columns)."""
        return WithEffects(self.rest, columns @ self.coefficients)


@dataclass(frozen=True)
class WithEffects:
    """A model, and what is added to its forecasts.

    Parameters
    ----------
    model : object
    effects : ndarray of shape (h,)
    """

    model: object
    effects: np.ndarray

    def forecast(self, h):
        """Return point forecasts and standard deviations of the next `h` steps, both (h,)."""
        point, sigma = self.model.forecast(h)
        return point + self.effects[:h], sigma

    def paths(self, shocks):
        """Return sample paths; see `LocalForecaster`."""
        return self.model.paths(shocks) + self.effects[: shocks.shape[1] - 1]


def _whitened(values, model):
    """Return `values` (n, n_columns) through the filter that makes noise of the errors."""
    if isinstance(model, STLModel):
        m = len(model.season)
        values = np.column_stack([v - _season(v, m) for v in values.T])
        model = model.rest
    differences = getattr(model, "differences", np.array([1.0, -1.0]))
    values = lfilter(differences, [1.0], values, axis=0)[len(differences) - 1 :]
    # The mean, or the drift, is none of the effects.
    values = values - values.mean(axis=0)
    return lfilter(getattr(model, "ar", [1.0]), getattr(model, "ma", [1.0]), values, axis=0)


def _season(values, m):
    if np.ptp(values) == 0:
        return np.zeros(len(values))
    return np.asarray(decompose(values, m).seasonal)


def _least_squares(columns, values):
    """Return the shortest of the coefficients that fit best: a constant column's is 0."""
    return np.linalg.lstsq(columns, values, rcond=1e-9)[0]


def _with_fewer_free(model, n, n_columns):
    """Return `model` with the variance that coefficients found from `n` values leave."""
    if isinstance(model, STLModel):
        return replace(model, rest=_with_fewer_free(model.rest, n, n_columns))
    if not hasattr(model, "variance"):
        return model
    return replace(model, variance=model.variance * n / (n - n_columns))
