"""Squared forecast errors of a stream."""

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.recent import Recent


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
        Usual size of the errors of the forecast.
    """

    def __init__(self, linear, startup, recurrent, size):
        self.linear, self.startup, self.recurrent, self.size = linear, startup, recurrent, size
        self.n_rows = 0
        self.past = None

    def push(self, inputs):
        """Forecast the next rows.

        Parameters
        ----------
        inputs : ndarray of shape (n, C_in)

        Returns
        -------
        expected : ndarray of shape (n, C_target)
        factor : ndarray of shape (m, C_target)
            What errors of the first m <= n rows are to be multiplied by.
        """
        n_lags, first = self.linear.n_lags, self.n_rows
        if self.past is None:
            self.past = Recent(np.repeat(inputs[:1], n_lags, axis=0))
        window = self.past.extend(inputs)
        self.n_rows += len(inputs)
        if "packed" not in self.rebuilt:
            self.rebuilt["packed"] = self.linear.pack()
        expected = self.linear.forecast(window, self.rebuilt["packed"])
        if self.recurrent is not None:
            expected += self.recurrent.push(inputs)
        if first >= n_lags:
            return expected, np.empty((0, expected.shape[1]))
        starting, factor = self.startup.forecast(window[n_lags - first :], self.size)
        starting, factor = starting[first:], factor[first:]
        expected[: len(starting)] = starting
        return expected, factor
