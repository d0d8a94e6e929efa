"""Distance of every window to the nearest window seen in training."""

import numpy as np

from tsrnn.detection.windows import BoxWindows

_BLOCK_BYTES = 64e6


class WindowMemory:
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
    """

    def __init__(self, length, random_state=None, level_weight=1.0):
        self.length = length
        self.random_state = random_state
        self.level_weight = level_weight

    @property
    def layout(self):
        """How rows are cut into windows."""
        return BoxWindows(self.length)

    def fit(self, values, missing, index):
        """Remember windows of `values` (n, C), `index` its labels; n is at least a window's span.

        Windows most of whose values are `missing` are not remembered unless there are no others.
        """
        layout = self.layout
        starts = layout.starts(len(values), self.random_state)
        if missing.any():
            observed = layout.gather(layout.points(~missing), starts).mean(axis=(1, 2)) >= 0.5
            starts = starts[observed] if observed.any() else starts
        self.windows_ = layout.gather(layout.points(values), starts)
        self.labels_ = index[starts]
        return self

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
        layout = self.layout
        pad = layout.span - 1
        points = layout.points(np.concatenate((np.repeat(values[:1], pad, axis=0), values)))
        missing = np.concatenate((np.ones((pad, values.shape[1]), bool), missing))
        known = layout.points(~missing) >= 0.5
        own = self._own_windows(points, index, pad)
        distance = np.empty((len(ends), values.shape[1]))
        expected = np.empty_like(distance)
        size = max(1, int(_BLOCK_BYTES / (8 * len(self.windows_))))
        for first in range(0, len(ends), size):
            block = slice(first, first + size)
            starts = ends[block] + pad + 1 - layout.span
            query, weight = layout.gather(points, starts), layout.gather(known, starts)
            near = None if own is None else self._overlaps(starts, own)
            found, reachable = self._search(query, weight, near, unit)
            # The search is in single precision; the distance to what it found is exact.
            difference = query - self.windows_[found]
            level, distance[block] = self._compare(difference, weight, unit)
            distance[block][~reachable] = np.nan
            expected[block] = query[:, point] - difference[:, point] + level
        return distance, expected

    def _compare(self, difference, weight, unit):
        """Difference in level (n, C) that does not count, and the distance without it."""
        count = weight.sum(axis=1)
        some = count > 0
        known = np.where(weight, difference, 0.0)
        mean = np.divide(known.sum(axis=1), count, out=np.zeros(count.shape), where=some)
        square = np.full(count.shape, np.nan)
        np.divide((known**2).sum(axis=1), count, out=square, where=some)
        square = np.maximum(square - (1.0 - self.level_weight**2) * mean**2, 0.0)
        return (1.0 - self.level_weight) * mean, square / np.square(unit)

    def _search(self, query, weight, near, unit):
        """Find the number of the window nearest to each query, and whether there is any."""
        whole = weight.all(axis=(1, 2))
        gap = np.empty((len(query), len(self.windows_)), dtype=np.float32)
        memory = _single(self._weighted(self.windows_) / unit)
        flat = _single(self._weighted(query[whole]) / unit)
        # |q - m|^2 = |q|^2 - 2 q.m + |m|^2, and |q|^2 does not move the minimum.
        gap[whole] = np.sum(memory**2, axis=1) - 2 * flat @ memory.T
        if not whole.all():
            gap[~whole] = self._masked_gap(query[~whole] / unit, weight[~whole], unit)
        if near is not None:
            gap[near] = np.inf
        nearest = gap.argmin(axis=1)
        return nearest, np.isfinite(gap[np.arange(len(gap)), nearest])

    def _masked_gap(self, query, weight, unit):
        """Squared distance over the known points, up to a constant per query."""
        raw = self.windows_ / unit
        memory, part = _single(raw), _single(weight)
        masked = part * _single(query)
        gap = part @ (memory**2).T - 2 * masked @ memory.T
        ignored = np.broadcast_to(1.0 - self.level_weight**2, query.shape[2:])
        for channel in np.flatnonzero(ignored > 0):
            here = weight[:, :, channel].astype(np.float32)
            total = np.where(weight[:, :, channel], query[:, :, channel], 0.0).sum(axis=1)
            level = total[:, None] - here @ _single(raw[:, :, channel]).T
            gap -= ignored[channel] / np.maximum(here.sum(axis=1), 1)[:, None] * level**2
        return gap

    def _weighted(self, windows):
        return windows - (1.0 - self.level_weight) * windows.mean(axis=1, keepdims=True)

    def _overlaps(self, starts, own):
        """Index pairs (query, remembered window) that share rows; `own` as `_own_windows` gives."""
        rows, columns = own
        low = np.searchsorted(rows, starts - self.layout.span, side="right")
        count = np.searchsorted(rows, starts + self.layout.span) - low
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
        if not same.any():
            return None
        return rows[inside[same]] + pad, inside[same]


def _single(windows):
    """Flat windows in single precision, kept from overflow when squared and summed."""
    size = int(np.prod(windows.shape[1:]))
    return np.clip(windows, -1e15, 1e15).astype(np.float32).reshape(len(windows), size)
