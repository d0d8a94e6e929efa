"""Distance of every window to the nearest window seen in training."""

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.nearest import NearestWindow
from tsrnn.detection.windows import MOST_WINDOWS, BoxWindows
from tsrnn.kernels.neighbours import distances, gather_points

_BLOCK_BYTES = 64e6


class WindowMemory(Rebuilt):
    """Squared distance to the nearest training window, per channel.

    Windows are not normalised one by one, so that a shift in level counts as well as a change in
    shape; how much it counts is a weight, for channels whose level wanders anyway.

    Parameters
    ----------
    length : int
        Rows of a window.
    random_state : None, int, Generator
        Seed of the draw from more than 4,000 training windows.
    level_weight : float or ndarray of shape (n_channels,)
        Factor of differences between the windows' means, 0 to 1.

    Attributes
    ----------
    windows_ : ndarray of shape (n_windows, n_points, n_channels)
        The memory, no NaN.
    labels_ : Index
        Index label of each window's first row: tells which windows the scored rows contain.
    order_ : ndarray of shape (n_windows,)
        Random numbers; windows with the smallest stay when others join.
    """

    def __init__(self, length, random_state=None, level_weight=1.0):
        self.length = length
        self.random_state = random_state
        self.level_weight = level_weight

    @property
    def layout(self):
        """How rows are cut into windows."""
        if "layout" not in self.rebuilt:
            self.rebuilt["layout"] = BoxWindows(self.length)
        return self.rebuilt["layout"]

    def fit(self, values, missing, index):
        """Remember windows of `values` (n, C), `index` its labels; n is at least a window's span.

        Windows most of whose values are `missing` are not remembered unless there are no others.
        """
        starts = self.layout.starts(len(values), self.random_state)
        starts = starts[self._observed(missing, starts)]
        self.windows_ = self.layout.gather(self.layout.points(values), starts)
        self.labels_ = index[starts]
        # With the smallest of one random number for each window that was there to choose from, the
        # windows are those that a draw by such numbers would have kept.
        draw = np.random.default_rng(self.random_state)
        n_windows = (len(values) - self.layout.span) // self.layout.stride + 1
        self.order_ = draw.permutation(np.sort(draw.random(n_windows))[: len(starts)])
        return self

    def add(self, values, missing, index):
        """Remember windows of further rows too; of more than 4,000 an even draw is kept."""
        layout = self.layout
        starts = np.arange(0, len(values) - layout.span + 1, layout.stride)
        starts = starts[self._observed(missing, starts)]
        seed = None if self.random_state is None else (self.random_state, len(self.order_))
        draw = np.random.default_rng(seed)
        self.order_ = np.concatenate((self.order_, draw.random(len(starts))))
        kept = np.sort(np.argsort(self.order_, kind="stable")[:MOST_WINDOWS])
        windows = layout.gather(layout.points(values), starts)
        self.windows_ = np.concatenate((self.windows_, windows))[kept]
        self.labels_ = self.labels_.append(index[starts])[kept]
        self.order_ = self.order_[kept]

    def _observed(self, missing, starts):
        """Which of the windows have most of their values; all, if none has."""
        if not missing.any():
            return np.ones(len(starts), bool)
        points = self.layout.points(~missing)
        observed = self.layout.gather(points, starts).mean(axis=(1, 2)) >= 0.5
        return observed if observed.any() else ~observed

    def nearest(self, values, missing, index, ends, unit=1.0, point=-1):
        """Compare the windows that end at rows `ends` with the memory.

        Parameters
        ----------
        values, missing : ndarray of shape (n, C)
            Gaps in `values` filled; `missing` marks them.
        index : Index of length n
            Remembered windows found again in these rows (same label, same values) are no
            neighbours of the windows that overlap them.
        ends : ndarray of int
            Last row of each window. A window may reach back before row 0: points that are not
            there, like missing ones, are left out of its distance.
        unit : float or ndarray of shape (C,)
            Differences are measured in this unit.
        point : int
            The point of the windows whose expectation is asked for.

        Returns
        -------
        distance : ndarray of shape (n_windows, C)
            Mean squared difference per point. NaN where there is nothing to compare with.
        expected : ndarray of shape (n_windows, C)
            What the nearest window has at `point`.
        """
        pad = self.layout.span - 1
        values = np.concatenate((np.repeat(values[:1], pad, axis=0), values))
        missing = np.concatenate((np.ones((pad, values.shape[1]), bool), missing))
        own = self._own_windows(self.layout.points(values), index, pad)
        search = NearestWindow(self.windows_, self.level_weight, unit)
        return self.compare(search, values, missing, ends, own, point)

    def compare(self, search, values, missing, starts, own, point):
        """Compare the windows that begin at rows `starts` of `values` with the memory.

        `own`: rows at which remembered windows begin, ascending, and their numbers; the other
        arguments and the results are those of `nearest`, without rows before the first.
        """
        distance = np.empty((len(starts), values.shape[1]))
        expected = np.empty_like(distance)
        rest = search.compare_whole(
            values, missing, starts, own, self.layout.box, point, distance, expected
        )
        if rest is None:
            self._compare(search, values, missing, starts, own, point, distance, expected)
        elif len(rest):
            some = np.empty((2, len(rest), values.shape[1]))
            self._compare(search, values, missing, starts[rest], own, point, *some)
            distance[rest], expected[rest] = some
        return distance, expected

    def _compare(self, search, values, missing, starts, own, point, distance, expected):
        """As `compare`, into the last two."""
        layout, n_channels = self.layout, values.shape[1]
        box, n_points = layout.box, layout.n_points
        level_weight, unit = search.by_channel
        size = max(1, int(_BLOCK_BYTES / (8 * len(self.windows_))))
        for first in range(0, len(starts), size):
            block = slice(first, first + size)
            shape = len(starts[block]), n_points, n_channels
            query, known = np.empty(shape), np.empty(shape, bool)
            gather_points(values, missing, starts[block], box, query, known)
            barred = self._overlaps(starts[block], own) if len(own[0]) else None
            found, reachable = search.search(query, known, barred)
            # The search is in single precision; the distance to what it found is exact.
            distances(
                query, known, self.windows_, found, reachable, level_weight, unit, point % n_points,
                distance[block], expected[block],
            )  # fmt: skip

    def _overlaps(self, starts, own):
        """Index pairs (query, remembered window) that share rows; `own` as `_own_windows` gives.

        A window that begins within the last box of a query does not count: of its first point the
        query's rows do not tell all.
        """
        layout = self.layout
        rows, columns = own
        low = np.searchsorted(rows, starts - layout.span, side="right")
        count = np.searchsorted(rows, starts + layout.span - layout.box, side="right") - low
        query = np.repeat(np.arange(len(starts)), count)
        place = np.arange(len(query)) - np.repeat(np.cumsum(count) - count, count)
        return query, columns[place + np.repeat(low, count)]

    def _own_windows(self, points, index, pad):
        """Start rows (padded) and numbers of the remembered windows that these rows contain."""
        layout = self.layout
        rows = index.get_indexer(self.labels_)
        inside = np.flatnonzero((rows >= 0) & (rows + layout.span <= len(index)))
        again = layout.gather(points, rows[inside] + pad)
        same = np.isclose(again, self.windows_[inside], rtol=0, atol=1e-9).all(axis=(1, 2))
        return rows[inside[same]] + pad, inside[same]
