"""Faults among the rows that calibrate the threshold: how many later ones are still found.

    python benchmarks/contaminated.py

Sensor logs of six channels (`datasets.make_sensor_log`). The first half is learnt from, with 0, 1
or 3 faults put into the last fifth of it, which sets the threshold (all but spikes, see
`tsrnn.datasets`); the other half has seven labelled faults. "found": labelled faults that an event
touches; "false": events that touch none.
"""

import argparse
from itertools import pairwise

import numpy as np
import pandas as pd

import tsrnn
from tsrnn import RNNDetector, baselines, datasets
from tsrnn.detection.faults import put_faults

KINDS = ["level_shift", "drift", "stuck", "noise_burst"]
METHODS = {
    "RNNDetector": lambda: RNNDetector(random_state=0),
    "RNNDetector causal": lambda: RNNDetector(causal=True, random_state=0),
    "AutoRegression": baselines.AutoRegression,
}


def make(n, n_bad, seed):
    """Return rows to learn from, rows to watch and the labelled events among these."""
    log = datasets.make_sensor_log(n, 6, random_state=seed)
    train, later = log.data[: n // 2], log.data[n // 2 :]
    if n_bad:
        values, rng = train.to_numpy(float), np.random.default_rng(100 + seed)
        edges = np.linspace(len(train) - len(train) // 5, len(train), n_bad + 1).astype(int)
        slots = [slice(*pair) for pair in pairwise(edges)]
        analogue = np.flatnonzero(train.nunique() > 10)
        kinds = rng.choice(KINDS, n_bad)
        faults = put_faults(values, kinds, analogue, values.std(axis=0), slots, rng)
        train = pd.DataFrame(faults.values, train.index, train.columns)
    return train, later, log.events


def count(events, true):
    """Return how many of the events `true` were found, and how many events are false."""
    starts, ends = events["start"].to_numpy(), events["end"].to_numpy()
    touch = (starts[:, None] <= true["end"].to_numpy()) & (
        ends[:, None] >= true["start"].to_numpy()
    )
    return np.array([touch.any(axis=0).sum(), len(true), (~touch.any(axis=1)).sum()])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=4, help="logs of each length")
    parser.add_argument("--rows", type=int, nargs="+", default=[4000, 10_000])
    arguments = parser.parse_args()
    print(f"tsrnn {tsrnn.__version__}\n")
    print("| rows | method | faults | found | false |\n|---|---|---|---|---|")
    for rows in arguments.rows:
        for name, method in METHODS.items():
            for n_bad in (0, 1, 3):
                total = np.zeros(3, int)
                for seed in range(arguments.seeds):
                    train, later, true = make(rows, n_bad, seed)
                    total += count(method().fit(train).detect(later), true)
                print(f"| {rows} | {name} | {n_bad} | {total[0]} of {total[1]} | {total[2]} |")


if __name__ == "__main__":
    main()
