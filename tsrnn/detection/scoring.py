"""The two views of an anomaly: a forecast that fails, a window never seen."""

from typing import NamedTuple

import numpy as np

from tsrnn.detection.forecast_stream import ForecastStream
from tsrnn.detection.horizons import ahead, mean_square
from tsrnn.detection.linear import RidgeLags, choose_lags
from tsrnn.detection.memory import WindowMemory
from tsrnn.detection.memory_stream import MemoryStream
from tsrnn.detection.staleness import Staleness
from tsrnn.detection.startup import StartUp, root_mean_square
from tsrnn.detection.wander import level_weight
from tsrnn.kernels.scores import squared_errors

# Residuals below a tenth of the channel's deviation are not told apart: a channel that the
# forecast knows almost exactly would outvote all others.
LEAST_RESIDUAL = 0.1


class Errors(NamedTuple):
    """What a scorer found, one row per time step, one column per target.

    `squares`: squared error in the scorer's own unit, NaN where there is none. `expected`: the
    value it expected, in deviations of the channel.
    """

    squares: np.ndarray
    expected: np.ndarray


class ForecastScorer:
    """Squared forecast errors: linear lags, plus a model of what they leave.

    Parameters
    ----------
    window : int
        Most rows that the linear part looks back.
    residual_model : object or None
        Has ``fit(inputs, residuals, n_train)``, arrays with one row per time step, residuals NaN
        where unknown, and ``start()``, which returns an object with ``push(inputs)``: forecasts of
        the residuals of the next rows of a stream, each from the rows before it.
    n_horizons : int
        Rows ahead that are forecast, a quarter of the training rows at most. The squared errors of
        all forecasts of a row, each in units of its own usual size, are averaged.

    Attributes
    ----------
    n_horizons_ : int
        In use.
    residual_scale_ : ndarray of shape (n_horizons * n_targets,)
        Root mean squared error on the calibration rows.
    staleness_ : Staleness
        Of the inputs. Errors are measured the more mildly, the less was observed of what the
        forecast rests on: a gap is no anomaly.
    """

    _state_version = 3

    def __init__(self, window, residual_model=None, n_horizons=1):
        self.window = window
        self.residual_model = residual_model
        self.n_horizons = n_horizons

    @classmethod
    def _upgrade_state(cls, state, version):
        """Version 1 took what was carried through gaps at its word, 2 had one horizon."""
        still = {"staleness_": Staleness.none(state["linear_"])} if version == 1 else {}
        return state | still | {"n_horizons": 1, "n_horizons_": 1}

    def fit(self, scaled, n_train):
        """Learn from the first `n_train` rows; measure the size of errors on the others."""
        train = scaled[:n_train]
        self.n_horizons_ = max(1, min(self.n_horizons, n_train // 4))
        lags = choose_lags(n_train, scaled.inputs.shape[1], self.window)
        self.linear_ = RidgeLags(lags)
        self._fit_linear(train)
        self.staleness_ = Staleness().fit(train.inputs, train.stale)
        if self.residual_model is not None:
            residuals = self._residuals(scaled, self.linear_.predict(scaled.inputs))
            residuals[:lags] = np.nan
            # Forecasts of calibration rows, made before these, are not for training either.
            late = ahead(np.zeros(train.missing.shape, bool), self.n_horizons_, True)
            residuals[:n_train][late] = np.nan
            self.residual_model.fit(scaled.inputs, residuals, n_train)
        return self.measure(scaled, n_train)

    def measure(self, scaled, n_train):
        """Measure the size of errors on the rows after `n_train`."""
        self.startup_ = StartUp(self.linear_.n_lags).fit(scaled, n_train)
        errors = ahead(scaled.target_values, self.n_horizons_, 0.0) - self.predict(scaled.inputs)
        missing = ahead(scaled.missing, self.n_horizons_, True)
        self.residual_scale_ = root_mean_square(errors[n_train:], missing[n_train:])
        return self

    def _fit_linear(self, scaled):
        """Fit the linear part to the rows of which all horizons are known."""
        k = self.n_horizons_
        rows = slice(len(scaled) - k + 1)
        targets, missing = ahead(scaled.target_values, k, 0.0)[rows], None
        if scaled.missing.any():
            missing = ahead(scaled.missing, k, True)[rows]
        self.linear_.fit(scaled.inputs[rows], targets, missing)

    @property
    def n_iter(self):
        """Epochs of training of the residual model, 1 without one."""
        return getattr(self.residual_model, "n_iter_", 1)

    learns_again = True

    def extend(self, scaled):
        """Refit the linear part on all rows; the size of errors stays that of unseen ones."""
        self._fit_linear(scaled)

    def learn(self, scaled, stream):
        """Keep what was learnt."""

    def predict(self, inputs):
        """Forecast (n, n_horizons * C_target) of each row and the next from the rows before it."""
        forecast = self.linear_.predict(inputs)
        if self.residual_model is not None:
            forecast = forecast + self.residual_model.start().push(inputs)
        return forecast

    def start(self):
        """State before the first row of a stream, for `push`."""
        recurrent = None if self.residual_model is None else self.residual_model.start()
        size = self.residual_scale_[: len(self.residual_scale_) // self.n_horizons_]
        return ForecastStream(
            self.linear_, self.startup_, recurrent, size, self.staleness_, self.n_horizons_
        )

    def push(self, stream, scaled):
        """Errors of the next rows of a stream."""
        expected, factor, doubt = stream.push(scaled.inputs, scaled.stale)
        if self.n_horizons_ > 1:
            return self._average(scaled, expected, factor, doubt)
        squares = np.empty(expected.shape)
        squared_errors(
            scaled.target_values, expected, scaled.ignored, self.residual_scale_, scaled.spread,
            LEAST_RESIDUAL, squares[:0] if doubt is None else doubt, factor, squares,
        )  # fmt: skip
        return Errors(squares, expected)

    def _average(self, scaled, expected, factor, doubt):
        """Errors over all horizons; what is expected is the forecast from one row before."""
        shape = len(scaled), self.n_horizons_, len(scaled.spread)
        errors = scaled.target_values[:, None] - expected.reshape(shape)
        unit = np.maximum(self.residual_scale_.reshape(shape[1:]), LEAST_RESIDUAL * scaled.spread)
        errors /= np.hypot(unit, doubt.reshape(shape))
        errors[: len(factor), 0] *= factor
        squares = mean_square(errors)
        squares[scaled.ignored] = np.nan
        return Errors(squares, expected[:, : shape[2]])

    def errors(self, scaled, causal):
        """Errors of all rows; looks back only, whatever `causal` says."""
        return self.push(self.start(), scaled)

    @property
    def context(self):
        """Rows needed before the first one whose error counts."""
        return self.linear_.n_lags + self.n_horizons_ - 1

    def _residuals(self, scaled, forecast):
        residuals = ahead(scaled.target_values, self.n_horizons_, np.nan) - forecast
        if scaled.ignored.any():
            residuals[ahead(scaled.ignored, self.n_horizons_, True)] = np.nan
        return residuals


class MemoryScorer:
    """Squared distances of windows to the nearest one seen in training.

    Parameters
    ----------
    length : int
        Rows of a window.
    period : int
        Period of the data in rows, 0 if there is none.
    random_state : None, int, Generator
        Seed, used when training offers more than 4,000 windows.
    """

    def __init__(self, length, period, random_state=None):
        self.length = length
        self.period = period
        self.random_state = random_state

    def fit(self, scaled, n_train):
        """Remember the windows of the first `n_train` rows."""
        train = scaled[:n_train]
        weight = level_weight(train.target_values, self.period)
        self.memory_ = WindowMemory(self.length, self.random_state, weight)
        return self.extend(train)

    def measure(self, scaled, n_train):
        """Nothing but windows is kept."""

    n_iter, learns_again = 1, True

    def extend(self, scaled):
        """Remember the windows of all rows instead."""
        self.memory_.fit(scaled.target_values, scaled.missing, scaled.index)
        return self

    def learn(self, scaled, stream):
        """Remember the windows of rows that `stream` has just read; none if they are too few."""
        if len(scaled) >= self.memory_.layout.span:
            self.memory_.add(scaled.target_values, scaled.missing, scaled.index)
            stream.read_again(scaled)

    def start(self):
        """State before the first row of a stream, for `push`."""
        return MemoryStream(self.memory_)

    def push(self, stream, scaled):
        """Distances of the next rows of a stream, written at the windows' end."""
        return Errors(*stream.push(scaled.target_values, scaled.ignored, scaled.index))

    def errors(self, scaled, causal):
        """Distances written at the windows' centre and interpolated, or, causal, at their end."""
        if causal:
            return self.push(self.start(), scaled)
        layout, n = self.memory_.layout, len(scaled)
        distance, expected = self.memory_.nearest(
            scaled.target_values,
            scaled.ignored,
            scaled.index,
            layout.ends(n),
            unit=scaled.spread,
            point=layout.n_points // 2,
        )
        return Errors(layout.spread(n, distance), layout.spread(n, expected))

    @property
    def context(self):
        """Rows needed before the first one whose error counts."""
        return self.memory_.layout.span
