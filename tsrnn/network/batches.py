"""What the training loop consumes: batches, and the data that cuts itself into them."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Batch:
    """Sequences side by side, time-major, padded to the longest. What is in it does not change.

    Attributes
    ----------
    x : ndarray of shape (n_timesteps, n_rows, n_features)
        C-contiguous; zero at padded steps.
    lengths : ndarray of shape (n_rows,), int64
    target : ndarray of shape (n_rows, n_targets) or (n_timesteps, n_rows, n_targets)
        Finite also where masked.
    weight : ndarray, shape of `target`
        Non-negative, zero where masked; relative.
    every_step : bool
        Whether there is a target at every time step or one at the end.
    continues : bool, default False
        Whether the rows go on where those of the batch before ended, so that the state is carried.
    """

    x: np.ndarray
    lengths: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    every_step: bool
    continues: bool = False

    @cached_property
    def total_weight(self):
        """Sum of the weights."""
        return float(self.weight.sum(dtype=np.float64))

    def rows(self, rows):
        """Return the batch of the rows in the slice `rows`, contiguous."""
        on_rows = (slice(None), rows) if self.every_step else rows
        return replace(
            self,
            x=np.ascontiguousarray(self.x[:, rows]),
            lengths=self.lengths[rows],
            target=self.target[on_rows],
            weight=self.weight[on_rows],
        )

    def chunk(self, start, stop):
        """Return time steps `start` to `stop`.

        A row with its only target at the end keeps it in the chunk in which the row ends.
        """
        if start == 0 and stop == len(self.x):
            return self
        lengths = np.clip(self.lengths - start, 0, stop - start)
        if self.every_step:
            target, weight = self.target[start:stop], self.weight[start:stop]
        else:
            ends_here = (self.lengths > start) & (self.lengths <= stop)
            target, weight = self.target, self.weight * ends_here[:, None]
        return replace(self, x=self.x[start:stop], lengths=lengths, target=target, weight=weight)


class Sequences:
    """Independent sequences of equal or unequal length.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Padded with zeros.
    lengths : ndarray of shape (n_samples,), int64
    target : ndarray of shape (n_samples, n_targets) or (n_samples, n_timesteps, n_targets)
        NaN marks what is unknown; padded steps are masked whatever they hold.
    weight : ndarray, shape of `target`, optional
        Non-negative; default ones.
    batch_size : int
    """

    def __init__(self, X, lengths, target, weight=None, *, batch_size):
        self.X, self.lengths, self.batch_size = X, lengths, batch_size
        self.every_step = target.ndim == 3
        known = np.isfinite(target)
        if self.every_step:
            known &= (np.arange(X.shape[1]) < lengths[:, None])[:, :, None]
        self.target = np.where(known, target, 0).astype(X.dtype, copy=False)
        weight = known if weight is None else np.where(known, weight, 0)
        self.weight = weight.astype(X.dtype, copy=False)

    @property
    def n_batches(self):
        """Batches in one pass."""
        return -(-len(self.X) // self.batch_size)

    def batches(self, rng=None):
        """Yield one pass of batches, in an order drawn from `rng` or, without it, as they come."""
        order = np.arange(len(self.X)) if rng is None else rng.permutation(len(self.X))
        for start in range(0, len(order), self.batch_size):
            yield self._batch(order[start : start + self.batch_size])

    def _batch(self, index):
        lengths = self.lengths[index]
        n_timesteps = lengths.max()
        target, weight = self.target[index], self.weight[index]
        if self.every_step:
            target = np.ascontiguousarray(target[:, :n_timesteps].transpose(1, 0, 2))
            weight = np.ascontiguousarray(weight[:, :n_timesteps].transpose(1, 0, 2))
        x = np.ascontiguousarray(self.X[index, :n_timesteps].transpose(1, 0, 2))
        return Batch(x, lengths, target, weight, self.every_step)


class ParallelStreams:
    """One long series cut into streams that run side by side, a chunk a batch, state carried.

    Memory for training grows with the chunk and the number of streams, not with the series
    (Williams and Peng 1990, Neural Computation 2; the parallel streams are those of language
    modelling, Zaremba, Sutskever and Vinyals 2014, arXiv:1409.2329).

    Parameters
    ----------
    X : ndarray of shape (n_timesteps, n_features)
    target : ndarray of shape (n_timesteps, n_targets)
        NaN marks what is unknown.
    n_streams : int
        At most; a stream is at least one chunk long.
    chunk : int
        Time steps per batch.
    weight : ndarray, shape of `target`, optional
    """

    def __init__(self, X, target, weight=None, *, n_streams, chunk):
        self.X, self.target, self.weight, self.chunk = X, target, weight, chunk
        n_streams = int(np.clip(len(X) // chunk, 1, n_streams))
        self.length = -(-len(X) // n_streams)
        self.starts = np.arange(0, len(X), self.length)

    @property
    def n_batches(self):
        """Batches in one pass."""
        return -(-self.length // self.chunk)

    def batches(self, rng=None):
        """Yield one pass of batches, in the order of time."""
        ends = np.minimum(self.starts + self.length, len(self.X))
        for offset in range(0, self.length, self.chunk):
            steps = np.arange(offset, min(offset + self.chunk, self.length))
            at = steps[:, None] + self.starts
            inside = (at < ends)[:, :, None]
            at = np.minimum(at, len(self.X) - 1)
            x = np.where(inside, self.X[at], 0).astype(self.X.dtype, copy=False)
            target = self.target[at]
            known = np.isfinite(target) & inside
            weight = np.where(known, 1 if self.weight is None else self.weight[at], 0)
            yield Batch(
                x=x,
                lengths=np.clip(ends - self.starts - offset, 0, len(steps)),
                target=np.where(known, target, 0).astype(x.dtype, copy=False),
                weight=weight.astype(x.dtype),
                every_step=True,
                continues=offset > 0,
            )
