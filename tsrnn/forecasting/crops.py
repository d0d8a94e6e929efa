"""Training data of the forecaster: crops of many series, with a forecast to learn at every step.

At each time step t of a series the network sees the last `input_size` values relative to the value
at t, and learns the next `h`, relative to it too: an output of zero is the naive forecast. Loss at
every step gives h times more gradient per pass than one window per series, and decoding all
horizons from one state avoids the mistake of reading horizon i off an earlier state.
"""

import numpy as np

from tsrnn.network import Batch

# Below this usual length, series are scaled by their local variation (see `Crops`).
SHORT_SERIES = 400


class Crops:
    """Many series in one flat array, cut into batches of crops on the fly.

    Parameters
    ----------
    scaled : list of WorkingScale
    input_size : int
        Values seen at each step.
    h : int
        Steps to forecast at each step.
    local_scale : bool
        Divide by the mean absolute difference within the input window (plus a part of the
        series'), and tell the network its logarithm: right for short histories. Otherwise by one
        number per series, 1 for logarithms.
    first_step : int
        Steps before it are not learnt from, where the series is longer.
    crop : int
        Time steps per crop, at most.
    batch_size : int
    """

    def __init__(self, scaled, *, input_size, h, local_scale, first_step, crop, batch_size):
        self.input_size, self.h, self.local_scale = input_size, h, local_scale
        self.crop, self.batch_size = crop, batch_size
        self.lengths = np.array([len(s.z) for s in scaled])
        # Each series is stored as `input_size` copies of its first value, itself, and `h` unknown
        # values, so that every window is a slice of the flat array.
        stored = self.lengths + input_size + h
        self.offsets = np.concatenate([[0], np.cumsum(stored)[:-1]])
        values, known = np.zeros(stored.sum()), np.zeros(stored.sum(), bool)
        for offset, s in zip(self.offsets, scaled, strict=True):
            middle = slice(offset + input_size, offset + input_size + len(s.z))
            values[offset : middle.start] = s.z[0]
            values[middle] = s.z
            known[middle] = s.observed
        size = input_size + h
        self._windows = np.lib.stride_tricks.sliding_window_view(values, size)
        self._known = np.lib.stride_tricks.sliding_window_view(known, size)
        variation = [np.abs(np.diff(s.z)).mean() if len(s.z) > 1 else 0.0 for s in scaled]
        self.variation = np.array(variation)
        spread = [1.0 if s.is_log else np.std(s.z) or 1.0 for s in scaled]
        self.spread = np.array(spread)
        self.first_step = np.minimum(first_step, np.maximum(self.lengths - 1 - h, 0))
        # The last step has nothing after it to learn.
        self.n_crops = -(-(self.lengths - 1) // crop)

    @property
    def n_features(self):
        """Inputs per time step."""
        return self.input_size + self.local_scale

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
        steps = np.minimum(np.arange(sizes.max())[:, None], sizes - 1) + starts
        at = self.offsets[series] + steps + 1
        windows = self._windows[at]
        here = windows[:, :, self.input_size - 1, None].copy()
        scale = self._scale(windows[:, :, : self.input_size], series, steps)
        windows = (windows - here) / scale[:, :, None]
        inside = np.arange(sizes.max())[:, None] < sizes
        x = np.zeros((*inside.shape, self.n_features), np.float32)
        x[:, :, : self.input_size] = windows[:, :, : self.input_size]
        if self.local_scale:
            x[:, :, -1] = np.log(scale)
        x[~inside] = 0
        # A step whose own value is carried over has no base to forecast from.
        known = self._known[at]
        learnt = inside & (steps >= self.first_step[series]) & known[:, :, self.input_size - 1]
        weight = (known[:, :, self.input_size :] & learnt[:, :, None]).astype(np.float32)
        target = np.where(weight > 0, windows[:, :, self.input_size :], 0).astype(np.float32)
        return Batch(x, sizes.astype(np.int64), target, weight, every_step=True), scale

    def _scale(self, windows, series, steps):
        if not self.local_scale:
            return np.broadcast_to(self.spread[series], steps.shape)
        n_differences = np.clip(steps, 1, self.input_size - 1)
        local = np.abs(np.diff(windows, axis=2)).sum(axis=2) / n_differences
        return local + 0.3 * self.variation[series] + 1e-4
