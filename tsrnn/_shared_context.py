"""Contexts of the whole process that several threads may be in at once."""

import contextlib
import os
import threading


class SharedContext:
    """A context that the first thread enters for all others, and the last one leaves.

    Filters of warnings and limits on the threads of BLAS are the process's. If two threads set and
    put them back by themselves, what the second one puts back is what the first had set: for good.

    Parameters
    ----------
    make : callable
        Returns the context manager, of what the first thread passes; another thread may leave it.

    Examples
    --------
    >>> shared = SharedContext(contextlib.nullcontext)
    >>> with shared(), shared():
    ...     pass
    """

    def __init__(self, make):
        self._make = make
        self._start()
        # A child has none of the threads that were inside, nor who would release the lock.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._start)

    def _start(self):
        self._lock, self._n_inside, self._context = threading.Lock(), 0, None

    @contextlib.contextmanager
    def __call__(self, *args):
        """Return the context, to be used in a ``with`` statement."""
        with self._lock:
            if self._n_inside == 0:
                self._context = contextlib.ExitStack()
                self._context.enter_context(self._make(*args))
            self._n_inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._n_inside -= 1
                if self._n_inside == 0:
                    self._context.close()
