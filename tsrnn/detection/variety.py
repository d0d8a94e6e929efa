"""Which channels are scored: those of the richest kind seen so far."""

import numpy as np

# Distinct values of a constant, a switch and a dial at most; a signal has more.
_LIMITS = np.array([1, 2, 10])
_ENOUGH = int(_LIMITS[-1]) + 1


class Variety:
    """Distinct values of every channel, up to eleven, and what kind of channel they make it.

    The kinds are constants, switches (two values), dials (up to ten) and signals (more). Channels
    of the richest kind among them count: an error of a switch says more about the operator than
    about the plant, and what was constant in training may be the signal that is watched.

    Parameters
    ----------
    values : ndarray of shape (n_timesteps, n_channels)
        NaN where unknown.

    Attributes
    ----------
    seen : ndarray of shape (n_channels, 11)
        The distinct values in the order in which they came, then NaN.
    kinds : ndarray of shape (n_channels,)
        0 to 3.
    """

    SIGNAL = len(_LIMITS)
    # No value of a signal is news.
    all_signals = False

    def __init__(self, values):
        self.seen = np.full((values.shape[1], _ENOUGH), np.nan)
        self.kinds = np.zeros(values.shape[1], int)
        for channel in range(values.shape[1]):
            self._take_in(channel, values[:, channel])

    @property
    def counts(self):
        """Which channels count, (n_channels,)."""
        return self.kinds == self.kinds.max()

    @property
    def n_signals(self):
        """Number of signals."""
        return int((self.kinds == self.SIGNAL).sum())

    def copy(self):
        """Return another one that has seen the same."""
        return type(self)(self.seen.T)

    def follow(self, values):
        """Take in the next rows and tell which channels count by the end of each.

        Parameters
        ----------
        values : ndarray of shape (n, n_channels)
            NaN where unknown.

        Returns
        -------
        counts : ndarray of bool of shape (n, n_channels), or (n_channels,) if they are the same
        news : list of (int, ndarray of int)
            Channels with values not seen before, and the rows in which they came, ascending.
        """
        channels = self._with_news(values)
        if not len(channels):
            return self.counts, []
        kinds, news = np.repeat(self.kinds[None], len(values), axis=0), []
        for channel in channels:
            n_before = self._n_seen(channel)
            rows = self._take_in(channel, values[:, channel])
            n_values = n_before + np.searchsorted(rows, np.arange(len(values)), side="right")
            kinds[:, channel] = np.searchsorted(_LIMITS, n_values)
            news.append((channel, rows))
        return kinds == kinds.max(axis=1, keepdims=True), news

    def _with_news(self, values):
        """Channels, signals apart, with values not seen before."""
        channels = np.flatnonzero(self.kinds < self.SIGNAL)
        if not len(channels):
            return channels
        values = values.T[channels]
        known = (self.seen[channels, :, None] == values[:, None]).any(axis=1) | np.isnan(values)
        return channels[~known.all(axis=1)]

    def _n_seen(self, channel):
        return int((~np.isnan(self.seen[channel])).sum())

    def _take_in(self, channel, values):
        """Add new distinct values to `seen` while there is room; return the rows that have them."""
        mine, before = self.seen[channel], self._n_seen(channel)
        distinct, rows = np.unique(values, return_index=True)
        new = ~np.isin(distinct, mine[:before]) & ~np.isnan(distinct)
        rows = np.sort(rows[new])[: _ENOUGH - before]
        mine[before : before + len(rows)] = values[rows]
        self.kinds[channel] = np.searchsorted(_LIMITS, before + len(rows))
        self.all_signals = bool((self.kinds == self.SIGNAL).all())
        return rows
