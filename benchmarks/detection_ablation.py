"""What the parts of the default anomaly detector bring: VUS-PR with one of them changed.

    python benchmarks/detection_ablation.py --data DIR [--causal] [--groups UCR NAB ...] [--quick]

DIR (default ``$TSRNN_DATA``) is described in `detection_data.py`, the score in `detection.py`. The
first rows are the whole detector, and the same without its network; each of the others changes one
part of the latter. With ``--causal`` rows are scored as in a stream.
"""

import argparse
import contextlib
import os
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from detection import QUICK
from detection_data import GROUPS
from threadpoolctl import threadpool_limits

import tsrnn
from tsrnn import RNNDetector, metrics
from tsrnn.detection import ensemble, ensemble_detector, scoring
from tsrnn.detection.channels import Channels
from tsrnn.detection.detector import METHODS
from tsrnn.detection.ensemble_detector import _WIDTHS as WIDTHS
from tsrnn.detection.smoothing import smooth


class NoNetwork(RNNDetector):
    """Without the recurrent part of the forecast."""

    def _recurrent_part(self, seed):
        return None


class TwoMemories(NoNetwork):
    """With a memory of longer windows, of a period within 32 to 200 rows, too."""

    def _members(self, n_train, n_targets):
        members = super()._members(n_train, n_targets)
        period = self.period_ or (64 if n_targets == 1 else 0)
        length = min(int(np.clip(period, 32, 200)), n_train // 4)
        longer = scoring.MemoryScorer(length, self.period_, self.random_state)
        (weight,) = (m.weight for m in members if isinstance(m.scorer, scoring.MemoryScorer))
        return [*members, ensemble.Member(longer, weight, span=length)]


def no_network(method="ensemble", **parameters):
    return NoNetwork(method, random_state=0, **parameters)


def mean_of_two(total, units, weights):
    """Instead of the loudest: the mean over the scorers."""
    return np.nanmean(total / units * weights, axis=1)


def triangles(values, width, *, causal=False, power=1):
    """Instead of cubes of triangles over more rows; of independent ones it averages as many."""
    width = width if power == 1 else max(1, round(0.58 * width))
    return smooth(values, width, causal=causal)


def twice(rule):
    """Return a rule of smoothing over twice as many rows."""
    doubled = {name: 2 * getattr(rule, name) for name in ("periods", "fewest", "most", "share")}
    return replace(rule, **doubled)


def whole(method="ensemble", **parameters):
    return RNNDetector(method, random_state=0, **parameters)


NO_STUCK = (METHODS, "ensemble", ("forecast", "memory", "level"))
NO_LEVELS = (METHODS, "ensemble", ("forecast", "memory", "stuck"))
# Name -> detector, and what is replaced while it works: (owner, attribute, replacement).
VARIANTS = {
    "RNNDetector": (whole, ()),
    "no network": (no_network, ()),
    "forecast with network": (partial(whole, "forecast"), ()),
    "linear forecast alone": (partial(no_network, "forecast"), ()),
    "memory alone": (partial(no_network, "memory"), ()),
    "two memories": (partial(TwoMemories, random_state=0), ()),
    "no stuck channels": (no_network, NO_STUCK),
    "no levels": (no_network, NO_LEVELS),
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
    "triangles": (no_network, (ensemble, "smooth", triangles)),
    "smoothing 75": (partial(no_network, smoothing=75), ()),
    "smoothing 350": (partial(no_network, smoothing=350), ()),
}
# The same for causal scores.
CAUSAL = {
    "RNNDetector": (partial(whole, causal=True), ()),
    "no network": (partial(no_network, causal=True), ()),
    "linear forecast alone": (partial(no_network, "forecast", causal=True), ()),
    "memory alone": (partial(no_network, "memory", causal=True), ()),
    "two memories": (partial(TwoMemories, causal=True, random_state=0), ()),
    "no stuck channels": (partial(no_network, causal=True), NO_STUCK),
    "no levels": (partial(no_network, causal=True), NO_LEVELS),
    "units of calibration rows": (
        partial(no_network, causal=True),
        (ensemble, "RunningLoudness", lambda quantiles, n_rows, fixed: None),
    ),
    "windows smoothed like forecasts": (
        partial(no_network, causal=True),
        (ensemble.Member, "causal_width", lambda self, width: width),
    ),
    "twice the smoothing": (
        partial(no_network, causal=True),
        (ensemble_detector, "_WIDTHS", {False: WIDTHS[False], True: twice(WIDTHS[True])}),
    ),
}


def replaced(owner, name, value):
    """Context in which the attribute or, of a dict, the entry is another."""
    if isinstance(owner, dict):
        return mock.patch.dict(owner, {name: value})
    return mock.patch.object(owner, name, value)


def benchmark(folder, groups, variants, quick):
    """Print and return a table of mean VUS-PR by group of `variants`, as in `VARIANTS`."""
    table = pd.DataFrame(index=list(variants), columns=groups, dtype=float)
    print(f"| VUS-PR | {' | '.join([*groups, 'mean'])} |")
    print("|---" * (len(groups) + 2) + "|")
    series = {group: list(GROUPS[group](folder))[:: QUICK if quick else 1] for group in groups}
    for variant, (make, patch) in variants.items():
        with replaced(*patch) if patch else contextlib.nullcontext():
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
    parser.add_argument("--causal", action="store_true", help="scores of rows as they come")
    parser.add_argument("--variants", nargs="+", help="some of them only")
    parser.add_argument("--quick", action="store_true", help=f"one series in {QUICK}")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    variants = CAUSAL if arguments.causal else VARIANTS
    unknown = set(arguments.variants or ()) - set(variants)
    if unknown:
        parser.error(f"no variants {sorted(unknown)}; there are {', '.join(variants)}")
    variants = {name: variants[name] for name in arguments.variants or variants}
    print(f"tsrnn {tsrnn.__version__}{', causal' if arguments.causal else ''}\n")
    with threadpool_limits(1):
        benchmark(Path(arguments.data), arguments.groups, variants, arguments.quick)


if __name__ == "__main__":
    main()
