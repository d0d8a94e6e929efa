"""`kernel`, the only place that compiles: Numba's flags, cache key and fallback."""

import hashlib
from pathlib import Path

import numba

# `error_model="numpy"` drops the division checks that would keep loops from being vectorised;
# `nogil` lets row shards and ensemble members run in threads. Never `fastmath=True`: it makes
# `isnan` always False.
FLAGS = {"nogil": True, "error_model": "numpy"}


def _source_digest():
    """Digest of all kernel sources and of this file, which holds the flags."""
    package = Path(__file__).parent
    sources = [Path(__file__), *package.glob("kernels/*.py"), *package.glob("cells/*.py")]
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


SOURCE_DIGEST = _source_digest()


def kernel(function):
    """Compile `function` with Numba on first call and keep the machine code on disk.

    Numba's cache key knows neither the functions that a kernel calls in other files nor the
    compiler flags, so an edited helper would leave old machine code in its callers. The digest of
    all kernel sources in the qualified name, which is part of the cache file's name, closes that.

    Where no cache directory is writable the kernel is compiled anew in every process. With
    ``NUMBA_DISABLE_JIT=1`` the plain Python function is returned.

    Parameters
    ----------
    function : callable
        Module-level function over arrays and scalars.

    Returns
    -------
    callable
        Numba dispatcher (or `function` itself, see above).
    """
    function.__qualname__ = f"{function.__qualname__}-{SOURCE_DIGEST}"
    try:
        return numba.njit(cache=True, **FLAGS)(function)
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        return numba.njit(**FLAGS)(function)
