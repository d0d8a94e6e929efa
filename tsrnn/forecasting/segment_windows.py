"""Training data in segments: windows at random places of many series."""

import copy

import numpy as np

from tsrnn.network import Batch


class SegmentWindows:
    """Windows of `input_size` values in segments, with the `h` values after them to learn.

    Values are relative to the last one of the window and divided by the spread of the series.

    Parameters
    ----------
    scaled : list of WorkingScale
    h : int
        Steps to forecast.
    input_size : int
        Values seen, a multiple of `segment`; a series that is shorter is continued backwards by
        its first value.
    segment : int
        Values per time step of the network.
    batch_size : int
        Windows per update.
    n_windows : int
        Windows per pass, at most: those of long series overlap so much that a part of them does.
    """

    def __init__(self, scaled, *, h, input_size, segment, batch_size, n_windows):
        self.h, self.input_size, self.segment = h, input_size, segment
        self.batch_size = batch_size
        self._regression = None
        lengths = np.array([len(s.z) for s in scaled])
        stored = lengths + input_size + h
        offsets = np.concatenate([[0], np.cumsum(stored)[:-1]]) + input_size
        values, known = np.zeros(stored.sum()), np.zeros(stored.sum(), bool)
        for offset, s in zip(offsets, scaled, strict=True):
            values[offset - input_size : offset] = s.z[0] / s.spread
            values[offset : offset + len(s.z)] = s.z / s.spread
            known[offset : offset + len(s.z)] = s.observed
        views = np.lib.stride_tricks.sliding_window_view
        self._past, self._future = views(values, input_size), views(values, h)
        self._known = views(known, h)
        # Windows that see only values, where there are such, and learn at least one.
        first = np.minimum(input_size - 1, np.maximum(lengths - 1 - h, 0))
        steps = [np.arange(a, max(n - 1, a + 1)) for a, n in zip(first, lengths, strict=True)]
        self._origins = np.concatenate([at + o for at, o in zip(steps, offsets, strict=True)])
        self._first, self.lengths, self._offsets = first, lengths, offsets
        self.n_windows = min(n_windows, len(self._origins))

    @property
    def n_batches(self):
        """Batches in one pass."""
        return -(-self.n_windows // self.batch_size)

    def batches(self, rng=None):
        """Yield one pass of windows; with `rng`, drawn at random."""
        origins = self._origins if rng is None else rng.permutation(self._origins)
        for start in range(0, self.n_windows, self.batch_size):
            yield self.batch(origins[start : min(start + self.batch_size, self.n_windows)])

    def beyond(self, regression):
        """Return the same windows, to learn what a `WindowRegression` leaves of the values."""
        windows = copy.copy(self)
        windows._regression = regression
        return windows

    def whole(self, n_windows, n_parts):
        """Return the ends of windows with all of the horizon after them, by parts of time.

        Parameters
        ----------
        n_windows : int
            How many at most; more are thinned, without a rhythm.
        n_parts : int
            Each series of so many windows is cut into them; of shorter ones, all windows are in one
            part.

        Returns
        -------
        list of ndarray
            Places in the flat array for each part.
        """
        counts = np.maximum(self.lengths - self.h - self._first, 0)
        ends = np.cumsum(counts)
        if ends[-1] <= n_windows:
            which = np.arange(ends[-1])
        else:
            which = np.sort(np.random.default_rng(0).choice(ends[-1], n_windows, replace=False))
        series = np.searchsorted(ends, which, side="right")
        rank = which - (ends - counts)[series]
        origins = self._offsets[series] + self._first[series] + rank
        part = np.where(
            counts[series] < n_parts, series % n_parts, rank * n_parts // counts[series]
        )
        return [origins[part == k] for k in range(n_parts)]

    def pairs(self, origins):
        """Return what is seen and what comes after the places `origins`, both (n_rows, ...).

        A gap holds the last value before it; rows count by the share of what comes that is known,
        and have that root as a factor.
        """
        past = self._past[origins - self.input_size + 1]
        last = past[:, -1:]
        factor = np.sqrt(self._known[origins + 1].mean(axis=1, keepdims=True))
        x, y = factor * (past - last), factor * (self._future[origins + 1] - last)
        return x.astype(np.float32), y.astype(np.float32)

    def places(self, origins):
        """Return the series, and how many of its steps are seen, at the places `origins`."""
        series = np.searchsorted(self._offsets, origins, side="right") - 1
        return series, origins - self._offsets[series] + 1

    def batch(self, origins):
        """Return the windows that end at the places `origins` of the flat array."""
        past = self._past[origins - self.input_size + 1]
        last = past[:, -1:]
        x, lengths = _segments(past - last, self.segment)
        weight = self._known[origins + 1].astype(np.float32)
        target = np.where(weight > 0, self._future[origins + 1] - last, 0).astype(np.float32)
        batch = Batch(x, lengths, target, weight, every_step=False)
        if self._regression is not None:
            target -= np.where(weight > 0, self._regression.output(batch), 0)
        return batch


def last_windows(scaled, input_size, segment):
    """Return the last window of each series, with nothing to learn; see `SegmentWindows`.

    Parameters
    ----------
    scaled : list of WorkingScale
    input_size, segment : int

    Returns
    -------
    batch : Batch
    last : ndarray of shape (n_series, 1)
        What inputs are relative to, on the working scale.
    """
    past = np.empty((len(scaled), input_size))
    for row, s in zip(past, scaled, strict=True):
        n_seen = min(len(s.z), input_size)
        row[: input_size - n_seen] = s.z[0]
        row[input_size - n_seen :] = s.z[-n_seen:]
    spread = np.array([[s.spread] for s in scaled])
    past /= spread
    last = past[:, -1:]
    x, lengths = _segments(past - last, segment)
    nothing = np.zeros((len(past), 0), np.float32)
    return Batch(x, lengths, nothing, nothing, every_step=False), last * spread


def _segments(relative, segment):
    """Return windows (n_rows, input_size) as the network reads them, and their lengths."""
    x = relative.reshape(len(relative), -1, segment).transpose(1, 0, 2)
    return np.ascontiguousarray(x, np.float32), np.full(len(relative), x.shape[0], np.int64)
