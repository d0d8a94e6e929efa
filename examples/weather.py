"""A year of weather ahead: sea-surface temperature off Peru, where El Niño comes unannounced.

    python examples/weather.py

Monthly means since 1950, of which the last six years are held out, a year at a time. Prints the
ranking of the network beside "as a year ago", the usual temperature of the month and classical
methods, and how many of the held-out months the 80 % intervals hold.
"""

import numpy as np
import pandas as pd

from tsrnn import RNNForecaster, baselines, compare, datasets

HORIZON, N_WINDOWS = 12, 6


def climatology_error(series):
    """Mean absolute error of the month's mean over all years before the cutoff."""
    errors = []
    for window in range(N_WINDOWS, 0, -1):
        end = len(series) - HORIZON * (window - 1)
        past, future = series.iloc[: end - HORIZON], series.iloc[end - HORIZON : end]
        usual = past.groupby(past.index.month).mean()
        errors.append(np.abs(future.to_numpy() - usual[future.index.month].to_numpy()))
    return float(np.mean(errors))


def main(max_iter="auto"):
    series = datasets.load_sea_surface_temperature()
    model = RNNForecaster(HORIZON, max_iter=max_iter, random_state=0)
    others = [
        baselines.SeasonalNaive(season_length=12),
        baselines.Theta(season_length=12),
        baselines.HoltWinters(season_length=12),
    ]
    ranking = compare(series, [model, *others], HORIZON, N_WINDOWS, ["mae"])
    errors = ranking["mae"].copy()
    errors["mean of the month"] = climatology_error(series)
    for name, error in errors.sort_values().items():
        print(f"{name:>17}: wrong by {error:.2f} °C on average")
    gain = 1 - errors["RNNForecaster"] / errors["SeasonalNaive"]
    print(f"error of the network against SeasonalNaive's: {-gain:+.0%}; best: {errors.idxmin()}")
    found = model.cross_validation(series, n_windows=N_WINDOWS, level=[80])
    actual = series.loc[found.index] if isinstance(found.index, pd.DatetimeIndex) else found["y"]
    name = "RNNForecaster"
    inside = (actual >= found[f"{name}-lo-80"]) & (actual <= found[f"{name}-hi-80"])
    print(f"the 80 % intervals hold {inside.mean():.0%} of the {len(inside)} months")
    return errors, float(inside.mean())


if __name__ == "__main__":
    main()
