"""Arrays that are used again from batch to batch."""

import math
import threading

import numpy as np


class Workspace(threading.local):
    """Named arrays that keep their memory, a set for each thread.

    Large arrays made anew for every batch cost more than what is computed in them: the system takes
    their pages back and clears them again each time.

    Examples
    --------
    >>> workspace = Workspace()
    >>> first = workspace.empty("gates", (4, 3), float)
    >>> second = workspace.empty("gates", (2, 5), float)
    >>> np.shares_memory(first, second)
    True
    """

    def __init__(self):
        self._buffers = {}

    def empty(self, name, shape, dtype):
        """Return an array of undefined values, valid until the next call with the same `name`.

        Parameters
        ----------
        name : hashable
        shape : tuple of int
        dtype : dtype
        """
        size = math.prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            buffer = self._buffers[name] = np.empty(size, dtype)
        return buffer[:size].reshape(shape)


class FreshArrays:
    """A workspace that keeps nothing: every array is new and stays valid."""

    @staticmethod
    def empty(name, shape, dtype):
        """Return a new array of undefined values, see `Workspace.empty`."""
        return np.empty(shape, dtype)


FRESH = FreshArrays()
