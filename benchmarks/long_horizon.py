"""The default forecaster on ETTh1 at long horizons, by the protocol of the published figures.

    python benchmarks/long_horizon.py --data DIR [--horizons 96 192 336 720] [--every 1]

DIR (default ``$TSRNN_DATA``) holds ett/ETTh1.csv.gz, the original of which is in the repository
zhouhaoyi/ETDataset: seven columns, each a series of its own here. The network learns from the first
12 months; forecasts start from every hour (or every K-th, ``--every K``) of the last four, with all
that came before. Mean squared and absolute error are of values standardised by the first 12 months,
over all seven columns.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
from forecasting_data import load_ett

from tsrnn import RNNForecaster

# MSE of SegRNN (720 steps of input; Lin et al. 2023, arXiv:2308.11200), DLinear, a plain GRU.
PUBLISHED = {
    96: (0.351, 0.381, 1.135),
    192: (0.392, 0.419, 1.123),
    336: (0.423, 0.454, 1.080),
    720: (0.466, 0.499, 1.089),
}


def evaluate(h, table, train_end, test_start, end, every):
    """Return MSE, MAE, processor seconds to fit and per forecast of seven series."""
    begin = time.process_time()
    model = RNNForecaster(h, random_state=0, n_jobs=2).fit(table.iloc[:train_end])
    fitted = time.process_time()
    origins = range(test_start, end - h + 1, every)
    squared = absolute = 0.0
    for origin in origins:
        forecast = model.predict(df=table.iloc[:origin]).to_numpy()
        error = table.iloc[origin : origin + h].to_numpy() - forecast
        squared += np.mean(error**2) / len(origins)
        absolute += np.mean(np.abs(error)) / len(origins)
    done = time.process_time()
    return squared, absolute, fitted - begin, (done - fitted) / len(origins)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--horizons", nargs="+", type=int, default=list(PUBLISHED))
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    ett = load_ett(Path(arguments.data) / "ett" / "ETTh1.csv.gz")
    print("| horizon | MSE | MAE | SegRNN | DLinear | GRU | fit, s | predict, ms |")
    print(f"|{'---|' * 8}")
    scores = []
    for h in arguments.horizons:
        mse, mae, fit, predict = evaluate(h, *ett, arguments.every)
        scores.append(mse)
        rivals = " | ".join(f"{value:.3f}" for value in PUBLISHED.get(h, (np.nan,) * 3))
        row = f"| {h} | {mse:.3f} | {mae:.3f} | {rivals} | {fit:.0f} | {1000 * predict:.1f} |"
        print(row, flush=True)
    print(f"mean MSE {np.mean(scores):.3f}")


if __name__ == "__main__":
    main()
