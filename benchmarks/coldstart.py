"""Seconds from the start of a process to the end of its first fit, compiled before or not.

    python benchmarks/coldstart.py

Beside a process that only imports numba, pandas and scikit-learn's `neural_network`. Medians of
five processes, of one where kernels are compiled.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

FIT = """
import numpy as np
from tsrnn import RNNRegressor
X = np.random.default_rng(0).normal(size=(64, 12)).astype("float32")
RNNRegressor(max_iter=2, random_state=0).fit(X, X.sum(axis=1))
"""
IMPORTS = "import numba, pandas, sklearn.neural_network"


def seconds(code, repetitions=5, **environment):
    """Median wall time of a Python process that runs `code`."""
    times = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main():
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(FIT, 1, NUMBA_CACHE_DIR=cache)
        warm = seconds(FIT, NUMBA_CACHE_DIR=cache)
        imports = seconds(IMPORTS)
        alone = seconds("import tsrnn") - seconds("pass")
    print(f"first fit, nothing compiled:          {cold:.2f} s")
    print(f"first fit, kernels compiled before:   {warm:.2f} s")
    print(f"numba, pandas and scikit-learn only:  {imports:.2f} s (ratio {warm / imports:.2f})")
    print(f"import tsrnn alone:                   {alone:.3f} s")


if __name__ == "__main__":
    main()
