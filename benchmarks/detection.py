"""Accuracy of the default anomaly detector on labelled series, beside baselines.

    python benchmarks/detection.py --data DIR [--groups UCR NAB ...] [--methods ...] [--quick]

DIR (default ``$TSRNN_DATA``) is described in `detection_data.py`. Every method is fitted with its
defaults on the training part of a series and scores the whole series, or the test file; the seed is
0. Columns are means over the series of a group:

- VUS-PR (buffer: the period of the first channel, as in TSB-AD) and AUC-PR (average precision), of
  the score of all scored rows;
- F1: event F1 of the method's own alarms in rows after the training part; "best" is that of the
  best of 60 thresholds, chosen per series with the labels at hand: what the threshold rule could
  still gain;
- false: alarms that touch no labelled event, per 10,000 normal rows after the training part;
- delay: rows from the start of an event that is found to its first flagged row;
- cause: share of labelled events with a channel to blame among the three highest scored (SMD, ASD),
  and what three channels drawn at random would reach;
- seconds to fit and score the group.

Methods that end in "causal" look at no row after the one they score. "clean" are series without
anomalies: only alarms per 10,000 rows are counted.
"""

import argparse
import os
import time
import warnings
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
from detection_data import GROUPS, without_anomalies
from sklearn.decomposition import PCA
from sklearn.metrics import average_precision_score
from sklearn.neighbors import LocalOutlierFactor
from threadpoolctl import threadpool_limits

import tsrnn
from tsrnn import RNNDetector, baselines, metrics

QUICK = 5
COLUMNS = ["VUS-PR", "AUC-PR", "F1", "best", "false", "delay", "cause", "chance", "seconds"]
# Mean VUS-PR that its authors publish, on their own cut of the same archives.
PUBLISHED = {"UCR": "U", "NAB": "U", "SMAP": "M", "MSL": "M", "SMD": "M"}
PUBLISHED_NAMES = {"U": ("LSTMAD", "CNN", "Sub-PCA"), "M": ("LSTMAD", "CNN", "PCA")}


METHODS = {
    "RNNDetector": lambda: RNNDetector(random_state=0),
    "RNNDetector forecast": lambda: RNNDetector("forecast", random_state=0),
    "RNNDetector memory": lambda: RNNDetector("memory", random_state=0),
    "RNNDetector reconstruct": lambda: RNNDetector("reconstruct", random_state=0),
    "AutoRegression": baselines.AutoRegression,
    "MovingEnergy": baselines.MovingEnergy,
    "RollingZScore": baselines.RollingZScore,
    "RollingMAD": baselines.RollingMAD,
    "STLResidual": baselines.STLResidual,
    "IsolationForest": lambda: baselines.WindowedOutlier(random_state=0),
    "LOF": lambda: baselines.WindowedOutlier(LocalOutlierFactor(novelty=True), random_state=0),
    "PCA": lambda: baselines.WindowedOutlier(PCA(0.9), random_state=0),
    "RNNDetector causal": lambda: RNNDetector(causal=True, random_state=0),
    "RNNDetector reconstruct causal": lambda: RNNDetector(
        "reconstruct", causal=True, random_state=0
    ),
    "AutoRegression causal": lambda: baselines.AutoRegression(causal=True),
    "MovingEnergy causal": lambda: baselines.MovingEnergy(causal=True),
    "IsolationForest causal": lambda: baselines.WindowedOutlier(causal=True, random_state=0),
}


def run(method, series):
    """Fit and score; return the table of scores and the seconds it took."""
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scores = METHODS[method]().fit(series.train).scores(series.scored)
    return scores, time.perf_counter() - begin


def evaluate(series, scores):
    """Return a dict of `COLUMNS` of one series."""
    score, alarms = scores["score"].to_numpy(), scores["is_anomaly"].to_numpy()
    new = slice(series.n_seen, None)
    labels = series.labels[new]
    row = {
        "false": metrics.false_alarm_rate(labels, alarms[new], per=10_000),
    }
    if not labels.any():
        return row
    first = series.scored.iloc[:, 0].to_numpy(float)
    row["VUS-PR"] = metrics.vus_pr(series.labels, score, metrics.vus_window(first))
    row["AUC-PR"] = average_precision_score(series.labels, score)
    row["F1"] = metrics.event_f1(labels, alarms[new])
    row["best"] = max(best_f1(labels, score[new]), row["F1"])
    row["delay"] = metrics.detection_delay(labels, alarms[new])
    if series.causes:
        row["cause"], row["chance"] = attribution(series, scores)
    return row


