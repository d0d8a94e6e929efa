"""Distances of the windows of a stream to the nearest one seen in training."""

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.nearest import NearestWindow
from tsrnn.detection.recent import Recent
from tsrnn.kernels.neighbours import begins_alike

# Strides between remembered windows from one comparison to the next.
_STRIDES = 2
# Values are those of training if they are no further apart.
_SAME = 1e-9


class MemoryStream(Rebuilt):
    """Compares the windows that end at some of the rows, and keeps a distance till the next one.

    Rows that were remembered themselves are told by label and value: their windows are no
    neighbours of those that overlap them.

    Parameters
    ----------
    memory : WindowMemory
        Fitted.
    """

    _state_version = 2

    def __init__(self, memory):
        self.memory = memory
        self.span, self.stride = memory.layout.span, _STRIDES * memory.layout.stride
        self.n_rows = 0
        self.values = self.missing = None
        # Single rows (values, missing, labels) since the last comparison: together they cost less.
        self.waiting = []
        # First row and number of remembered windows met again; those whose first point is not
        # complete yet are in `met`.
        self.own, self.met = np.empty((2, 0), np.int64), []
        n_channels = memory.windows_.shape[2]
        self.distance, self.expected = np.full((2, 1, n_channels), np.nan)

    @classmethod
    def _upgrade_state(cls, state, version):
        """No row waited in version 1."""
        return state | {"waiting": []}

    def push(self, values, missing, labels):
        """Distance and expectation (n, C) for the next rows, as `WindowMemory.nearest` gives them.

        Parameters
        ----------
        values, missing : ndarray of shape (n, C)
            Gaps in `values` filled; `missing` marks them.
        labels : sequence of length n
            Index labels of the rows, None for a row without.
        """
        n = len(values)
        if n == 1 and self.n_rows % self.stride:
            self.n_rows += 1
            self.waiting.append((values, missing, labels))
            return self.distance, self.expected
        if self.waiting:
            rows = [*self.waiting, (values, missing, labels)]
            values, missing, labels = zip(*rows, strict=True)
            values, missing = np.concatenate(values), np.concatenate(missing)
            labels = [label for part in labels for label in part]
            self.n_rows -= len(self.waiting)
            self.waiting = []
        return self._push(values, missing, labels, n)

    def _push(self, values, missing, labels, n_asked):
        """As `push`, of the last `n_asked` rows."""
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
            return tuple(np.repeat(a, n_asked, axis=0) for a in (self.distance, self.expected))
        starts = np.arange(begin, n, self.stride)
        own = self.own
        if own.size:
            own = own[0] - first, own[1]
        found = self.memory.compare(self._search(), values, missing, starts, own, point=-1)
        if n_asked == 1 and begin == n - 1:
            self.distance, self.expected = found
            return found
        # From the row before on: the last window of the block before still counts there.
        turn = (np.arange(n - n_asked, n) - begin) // self.stride + 1
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
        rebuilt = self.rebuilt
        if "numbers" not in rebuilt:
            numbers = {label: number for number, label in enumerate(self.memory.labels_.tolist())}
            rebuilt["numbers"] = numbers, self.memory.layout.box
        known, box = rebuilt["numbers"]
        for row, label in enumerate(labels, self.n_rows - len(labels)):
            if label in known:
                self.met.append((row, known[label]))
        windows, met, n_complete = self.memory.windows_, [], 0
        for row, number in self.met:
            if row + box > self.n_rows:
                break
            n_complete += 1
            if begins_alike(values, row - first, box, windows[number], _SAME):
                met.append((row, number))
        self.met = self.met[n_complete:]
        if met or self.own.size:
            recent = self.own[:, self.own[0] > first - self.span]
            met = np.array(met, np.int64).reshape(-1, 2).T
            self.own = np.concatenate((recent, met), axis=1)
