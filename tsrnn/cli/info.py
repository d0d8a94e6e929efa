"""`tsrnn info`."""

import json
import os
import platform
from importlib import metadata
from pathlib import Path

import tsrnn

_CORE = ("numpy", "pandas", "numba", "scipy", "scikit-learn", "statsmodels", "matplotlib")
# Optional package -> the extra that brings it.
_OPTIONAL = {"plotly": "report", "pyarrow": "parquet", "onnx": "onnx", "dask": "dask"}


def add(commands):
    """Add the command to the parser."""
    parser = commands.add_parser(
        "info",
        help="versions, threads, cache location, compiled kernels",
        description="Show versions, threads, where compiled kernels are kept and how many there "
        "are: what a report of a problem should contain.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=_run)


def _run(arguments):
    facts = collect()
    if arguments.json:
        print(json.dumps(facts, indent=2))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")


def collect():
    """Return name -> value of all that is shown."""
    from tsrnn.kernels import cache_directory

    facts = {"tsrnn": tsrnn.__version__, "Python": platform.python_version()}
    facts |= {name: _version(name) for name in _CORE}
    for name, extra in _OPTIONAL.items():
        facts[name] = _version(name) or f"not installed (pip install 'tsrnn[{extra}]')"
    facts["system"] = platform.platform()
    facts["threads"] = _n_threads()
    directory = cache_directory()
    facts["kernel cache"] = str(directory) if directory else "none: no directory to write to"
    n_kernels, n_bytes = _compiled(directory)
    facts["compiled kernels"] = f"{n_kernels} ({n_bytes / 1e6:.1f} MB)"
    return facts


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _n_threads():
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count()


def _compiled(directory):
    """Return number and size of the files of machine code."""
    if directory is None or not directory.is_dir():
        return 0, 0
    # Numba keeps a folder per package: beside its source, or side by side in a directory of caches.
    package = Path(tsrnn.__file__).parent
    beside_source = package in directory.parents
    files = list((package if beside_source else directory.parent).rglob("*.nbc"))
    return len(files), sum(file.stat().st_size for file in files)
