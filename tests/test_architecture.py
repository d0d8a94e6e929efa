"""The rules of the house that a reader would otherwise have to trust: layers, imports, size."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tsrnn

PACKAGE = Path(tsrnn.__file__).parent
# Low to high; the members of a layer do not import each other, nor anything higher.
LAYERS = (
    ("_validation", "_jit", "model_file"),
    ("kernels",),
    ("cells",),
    ("network",),
    ("estimators",),
    ("forecasting", "detection", "onnx_export"),
    ("baselines",),
    ("plots", "report"),
    ("demo",),
    ("cli",),
    ("__main__",),
)
# NumPy and pandas only: they import nothing of the layers but the lowest, and are there for all
# from the estimators upwards.
ASIDE = ("metrics", "thresholds", "datasets", "windows", "files")
# Imported where they are used, so that the rest works without them or starts without waiting.
LATE = {"matplotlib", "statsmodels", "dask", "plotly", "onnx", "onnxruntime", "pyarrow", "torch"}
COMPILERS = {
    "jit",
    "njit",
    "vectorize",
    "guvectorize",
    "stencil",
    "cfunc",
    "jit_module",
    "generated_jit",
}
MAX_LINES = 300


def rank(module):
    """Place in LAYERS; private modules of the package's top level are at the bottom."""
    for i, members in enumerate(LAYERS):
        if module in members:
            return i
    return 0 if module.startswith("_") else None


def sources():
    return sorted(PACKAGE.rglob("*.py"))


def top_level(path):
    """The member of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(node):
    """Full names that an import statement brings in, "tsrnn.cells" or "numpy"."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "absolute imports only, the rules below read them"
        if node.module == "tsrnn":
            return [f"tsrnn.{alias.name}" for alias in node.names]
        return [node.module]
    return []


def imports_of(tree):
    return [name for node in ast.walk(tree) for name in imported(node)]


def imports_at_module_level(node):
    """Imports that run when the module is imported: those outside functions."""
    names = imported(node)
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            names += imports_at_module_level(child)
    return names


def may_import(importer, target):
    if importer == target:
        return True
    if target in ASIDE:
        return importer not in ASIDE and rank(importer) >= rank("estimators")
    if importer in ASIDE:
        return rank(target) == 0
    return rank(importer) > rank(target) or (rank(importer) == rank(target) == 0)


def layer_errors(path, tree):
    importer = top_level(path)
    targets = {name.split(".")[1] for name in imports_of(tree) if name.startswith("tsrnn.")}
    return [
        f"{path.name}: {importer} may not import {target}"
        for target in sorted(targets - {"__version__"})
        if not may_import(importer, target)
    ]


@pytest.fixture(params=sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def source(request):
    return request.param


@pytest.fixture
def tree(source):
    return ast.parse(source.read_text(encoding="utf-8"))


def test_every_member_of_the_package_has_a_place():
    for module in {top_level(path) for path in sources()} - {"__init__"}:
        assert rank(module) is not None or module in ASIDE, f"give {module} a place in LAYERS"


def test_layers_import_downwards_only(source, tree):
    if source != PACKAGE / "__init__.py":
        assert layer_errors(source, tree) == []


@pytest.mark.parametrize(
    ("file", "line", "allowed"),
    [
        ("cells/gru.py", "from tsrnn.kernels.products import affine", True),
        ("kernels/products.py", "from tsrnn.cells import CELLS", False),
        ("kernels/products.py", "def f():\n    import tsrnn.cells.gru", False),
        ("network/stack.py", "from tsrnn import metrics", False),
        ("estimators/regressor.py", "from tsrnn.windows import lag_matrix", True),
        ("forecasting/base.py", "from tsrnn.detection.scoring import score", False),
        ("detection/scoring.py", "from tsrnn.metrics import mae", True),
        ("metrics/forecast.py", "from tsrnn.network import Network", False),
        ("metrics/forecast.py", "from tsrnn._validation import check_int", True),
        ("metrics/forecast.py", "from tsrnn.datasets import co2", False),
        ("baselines/naive.py", "from tsrnn.forecasting.base import Forecaster", True),
        ("forecasting/base.py", "from tsrnn.baselines import Naive", False),
        ("cli.py", "from tsrnn import plots", True),
    ],
)
def test_the_layer_rule_itself(file, line, allowed):
    assert (layer_errors(PACKAGE / file, ast.parse(line)) == []) == allowed


def test_optional_and_slow_libraries_are_imported_where_they_are_used(tree):
    names = {name.split(".")[0] for name in imports_at_module_level(tree)}
    assert not names & LATE


def test_only_one_module_compiles(source, tree):
    if source == PACKAGE / "_jit.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("numba"):
            assert not COMPILERS & {alias.name for alias in node.names}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "numba" or node.attr not in COMPILERS
    if top_level(source) != "kernels":
        assert not any(name.split(".")[0] == "numba" for name in imports_of(tree))


def test_files_are_short(source):
    n_lines = len(source.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MAX_LINES, f"{n_lines} lines"


def test_importing_the_package_loads_nothing_heavy():
    heavy = ["numpy", "numba", "pandas", "scipy", "sklearn", *sorted(LATE)]
    code = f"import sys, tsrnn; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
