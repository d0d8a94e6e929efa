"""Which series of a panel are those of another, and by how many steps they begin later."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class KnownSeries:
    """The series that a network has coefficients of.

    Parameters
    ----------
    ids : Index of shape (n_series,)
    first : ndarray of shape (n_series,), int64
        Code of the first time stamp of each on `axis`.
    axis : IntegerAxis, PeriodAxis, FixedAxis or CalendarAxis
    """

    ids: pd.Index
    first: np.ndarray
    axis: object

    @classmethod
    def of(cls, panel):
        """Return those of a panel."""
        return cls(panel.ids, _first_codes(panel), panel.axis)

    def places(self, panel):
        """Find the series of a panel.

        Returns
        -------
        rows : ndarray of shape (len(panel),), int64
            Place of each among the known ones; -1 for one that is not, or whose times differ.
        skipped : ndarray of shape (len(panel),), int64
            By how many steps it begins after the known one.
        """
        rows = self.ids.get_indexer(panel.ids)
        same_kind = type(panel.axis) is type(self.axis) and panel.freq == self.axis.freq
        if not same_kind or (rows < 0).all():
            return np.full(len(panel), -1), np.zeros(len(panel), np.int64)
        first, off = self.axis.encode(panel.axis.decode(_first_codes(panel)))
        distance = first - self.first[rows]
        apart = distance % self.axis.step != 0
        apart |= False if off is None else off
        return np.where(apart, -1, rows), distance // self.axis.step


def _first_codes(panel):
    return panel.last - (panel.lengths - 1) * panel.axis.step
