"""Squared forecast errors of a stream."""

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.horizons import Arrivals
from tsrnn.detection.recent import Recent
from tsrnn.detection.staleness import Ages, Staleness


class ForecastStream(Rebuilt):
    """Forecasts each row from the rows before it, which may have come in any blocks.

    Parameters
    ----------
    linear : RidgeLags
    startup : StartUp
        For the rows that have fewer rows before them than `linear` looks back.
    recurrent : object or None
        Its ``push(inputs)`` forecasts what `linear` leaves.
    size : ndarray of shape (C_target,)
        Usual size of the errors of the forecast of the next row.
    staleness : Staleness
    n_horizons : int
        Rows ahead that `linear` and `recurrent` forecast: their targets are those of the next row,
        then those of the row after it, and so on.
    """

    _state_version = 3

    def __init__(self, linear, startup, recurrent, size, staleness, n_horizons=1):
        self.linear, self.startup, self.recurrent, self.size = linear, startup, recurrent, size
        self.n_rows = 0
        self.past = None
        self.ages = Ages(staleness, linear.n_lags)
        self.arriving = None
        if n_horizons > 1:
            self.arriving = [Arrivals(n_horizons, len(size), fill) for fill in (np.nan, 0.0)]

    @classmethod
    def _upgrade_state(cls, state, version):
        """Version 1 took what was carried through gaps at its word, 2 had one horizon."""
        linear, ages = state["linear"], {}
        if version == 1:
            ages = {"ages": Ages(Staleness.none(linear), linear.n_lags)}
        return state | ages | {"arriving": None}

    def push(self, inputs, stale=None):
        """Forecast the next rows.

        Parameters
        ----------
        inputs : ndarray of shape (n, C_in)
        stale : ndarray of bool of shape (n, C_in), optional
            Which inputs were not observed but carried forward.

        Returns
        -------
        expected : ndarray of shape (n, n_horizons * C_target)
            What was forecast of each row one row before it, two rows before it and so on; NaN where
            there was no forecast so early.
        factor : ndarray of shape (m, C_target)
            What errors of one row ahead of the first m <= n rows are to be multiplied by.
        doubt : ndarray of shape (n, n_horizons * C_target) or None
            Error that inputs not observed may have caused, at most; None for none.
        """
        n_lags, first = self.linear.n_lags, self.n_rows
        if self.past is None:
            self.past = Recent(np.repeat(inputs[:1], n_lags, axis=0))
        window = self.past.extend(inputs)
        self.n_rows += len(inputs)
        rebuilt = self.rebuilt
        if "packed" not in rebuilt:
            rebuilt["packed"] = self.linear.pack()
        expected = self.linear.forecast(window, rebuilt["packed"])
        if self.recurrent is not None:
            expected += self.recurrent.push(inputs)
        doubt = self._doubt(self.ages.push(stale, len(inputs)))
        factor = expected[:0, : len(self.size)]
        if first < n_lags:
            starting, factor = self.startup.forecast(window[n_lags - first :], self.size)
            starting, factor = starting[first:], factor[first:]
            expected[: len(starting)] = np.nan
            expected[: len(starting), : len(self.size)] = starting
        if self.arriving is None:
            return expected, factor, doubt
        forecasts, doubts = self.arriving
        doubt = np.zeros_like(expected) if doubt is None else doubt
        return forecasts.push(expected), factor, doubts.push(doubt)

    def _doubt(self, errors):
        """Errors of lags (n_lags + n, C_in) as those of the forecast (n, C_target), all adding up.

        A value that was carried on is off by much the same in all its lags, so that their errors do
        not cancel as independent ones would.
        """
        if errors is None:
            return None
        if "sizes" not in self.rebuilt:
            self.rebuilt["sizes"] = self.linear.pack_sizes()
        none = np.zeros_like(self.linear.intercept_)
        return self.linear.forecast(errors, self.rebuilt["sizes"], none)
