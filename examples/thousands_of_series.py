"""Two thousand short series and one network for all of them.

    python examples/thousands_of_series.py [--series N]

Three years of monthly sales of many made-up shops: each is too short to learn a network from, but
they have seasons and growth in common. Prints errors (MASE: 1 is as wrong as "as a year ago" in
the past) and times beside those of baselines that treat every shop on its own.
"""

import argparse

import numpy as np
import pandas as pd

from tsrnn import RNNForecaster, baselines, compare

HORIZON = 6


def make_shops(n_shops, n_months=36, seed=0):
    """Return a long frame: shops with one of three seasons, their own size, growth and noise."""
    rng = np.random.default_rng(seed)
    month = np.arange(n_months)
    kinds = rng.integers(3, size=n_shops)
    peaks = np.array([0, 5, 10])[kinds]
    season = 0.3 * np.cos(2 * np.pi * (month - peaks[:, None]) / 12)
    growth = rng.normal(0.005, 0.01, (n_shops, 1)) * month
    size = rng.lognormal(6, 1, (n_shops, 1))
    sales = size * np.exp(season + growth + rng.normal(0, 0.15, (n_shops, n_months)))
    dates = pd.date_range("2021-01-01", periods=n_months, freq="MS")
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"shop {i}" for i in range(n_shops)], n_months),
            "ds": np.tile(dates, n_shops),
            "y": sales.ravel(),
        }
    )


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--series", type=int, default=2000, metavar="N")
    arguments = parser.parse_args(argv)
    shops = make_shops(arguments.series)
    models = [
        RNNForecaster(HORIZON, random_state=0),
        baselines.SeasonalNaive(season_length=12),
        baselines.Naive(),
        baselines.SES(season_length=12),
    ]
    ranking = compare(shops, models, HORIZON, 1, ["mase"], season_length=12)
    for name, row in ranking.iterrows():
        seconds = row["fit_seconds"] + row["predict_seconds"]
        print(f"{name:>13}: MASE {row['mase']:.2f}, {seconds:.1f} s")
    gain = 1 - ranking.loc["RNNForecaster", "mase"] / ranking.loc["SeasonalNaive", "mase"]
    print(f"one network for {arguments.series:,} shops: error {gain:.0%} below SeasonalNaive's")
    return ranking


if __name__ == "__main__":
    main()
