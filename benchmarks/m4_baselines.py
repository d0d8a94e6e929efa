"""The statistical baselines on series of the M4 competition, beside its published figures.

    python benchmarks/m4_baselines.py --data DIR [--sets Hourly Weekly Yearly Quarterly] [--every K]

DIR (default ``$TSRNN_DATA``) is laid out as for forecasting.py. The published figures are those of
all series of a frequency (Makridakis, Spiliotis and Assimakopoulos 2020; file
"Evaluation and Ranks.xlsx" of the repository Mcompetitions/M4-methods), so other series of the same
frequency, a half or a part, come near but not to them. MSIS is that of the 95 % intervals;
"inside 95" is the share of the held-out values in them. ``--every K`` takes every K-th series.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
from forecasting import SETS, load

import tsrnn
from tsrnn import baselines, metrics

MODELS = {
    "Naive2": baselines.Naive2,
    "SeasonalNaive": baselines.SeasonalNaive,
    "SES": baselines.SES,
    "Holt": baselines.Holt,
    "Damped": lambda **options: baselines.Holt(damped_trend=True, **options),
    "Comb": baselines.Comb,
    "Theta": baselines.Theta,
    "ETS": baselines.ETS,
    "ARIMA": baselines.ARIMA,
    "HoltWinters": baselines.HoltWinters,
    "Drift": baselines.Drift,
    "Mean": baselines.Mean,
}
# sMAPE and MASE of all series, then MSIS of the two methods that were scored by it.
PUBLISHED = {
    "Yearly": {
        "Naive2": (16.342, 3.974),
        "SeasonalNaive": (16.342, 3.974),
        "SES": (16.396, 3.981),
        "Holt": (16.354, 3.550),
        "Damped": (15.198, 3.379),
        "Comb": (14.848, 3.280),
        "Theta": (14.593, 3.382),
    },
    "Quarterly": {
        "Naive2": (11.012, 1.371),
        "SeasonalNaive": (12.521, 1.602),
        "SES": (10.600, 1.340),
        "Holt": (10.907, 1.198),
        "Damped": (10.237, 1.173),
        "Comb": (10.175, 1.173),
        "Theta": (10.311, 1.232),
    },
    "Weekly": {
        "Naive2": (9.161, 2.777),
        "SeasonalNaive": (9.161, 2.777),
        "SES": (9.012, 2.685),
        "Holt": (9.708, 2.420),
        "Damped": (8.866, 2.404),
        "Comb": (8.944, 2.432),
        "Theta": (9.093, 2.637),
    },
    "Hourly": {
        "Naive2": (18.383, 2.395),
        "SeasonalNaive": (13.912, 1.193),
        "SES": (18.094, 2.385),
        "Holt": (29.249, 9.356),
        "Damped": (19.265, 2.956),
        "Comb": (22.053, 4.582),
        "Theta": (18.138, 2.455),
    },
}
PUBLISHED_MSIS = {
    "ETS": {"Yearly": 34.900, "Quarterly": 9.452, "Weekly": 20.386, "Hourly": 17.487},
    "ARIMA": {"Yearly": 45.007, "Quarterly": 11.059, "Weekly": 19.575, "Hourly": 7.538},
}


def evaluate(model, frame, train, test, m):
    """Return sMAPE, MASE, MSIS, share inside, seconds, number of fallbacks."""
    h = test.shape[1]
    begin = time.perf_counter()
    forecast = model.fit(frame).predict(h, level=95)
    seconds = time.perf_counter() - begin
    name = type(model).__name__
    point, low, high = (
        forecast[f"{name}{key}"].to_numpy().reshape(test.shape) for key in ("", "-lo-95", "-hi-95")
    )
    rows = [
        (metrics.smape(y, f), metrics.mase(y, f, past, m), metrics.msis(y, lo, hi, past, m))
        for past, y, f, lo, hi in zip(train, test, point, low, high, strict=True)
    ]
    inside = metrics.coverage(test, low, high)
    return (*np.mean(rows, axis=0), inside, seconds, len(model.fallbacks_))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(PUBLISHED))
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--every", type=int, default=1, help="take every K-th series")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print(f"tsrnn {tsrnn.__version__}\n")
    print(
        "| set (series) | model | sMAPE | published | MASE | published | MSIS | published "
        "| inside 95 | ms a series | fallbacks |\n|" + "---|" * 11
    )
    for name in arguments.sets:
        _, m, _ = SETS[name]
        frame, train, test = load(Path(arguments.data) / "m4", name)
        chosen = np.arange(0, len(train), arguments.every)
        frame = frame[frame["unique_id"].isin(chosen)]
        train, test = [train[i] for i in chosen], test[chosen]
        for label in arguments.models:
            model = MODELS[label](season_length=m)
            smape, mase, msis, inside, seconds, n_fallbacks = evaluate(model, frame, train, test, m)
            known = [f"{value:.3f}" for value in PUBLISHED[name].get(label, ())] or ["", ""]
            known_msis = PUBLISHED_MSIS.get(label, {}).get(name, "")
            print(
                f"| {name} ({len(train)}) | {label} | {smape:.3f} | {known[0]} | {mase:.3f} "
                f"| {known[1]} | {msis:.2f} | {known_msis} | {inside:.3f} "
                f"| {1000 * seconds / len(train):.1f} | {n_fallbacks} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
