"""Scores of detectors in the Numenta Anomaly Benchmark, on the NAB files at hand.

    python benchmarks/nab.py --data DIR

DIR (default ``$TSRNN_DATA``) holds a folder nab with data folders of numenta/NAB, each file
gzipped, and combined_windows.json; reference-final_results.json (NAB's results/final_results.json)
adds the published scores, which are those of all 58 files.

Every detector is causal, is fitted on the first 15 % of a file, at most 750 rows, which NAB leaves
out of account too, and raises one alarm in an event, at its first row above the threshold. "own" is
the detector's threshold, "best" one factor on it for all files, chosen with the labels at hand,
which is how NAB's published scores are made.
"""

import argparse
import json
import os
import warnings
from pathlib import Path

import numpy as np
from detection_data import nab_files
from threadpoolctl import threadpool_limits

from tsrnn import RNNDetector, baselines, metrics
from tsrnn.detection.events import find_events

METHODS = {
    "RNNDetector": lambda: RNNDetector(causal=True, random_state=0),
    "AutoRegression": lambda: baselines.AutoRegression(causal=True),
    "RollingZScore": baselines.RollingZScore,
    "RollingMAD": baselines.RollingMAD,
    "MovingEnergy": lambda: baselines.MovingEnergy(causal=True),
    "IsolationForest": lambda: baselines.WindowedOutlier(causal=True, random_state=0),
}
PROFILES = ("standard", "reward_low_FP_rate", "reward_low_FN_rate")
FACTORS = np.geomspace(0.3, 10, 40)


def ratios(method, frame):
    """Score over threshold of every row."""
    values = frame[["value"]].to_numpy(float)
    n_train = int(min(0.15 * len(values), 750))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scores = METHODS[method]().fit(values[:n_train]).scores(values)
    return (scores["score"] / scores["threshold"]).to_numpy()


def alarms(ratio, factor):
    """First row above the threshold in every event, which lasts down to half of it."""
    flags = np.zeros(len(ratio), dtype=bool)
    for start, stop in find_events(ratio, factor, 0.5 * factor):
        flags[start + np.argmax(ratio[start:stop] > factor)] = True
    return flags


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    folder = Path(arguments.data)
    files = list(nab_files(folder))
    labels = [label for _, _, label in files]
    print(f"{len(files)} of 58 files, {sum(map(len, labels))} rows\n")
    print("| detector | threshold | standard | low FP | low FN |")
    print("|---|---|---|---|---|")
    with threadpool_limits(1):
        for method in arguments.methods:
            found = [ratios(method, frame) for _, frame, _ in files]

            def scores(factor, found=found):
                flags = [alarms(ratio, factor) for ratio in found]
                return [metrics.nab_score(labels, flags, profile) for profile in PROFILES]

            best = np.max([scores(factor) for factor in FACTORS], axis=0)
            for name, row in (("own", scores(1.0)), ("best", best)):
                cells = " | ".join(f"{score:.1f}" for score in row)
                print(f"| {method} | {name} | {cells} |", flush=True)
    path = folder / "nab" / "reference-final_results.json"
    if path.exists():
        print("\nPublished, all files, thresholds chosen with the labels (standard):")
        published = json.loads(path.read_text())
        ranked = sorted(published.items(), key=lambda item: -item[1]["standard"])
        print(", ".join(f"{name} {score['standard']:.1f}" for name, score in ranked))


if __name__ == "__main__":
    main()
