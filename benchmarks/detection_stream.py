"""Rows per second of a detector that watches a stream, on one thread.

    python benchmarks/detection_stream.py

Eight channels, 4,000 rows to fit, GRU of 32 units (kept whether it helps or not, so that its time
counts). Median of five runs over 2,800 rows each, in processor time. The last row is a linear
autoregression, the least that such a detector can be.
"""

import statistics
import time

import numpy as np
from threadpoolctl import threadpool_limits

import tsrnn
from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression

BLOCKS = (1000, 100, 10)


def log(n=7000, n_channels=8):
    """Waves of different lengths and noise, one column per channel."""
    rng = np.random.default_rng(0)
    time = np.arange(n)[:, None]
    return np.sin(time / (5 + np.arange(n_channels))) + 0.1 * rng.normal(size=(n, n_channels))


def median_rate(detector, rows, run):
    """Median rows per second of five runs, each on a new stream."""
    seconds = []
    for _ in range(5):
        detector.reset_stream().update(rows[:200])
        begin = time.process_time()
        run(rows[200:])
        seconds.append(time.process_time() - begin)
    return (len(rows) - 200) / statistics.median(seconds)


def main():
    X = log()
    print(f"tsrnn {tsrnn.__version__}\n\n| method | score_one | update, blocks of {BLOCKS} rows |")
    print("|---|---|---|")
    detectors = {
        method: RNNDetector(method, max_iter=3, random_state=0)
        for method in ("ensemble", "forecast", "memory", "reconstruct")
    }
    for name, detector in (detectors | {"AutoRegression": AutoRegression()}).items():
        detector.fit(X[:4000])
        for member in detector._ensemble.members:
            if getattr(member.scorer, "residual_model", None) is not None:
                member.scorer.residual_model.is_used_ = True

        def one(rows, detector=detector):
            for row in rows:
                detector.score_one(row)

        def in_blocks(rows, size, detector=detector):
            for start in range(0, len(rows), size):
                detector.update(rows[start : start + size])

        rates = [median_rate(detector, X[4000:], lambda r, n=n: in_blocks(r, n)) for n in BLOCKS]
        listed = " / ".join(f"{rate:,.0f}" for rate in rates)
        print(f"| {name} | {median_rate(detector, X[4000:], one):,.0f} | {listed} |", flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
