"""What covariates that are known in the future bring: hourly electricity demand and temperature.

    python benchmarks/covariates.py --data DIR [--windows 8]

DIR (default ``$TSRNN_DATA``) holds singles/vic_electricity.csv.gz: half-hourly demand of Victoria
with temperature and holidays, 2012 to 2014, here hourly means of the last year. Each window is a
day (24 hours), a week after the one before; models are fitted once, before the first. The
temperature ahead is the measured one: that of a forecast would bring less.
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
COVARIATES = ["temperature", "holiday"]


def load(path):
    """Return the long frame of the last year."""
    table = pd.read_csv(path)
    # Local time, in which people and holidays live; without the hour that summer time repeats.
    times = pd.to_datetime(table["Time"], utc=True).dt.tz_convert("Australia/Melbourne")
    table = table.assign(
        ds=times.dt.tz_localize(None).dt.floor("h"), holiday=table["Holiday"].astype(float)
    ).rename(columns={"Demand": "y", "Temperature": "temperature"})
    hourly = table.groupby("ds")[["y", *COVARIATES]].mean().asfreq("h").ffill()
    return hourly[-366 * 24 :].reset_index()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--windows", type=int, default=8)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    df = load(Path(arguments.data) / "singles" / "vic_electricity.csv.gz")
    models = {
        "SeasonalNaive (week)": (SeasonalNaive(H, season_length=WEEK), False),
        "LagRegressor": (LagRegressor(h=H), False),
        "LagRegressor, X_df": (LagRegressor(h=H), True),
        "RNNForecaster": (RNNForecaster(H, random_state=0, n_jobs=2), False),
        "RNNForecaster, X_df": (RNNForecaster(H, random_state=0, n_jobs=2), True),
    }
    print("| model | MASE | worst window | processor s |\n|---|---|---|---|")
    for name, (model, sees) in models.items():
        start = time.process_time()
        data = df if sees else df[["ds", "y"]]
        # Without refitting: the model is fitted once, before the first window.
        out = model.cross_validation(data, n_windows=arguments.windows, step_size=WEEK)
        seconds = time.process_time() - start
        y = df.loc[df["ds"] <= out["cutoff"].min(), "y"].to_numpy()
        scale = np.abs(y[H:] - y[:-H]).mean()
        errors = (out["y"] - out[type(model).__name__]).abs().groupby(out["cutoff"]).mean() / scale
        print(f"| {name} | {errors.mean():.3f} | {errors.max():.3f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
