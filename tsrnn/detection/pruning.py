"""Search for the nearest window among those that a few coordinates do not rule out."""

import numpy as np

from tsrnn.kernels.neighbours import search_pruned

# Coordinates; waves take two each. Passes that turn them to where windows differ most.
_MOST_COORDINATES, _PASSES = 16, 2


class PrunedSearch:
    """Finds what a product with all windows would find, without most of it.

    The squared distance of two windows is at least that of their coordinates in some orthonormal
    directions plus the squared difference of the lengths of what these leave. Windows for which
    that is more than the distance to another are not looked at. The directions are near the first
    principal axes (Halko, Martinsson and Tropp 2011, SIAM Review 53:217); others would only be
    slower.

    Parameters
    ----------
    rows : ndarray of shape (n_windows, n_values), float32
        Windows.
    panels : ndarray
        ``-2 * rows`` by `pack`.
    squares : ndarray of shape (n_windows,), float32
        Their squared lengths.

    Examples
    --------
    >>> from tsrnn.network.packed import pack
    >>> rows = np.arange(12, dtype=np.float32).reshape(4, 3)
    >>> search = PrunedSearch(rows, pack(-2 * rows), np.sum(rows**2, axis=1))
    >>> search.search(np.array([[6, 7, 9], [0, 0, 0]], np.float32))
    (array([2, 0]), array([ True,  True]))
    """

    def __init__(self, rows, panels, squares):
        self.panels, self.squares = panels[0], squares
        centred = rows.astype(np.float64)
        self.centre = centred.mean(axis=0)
        centred -= self.centre
        n_coordinates = min(_MOST_COORDINATES, *rows.shape)
        directions = np.random.default_rng(0).normal(size=(rows.shape[1], n_coordinates))
        for _ in range(_PASSES):
            # Of length 1, so that huge windows do not overflow.
            directions, _ = np.linalg.qr(centred.T @ np.linalg.qr(centred @ directions)[0])
        self.directions = np.ascontiguousarray(directions)
        lengths = np.sum(centred**2, axis=1)
        coordinates = centred @ directions
        rest = np.sqrt(np.maximum(lengths - np.sum(coordinates**2, axis=1), 0.0))
        self.coordinates = np.column_stack((coordinates, rest)).T.astype(np.float32, order="C")
        # What rounding in single precision may make of a squared distance, at most, in parts of
        # the squared lengths.
        self.rounding = 8.0 * max(rows.shape[1], 8) * float(np.finfo(np.float32).eps)
        self.longest = float(max(lengths.max(), squares.max()))
        self.known = (
            self.panels, self.squares, self.centre, self.directions, self.coordinates,
            self.rounding, self.longest,
        )  # fmt: skip

    def search(self, flat, barred=None):
        """Numbers (n,) of the windows nearest to `flat` (n, n_values), and whether there is any.

        `barred` : pairs (query, window) that are no neighbours, in order of the queries.
        """
        if barred is None:
            barred = np.empty((2, 0), np.int64)
        nearest, reachable = np.empty(len(flat), np.int64), np.empty(len(flat), bool)
        search_pruned(
            flat, *self.known, barred[0], barred[1], nearest, reachable,
        )  # fmt: skip
        return nearest, reachable
