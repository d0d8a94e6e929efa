"""ES-RNN: its training data, and how it learns and forecasts a panel."""

from dataclasses import dataclass, replace

import numpy as np

from tsrnn.forecasting.crops import Crops
from tsrnn.forecasting.recipes import StepRecipe
from tsrnn.forecasting.smoothing_network import (
    FIRST,
    N_COLUMNS,
    OBSERVED,
    PHASE,
    ROW,
    SCALE,
    VALUE,
    SmoothingNetwork,
)

# The usual difference of neighbours at least, as a share of the unit of errors.
_LEAST = 1e-3


class SmoothingCrops(Crops):
    """Crops for a `SmoothingNetwork`, with the values before each that fill its first window.

    Parameters
    ----------
    scaled, sight, crop, batch_size
        As for `Crops`.
    penalty : float >= 0
        What the second difference of the level counts beside an error of the forecast, where both
        are as large as the usual difference of neighbours.
    """

    def __init__(self, scaled, sight, *, crop, batch_size, penalty):
        super().__init__(scaled, sight, crop=crop, batch_size=batch_size)
        self.penalty = penalty
        self.rows = np.array([s.row for s in scaled])
        self.skipped = np.array([s.skipped for s in scaled])

    def batch(self, series, starts, sizes):
        """Return the crops as `Crops.batch` does, with the inputs of a `SmoothingNetwork`."""
        batch, scale = super().batch(series, starts, sizes)
        n_before = self.sight.input_size - 1
        steps = np.minimum(np.arange(-n_before, sizes.max())[:, None], sizes - 1) + starts
        at = self.offsets[series] + steps
        values, unit = self._values[at], self.spread[series]
        handed_on = batch.x[:, :, self.sight.input_size :]
        x = np.zeros((*at.shape, N_COLUMNS + handed_on.shape[2]), np.float32)
        # Near zero, where float32 has digits to spare.
        x[:, :, VALUE] = (values - values[n_before]) / unit
        x[:, :, OBSERVED] = self._observed[at]
        x[:, :, SCALE] = 1
        x[n_before:, :, SCALE] = scale / unit
        x[:, :, ROW] = self.rows[series]
        x[:, :, PHASE] = (self.skipped[series] + starts - n_before) % self.sight.season_length
        x[:, :, FIRST] = np.maximum(n_before - starts, 0)
        x[n_before:, :, N_COLUMNS:] = handed_on
        # Differences are squared: in units of the usual one, whatever the unit of errors is.
        usual = scale / np.maximum(self.variation[series], _LEAST * scale)
        bend = self.penalty * batch.weight.mean(axis=2, keepdims=True) * usual[..., None]
        bend = bend.astype(np.float32)
        target = np.concatenate([batch.target, np.zeros_like(bend)], axis=2)
        weight = np.concatenate([batch.weight, bend], axis=2)
        return replace(batch, x=x, target=target, weight=weight), scale


@dataclass(frozen=True)
class SmoothingRecipe(StepRecipe):
    """`StepRecipe` with a level and a season that are smoothed by learnt coefficients.

    Parameters
    ----------
    n_series : int
        Series that have coefficients of their own.
    penalty : float
        See `SmoothingCrops`.
    """

    n_series: int = 1
    penalty: float = 0.0

    def data(self, scaled):
        """Return the training data of the series `scaled` (list of WorkingScale)."""
        return SmoothingCrops(
            scaled, self.sight, crop=self.crop, batch_size=self.batch_size, penalty=self.penalty
        )

    def make_network(self):
        """Return the network."""
        sight = self.sight
        return SmoothingNetwork(
            sight.h, sight.input_size, sight.season_length, self.n_series,
            sight.n_features - sight.input_size,
            squared=self.loss == "absolute_error", **self.network,
        )  # fmt: skip
