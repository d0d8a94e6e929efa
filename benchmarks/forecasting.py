"""Accuracy of the default forecaster on series of the M4 competition, beside baselines.

    python benchmarks/forecasting.py --data DIR [--sets Hourly Weekly Yearly Quarterly]

DIR (default ``$TSRNN_DATA``) holds a folder m4 with the competition's wide CSV files, gzipped: id,
V1, V2, ..., one row per series, named Hourly-train.csv.gz and Hourly-test.csv.gz; ``-part`` may
follow ``train``. The originals are in the repository Mcompetitions/M4-methods.

OWA is the mean of sMAPE and MASE in units of those of Naive2 (Makridakis, Spiliotis and
Assimakopoulos 2020), each averaged over all series first. "inside" is the share of the held-out
values inside the 80 and 95 % intervals.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

import tsrnn
from tsrnn import RNNForecaster, metrics
from tsrnn.baselines import Naive, SeasonalNaive, Theta
from tsrnn.forecasting.seasonality import Season

# Season length for the models, that of the competition (MASE, Naive2), horizon.
SETS = {
    "Hourly": (24, 24, 48),
    "Weekly": (52, 1, 13),
    "Yearly": (1, 1, 6),
    "Quarterly": (4, 4, 8),
}


def read_wide(path):
    """Return a dict of id -> values of a wide CSV file."""
    table = pd.read_csv(path, index_col=0)
    return {name: row.dropna().to_numpy(float) for name, row in table.iterrows()}


def load(folder, name):
    """Return a long frame of the training series, and the test values (n_series, h)."""
    path = next(folder.glob(f"{name}-train*.csv.gz"))
    train, test = read_wide(path), read_wide(folder / f"{name}-test.csv.gz")
    lengths = [len(y) for y in train.values()]
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(train)), lengths),
            "ds": np.concatenate([np.arange(n) for n in lengths]),
            "y": np.concatenate(list(train.values())),
        }
    )
    return frame, list(train.values()), np.stack([test[key] for key in train])


def naive2(train, h, m):
    """Seasonally adjusted naive forecasts, the competition's yardstick."""
    forecasts = []
    for y in train:
        season = Season.find(y, m)
        last = season.remove(y)[-1]
        forecasts.append(season.restore(np.full(h, last), len(y)))
    return np.stack(forecasts)


def errors(train, test, forecasts, m):
    """Return sMAPE and MASE, averaged over series."""
    rows = [
        (metrics.smape(y, f), metrics.mase(y, f, past, m))
        for past, y, f in zip(train, test, forecasts, strict=True)
    ]
    return np.mean(rows, axis=0)


def evaluate(model, frame, train, test, h, m):
    """Return sMAPE, MASE, shares inside the 80 and 95 % intervals, seconds."""
    begin = time.perf_counter()
    forecast = model.fit(frame).predict(h, level=[80, 95])
    seconds = time.perf_counter() - begin
    name = type(model).__name__
    columns = {
        key: forecast[f"{name}{key}"].to_numpy().reshape(test.shape)
        for key in ("", "-lo-80", "-hi-80", "-lo-95", "-hi-95")
    }
    inside = [
        np.mean((columns[f"-lo-{level}"] <= test) & (test <= columns[f"-hi-{level}"]))
        for level in (80, 95)
    ]
    return (*errors(train, test, columns[""], m), *inside, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print(f"tsrnn {tsrnn.__version__}\n")
    print("| set (series) | model | sMAPE | MASE | OWA | inside 80 | inside 95 | seconds |")
    print("|---|---|---|---|---|---|---|---|")
    for name in arguments.sets:
        season_length, m4_season, h = SETS[name]
        frame, train, test = load(Path(arguments.data) / "m4", name)
        yardstick = errors(train, test, naive2(train, h, m4_season), m4_season)
        models = [
            RNNForecaster(h, season_length=season_length, random_state=0, n_jobs=2),
            Theta(season_length=season_length),
            SeasonalNaive(season_length=m4_season) if m4_season > 1 else Naive(),
        ]
        for model in models:
            smape, mase, low, high, seconds = evaluate(model, frame, train, test, h, m4_season)
            owa = np.mean(np.array([smape, mase]) / yardstick)
            print(
                f"| {name} ({len(train)}) | {type(model).__name__} | {smape:.3f} | {mase:.3f} "
                f"| {owa:.3f} | {low:.3f} | {high:.3f} | {seconds:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
