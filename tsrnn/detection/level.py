"""The view of channels that have left for good: levels farther out than they ever were."""

import numpy as np

from tsrnn.detection.scoring import Errors
from tsrnn.detection.variety import Variety
from tsrnn.detection.wander import level_weight
from tsrnn.kernels.levels import follow_levels, level_excess
from tsrnn.model_file.checks import check_parameters

# Rows of an ordinary moving mean that is as steady as a level; a quarter of the rows at most.
LEVEL_ROWS = 100
# A level means nothing within a tenth of the channel's deviation.
_LEAST = 0.1
# Values count up to so many times the farthest one in training: a row does not make a level.
_MOST = 2.0
# The fewer levels apart there were, the farther the next ones may be: by so much with only one.
_MARGIN = 2.0
# Rows after which little is left of a level that once was, in means as long as the level's.
_SETTLED = 2


class LevelScorer:
    """Squared doublings of levels beyond the farthest ones seen in training.

    A fault that lasts is soon no surprise: forecasts follow it, and where it fills most of the rows
    a memory takes it for what is usual by now. But means over many rows that stay far outside of
    all that they have been, in several channels, are no chance. A level is an exponentially
    weighted mean of the rows so far, measured from the training mean; how much it counts depends
    on whether it wanders in normal operation, see `level_weight`. Only signals (more than ten
    distinct values) are looked at, and one channel alone never is: its new level is news as often
    as a fault.

    Parameters
    ----------
    period : int
        Period of the data in rows, 0 if there is none.

    Attributes
    ----------
    length_ : int
        Rows of an ordinary moving mean that would be as steady.
    most_, farthest_, limit_, weight_ : ndarray of shape (n_targets,)
        Value beyond which no more counts, the farthest level, where doublings begin to count, and
        how much they do.
    n_rows_ : int
        Rows learnt from.
    """

    n_iter, learns_again = 1, True

    def __init__(self, period):
        self.period = period

    def fit(self, scaled, n_train):
        """Learn from the first `n_train` rows."""
        train = scaled[:n_train]
        self.length_ = max(2, min(LEVEL_ROWS, n_train // 4))
        values = np.where(train.missing, np.nan, train.target_values)
        signals = Variety(values).kinds == Variety.SIGNAL
        self.weight_ = np.where(signals, level_weight(train.target_values, self.period), 0.0)
        self.most_, self.farthest_ = np.full((2, len(signals)), _LEAST)
        return self.extend(train)

    def measure(self, scaled, n_train):
        """Nothing is measured on later rows."""

    def extend(self, scaled):
        """Learn the levels of all rows too."""
        self.n_rows_ = 0
        return self._take_in(scaled)

    def _take_in(self, scaled):
        self.n_rows_ += len(scaled)
        far = np.where(scaled.missing, 0.0, np.abs(scaled.target_values)).max(axis=0, initial=0.0)
        self.most_ = np.maximum(self.most_, _MOST * far)
        levels = np.empty(scaled.target_values.shape)
        follow_levels(
            scaled.target_values, scaled.missing, self.most_, self._rate, self.start().level, levels
        )
        self.farthest_ = np.maximum(self.farthest_, np.abs(levels).max(axis=0, initial=0.0))
        self.limit_ = self.farthest_ * (1 + _MARGIN * self.length_ / self.n_rows_)
        return self

    def learn(self, scaled, stream):
        """Learn the levels of rows that `stream` has just read."""
        self._take_in(scaled)

    @property
    def _rate(self):
        return 2.0 / (self.length_ + 1)

    @property
    def context(self):
        """Rows needed before the first one whose error counts."""
        return _SETTLED * self.length_

    def start(self):
        """State before the first row of a stream, for `push`."""
        return LevelStream(len(self.weight_))

    def push(self, stream, scaled):
        """Errors of the next rows of a stream."""
        values = scaled.target_values
        squares = np.empty(values.shape)
        level_excess(
            values, scaled.missing, self.most_, self._rate, stream.level, self.limit_,
            self.weight_, scaled.ignored, squares,
        )  # fmt: skip
        return Errors(squares, values)

    def errors(self, scaled, causal):
        """Errors of all rows; looks back only, whatever `causal` says."""
        return self.push(self.start(), scaled)


class LevelStream:
    """Levels of all channels so far, at first those of training.

    Parameters
    ----------
    n_channels : int
    """

    def __init__(self, n_channels):
        self.level = np.zeros(n_channels)

    def _check_loaded(self, parts):
        check_parameters("level", self.level, (np.float64,))
