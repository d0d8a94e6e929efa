"""Does it learn? `WindowedRegressor` on windows, a network beside gradient boosting.

    python benchmarks/regression.py --data DIR [--sets taylor ETTh1] [--seeds 2]

DIR (default ``$TSRNN_DATA``) holds two series. singles/taylor.csv.gz: twelve weeks of half-hourly
electricity demand in England and Wales (`taylor` in the R package forecast), eight to train and
four to test. ett/ETTh1.csv.gz: hours of a transformer's six loads and oil temperature (repository
zhouhaoyi/ETDataset), the first 12 months to train, the next 4 skipped, the 4 after to test, as
usual for this set; the test months are colder than most of the training months.

From the last 48 rows of all columns, the last column 1 and 24 rows ahead. Columns are standardised
with the training rows. Both regressors get the same windows and learn the change from the last
value seen, standardised; both have all defaults but the network's cell and size. "as now" predicts
no change. Errors are in units of the column's deviation.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

import tsrnn
from tsrnn import RNNRegressor, WindowedRegressor

WINDOW, WEEK, MONTH = 48, 7 * 48, 30 * 24
# File, rows to train on, rows to test on.
SETS = {
    "taylor": ("singles/taylor.csv.gz", slice(0, 8 * WEEK), slice(8 * WEEK, 12 * WEEK)),
    "ETTh1": ("ett/ETTh1.csv.gz", slice(0, 12 * MONTH), slice(16 * MONTH, 20 * MONTH)),
}
REGRESSORS = {
    "GRU of 32 units": lambda seed: RNNRegressor("gru", (32,), random_state=seed),
    "gradient boosting": lambda seed: HistGradientBoostingRegressor(random_state=seed),
}


def load(path, train):
    """Return the standardised columns, float32, the target last."""
    table = pd.read_csv(path).select_dtypes("number").to_numpy()
    mean, deviation = table[train].mean(axis=0), table[train].std(axis=0)
    return ((table - mean) / deviation).astype(np.float32)


def compare(folder, name, horizon, seeds):
    path, train, test = SETS[name]
    X = load(folder / path, train)
    change = np.zeros(len(X), np.float32)
    change[horizon:] = X[horizon:, -1] - X[:-horizon, -1]
    scale = change[train].std()
    # The rows before those to test on fill the first windows.
    context = WINDOW + horizon - 1
    rows = slice(test.start - context, test.stop)
    actual = change[test]
    print(f"| {name} | {horizon} | as now | {np.sqrt(np.mean(actual**2)):.4f} "
          f"| {np.abs(actual).mean():.4f} | |")  # fmt: skip
    for regressor, make in REGRESSORS.items():
        errors, seconds = [], []
        for seed in range(seeds):
            begin = time.process_time()
            model = WindowedRegressor(make(seed), window=WINDOW, horizon=horizon)
            model.fit(X[train], change[train] / scale)
            seconds.append(time.process_time() - begin)
            errors.append(actual - scale * model.predict(X[rows])[context:])
        rmse = np.sqrt(np.mean(np.square(errors), axis=1))
        mae = np.mean(np.abs(errors), axis=1)
        print(
            f"| {name} | {horizon} | {regressor} | {rmse.mean():.4f} ± {rmse.std():.4f} "
            f"| {mae.mean():.4f} ± {mae.std():.4f} | {np.mean(seconds):.1f} |",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--horizons", nargs="+", type=int, default=[1, 24])
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print(f"tsrnn {tsrnn.__version__}\n")
    print("| series | rows ahead | regressor | RMSE | MAE | processor seconds |")
    print("|---|---|---|---|---|---|")
    for name in arguments.sets:
        for horizon in arguments.horizons:
            compare(Path(arguments.data), name, horizon, arguments.seeds)


if __name__ == "__main__":
    main()
