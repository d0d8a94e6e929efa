"""The default forecaster on panels that its defaults were not chosen on, beside simple baselines.

    python benchmarks/other_panels.py --data DIR [--panels "M1 Yearly" ...] [--seeds 0 1]

DIR (default ``$TSRNN_DATA``) holds folders of public series: m1 and m4 (competitions; Mcomp and
M4-methods), gefcom2012 (tscompdata), ett (ETDataset), ltsf (electricity, weather, exchange rates
and illness, as long-horizon papers use them), intermittent-and-small (expsmooth), nab (NAB) and
singles (examples of skforecast and darts). Large panels are thinned to some 300 series. What is
forecast are the last `h` steps of every series, and of few long series those after earlier cutoffs
too; models are fitted once, before the first.

MASE is in units of the naive forecast of a season before, OWA in those of Naive2, both averaged
over series and cutoffs. "ratio" is the network's MASE by that of the best baseline. Seconds are
those of a clock.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import pandas as pd
from forecasting_data import long_frame, read_wide

from tsrnn import RNNForecaster
from tsrnn.baselines import ETS, Comb, Naive2, SeasonalNaive, Theta
from tsrnn.forecasting import compare

_N_SERIES = 300


def competition(folder, name):
    """Return all of each series, those for testing behind those for training."""

    def load(data):
        train = read_wide(next((data / folder).glob(f"{name}-train*.csv.gz")))
        test = next((data / folder).glob(f"{name}-test.csv.gz"), None)
        test = read_wide(test) if test else {}
        keys = list(train)[:: max(1, len(train) // _N_SERIES)]
        return [np.append(train[key], test.get(key, [])) for key in keys]

    return load


def columns(path, *, names=None, every=1, **options):
    """Return columns of numbers of a CSV file, means of `every` steps."""

    def load(data):
        table = pd.read_csv(data / path, **options)
        table = table[names] if names else table.select_dtypes("number")
        values = table.to_numpy(float)[: len(table) // every * every]
        return list(values.reshape(-1, every, values.shape[1]).mean(axis=1).T)

    return load


def rows(path, *, m=None, info=None):
    """Return the rows of a wide file, those of frequency `m` if `info` says the frequencies."""

    def load(data):
        series = read_wide(data / path)
        keys = list(series)
        if m:
            frequency = pd.read_csv(data / info, index_col=0)["frequency"]
            keys = [key for key in keys if frequency[key] == m]
        return [series[key] for key in keys[:: max(1, len(keys) // _N_SERIES)]]

    return load


def tourism(data):
    """Return nights away by region, state and purpose."""
    table = pd.read_csv(data / "singles" / "australia_tourism.csv.gz")
    groups = table.groupby(["Region", "State", "Purpose"], sort=False)
    return [group["Trips"].to_numpy() for _, group in groups]


def cloud(data):
    """Return those logs of servers in NAB that are about two weeks of 5 minutes."""
    paths = sorted((data / "nab" / "realAWSCloudwatch").glob("*.csv.gz"))
    logs = [pd.read_csv(path)["value"].to_numpy(float) for path in paths]
    return [y for y in logs if len(y) > 4000]


_SMALL = "intermittent-and-small/expsmooth-singles"
# Series, season length, horizon, cutoffs, steps between them.
PANELS = {
    "M1 Yearly": (competition("m1", "Yearly"), 1, 6, 1, 1),
    "M1 Quarterly": (competition("m1", "Quarterly"), 4, 8, 1, 1),
    "M1 Monthly": (competition("m1", "Monthly"), 12, 18, 1, 1),
    "M4 Monthly": (competition("m4", "Monthly"), 12, 18, 1, 1),
    "tourism, quarters": (tourism, 4, 8, 2, 4),
    "small, quarters": (rows(f"{_SMALL}.csv.gz", m=4, info=f"{_SMALL}-info.csv.gz"), 4, 8, 4, 4),
    "small, months": (rows(f"{_SMALL}.csv.gz", m=12, info=f"{_SMALL}-info.csv.gz"), 12, 18, 4, 6),
    "car parts, months": (rows("intermittent-and-small/carparts.csv.gz"), 12, 6, 1, 1),
    "illness, weeks": (columns("ltsf/national_illness_weekly.csv.gz"), 52, 24, 6, 26),
    "exchange rates, days": (columns("ltsf/exchange_rate.csv.gz", header=None), 5, 30, 8, 30),
    "wikipedia, days": (columns("singles/wikipedia_visits.csv.gz"), 7, 28, 8, 28),
    "bicimad, days": (columns("singles/bicimad_users.csv.gz"), 7, 28, 8, 28),
    "temperatures, days": (columns("singles/temps.csv.gz"), 7, 28, 8, 28),
    "gefcom loads, hours": (columns("gefcom2012/load-hourly.csv.gz", index_col=0), 24, 48, 8, 100),
    "gefcom temperatures, hours": (
        columns("gefcom2012/temperature-hourly.csv.gz", index_col=0), 24, 48, 8, 100,
    ),
    "electricity, hours": (
        columns("ltsf/electricity_first6of321_hourly.csv.gz"), 24, 48, 8, 100,
    ),
    "ETTh1, hours": (columns("ett/ETTh1.csv.gz"), 24, 48, 8, 100),
    "bicycles, hours": (
        columns("singles/bike_sharing_dataset_clean.csv.gz", names=["users"]), 24, 48, 8, 100,
    ),
    "trail, hours": (columns("singles/seattle_trail_hourly.csv.gz"), 24, 48, 8, 100),
    "weather, hours": (columns("ltsf/weather_jena_10min.csv.gz", every=6), 24, 48, 8, 100),
    "taxis, half hours": (columns("nab/realKnownCause/nyc_taxi.csv.gz"), 48, 48, 8, 100),
    "Victoria, half hours": (
        columns("singles/vic_electricity.csv.gz", names=["Demand"]), 48, 96, 8, 200,
    ),
    "taylor, half hours": (columns("singles/taylor.csv.gz"), 48, 48, 8, 100),
    "ETTm1, quarter hours": (columns("ett/ETTm1.csv.gz"), 96, 48, 8, 200),
    "ETTm1, a day": (columns("ett/ETTm1.csv.gz"), 96, 96, 8, 200),
    "weather, 10 minutes": (columns("ltsf/weather_jena_10min.csv.gz"), 144, 72, 8, 200),
    "cloud, 5 minutes": (cloud, 288, 48, 4, 100),
}  # fmt: skip


def models_for(m, h, seeds):
    """Return the models by name."""
    models = {
        f"RNNForecaster {seed}": RNNForecaster(h, season_length=m, random_state=seed, n_jobs=2)
        for seed in seeds
    }
    models["Naive2"] = Naive2(season_length=m)
    models["SeasonalNaive"] = SeasonalNaive(season_length=m)
    if m % 24 == 0:
        models["SeasonalNaive, week"] = SeasonalNaive(season_length=7 * m)
    models["Theta"] = Theta(season_length=m)
    if m <= 12:
        # They take minutes on long series.
        models["ETS"] = ETS(season_length=m)
        models["Comb"] = Comb(season_length=m)
    return models


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--panels", nargs="+", default=list(PANELS), choices=list(PANELS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print(f"| panel (series) | model | MASE | OWA | ratio | fit, s |\n|{'---|' * 6}")
    for name in arguments.panels:
        load, m, h, n_windows, step = PANELS[name]
        series = load(Path(arguments.data))
        series = [y for y in series if len(y) >= h + (n_windows - 1) * step + 3]
        models = models_for(m, h, arguments.seeds)
        table = compare(
            long_frame(series), models, h, n_windows, ["mase", "owa"],
            step_size=step, season_length=m,
        )  # fmt: skip
        best = table["mase"].drop([key for key in models if key.startswith("RNN")]).min()
        for model, row in table.loc[list(models)].iterrows():
            print(
                f"| {name} ({len(series)}) | {model} | {row['mase']:.3f} | {row['owa']:.3f} "
                f"| {row['mase'] / best:.3f} | {row['fit_seconds']:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
