"""The view of a channel that stands still: values that repeat for longer than they ever did."""

import numpy as np

from tsrnn.detection.scoring import Errors
from tsrnn.detection.variety import Variety
from tsrnn.kernels.runs import excess_squares, live_excess, run_lengths, whole_runs


class StuckScorer:
    """Squared doublings of runs of equal values beyond the longest one seen in training.

    A sensor that hangs is easy to forecast, and windows of it resemble those of quiet hours: the
    other views miss it. Where values of signals (more than ten distinct ones) hardly ever repeat,
    a few equal ones say much; where they rest for hours, only more hours do. Offline all rows of a
    run have its whole length, causal the length so far. Other channels are not looked at, nor those
    that have been constant all along.

    Attributes
    ----------
    usual_ : ndarray of shape (n_targets,)
        One row more than the longest run; infinite for channels that are not looked at.
    """

    context = 0
    n_iter = 1

    def fit(self, scaled, n_train):
        """Learn from all rows: the unit, twice the longest run, needs none that were left out."""
        values = np.where(scaled.missing, np.nan, scaled.target_values)[:n_train]
        self.usual_ = np.where(Variety(values).kinds == Variety.SIGNAL, 1.0, np.inf)
        return self.extend(scaled)

    def measure(self, scaled, n_train):
        """Learn anew, without rows that are missing now."""
        self.fit(scaled, n_train)

    learns_again = True

    def extend(self, scaled):
        """Learn the runs of all rows too."""
        longest = _lengths(StuckStream(len(self.usual_)), scaled).max(axis=0, initial=0)
        self.usual_ = np.maximum(self.usual_, longest + 1.0)
        return self

    def learn(self, scaled, stream):
        """Learn the runs of rows that `stream` has just read."""
        self.extend(scaled)

    def start(self):
        """State before the first row of a stream, for `push`."""
        return StuckStream(len(self.usual_))

    def push(self, stream, scaled):
        """Errors of the next rows of a stream, by their runs so far."""
        values = scaled.target_values
        squares = np.empty(values.shape)
        live_excess(
            values, scaled.missing, stream.last, stream.length, self.usual_, scaled.ignored, squares
        )
        return Errors(squares, values)

    def errors(self, scaled, causal):
        """Errors of all rows, by their whole runs or, causal, by those so far."""
        if causal:
            return self.push(self.start(), scaled)
        lengths = _lengths(self.start(), scaled)
        whole_runs(lengths)
        squares = np.empty(lengths.shape)
        excess_squares(lengths, self.usual_, scaled.ignored, squares)
        return Errors(squares, scaled.target_values)


class StuckStream:
    """Last value of every channel, and for how many rows it has been that.

    Parameters
    ----------
    n_channels : int
    """

    def __init__(self, n_channels):
        self.last = np.full(n_channels, np.nan)
        self.length = np.zeros(n_channels, np.int64)

    def _check_loaded(self, parts):
        for name, dtype in (("last", np.float64), ("length", np.int64)):
            array = vars(self)[name]
            if not isinstance(array, np.ndarray) or (array.ndim, array.dtype) != (1, dtype):
                raise ValueError(f"{name} must be a flat array of {dtype.__name__}")
        if len(self.last) != len(self.length):
            raise ValueError("last and length must be as long as each other")


def _lengths(stream, scaled):
    lengths = np.empty(scaled.target_values.shape, np.int64)
    run_lengths(scaled.target_values, scaled.missing, stream.last, stream.length, lengths)
    return lengths
