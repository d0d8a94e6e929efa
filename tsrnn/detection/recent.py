"""What a stream remembers of the rows before."""

import numpy as np


class Recent:
    """The last rows of a stream, side by side in memory however few come at a time.

    Parameters
    ----------
    rows : ndarray of shape (n_kept, n_columns)
        Rows before the first; as many are kept from then on.

    Examples
    --------
    >>> recent = Recent(np.zeros((2, 1)))
    >>> recent.extend(np.array([[1.0], [2.0], [3.0]]))[:, 0]
    array([0., 0., 1., 2., 3.])
    >>> recent.extend(np.array([[4.0]]))[:, 0]
    array([2., 3., 4.])
    """

    def __init__(self, rows):
        self.n_kept = len(rows)
        self.stop = self.n_kept
        self.buffer = np.concatenate((rows, np.zeros_like(rows)))

    def extend(self, *parts):
        """Take in rows (n, n_columns) and return them after those kept, (n_kept + n, n_columns).

        They may come in `parts` that lie side by side. What is returned is valid until the next
        call.
        """
        rows = parts[0]
        n = len(rows)
        if self.stop + n > len(self.buffer):
            if len(parts) > 1:
                rows = np.concatenate(parts, axis=1)
            together = np.concatenate((self.buffer[self.stop - self.n_kept : self.stop], rows))
            self.buffer[: self.n_kept] = together[n:]
            self.stop = self.n_kept
            return together
        begin, end = self.stop, self.stop + n
        self.stop, buffer = end, self.buffer
        if len(parts) == 1:
            buffer[begin:end] = rows
        else:
            np.concatenate(parts, axis=1, out=buffer[begin:end])
        return buffer[begin - self.n_kept : end]