def best_f1(labels, score):
    """Highest event F1 of rows above one of 60 thresholds."""
    levels = np.quantile(score, 1 - np.geomspace(1 / len(score), 0.5, 60))
    return max(metrics.event_f1(labels, score > level) for level in levels)


def attribution(series, scores):
    """Share of events with a channel to blame among the top three, and that of a random three."""
    names = list(series.scored.columns)
    parts = scores[[f"{name}_score" for name in names]].to_numpy()
    found, chance = [], []
    for first, stop, channels in series.causes:
        top = np.argsort(-parts[first:stop].sum(axis=0), kind="stable")[:3]
        found.append(any(names[channel] in channels for channel in top))
        n, k = len(names), len(channels)
        chance.append(1 - comb(n - k, 3) / comb(n, 3))
    return np.mean(found), np.mean(chance)


def published(folder, group):
    """Text with the published means of a group, on the files that the tables name."""
    if group not in PUBLISHED:
        return ""
    kind = PUBLISHED[group]
    name = {"U": "uni", "M": "multi"}[kind]
    path = folder / "tsb" / "reference" / f"{name}_mergedTable_VUS-PR.csv.gz"
    if not path.exists():
        return ""
    table = pd.read_csv(path, index_col="file")
    table = table[table.index.str.split("_").str[1] == group]
    means = table.loc[:, : "OFA" if kind == "M" else "MOMENT (FT)"].mean()
    best = means.idxmax()
    names = dict.fromkeys([*PUBLISHED_NAMES[kind], best])
    listed = ", ".join(f"{name} {means[name]:.3f}" for name in names)
    return f"{group}, {len(table)} files: {listed}"


def table_row(group, n, method, means):
    cells = [
        "" if pd.isna(means.get(column)) else f"{means[column]:.{3 if column != 'seconds' else 1}f}"
        for column in COLUMNS
    ]
    return f"| {group} ({n}) | {method} | {' | '.join(cells)} |"


def benchmark(folder, groups, methods, quick):
    """Print a row for each group and method; return the rows of all series."""
    rows = []
    for group in groups:
        read = without_anomalies if group == "clean" else GROUPS[group]
        series = list(read(folder))[:: QUICK if quick else 1]
        for method in methods:
            for one in series:
                scores, seconds = run(method, one)
                measured = evaluate(one, scores)
                rows.append(
                    {"group": group, "series": one.name, "method": method}
                    | measured
                    | {"seconds": seconds}
                )
            of_group = pd.DataFrame(rows).query("group == @group and method == @method")
            means = of_group.drop(columns=["group", "series", "method"]).mean()
            means["seconds"] = of_group["seconds"].sum()
            print(table_row(group, len(series), method, means), flush=True)
    return pd.DataFrame(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    every = [*GROUPS, "clean"]
    parser.add_argument("--groups", nargs="+", default=every, choices=every)
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--quick", action="store_true", help=f"one series in {QUICK}")
    parser.add_argument("--out", type=Path, help="CSV file for the figures of every series")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    folder = Path(arguments.data)
    print(f"tsrnn {tsrnn.__version__}\n")
    print(f"| group (series) | method | {' | '.join(COLUMNS)} |")
    print("|---" * (len(COLUMNS) + 2) + "|")
    with threadpool_limits(1):
        rows = benchmark(folder, arguments.groups, arguments.methods, arguments.quick)
    labelled = rows[rows["group"] != "clean"]
    for method, part in labelled.groupby("method", sort=False):
        groups = part.groupby("group")
        means = groups[[c for c in COLUMNS if c in part and c != "seconds"]].mean().mean()
        means["seconds"] = part["seconds"].sum()
        print(table_row("mean of groups", groups.ngroups, method, means))
    print("\nPublished VUS-PR (TSB-AD's own cut of the archives, and the best of all its methods):")
    for group in arguments.groups:
        text = published(folder, group)
        if text:
            print(f"- {text}")
    if arguments.out is not None:
        rows.to_csv(arguments.out, index=False)


if __name__ == "__main__":
    main()
