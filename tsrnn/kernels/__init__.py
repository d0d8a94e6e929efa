"""Layer 0: compiled loops over arrays. No Python objects, no raising."""

from pathlib import Path


def cache_directory():
    """Return the directory of the compiled kernels, or None where nothing can be kept."""
    from tsrnn.kernels.projections import project

    stats = getattr(project, "stats", None)
    path = stats.cache_path if stats is not None else None
    return Path(path) if path else None
