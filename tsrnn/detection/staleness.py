"""How far a value that was carried through a gap may be from what was not observed."""

import numpy as np

from tsrnn.detection.recent import Recent

# More rows than any gap has: of a channel of which nothing was observed so far.
_NEVER = 2**40


class Staleness:
    """Root mean square change of every input over 1, 2, 4, ... rows, growing with the rows.

    A longer gap counts as the next power of two, or as the longest that was measured.

    Attributes
    ----------
    change_ : ndarray of shape (n_powers, C_in)

    Examples
    --------
    >>> model = Staleness().fit(np.array([[0.0], [1.0], [3.0], [2.0]] * 10), None)
    >>> model.error(np.array([[0], [1], [2], [3]])).round(2).tolist()
    [[0.0], [1.57], [2.24], [2.24]]
    """

    @classmethod
    def none(cls, linear):
        """Of inputs that `linear` (RidgeLags) reads, if they never changed."""
        model = cls()
        model.change_ = np.zeros((1, len(linear.coef_) // linear.n_lags))
        return model

    def fit(self, inputs, stale):
        """Learn from `inputs` (n, C_in); `stale` (n, C_in) marks those carried, None for none."""
        observed = np.ones(inputs.shape, bool) if stale is None else ~stale
        changes, step = [], 1
        while step <= max(1, len(inputs) // 2):
            both = observed[step:] & observed[:-step]
            squares = np.where(both, (inputs[step:] - inputs[:-step]) ** 2, 0.0)
            changes.append(np.sqrt(squares.sum(axis=0) / np.maximum(both.sum(axis=0), 1)))
            step *= 2
        self.change_ = np.maximum.accumulate(changes, axis=0)
        return self

    def error(self, age):
        """Root mean square error (n, C_in) of values observed `age` (n, C_in) rows ago."""
        power = np.ceil(np.log2(np.maximum(age, 1))).astype(np.intp)
        power = np.minimum(power, len(self.change_) - 1)
        return np.where(age > 0, np.take_along_axis(self.change_, power, axis=0), 0.0)


class Ages:
    """Errors of the last inputs of a stream, which may come in any blocks.

    Parameters
    ----------
    staleness : Staleness
    n_kept : int
        Rows that a forecast looks back.
    """

    # Whether a row was read: streams of single rows have no time to find out by `age`.
    _has_begun = False

    def __init__(self, staleness, n_kept):
        self.staleness, self.n_kept = staleness, n_kept
        self.age = np.full(staleness.change_.shape[1], _NEVER)
        self.errors = None
        self.n_clear = 0

    @property
    def _is_first(self):
        return self.age[0] == _NEVER

    def push(self, stale, n):
        """Errors (n_kept + n, C_in) of the inputs kept and the next `n` rows, None if all are 0."""
        if stale is None:
            if self.errors is None:
                if not self._has_begun:
                    self._has_begun = True
                    if self._is_first:
                        self.age = np.zeros_like(self.age)
                return None
            stale = np.zeros((n, len(self.age)), bool)
        ages = _ages(stale, self.age)
        errors = self.staleness.error(ages)
        if self.errors is None:
            before = np.zeros((self.n_kept, len(self.age)))
            # Before its first row, a stream is taken to have stood there.
            self.errors = Recent(before + errors[0] if self._is_first else before)
        self.age = ages[-1]
        window = self.errors.extend(errors)
        touched = np.flatnonzero(stale.any(axis=1))
        self.n_clear = n - 1 - touched[-1] if len(touched) else self.n_clear + n
        if self.n_clear >= self.n_kept:
            self.errors = None
        return window


def _ages(stale, before):
    """Rows (n, C) since a value was observed, from where it is `stale` (n, C); `before` (C,)."""
    rows = np.arange(len(stale))[:, None]
    last = np.maximum.accumulate(np.where(stale, -1, rows), axis=0)
    return np.where(last < 0, before + rows + 1, rows - last)
