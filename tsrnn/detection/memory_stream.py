"""Distances of the windows of a stream to the nearest one seen in training."""

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.nearest import NearestWindow
from tsrnn.detection.recent import Recent

# Strides between remembered windows from one comparison to the next.
_STRIDES = 2


class MemoryStream(Rebuilt):
    """Compares the windows that end at some of the rows, and keeps a distance till the next one.

    Rows that were remembered themselves are told by label and value: their windows are no
    neighbours of those that overlap them.

    Parameters
    ----------
    memory : WindowMemory
        Fitted.
    """

    def __init__(self, memory):
        self.memory = memory
        self.span, self.stride = memory.layout.span, _STRIDES * memory.layout.stride
        self.n_rows = 0
        self.values = self.missing = None
        # First row and number of remembered windows met again; those whose first point is not
        # complete yet are in `met`.
        self.own, self.met = np.empty((2, 0), np.int64), []
        n_channels = memory.windows_.shape[2]
        self.distance, self.expected = np.full((2, 1, n_channels), np.nan)

    def push(self, values, missing, labels):
        """Distance and expectation (n, C) for the next rows, as `WindowMemory.nearest` gives them.

        Parameters
        ----------
        values, missing : ndarray of shape (n, C)
            Gaps in `values` filled; `missing` marks them.
        labels : sequence of length n
            Index labels of the rows, None for a row without.
        """
        pad, n = self.span - 1, len(values)
        if self.values is None:
            # Before the first row nothing was observed.
            self.values = Recent(np.repeat(values[:1], pad, axis=0))
            self.missing = Recent(np.ones((pad, values.shape[1]), bool))
        values, missing = self.values.extend(values), self.missing.extend(missing)
        begin = -self.n_rows % self.stride
        first, self.n_rows = self.n_rows - pad, self.n_rows + n
        self._recognise(values, labels, first)
        if begin >= n:
            if n == 1:
                return self.distance, self.expected
            return np.repeat(self.distance, n, axis=0), np.repeat(self.expected, n, axis=0)
        starts = np.arange(begin, n, self.stride)
        own = self.own[0] - first, self.own[1]
        found = self.memory.compare(self._search(), values, missing, starts, own, point=-1)
        # From the row before on: the last window of the block before still counts there.
        turn = (np.arange(n) - begin) // self.stride + 1
        distance, expected = (
            np.concatenate((last, new))[turn]
            for last, new in zip((self.distance, self.expected), found, strict=True)
        )
        self.distance, self.expected = distance[-1:].copy(), expected[-1:].copy()
        return distance, expected

    def read_again(self, scaled):
        """Compare the last rows, `scaled`, with a memory that now holds them too."""
        last = scaled[-3 * self.memory.layout.span :]
        again = MemoryStream(self.memory)
        again.n_rows = self.n_rows - len(last)
        again.push(last.target_values, last.ignored, last.index)
        vars(self).update(vars(again))
        self.rebuilt.clear()

    def _search(self):
        if "search" not in self.rebuilt:
            memory = self.memory
            self.rebuilt["search"] = NearestWindow(memory.windows_, memory.level_weight, exact=True)
        return self.rebuilt["search"]

    def _recognise(self, values, labels, first):
        """Add windows met again to `own`, once their first point is complete."""
        if "numbers" not in self.rebuilt:
            self.rebuilt["numbers"] = {
                label: number for number, label in enumerate(self.memory.labels_.tolist())
            }
        known, row = self.rebuilt["numbers"], self.n_rows - len(labels)
        self.met += [(row + i, known[label]) for i, label in enumerate(labels) if label in known]
        if not self.met:
            return
        layout = self.memory.layout
        complete = [pair for pair in self.met if pair[0] + layout.box <= self.n_rows]
        self.met = self.met[len(complete) :]
        if complete:
            pairs = np.array(complete).T
            rows, numbers = pairs
            starts = rows - first
            points = sum(values[starts + i] for i in range(layout.box)) / layout.box
            apart = np.abs(points - self.memory.windows_[numbers, 0]).max(axis=1)
            met = pairs[:, apart <= 1e-9]
            if met.size or self.own.size:
                recent = self.own[:, self.own[0] > first - layout.span]
                self.own = np.concatenate((recent, met), axis=1)
