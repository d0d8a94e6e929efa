"""Threads of the baselines."""

from joblib import effective_n_jobs
from threadpoolctl import threadpool_limits


def native_threads(n_jobs):
    """Return a context in which BLAS and OpenMP use `n_jobs` threads (None is 1, -1 all).

    Their pools wait in a busy loop: on small problems beside other busy processes they cost up to
    a hundred times what they save.
    """
    return threadpool_limits(limits=effective_n_jobs(n_jobs))
