"""Delay of a live alert: from the write of a row to the line of JSON that tells of it.

    python benchmarks/watch_delay.py

A log of eight channels is piped, row by row, into a real process of ``tsrnn watch``; for each line
that comes back, the time since its row was written. Alerts are the lines where an event starts or
ends; with ``--all`` every row has a line. Beside it the least one could do: a few lines of Python
that print each row whose z-score over the last 64 rows is above 4. The first rows are left out:
before them the process starts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

import tsrnn
from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression

N_TRAIN, N_CHANNELS, N_FIRST = 4000, 8, 10
EVENT_EVERY, EVENT_ROWS = 100, 10
ZSCORE = """
import collections, json, statistics, sys
last = collections.deque(maxlen=64)
for line in sys.stdin:
    if line[0].isdigit():
        time, *texts = line.split(",")
        row = [float(text) for text in texts]
        if len(last) > 2:
            z = max(abs(value - statistics.fmean(past)) / (statistics.pstdev(past) or 1.0)
                    for value, past in zip(row, zip(*last)))
            if z > 4:
                print(json.dumps({"time": time, "score": z}), flush=True)
        last.append(row)
"""


def make_log(n_rows):
    """Waves and noise; from N_TRAIN on, an offset in one channel every EVENT_EVERY rows."""
    rng = np.random.default_rng(0)
    row = np.arange(n_rows)[:, None]
    values = np.sin(row / (5 + np.arange(N_CHANNELS))) + 0.1 * rng.normal(size=(n_rows, N_CHANNELS))
    for start in range(N_TRAIN + EVENT_EVERY, n_rows, EVENT_EVERY):
        values[start : start + EVENT_ROWS, start // EVENT_EVERY % N_CHANNELS] += 5
    times = pd.date_range("2024-01-01", periods=n_rows, freq="s", name="time")
    names = [f"sensor_{i}" for i in range(N_CHANNELS)]
    return pd.DataFrame(values.round(4), times, names)


def measure(command, rows, per_second):
    """Seconds from the write of a row to its line, for every line that names a row by its time."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    came = []
    reader = threading.Thread(
        target=lambda: came.extend((line, time.perf_counter()) for line in process.stdout)
    )
    reader.start()
    header, *lines = rows.to_csv().splitlines()
    written = {}
    process.stdin.write(header + "\n")
    # Rows that wait for the process to start say nothing about it.
    time.sleep(10)
    due = time.perf_counter()
    for stamp, line in zip(rows.index, lines, strict=True):
        due += 1 / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        written[stamp] = time.perf_counter()
        process.stdin.write(line + "\n")
        process.stdin.flush()
    process.stdin.close()
    reader.join()
    if process.wait():
        raise RuntimeError(f"{command} ended with {process.returncode}")
    told = [(pd.Timestamp(json.loads(line)["time"]), at) for line, at in came]
    first = rows.index[N_FIRST]
    return np.array([at - written[stamp] for stamp, at in told if stamp >= first])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--per-second", type=float, default=50)
    options = parser.parse_args()
    log = make_log(N_TRAIN + options.rows)
    train, rows = log.iloc[:N_TRAIN], log.iloc[N_TRAIN:]
    print(f"tsrnn {tsrnn.__version__}; {options.per_second:g} rows a second, {options.rows} rows\n")
    print("| detector | lines | p50, ms | p95, ms | max, ms |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for model in (RNNDetector(random_state=0), AutoRegression()):
            path = Path(folder) / "model.tsrnn"
            model.fit(train).save(path)
            watch = [sys.executable, "-m", "tsrnn", "watch", "--model", str(path), "--quiet"]
            for what, more in (("alerts", []), ("every row", ["--all"])):
                report(f"{type(model).__name__}, {what}", [*watch, *more], rows, options)
    report("z-score in plain Python, alerts", [sys.executable, "-c", ZSCORE], rows, options)


def report(name, command, rows, options):
    delays = 1000 * measure(command, rows, options.per_second)
    figures = [*np.quantile(delays, [0.5, 0.95]), delays.max()]
    print(f"| {name} | {len(delays)} | {' | '.join(f'{one:.1f}' for one in figures)} |", flush=True)


if __name__ == "__main__":
    main()
