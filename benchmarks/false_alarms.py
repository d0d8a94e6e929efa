"""False alarms on clean synthetic logs, asked for and raised; time to fit and score.

    python benchmarks/false_alarms.py

Logs without any anomaly: 10,000 rows to learn from, 10,000 more to watch over. An alarm is an event
that ``detect`` lists. With ``false_alarms_per=n`` one in n rows is asked for; the default threshold
asks for none. Last, the seconds to fit and score 10,000 rows of 8 channels, kernels compiled.
"""

import argparse
import time

import numpy as np
import pandas as pd

import tsrnn
from tsrnn import RNNDetector

ROWS = 10_000
RATES = (500, 2000)


def noise(draw, n):
    return draw.normal(size=(n, 1))


def heavy_tails(draw, n):
    return draw.standard_t(4, size=(n, 1))


def autoregression(draw, n):
    shocks, values = draw.normal(size=(n, 1)), np.zeros((n, 1))
    for i in range(1, n):
        values[i] = 0.9 * values[i - 1] + shocks[i]
    return values


def waves(draw, n):
    time_ = np.arange(n)[:, None]
    return np.sin(time_ / 8) + 0.5 * np.sin(time_ / 2.5) + 0.1 * draw.normal(size=(n, 1))


def days(draw, n):
    """A day of 96 rows and a week, multiplied by noise that follows it."""
    time_ = np.arange(n)[:, None]
    week = 1 + 0.3 * (time_ // 96 % 7 < 5)
    return (2 + np.sin(2 * np.pi * time_ / 96)) * week * (1 + 0.05 * draw.normal(size=(n, 1)))


def channels(draw, n):
    """Eight channels of different periods, one of them driven by a switch."""
    time_ = np.arange(n)[:, None]
    values = np.sin(time_ / (5 + np.arange(8))) + 0.2 * draw.normal(size=(n, 8))
    switch = np.repeat(draw.integers(0, 2, n // 100 + 1), 100)[:n]
    values[:, 0] += switch
    return np.column_stack((values, switch))


LOGS = [noise, heavy_tails, autoregression, waves, days, channels]


def count(detector, X):
    return len(detector.fit(X[:ROWS]).detect(X[ROWS:]))


def frame(kind, seed):
    values = kind(np.random.default_rng(seed), 2 * ROWS)
    return pd.DataFrame(values).rename(columns="c{}".format)


def rates(seeds):
    """Print mean alarms in `ROWS` rows by kind of log."""
    settings = {"default": {}} | {f"1 in {rows}": {"false_alarms_per": rows} for rows in RATES}
    modes = {"offline": False, "causal": True}
    names = [f"{mode}, {name}" for mode in modes for name in settings]
    print(f"| log | {' | '.join(names)} |\n{'|---' * (len(names) + 1)}|")
    asked = [0, *(ROWS / rows for rows in RATES)] * 2
    print(f"| asked for | {' | '.join(f'{a:g}' for a in asked)} |")
    for kind in LOGS:
        found = np.zeros((seeds, len(names)))
        for seed in range(seeds):
            X = frame(kind, seed)
            for i, (causal, parameters) in enumerate(
                (causal, parameters)
                for causal in modes.values()
                for parameters in settings.values()
            ):
                detector = RNNDetector(causal=causal, random_state=0, **parameters)
                found[seed, i] = count(detector, X)
        cells = " | ".join(f"{mean:.1f}" for mean in found.mean(axis=0))
        print(f"| {kind.__name__.replace('_', ' ')} | {cells} |", flush=True)


def seconds():
    """Print seconds to fit and to score a log of eight channels."""
    X = frame(channels, 0).iloc[:, :8]
    RNNDetector(max_iter=1, random_state=0).fit(X[:500]).scores(X[:500])
    begin = time.perf_counter()
    detector = RNNDetector(random_state=0, n_jobs=2).fit(X[:ROWS])
    fitted = time.perf_counter()
    detector.scores(X[ROWS:])
    scored = time.perf_counter()
    print(f"\n{ROWS} rows, 8 channels: fit {fitted - begin:.1f} s, score {scored - fitted:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="logs of each kind")
    arguments = parser.parse_args()
    print(f"tsrnn {tsrnn.__version__}\n")
    rates(arguments.seeds)
    seconds()


if __name__ == "__main__":
    main()
