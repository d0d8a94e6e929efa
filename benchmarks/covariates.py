"""What covariates that are known in the future bring: electricity demand and hired bicycles.

    python benchmarks/covariates.py --data DIR [--windows 8]

DIR (default ``$TSRNN_DATA``) holds singles/vic_electricity.csv.gz, half-hourly demand of Victoria
with temperature and holidays, here hourly means of a year that ends in 2014 and of one that ends in
2013, and singles/bike_sharing_dataset_clean.csv.gz, bicycles hired in an hour, with weather and
holidays. Each window is a day (24 hours), a week after the one before; models are fitted once,
before the first. The weather ahead is the measured one: that of a forecast would bring less.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tsrnn import RNNForecaster
from tsrnn.baselines import LagRegressor, SeasonalNaive

H, WEEK = 24, 7 * 24
N_HOURS = 366 * 24


def electricity(folder, until):
    """Return the long frame of the year up to `until`."""
    table = pd.read_csv(folder / "vic_electricity.csv.gz")
    # Local time, in which people and holidays live; without the hour that summer time repeats.
    times = pd.to_datetime(table["Time"], utc=True).dt.tz_convert("Australia/Melbourne")
    table = table.assign(
        ds=times.dt.tz_localize(None).dt.floor("h"), holiday=table["Holiday"].astype(float)
    ).rename(columns={"Demand": "y", "Temperature": "temperature"})
    hourly = table.groupby("ds")[["y", "temperature", "holiday"]].mean().asfreq("h").ffill()
    return hourly[:until][-N_HOURS:].reset_index()


def bicycles(folder):
    """Return the long frame of the last year."""
    table = pd.read_csv(folder / "bike_sharing_dataset_clean.csv.gz", parse_dates=["date_time"])
    table = table.rename(columns={"date_time": "ds", "users": "y"})
    columns = ["ds", "y", "holiday", "workingday", "weather", "temp", "hum", "windspeed"]
    return table[columns][-N_HOURS:].reset_index(drop=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--windows", type=int, default=8)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    folder = Path(arguments.data) / "singles"
    frames = {
        "electricity, until 2014": electricity(folder, "2014"),
        "electricity, until 2013": electricity(folder, "2013-11-30"),
        "bicycles": bicycles(folder),
    }
    print("| series | model | MASE | worst window | processor s |\n|---|---|---|---|---|")
    for name, df in frames.items():
        rank(name, df, arguments.windows)


def rank(series, df, n_windows):
    """Print the rows of one series."""
    models = {
        "SeasonalNaive (week)": (SeasonalNaive(H, season_length=WEEK), False),
        "LagRegressor": (LagRegressor(h=H), False),
        "LagRegressor, X_df": (LagRegressor(h=H), True),
        "RNNForecaster": (RNNForecaster(H, random_state=0, n_jobs=2), False),
        "RNNForecaster, X_df": (RNNForecaster(H, random_state=0, n_jobs=2), True),
    }
    for name, (model, sees) in models.items():
        start = time.process_time()
        data = df if sees else df[["ds", "y"]]
        # Without refitting: the model is fitted once, before the first window.
        out = model.cross_validation(data, n_windows=n_windows, step_size=WEEK)
        seconds = time.process_time() - start
        y = df.loc[df["ds"] <= out["cutoff"].min(), "y"].to_numpy()
        scale = np.abs(y[H:] - y[:-H]).mean()
        errors = (out["y"] - out[type(model).__name__]).abs().groupby(out["cutoff"]).mean() / scale
        row = [series, name, f"{errors.mean():.3f}", f"{errors.max():.3f}", f"{seconds:.1f}"]
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
