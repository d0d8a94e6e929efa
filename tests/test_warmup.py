"""`tsrnn warmup`: what it leaves to compile, and that nothing is compiled twice."""

import json
import subprocess
import sys

import pytest

SIGNATURES = """
import importlib, json, pkgutil, warnings
import numpy as np, pandas as pd
from numba.core.dispatcher import Dispatcher
import tsrnn.cells, tsrnn.kernels
from tsrnn.cli.main import main

def signatures():
    found = {}
    for package in (tsrnn.kernels, tsrnn.cells):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Dispatcher):
                    key = value.py_func.__module__ + "." + name.strip("_")
                    found[key] = [str(one) for one in value.signatures]
    return found

warnings.simplefilter("ignore")
assert main(["warmup"]) == 0
before = signatures()
rng = np.random.default_rng(0)
index = pd.date_range("2024-01-01", periods=900, freq="h")
waves = np.sin(np.arange(900.0)[:, None] * [0.26, 0.13]) + rng.normal(0, 0.1, (900, 2))
log = pd.DataFrame(waves, index, columns=["a", "b"])
log.iloc[200:220, 0] = np.nan
from tsrnn import RNNDetector, RNNForecaster

for causal in (False, True):
    detector = RNNDetector(causal=causal, max_iter=1).fit(log[:700])
    detector.detect(log[700:])
detector.update(log[700:800])
detector.score_one(log.iloc[800])
RNNForecaster(12, max_iter=1).fit(log["b"][:400]).predict(level=[80])
after = signatures()
print(json.dumps([before, after]))
"""


@pytest.fixture(scope="module")
def signatures():
    """Signatures of all kernels in a new process: after `tsrnn warmup`, and after some use."""
    done = subprocess.run([sys.executable, "-c", SIGNATURES], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_warmup_leaves_nothing_to_compile_for_detectors_and_forecasters(signatures):
    before, after = signatures
    new = {name: set(found) - set(before[name]) for name, found in after.items()}
    assert {name: found for name, found in new.items() if found} == {}


def test_no_kernel_is_compiled_again_for_another_layout_or_a_constant(signatures):
    _, after = signatures
    again = {
        name: [one for one in found if ", F, " in one or ", A, " in one or "Literal[int]" in one]
        for name, found in after.items()
    }
    assert {name: found for name, found in again.items() if found} == {}
