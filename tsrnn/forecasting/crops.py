"""Training data of the forecaster: crops of many series, with a forecast to learn at every step.

At each time step t of a series the network sees the last `input_size` values relative to the value
at t, and learns the next `h`, relative to it too: an output of zero is the naive forecast. Loss at
every step gives h times more gradient per pass than one window per series, and decoding all
horizons from one state avoids the mistake of reading horizon i off an earlier state.
"""

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.importance import importance
from tsrnn.network import Batch


@dataclass(frozen=True)
class Sight:
    """What the network sees of a series at each step, and what it learns there.

    Parameters
    ----------
    h : int
        Steps to forecast at each step.
    input_size : int
        Values seen at each step.
    season_length : int
        Season length in steps, 1 for none.
    season_ago : bool
        Whether the network also sees the `h` values one season before those it forecasts, and
        whether there are such.
    local_scale : bool
        Divide by the mean absolute difference within the input window (plus a part of the
        series'), and tell the network the logarithm of what share of the level it is. Otherwise by
        one number per series, 1 for logarithms.
    weighted : bool
        Weigh the errors of a series by its `importance`.
    n_inputs : int
        What else the network sees at each step: `WorkingScale.inputs`.
    """

    h: int
    input_size: int
    season_length: int = 1
    season_ago: bool = False
    local_scale: bool = True
    weighted: bool = True
    n_inputs: int = 0

    @property
    def n_features(self):
        """Inputs per time step."""
        return self.n_own + self.n_inputs

    @property
    def n_own(self):
        """Inputs per time step that come from the series itself, which are the first."""
        return self.input_size + self.local_scale + self.season_ago * (self.h + 1)


class Crops:
    """Many series in one flat array, cut into batches of crops on the fly.

    With `sight.weighted`, errors count as `importance` says.

    Parameters
    ----------
    scaled : list of WorkingScale
    sight : Sight
    crop : int
        Time steps per crop, at most.
    batch_size : int
    """

    def __init__(self, scaled, sight, *, crop, batch_size):
        self.sight, self.crop, self.batch_size = sight, crop, batch_size
        self.lengths = np.array([len(s.z) for s in scaled])
        # Each series is stored as `pad` copies of its first value, itself, and `h` unknown values,
        # so that every window is a slice of the flat array.
        self.pad = max(sight.input_size, sight.season_length if sight.season_ago else 1)
        stored = self.lengths + self.pad + sight.h
        self.offsets = np.concatenate([[0], np.cumsum(stored)[:-1]]) + self.pad
        values, known = np.zeros(stored.sum()), np.zeros(stored.sum(), bool)
        for offset, s in zip(self.offsets, scaled, strict=True):
            values[offset - self.pad : offset] = s.z[0]
            values[offset : offset + len(s.z)] = s.z
            known[offset : offset + len(s.z)] = s.observed
        self._inputs = np.zeros((len(values), sight.n_inputs), np.float32)
        if sight.n_inputs:
            for offset, s in zip(self.offsets, scaled, strict=True):
                self._inputs[offset : offset + len(s.z)] = s.inputs
        views = np.lib.stride_tricks.sliding_window_view
        self._values = values
        self._past = views(values, sight.input_size)
        self._future, self._known = views(values, sight.h), views(known, sight.h)
        self._observed = known
        self.variation = np.array([s.variation for s in scaled])
        self.spread = np.array([s.spread for s in scaled])
        # Differences of logarithms are shares of the level already.
        self.level = np.array([1.0 if s.is_log else s.level for s in scaled])
        first = max(sight.season_length, sight.input_size // 2)
        self.first_step = np.minimum(first, np.maximum(self.lengths - 1 - sight.h, 0))
        self.importance = importance(scaled, sight.h) if sight.weighted else None
        # The last step has nothing after it to learn.
        self.n_crops = -(-(self.lengths - 1) // crop)

    @property
    def n_batches(self):
        """Batches in one pass."""
        return int(-(-self.n_crops.sum() // self.batch_size))

    def batches(self, rng=None):
        """Yield one pass; with `rng`, in random order and from random positions."""
        series = np.repeat(np.arange(len(self.lengths)), self.n_crops)
        n_steps = self.lengths[series] - 1
        sizes = np.minimum(n_steps, self.crop)
        if rng is None:
            nth = np.concatenate([np.arange(n) for n in self.n_crops])
            stops = np.minimum((nth + 1) * self.crop, n_steps)
            order = np.arange(len(series))
        else:
            stops = rng.integers(sizes, n_steps, endpoint=True)
            order = rng.permutation(len(series))
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            yield self.batch(series[chosen], stops[chosen] - sizes[chosen], sizes[chosen])[0]

    def batch(self, series, starts, sizes):
        """Return the crops of `sizes` steps from `starts` of the series at positions `series`.

        Returns
        -------
        batch : Batch
        scale : ndarray of shape (n_timesteps, n_rows)
            What inputs and targets were divided by.
        """
        sight = self.sight
        steps = np.minimum(np.arange(sizes.max())[:, None], sizes - 1) + starts
        at = self.offsets[series] + steps
        past = self._past[at - sight.input_size + 1]
        here = past[:, :, -1:].copy()
        scale = self._scale(past, series, steps)
        past = (past - here) / scale[:, :, None]
        inside = np.arange(sizes.max())[:, None] < sizes
        x = np.zeros((*inside.shape, sight.n_features), np.float32)
        x[:, :, : sight.input_size] = past
        if sight.local_scale:
            x[:, :, sight.input_size] = np.log(scale / self.level[series])
        if sight.season_ago:
            seen = steps + 1 >= sight.season_length
            ago = (self._future[at + 1 - sight.season_length] - here) / scale[:, :, None]
            x[:, :, sight.n_own - 1 - sight.h : sight.n_own - 1] = np.where(
                seen[:, :, None], ago, 0
            )
            x[:, :, sight.n_own - 1] = seen
        x[:, :, sight.n_own :] = self._inputs[at]
        x[~inside] = 0
        # A step whose own value is carried over has no base to forecast from.
        learnt = inside & (steps >= self.first_step[series]) & self._observed[at]
        weight = (self._known[at + 1] & learnt[:, :, None]).astype(np.float32)
        target = (self._future[at + 1] - here) / scale[:, :, None]
        target = np.where(weight > 0, target, 0).astype(np.float32)
        if self.importance is not None:
            weight *= (self.importance[series] * scale)[:, :, None].astype(np.float32)
        return Batch(x, sizes.astype(np.int64), target, weight, every_step=True), scale

    def _scale(self, past, series, steps):
        if not self.sight.local_scale:
            return np.broadcast_to(self.spread[series], steps.shape)
        n_differences = np.clip(steps, 1, max(self.sight.input_size - 1, 1))
        local = np.abs(np.diff(past, axis=2)).sum(axis=2) / n_differences
        return local + 0.3 * self.variation[series] + 1e-4 * self.spread[series]
