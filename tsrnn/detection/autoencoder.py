"""Recurrent encoder-decoder of windows: what it cannot rebuild it has not seen in training."""

import numpy as np
from joblib import effective_n_jobs

from tsrnn._validation import as_generator
from tsrnn.network import Network, Plan, Sequences, make_loss, mean_loss, train

_MOST_WINDOWS = 4000
_BATCH = 64
# The later part of the training windows tells when to stop.
_HELD_OUT = 0.2
_MIN_UPDATES = 1000
_PASSES = (10, 100)
# Share of training windows that are shown as a stream that has just begun shows them.
_BEGINNING = 0.125
_BLOCK_VALUES = 2_000_000


class WindowAutoencoder:
    """Encodes a window in the last state of a recurrent network, decodes all of it from there.

    The encoder is that of Malhotra et al. 2016 (LSTM-based encoder-decoder for multi-sensor anomaly
    detection, arXiv:1607.00148). The decoder writes the window in one piece, by a linear map of the
    state, one segment in the words of SegRNN (Lin et al. 2023, arXiv:2308.11200): a recurrent one,
    which writes it in reversed order as theirs, takes twice the time and mostly rebuilt held-out
    windows less well.

    Parameters
    ----------
    length : int
        Rows of a window, at least 2.
    cell : str
    hidden_layer_sizes : tuple of int
        The last one is the size of the code.
    plan : dict
        Arguments of `Plan`. Of what it lacks, `max_iter` is 10 to 100, by the number of windows.
    batch_size : int or "auto"
        Windows per update.
    dropout : float
    random_state : int, Generator, RandomState or None
    n_jobs, verbose : int or None, int

    Attributes
    ----------
    history_ : History
        Of the training.
    n_iter_ : int
        Passes made, at least 1.
    """

    def __init__(
        self, length, cell, hidden_layer_sizes, *, plan, batch_size, dropout, random_state, n_jobs,
        verbose,
    ):  # fmt: skip
        self.length, self.cell, self.hidden_layer_sizes = length, cell, hidden_layer_sizes
        self.plan, self.batch_size, self.dropout = plan, batch_size, dropout
        self.random_state, self.n_jobs, self.verbose = random_state, n_jobs, verbose

    def fit(self, inputs, targets, missing):
        """Learn to rebuild `targets` (n, C_target) in windows of `inputs` (n, C_in).

        `missing` (n, C_target) marks targets that are not to be learnt; n is at least `length`.
        """
        rng = as_generator(self.random_state)
        x, y = self._windows(inputs, np.where(missing, np.nan, targets), rng)
        self.network_ = Network(
            inputs.shape[1],
            self.hidden_layer_sizes,
            self.length * targets.shape[1],
            cell=self.cell,
            dropout=self.dropout,
        )
        self.theta_ = self.network_.initial_theta(rng)
        # Contaminated training rows must not lead.
        loss = make_loss("huber")
        n_kept = max(1, int(len(x) * (1 - _HELD_OUT)))
        data, held_out = self._sequences(x[:n_kept], y[:n_kept]), self._sequences(x, y)
        if len(x) > n_kept:
            held_out = self._sequences(x[n_kept:], y[n_kept:])
        usual = {
            "learning_rate_init": 5e-3,
            "max_iter": int(np.clip(-(-_MIN_UPDATES // data.n_batches), *_PASSES)),
        }
        self.history_ = train(
            self.network_, self.theta_, data, loss,
            Plan(learning_rate="cosine", **usual | self.plan),
            rng=rng, score=lambda theta: -mean_loss(self.network_, theta, held_out, loss),
            n_jobs=effective_n_jobs(self.n_jobs), verbose=self.verbose,
        )  # fmt: skip
        self.n_iter_ = max(self.history_.n_iter, 1)
        return self

    def _windows(self, inputs, targets, rng):
        """Training windows (n, length, C_in) in the order of time, and what to rebuild."""
        stride = max(1, self.length // 16, len(inputs) // _MOST_WINDOWS)
        rows = np.arange(0, len(inputs) - self.length + 1, stride)[:, None]
        rows = rows + np.arange(self.length)
        x, y = inputs[rows].astype(np.float32), targets[rows].astype(np.float32)
        # A stream begins with rows like its first one; these are not to be rebuilt.
        beginning = np.flatnonzero(rng.random(len(x)) < _BEGINNING)
        for window, n in zip(beginning, rng.integers(1, self.length, len(beginning)), strict=True):
            x[window, :n] = x[window, n]
            y[window, :n] = np.nan
        return x, y.reshape(len(y), -1)

    def _sequences(self, x, y):
        batch_size = _BATCH if self.batch_size == "auto" else self.batch_size
        return Sequences(x, np.full(len(x), x.shape[1], np.int64), y, batch_size=batch_size)

    def pack(self):
        """Weights as `rebuild` reads them."""
        return self.network_.pack(self.theta_)

    def rebuild(self, packed, inputs, starts):
        """Yield (places in `starts`, rebuilt windows (m, length, C_target)), block by block.

        Windows begin at rows `starts` of `inputs` (n, C_in). The bits of a window do not depend on
        the others.
        """
        size = max(1, _BLOCK_VALUES // (self.length * self.network_.n_features))
        for first in range(0, len(starts), size):
            block = slice(first, first + size)
            rows = np.arange(self.length)[:, None] + starts[block]
            x = inputs[rows].astype(np.float32)
            output, _, _ = self.network_.forward(packed, x, keep_tape=False)
            yield block, output.reshape(len(output), self.length, -1).astype(np.float64)
