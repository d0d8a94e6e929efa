"""What fits of single series set for the whole process: threads of libraries, and warnings."""

import contextlib
import warnings

from joblib import effective_n_jobs
from threadpoolctl import ThreadpoolController

from tsrnn._shared_context import SharedContext


@contextlib.contextmanager
def native_threads(n_jobs):
    """Use `n_jobs` threads in BLAS and OpenMP (None is 1, -1 all) as long as the context lasts.

    Their pools wait in a busy loop: on small problems beside other busy processes they cost up to
    a hundred times what they save.
    """
    pools = ThreadpoolController()
    with _RESTORED(pools), pools.limit(limits=effective_n_jobs(n_jobs)):
        yield


def without_warnings():
    """Return a context without warnings."""
    return _QUIET()


@contextlib.contextmanager
def _restored(pools):
    before = pools.limit(limits=None)
    yield
    # What single threads put back is what they found, which may be the limit of another one. The
    # thread that is the last enters here, since only who enters may set the threads of BLAS.
    with before:
        pass


@contextlib.contextmanager
def _ignored():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


_RESTORED, _QUIET = SharedContext(_restored), SharedContext(_ignored)
