"""Overlapping windows of rows, averaged to a few points each."""

from dataclasses import dataclass

import numpy as np

MOST_WINDOWS = 4000
MOST_POINTS = 32


@dataclass(frozen=True)
class BoxWindows:
    """Windows of `length` rows, box-averaged to at most 32 points, one every length / 16 rows.

    Examples
    --------
    >>> windows = BoxWindows(100)
    >>> windows.box, windows.n_points, windows.span, windows.stride
    (4, 25, 100, 6)
    """

    length: int

    @property
    def box(self):
        """Rows averaged into one point."""
        return -(-self.length // MOST_POINTS)

    @property
    def n_points(self):
        """Points of a window."""
        return self.length // self.box

    @property
    def span(self):
        """Rows that a window covers: `length` rounded down to whole points."""
        return self.n_points * self.box

    @property
    def stride(self):
        """Rows from one window to the next."""
        return max(1, self.length // 16)

    def starts(self, n_rows, random_state):
        """First rows of at most 4,000 whole windows among `n_rows`; more are drawn from."""
        starts = np.arange(0, n_rows - self.span + 1, self.stride)
        if len(starts) <= MOST_WINDOWS:
            return starts
        # At random: evenly spaced ones could fall into step with a period of the data.
        draw = np.random.default_rng(random_state)
        return np.sort(draw.choice(starts, MOST_WINDOWS, replace=False))

    def ends(self, n_rows):
        """Last rows of the windows inside `n_rows`; a single one if that is less than a window."""
        return np.arange(min(self.span, n_rows) - 1, n_rows, self.stride)

    def spread(self, n_rows, values):
        """Values (len(ends), C) at the centres of windows, interpolated to (n_rows, C)."""
        centre = self.ends(n_rows) - (min(self.span, n_rows) - 1) / 2
        rows = np.arange(n_rows)
        return np.column_stack([np.interp(rows, centre, column) for column in values.T])

    def points(self, values):
        """Box averages (n_rows - box + 1, C) that start at every row."""
        n = len(values) - self.box + 1
        return sum(values[i : i + n] for i in range(self.box)) / self.box

    def gather(self, points, starts):
        """Windows (len(starts), n_points, C) that begin at rows `starts` of `points`."""
        return points[starts[:, None] + self.box * np.arange(self.n_points)]
