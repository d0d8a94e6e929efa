"""What the parts of the default anomaly detector bring: VUS-PR with one of them changed.

    python benchmarks/detection_ablation.py --data DIR [--groups UCR NAB ...] [--quick]

DIR (default ``$TSRNN_DATA``) is described in `detection_data.py`, the score in `detection.py`. The
first rows are the whole detector, and the same without its network; each of the others changes one
part of the latter.
"""

import argparse
import contextlib
import os
import warnings
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from detection import QUICK
from detection_data import GROUPS
from threadpoolctl import threadpool_limits

import tsrnn
from tsrnn import RNNDetector, metrics
from tsrnn.detection import ensemble, scoring
from tsrnn.detection.channels import Channels


class NoNetwork(RNNDetector):
    """Without the recurrent part of the forecast."""

    def _recurrent_part(self, seed):
        return None


class OneMemory(NoNetwork):
    """Without the memory of longer windows."""

    def _members(self, n_train, n_targets):
        return super()._members(n_train, n_targets)[:2]


def no_network(method="ensemble", **parameters):
    return NoNetwork(method, random_state=0, **parameters)


def mean_of_two(total):
    """Instead of the loudest: the mean over the scorers."""
    return np.nanmean(total, axis=1)


# Name -> detector, and what is replaced while it works: (owner, attribute, replacement).
VARIANTS = {
    "RNNDetector": (lambda: RNNDetector(random_state=0), ()),
    "no network": (no_network, ()),
    "forecast with network": (lambda: RNNDetector("forecast", random_state=0), ()),
    "linear forecast alone": (lambda: no_network("forecast"), ()),
    "memories alone": (lambda: no_network("memory"), ()),
    "one memory": (lambda: OneMemory(random_state=0), ()),
    "mean of the views": (no_network, (ensemble, "loudest", mean_of_two)),
    "units of calibration rows": (
        no_network,
        (ensemble.Usual, "units_among", lambda self, total: self.units),
    ),
    "scored channels of training": (
        no_network,
        (Channels, "_counts", lambda self, variety: self.variety_.counts),
    ),
    "no refit": (no_network, (scoring.ForecastScorer, "extend", lambda self, scaled: None)),
    "levels count in full": (
        no_network,
        (scoring, "level_weight", lambda values, period: np.ones(values.shape[1])),
    ),
    "smoothing 32": (lambda: no_network(smoothing=32), ()),
    "smoothing 150": (lambda: no_network(smoothing=150), ()),
}


def benchmark(folder, groups, variants, quick):
    """Print and return a table of mean VUS-PR by variant and group."""
    table = pd.DataFrame(index=variants, columns=groups, dtype=float)
    print(f"| VUS-PR | {' | '.join([*groups, 'mean'])} |")
    print("|---" * (len(groups) + 2) + "|")
    series = {group: list(GROUPS[group](folder))[:: QUICK if quick else 1] for group in groups}
    for variant in variants:
        make, patch = VARIANTS[variant]
        with mock.patch.object(*patch) if patch else contextlib.nullcontext():
            for group in groups:
                table.loc[variant, group] = np.mean([vus_pr(make(), one) for one in series[group]])
        values = [*table.loc[variant], table.loc[variant].mean()]
        print(f"| {variant} | {' | '.join(f'{value:.3f}' for value in values)} |", flush=True)
    return table


def vus_pr(detector, series):
    """VUS-PR of a detector fitted on the training part of `series`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = detector.fit(series.train).scores(series.scored)["score"].to_numpy()
    first = series.scored.iloc[:, 0].to_numpy(float)
    return metrics.vus_pr(series.labels, score, metrics.vus_window(first))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--groups", nargs="+", default=list(GROUPS), choices=list(GROUPS))
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--quick", action="store_true", help=f"one series in {QUICK}")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print(f"tsrnn {tsrnn.__version__}\n")
    with threadpool_limits(1):
        benchmark(Path(arguments.data), arguments.groups, arguments.variants, arguments.quick)


if __name__ == "__main__":
    main()
