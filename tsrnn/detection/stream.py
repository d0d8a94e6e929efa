"""Causal scores of rows that come one by one or block by block."""

import numpy as np

from tsrnn.detection.base import to_all_channels
from tsrnn.detection.ensemble import EnsembleStream

# Larger blocks are cut: they would only take more memory.
_BLOCK = 4096
_NUMBERS = int, np.integer


class Stream:
    """Scores each row from itself and the rows before it; what it keeps does not grow.

    The bits do not depend on how rows are cut into blocks.

    Parameters
    ----------
    channels : Channels
    ensemble : Ensemble
        Calibrated for causal scores.
    """

    def __init__(self, channels, ensemble):
        self.channels, self.ensemble = channels, EnsembleStream(ensemble)
        self.n_rows = 0
        self.carried = channels.start()
        # Of the last row that had one.
        self.label = None

    def push(self, rows):
        """Score the next `rows` (Rows) and return `Scores`."""
        found = []
        for start in range(0, len(rows), _BLOCK):
            best, detail = self._push(rows[start : start + _BLOCK])
            found.append((best, *detail()))
        return to_all_channels(self.channels, *map(np.concatenate, zip(*found, strict=True)))

    def score(self, rows):
        """Score (n,) of the next `rows` alone, at most a few."""
        return self._push(rows)[0]

    def _push(self, rows):
        scaled = self.channels.transform_next(rows, self.carried)
        self.n_rows += len(rows)
        if rows.index[-1] is not None:
            self.label = rows.index[-1]
        return self.ensemble.push(scaled)

    @property
    def next_label(self):
        """Label of a next row that brings none, None where labels are no numbers."""
        if self.label is None:
            return self.n_rows
        return self.label + 1 if isinstance(self.label, _NUMBERS) else None

    def check_order(self, label):
        """Raise ValueError unless the row with `label` may come next."""
        if label is None or self.label is None:
            return
        try:
            later = bool(label > self.label)
        except TypeError:
            later = False
        if not later:
            raise ValueError(
                f"rows must go on where the stream has got to: {label} does not come after "
                f"{self.label}; fit, or reset_stream, begins a new stream"
            )
