"""Search for the nearest of many windows."""

import math

import numpy as np

from tsrnn.detection.pruning import PrunedSearch
from tsrnn.kernels.neighbours import compare_whole, flatten
from tsrnn.network.linear import linear_forward
from tsrnn.network.packed import pack

_MOST = 1e15


class NearestWindow:
    """Finds the window nearest to each query, in single precision.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, n_points, n_channels)
    level_weight : float or ndarray of shape (n_channels,)
        Factor of differences between the windows' means, 0 to 1.
    unit : float or ndarray of shape (n_channels,)
        Differences are measured in this unit.
    exact : bool
        True gives a query the same bits however many are searched together; False leaves the
        products to BLAS, which is a little faster.
    """

    def __init__(self, windows, level_weight, unit=1.0, *, exact=False):
        self.windows, self.unit, self.exact = windows, unit, exact
        self.level_weight = level_weight
        n_channels = windows.shape[2]
        self.by_channel = [
            np.broadcast_to(value, n_channels).astype(np.float64) for value in (level_weight, unit)
        ]
        weighted = self._weighted(windows)
        self._squares = np.sum(weighted**2, axis=1)
        self._whole = self._matrix(-2 * weighted)
        if exact:
            self._pruned = PrunedSearch(weighted, self._whole, self._squares)
        self._masked = None
        self._parts = {}

    def search(self, query, known, barred=None):
        """Return the numbers (n,) of the nearest windows, and whether there is any (n,).

        Parameters
        ----------
        query : ndarray of shape (n, n_points, n_channels)
        known : ndarray of bool like `query`
            Points that count.
        barred : tuple of ndarray, optional
            Pairs (query, window) that are no neighbours.
        """
        if known.all():
            if self.exact:
                return self._pruned.search(self._weighted(query), barred)
            gap = self._whole_gap(query)
        else:
            seen = known.any(axis=1)
            if not seen.all() and seen.any():
                return self._search_seen(query, known, seen, barred)
            gap = self._gap(query, known)
        if barred is not None:
            gap[barred] = np.inf
        nearest = gap.argmin(axis=1)
        return nearest, gap[np.arange(len(gap)), nearest] < np.inf

    def compare_whole(self, values, missing, starts, own, box, point, distance, expected):
        """Compare the windows at `starts` of which all is known, as `WindowMemory.compare` does.

        Returns
        -------
        ndarray of int or None
            Places among `starts` of the others; None if nothing was done, as without `exact`.
        """
        if not self.exact:
            return None
        left_out = np.empty(len(starts), bool)
        n_left_out = compare_whole(
            values, missing, starts, box, *own, self.windows, *self.by_channel, _MOST,
            point % self.windows.shape[1], *self._pruned.known, distance, expected, left_out,
        )  # fmt: skip
        return np.flatnonzero(left_out) if n_left_out else ()

    def _search_seen(self, query, known, seen, barred):
        """As `search`; channels of which a query knows nothing, not `seen` (n, n_channels)."""
        nearest, reachable = np.zeros(len(query), np.int64), np.ones(len(query), bool)
        for pattern in np.unique(seen, axis=0):
            rows = np.flatnonzero((seen == pattern).all(axis=1))
            if not pattern.any():
                continue
            part = self._part(pattern)
            among = None
            if barred is not None:
                place = np.full(len(query), -1)
                place[rows] = np.arange(len(rows))
                mine = place[barred[0]] >= 0
                among = place[barred[0][mine]], barred[1][mine]
            found = part.search(query[rows][:, :, pattern], known[rows][:, :, pattern], among)
            nearest[rows], reachable[rows] = found
        return nearest, reachable

    def _part(self, pattern):
        """Search in some of the channels, `pattern` (n_channels,) of bool."""
        key = pattern.tobytes()
        if key not in self._parts:
            weight, unit = (
                value if np.ndim(value) == 0 else np.asarray(value)[pattern]
                for value in (self.level_weight, self.unit)
            )
            windows = self.windows[:, :, pattern]
            self._parts[key] = NearestWindow(windows, weight, unit, exact=self.exact)
        return self._parts[key]

    def _whole_gap(self, query):
        # |q - m|^2 = |q|^2 - 2 q.m + |m|^2, and |q|^2 does not move the minimum.
        return self._product(self._whole, self._weighted(query), self._squares)

    def _gap(self, query, known):
        whole = known.all(axis=(1, 2))
        gap = np.empty((len(query), len(self.windows)), dtype=np.float32)
        if whole.any():
            gap[whole] = self._whole_gap(query[whole])
        gap[~whole] = self._masked_gap(query[~whole] / self.unit, known[~whole])
        return gap

    def _masked_gap(self, query, known):
        """Squared distance over the known points, up to a constant per query."""
        if self._masked is None:
            self._masked = self._prepare_masked()
        squares, products, by_channel = self._masked
        part = _flat(known)
        gap = self._product(squares, part) + self._product(products, part * _flat(query))
        for channel, ignored, raw in by_channel:
            here = np.ascontiguousarray(known[:, :, channel], dtype=np.float32)
            total = np.where(known[:, :, channel], query[:, :, channel], 0.0).sum(axis=1)
            level = total[:, None] - self._product(raw, here)
            gap -= ignored / np.maximum(here.sum(axis=1), 1)[:, None] * level**2
        return gap

    def _prepare_masked(self):
        raw = self.windows / self.unit
        flat = _flat(raw)
        ignored = np.broadcast_to(1.0 - np.square(self.level_weight), raw.shape[2:])
        by_channel = [
            (channel, ignored[channel], self._matrix(_flat(raw[:, :, channel])))
            for channel in np.flatnonzero(ignored > 0)
        ]
        return self._matrix(flat**2), self._matrix(-2 * flat), by_channel

    def _weighted(self, windows):
        flat = np.empty((len(windows), math.prod(windows.shape[1:])), np.float32)
        # In one layout, for which the kernel is compiled; a part of the channels has another.
        flatten(np.ascontiguousarray(windows), *self.by_channel, _MOST, flat)
        return flat

    def _matrix(self, rows):
        return pack(np.ascontiguousarray(rows)) if self.exact else rows

    def _product(self, matrix, x, offset=None):
        """``x @ rows.T + offset`` for a matrix made by `_matrix`."""
        if offset is None:
            offset = np.zeros(len(self.windows), np.float32)
        return linear_forward(matrix, offset, x) if self.exact else x @ matrix.T + offset


def _flat(windows):
    """Flat windows in single precision, kept from overflow when squared and summed."""
    kept = np.minimum(np.maximum(windows, -_MOST), _MOST)
    return kept.astype(np.float32).reshape(len(windows), math.prod(windows.shape[1:]))
