"""Scaled lag windows of all series of a panel, without a loop over series."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tsrnn.forecasting.seasonality import interpolate

_SPARE_BITS = 64


@dataclass(frozen=True)
class LagWindows:
    """Windows of the last `n_lags` values, relative to the newest one and to the series' scale.

    Parameters
    ----------
    n_lags : int
        Window length, at least 2.
    flat : array
        The series behind each other, missing values interpolated and cut after the last
        observation, each led by `n_lags` copies of its first value.
    observed : bool array
        Whether a value of `flat` is an observation.
    ends : int array of shape (n_series,)
        Position after the last value of each series in `flat`.
    lengths : int array of shape (n_series,)
        Number of values of each series.
    n_missing : int array of shape (n_series,)
        Missing values after the last observation.
    scale : array of shape (n_series,)
        Mean absolute difference of neighbours, 0 for a constant series.
    """

    n_lags: int
    flat: np.ndarray
    observed: np.ndarray
    ends: np.ndarray
    lengths: np.ndarray
    n_missing: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, panel, n_lags):
        """Return the windows of a `Panel`."""
        y, lengths = panel.y, panel.lengths
        seen = ~np.isnan(y)
        place = np.arange(len(y))
        newest = np.maximum.reduceat(np.where(seen, place, -1), panel.indptr[:-1])
        n_missing = panel.indptr[1:] - 1 - newest
        kept = place <= np.repeat(newest, lengths)
        # Every series starts and, once cut, ends with an observation: the line between the two
        # observations around a missing value never leaves the series.
        y, seen, lengths = interpolate(y[kept]), seen[kept], lengths - n_missing
        starts = np.cumsum(lengths) - lengths
        flat = np.insert(y, np.repeat(starts, n_lags), np.repeat(y[starts], n_lags))
        observed = np.insert(seen, np.repeat(starts, n_lags), False)
        ends = np.cumsum(lengths + n_lags)
        steps = np.abs(np.diff(y, prepend=y[0]))
        steps[starts] = 0
        # Sums of values near the largest would overflow; a power of two changes no digit.
        sums = np.add.reduceat(np.ldexp(steps, -_SPARE_BITS), starts)
        scale = np.ldexp(sums / np.maximum(lengths - 1, 1), _SPARE_BITS)
        return cls(n_lags, flat, observed, ends, lengths, n_missing, scale)

    @property
    def divisor(self):
        """The scale with 1 in place of 0, shape (n_series,)."""
        return np.where(self.scale > 0, self.scale, 1.0)

    def training_rows(self, n_left_out, n_steps, max_rows):
        """Return windows and what came next, evenly thinned to about `max_rows` rows.

        Parameters
        ----------
        n_left_out : int
            Steps at the end of each series that no target may come from.
        n_steps : int
            Number of targets of a window.
        max_rows : int
            Largest number of rows.

        Returns
        -------
        series, target : int arrays of shape (n_rows,)
            Of each row, the series and the position of its first target in `flat`.
        X : array of shape (n_rows, n_lags - 1)
            Windows without their newest value, which is 0.
        Y : array of shape (n_rows, n_steps)
            The next values, relative to the newest one and scaled.
        """
        # A window of padding only has nothing to say: the first target is the second value. Series
        # with enough whole windows need no padded ones.
        counts = np.maximum(self.lengths - n_left_out - n_steps, 0)
        n_padded = np.where(counts >= 2 * self.n_lags, self.n_lags - 1, 0)
        counts = counts - n_padded
        series = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(len(series)) - np.repeat(np.cumsum(counts) - counts, counts)
        target = (self.ends - self.lengths + 1 + n_padded)[series] + within
        complete = sliding_window_view(self.observed, n_steps)[target].all(axis=1)
        series, target = series[complete], target[complete]
        stride = max(1, -(-len(series) // max_rows))
        series, target = series[::stride], target[::stride]
        following = sliding_window_view(self.flat, n_steps)[target]
        newest = self.flat[target - 1]
        scaled = (following - newest[:, None]) / self.divisor[series][:, None]
        return series, target, self.scaled_at(series, target)[:, :-1], scaled

    def time(self, series, position):
        """Return the step of its series at each `position` of `flat`."""
        return position - (self.ends - self.lengths)[series]

    def scaled_at(self, series, target):
        """Return the scaled windows of `series` that end before positions `target` of `flat`."""
        windows = sliding_window_view(self.flat, self.n_lags)[target - self.n_lags]
        return (windows - windows[:, -1:]) / self.divisor[series][:, None]
