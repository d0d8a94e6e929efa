"""The view of an encoder-decoder: windows that it cannot rebuild."""

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.detection.recent import Recent
from tsrnn.detection.scoring import LEAST_RESIDUAL, Errors
from tsrnn.detection.startup import root_mean_square

# Streams on which the errors of first rows are measured.
_BEGINNINGS = 64


class ReconstructionScorer:
    """Squared differences between rows and what an encoder-decoder makes of their windows.

    Offline, what is expected of a row is the mean over all windows that contain it. Causal, there
    is one window for each row, which ends there: its mean squared error counts.

    Parameters
    ----------
    autoencoder : WindowAutoencoder

    Attributes
    ----------
    residual_scale_ : ndarray of shape (n_targets,)
        Root mean squared error on the calibration rows.
    beginning_ : ndarray of shape (length, n_targets)
        What squared errors of the first rows of a stream are multiplied by, at most 1: a window
        that is not full yet is harder to rebuild.
    """

    def __init__(self, autoencoder):
        self.autoencoder = autoencoder

    def fit(self, scaled, n_train):
        """Learn from the first `n_train` rows; measure the size of errors on the others."""
        train = scaled[:n_train]
        self.autoencoder.fit(train.inputs, train.target_values, train.missing)
        return self.measure(scaled, n_train)

    def measure(self, scaled, n_train):
        """Measure the size of errors on the rows after `n_train`."""
        errors = scaled.target_values - self.rebuild(scaled.inputs)
        self.residual_scale_ = root_mean_square(errors[n_train:], scaled.missing[n_train:])
        self.beginning_ = np.ones((self.context, len(self.residual_scale_)))
        size = self._size_of_beginnings(scaled, n_train)
        self.beginning_ = np.minimum(
            1.0, np.where(size > 0, size[-1] / np.maximum(size, 1e-12), 1.0)
        )
        return self

    def _size_of_beginnings(self, scaled, n_train):
        """Mean squared error (length, C_target) by row of streams that begin after `n_train`."""
        last = len(scaled) - self.context
        first = min(n_train, last)
        starts = np.unique(np.linspace(first, last, _BEGINNINGS).astype(int))
        streams = [self.push(self.start(), scaled[s : s + self.context]).squares for s in starts]
        known = [~np.isnan(squares) for squares in streams]
        total = sum(np.nan_to_num(squares) for squares in streams)
        return total / np.maximum(sum(known), 1)

    @property
    def n_iter(self):
        """Epochs of training."""
        return self.autoencoder.n_iter_

    learns_again = False

    def extend(self, scaled):
        """Keep what was learnt: a refit on all rows would no longer fit the errors' scale."""

    def learn(self, scaled, stream):
        """Keep what was learnt, see `extend`."""

    def rebuild(self, inputs):
        """Mean (n, C_target) over the windows that contain a row."""
        length = self.autoencoder.length
        before = max(0, length - len(inputs))
        inputs = np.concatenate((np.repeat(inputs[:1], before, axis=0), inputs))
        last = len(inputs) - length
        starts = np.unique(np.append(np.arange(0, last, max(1, length // 16)), last))
        total, count = 0.0, np.zeros((len(inputs), 1))
        for block, windows in self.autoencoder.rebuild(self.autoencoder.pack(), inputs, starts):
            if np.ndim(total) == 0:
                total = np.zeros((len(inputs), windows.shape[2]))
            for start, window in zip(starts[block], windows, strict=True):
                total[start : start + length] += window
                count[start : start + length] += 1
        return (total / count)[before:]

    def errors(self, scaled, causal):
        """Errors of all rows, from the windows around them or, causal, those that end there."""
        if causal:
            return self.push(self.start(), scaled)
        expected = self.rebuild(scaled.inputs)
        squares = ((scaled.target_values - expected) / self._unit(scaled)) ** 2
        squares[scaled.ignored] = np.nan
        return Errors(squares, expected)

    def start(self):
        """State before the first row of a stream, for `push`."""
        return ReconstructionStream(self.autoencoder, self.beginning_)

    def push(self, stream, scaled):
        """Errors of the next rows of a stream."""
        squares, expected = stream.push(scaled.inputs, scaled.target_values, scaled.ignored)
        return Errors(squares / np.square(self._unit(scaled)), expected)

    def _unit(self, scaled):
        return np.maximum(self.residual_scale_, LEAST_RESIDUAL * scaled.spread)

    @property
    def context(self):
        """Rows needed before the first one whose error counts."""
        return self.autoencoder.length


class ReconstructionStream(Rebuilt):
    """Rebuilds the window that ends at each row of a stream.

    Parameters
    ----------
    autoencoder : WindowAutoencoder
        Fitted.
    beginning : ndarray of shape (length, n_targets)
        What squared errors of the first rows are multiplied by.
    """

    def __init__(self, autoencoder, beginning):
        self.autoencoder, self.beginning = autoencoder, beginning
        self.n_rows = 0
        self.inputs = self.targets = None

    def push(self, inputs, targets, missing):
        """Rebuild the windows of the next rows.

        Parameters
        ----------
        inputs : ndarray of shape (n, C_in)
        targets, missing : ndarray of shape (n, C_target)

        Returns
        -------
        squares : ndarray of shape (n, C_target)
            Mean squared error of the window, NaN where nothing in it was observed.
        expected : ndarray of shape (n, C_target)
            Its last row.
        """
        targets = np.where(missing, np.nan, targets)
        before = self.autoencoder.length - 1
        if self.inputs is None:
            # Before the first row nothing was observed.
            self.inputs = Recent(np.repeat(inputs[:1], before, axis=0))
            self.targets = Recent(np.full((before, targets.shape[1]), np.nan))
        inputs, targets = self.inputs.extend(inputs), self.targets.extend(targets)
        if "packed" not in self.rebuilt:
            self.rebuilt["packed"] = self.autoencoder.pack()
        n = len(missing)
        squares, expected = np.empty(missing.shape), np.empty(missing.shape)
        rebuilt = self.autoencoder.rebuild(self.rebuilt["packed"], inputs, np.arange(n))
        actual = np.lib.stride_tricks.sliding_window_view(targets, before + 1, axis=0)
        for block, windows in rebuilt:
            expected[block] = windows[:, -1]
            squares[block] = _mean_square(actual[block] - windows.transpose(0, 2, 1))
        factor = self.beginning[self.n_rows : self.n_rows + n]
        squares[: len(factor)] *= factor
        self.n_rows += n
        return squares, expected


def _mean_square(errors):
    """Mean over the last axis where not NaN; rows do not depend on how many there are."""
    squares = np.ascontiguousarray(errors**2)
    known = ~np.isnan(squares)
    count = known.sum(axis=-1)
    total = np.where(known, squares, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
