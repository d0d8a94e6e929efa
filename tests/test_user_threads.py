"""Fits at once in the user's threads and processes: the same bits as alone, no dead end."""

import contextlib
import multiprocessing
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed
from threadpoolctl import threadpool_info

from tsrnn import RNNRegressor
from tsrnn._shared_context import SharedContext
from tsrnn.baselines import ETS
from tsrnn.cells import lstm
from tsrnn.cli import main
from tsrnn.kernels import projections


def fitted(seed, n_jobs=1):
    """Predictions of a network whose batches are worth several shards."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(96, 40, 2)).astype(np.float32)
    model = RNNRegressor(
        "gru", (48,), batch_size=96, max_iter=3, random_state=seed, n_jobs=n_jobs
    ).fit(X, X.sum(axis=(1, 2)))
    return model.predict(X)


@pytest.fixture(scope="module")
def alone():
    return [fitted(seed) for seed in range(4)]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_four_threads_at_once(alone, n_jobs):
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(fitted, range(4), [n_jobs] * 4, timeout=120))
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_in_joblib(alone, backend):
    together = Parallel(n_jobs=2, backend=backend)(delayed(fitted)(seed, 2) for seed in range(4))
    np.testing.assert_array_equal(together, alone)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork on Windows")
def test_after_fork(alone):
    fitted(0, n_jobs=2)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        together = pool.starmap_async(fitted, [(seed, 2) for seed in range(4)]).get(timeout=120)
    np.testing.assert_array_equal(together, alone)


def test_baselines_in_threads_leave_warnings_and_blas_as_they_were():
    y = np.random.default_rng(0).normal(size=60).cumsum()
    ETS().fit(pd.Series(y))
    filters = list(warnings.filters)
    sizes = [pool["num_threads"] for pool in threadpool_info()]
    with ThreadPoolExecutor(4) as pool:
        forecasts = list(pool.map(lambda _: ETS(h=2).fit(pd.Series(y)).predict(), range(12)))
    assert all(forecast.equals(forecasts[0]) for forecast in forecasts)
    assert list(warnings.filters) == filters
    assert [pool["num_threads"] for pool in threadpool_info()] == sizes


def test_the_last_thread_leaves_a_shared_context():
    steps = []

    @contextlib.contextmanager
    def noted():
        steps.append("enters")
        yield
        steps.append("leaves")

    shared = SharedContext(noted)
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:
        first.enter_context(shared())
        second.enter_context(shared())
        first.close()
        assert steps == ["enters"]
        second.close()
        assert steps == ["enters", "leaves"]
    with pytest.raises(KeyError), shared():
        raise KeyError
    assert steps[2:] == ["enters", "leaves"]


def test_no_thread_or_pool_outlives_a_call():
    code = (
        "import threading, numpy as np; from threadpoolctl import threadpool_info\n"
        "from tsrnn import RNNRegressor\n"
        "before = [p['num_threads'] for p in threadpool_info()]\n"
        "X = np.ones((64, 40, 2), np.float32)\n"
        "RNNRegressor('gru', (48,), batch_size=64, max_iter=1, n_jobs=3).fit(X, X[:, 0, 0])\n"
        "print(threading.active_count())\n"
        "print(before == [p['num_threads'] for p in threadpool_info()][:len(before)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True"]


def test_warmup_leaves_nothing_to_compile(capsys, tmp_path):
    assert main(["warmup"]) == 0
    assert capsys.readouterr().out.startswith("compiled kernels are in ")
    kernels = [lstm.forward, lstm.backward, projections.project, projections.layer_gradient]
    before = [len(kernel.signatures) for kernel in kernels]
    for dtype in (np.float32, np.float64):
        X = np.ones((20, 6, 2), dtype)
        model = RNNRegressor("lstm", (4, 3), max_iter=1).fit(X, X[:, 0, 0])
        # Weights in a read-only memory map, as joblib gives them to its workers.
        joblib.dump(model, tmp_path / "model.joblib")
        joblib.load(tmp_path / "model.joblib", mmap_mode="r").predict(X)
    assert [len(kernel.signatures) for kernel in kernels] == before
