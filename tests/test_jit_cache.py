"""Machine code on disk: found again, never stale, not needed. Each test starts new processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tsrnn

PACKAGE = Path(tsrnn.__file__).parent

# One kernel of a cell, whose products are in another file.
RUN_A_KERNEL = """
import json
import numpy as np
from tsrnn.cells.rnn import forward_relu
from tsrnn.kernels import cache_directory
from tsrnn.kernels.projections import pack_gates

states = np.zeros((1, 2, 1, 1))
states[0, 0] = 3.0
x, bias, weight = np.zeros((1, 1, 1)), np.full(1, 0.5), pack_gates(np.full((1, 1), 2.0), 1)
gates, cache = np.empty((1, 1, 1, 1)), np.empty((0, 1, 1, 1))
forward_relu(x, weight, weight, bias, bias, np.array([1]), False, gates, states, cache)
stats = forward_relu.stats
print(json.dumps({
    "state": states[0, 1].item(),
    "hits": sum(stats.cache_hits.values()),
    "misses": sum(stats.cache_misses.values()),
    "directory": str(cache_directory()),
}))
"""


@pytest.fixture
def package(tmp_path):
    """A copy of the part of the package that has kernels, without its caches."""
    copy = tmp_path / "copy" / "tsrnn"
    for part in ("kernels", "cells"):
        shutil.copytree(PACKAGE / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("__init__.py", "_jit.py"):
        shutil.copy(PACKAGE / file, copy / file)
    return copy


def run(package, **environment):
    """Run the kernel in a new process that sees `package` and no settings but `environment`."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-c", RUN_A_KERNEL],
        cwd=package.parent,
        env=inherited | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_a_second_process_finds_the_code_and_an_edited_helper_is_not_stale(package, tmp_path):
    cache = tmp_path / "cache"
    first = run(package, NUMBA_CACHE_DIR=str(cache))
    # relu(0.5 + 2 * 3)
    assert (first["state"], first["hits"], first["misses"]) == (6.5, 0, 1)
    assert Path(first["directory"]).is_relative_to(cache)
    files = sorted(cache.rglob("*.nb?"))
    assert files

    second = run(package, NUMBA_CACHE_DIR=str(cache))
    assert (second["state"], second["hits"], second["misses"]) == (6.5, 1, 0)
    assert sorted(cache.rglob("*.nb?")) == files, "a process that finds all leaves nothing new"

    products = package / "kernels" / "products.py"
    source = products.read_text()
    edited = source.replace("= b[p * lanes + j, k]", "= b[p * lanes + j, k] * 10")
    assert edited != source
    products.write_text(edited)
    third = run(package, NUMBA_CACHE_DIR=str(cache))
    # relu(0.5 + 2 * 3 * 10), from a cell whose own file has not changed.
    assert (third["state"], third["hits"]) == (60.5, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="the user's cache is not found by variables")
def test_without_a_writable_directory_kernels_are_compiled_and_not_kept(package, tmp_path):
    # Files where directories are needed stop even the superuser.
    blocked = tmp_path / "blocked"
    blocked.touch()
    for part in ("kernels", "cells"):
        (package / part / "__pycache__").touch()
    found = run(package, HOME=str(blocked), XDG_CACHE_HOME=str(blocked))
    assert (found["state"], found["hits"]) == (6.5, 0)
    assert found["directory"] == "None"
    assert not list(tmp_path.rglob("*.nb?"))


def test_cells_pass_their_tests_without_compilation():
    tests = [Path(__file__).with_name(f"test_{name}.py") for name in ("cells", "products")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:doctest",
         "-o", "addopts=", "-k", "naive_recurrence or padding or matrix_products or gate_by_gate",
         *map(str, tests)],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        cwd=tests[0].parent,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def test_uncompiled_kernels_are_plain_functions():
    code = (
        "import tsrnn.kernels as k, tsrnn.kernels.updates as u; print(u.adam, k.cache_directory())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("<function adam")
    assert done.stdout.rstrip().endswith("None")
