"""What forecasts cost: the latency of one series, time and memory of a panel of short series.

    python benchmarks/forecast_cost.py [--series 100000] [--calls 1000]

The panel runs in a process of its own, whose peak memory is that of the whole interpreter, data
included.
"""

import argparse
import json
import platform
import subprocess
import sys
import time

import numba
import numpy as np
import pandas as pd

import tsrnn
from tsrnn import RNNForecaster
from tsrnn.baselines import ETS, SeasonalNaive, Theta

PANEL = """
import json, resource, sys, time
import numpy as np, pandas as pd
from tsrnn import RNNForecaster
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
n_series = int(sys.argv[1])
rng = np.random.default_rng(0)
lengths = rng.integers(12, 37, n_series)
rows = lengths.sum()
first = np.repeat(np.cumsum(lengths) - lengths, lengths)
df = pd.DataFrame({
    "unique_id": np.repeat(np.arange(n_series), lengths),
    "ds": pd.Timestamp("2000-01-01") + pd.to_timedelta(7 * (np.arange(rows) - first), unit="D"),
    "y": np.exp(rng.normal(0, 0.1, rows)) * 100,
})
before = peak()
start = time.perf_counter()
model = RNNForecaster(h=6, freq="7D", random_state=0, n_jobs=2).fit(df)
fitted = time.perf_counter()
fit_peak = peak()
out = model.predict(level=[80, 95])
predicted = time.perf_counter()
again = model.predict(df=df)
done = time.perf_counter()
assert len(out) == len(again) == 6 * n_series
print(json.dumps({
    "rows": int(rows), "data GiB": before, "fit s": fitted - start, "fit peak GiB": fit_peak,
    "predict s": predicted - fitted, "predict from a frame s": done - predicted,
    "peak GiB": peak(),
}))
"""


def one_series(n_calls):
    """Print percentiles of the latency of `predict`, in ms."""
    t = np.arange(120)
    y = 50 + t / 4 + 9 * np.sin(np.pi * t / 6) + np.random.default_rng(0).normal(size=120)
    series = pd.Series(y, pd.date_range("2010", periods=120, freq="MS"))
    long = series.rename("y").rename_axis("ds").reset_index().assign(unique_id="a")
    print(
        "| model | input | predict p50 ms | p95 | with level p50 | p95 |\n|---|---|---|---|---|---|"
    )
    for model in (RNNForecaster(12, random_state=0), SeasonalNaive(12), Theta(12), ETS(12)):
        for form, data in (("Series", series), ("long frame", long)):
            model.fit(data)
            figures = []
            for level in (None, [80, 95]):
                times = []
                for _ in range(n_calls):
                    start = time.perf_counter()
                    model.predict(level=level)
                    times.append(1000 * (time.perf_counter() - start))
                figures += np.percentile(times, [50, 95]).round(2).tolist()
            name = type(model).__name__
            print(f"| {name} | {form} | " + " | ".join(map(str, figures)) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=1000)
    options = parser.parse_args()
    print(
        f"tsrnn {tsrnn.__version__}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"pandas {pd.__version__}, Numba {numba.__version__}"
    )
    one_series(options.calls)
    done = subprocess.run(
        [sys.executable, "-c", PANEL, str(options.series)], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(f"the panel failed with exit status {done.returncode}")
    for name, value in {"series": options.series, **json.loads(done.stdout)}.items():
        print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")


if __name__ == "__main__":
    main()
