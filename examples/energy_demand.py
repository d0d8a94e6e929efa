"""Energy demand that follows the temperature: a covariate known ahead, from the weather forecast.

    python examples/energy_demand.py

Six weeks of a made-up city's hourly demand: the hours of the day, working days and weekends, and
heating below 16 °C. The next two days are forecast with the temperature of these days (in practice
a weather forecast's, here exact, so a bound) and without. Prints both errors beside those of "as a
week ago", over the last six days.
"""

import numpy as np
import pandas as pd

from tsrnn import RNNForecaster

HORIZON = 48


def make_city(n_days=42, seed=0):
    """Return a frame by hour: demand (MW) and temperature (°C); weather fronts last for days."""
    rng = np.random.default_rng(seed)
    hours = pd.date_range("2023-10-02", periods=24 * n_days, freq="h", name="ds")
    fronts = np.zeros(len(hours))
    for i in range(1, len(hours)):
        fronts[i] = 0.985 * fronts[i - 1] + rng.normal(0, 0.75)
    temperature = 10 + fronts - 3 * np.cos(2 * np.pi * (hours.hour - 3) / 24)
    day = 60 + 25 * np.sin(2 * np.pi * (hours.hour - 9) / 24) * (hours.day_of_week < 5)
    heating = 3.0 * np.maximum(0, 16 - temperature)
    demand = 100 + day + heating + rng.normal(0, 3, len(hours))
    return pd.DataFrame(
        {"unique_id": "city", "ds": hours, "y": demand, "temperature": np.asarray(temperature)}
    )


def main(max_iter=10, n_windows=3):
    city = make_city()
    errors = {"with temperature": [], "without": [], "as a week ago": []}
    settings = {"max_iter": max_iter, "freq": "h", "n_models": 1, "random_state": 0}
    first = len(city) - n_windows * HORIZON
    for start in range(first, len(city), HORIZON):
        past, future = city.iloc[:start], city.iloc[start : start + HORIZON]
        actual = future["y"].to_numpy()
        if start == first:
            informed = RNNForecaster(HORIZON, **settings).fit(past)
            blind = RNNForecaster(HORIZON, **settings).fit(past.drop(columns="temperature"))
        else:
            # The weights stay, the state moves on.
            informed.update(city.iloc[start - HORIZON : start])
            blind.update(city.iloc[start - HORIZON : start].drop(columns="temperature"))
        answers = {
            "with temperature": informed.predict(X_df=future.drop(columns="y")),
            "without": blind.predict(),
        }
        for name, answer in answers.items():
            errors[name].append(np.abs(actual - answer["RNNForecaster"].to_numpy()).mean())
        week_ago = city["y"].iloc[start - 168 : start - 168 + HORIZON].to_numpy()
        errors["as a week ago"].append(np.abs(actual - week_ago).mean())
    errors = {name: float(np.mean(values)) for name, values in errors.items()}
    for name, error in sorted(errors.items(), key=lambda item: item[1]):
        print(f"{name:>16}: wrong by {error:.1f} MW on average (demand {city['y'].mean():.0f} MW)")
    best = min(errors["without"], errors["as a week ago"])
    print(
        f"knowing the temperature changes the error by {errors['with temperature'] / best - 1:+.0%}"
    )
    return errors


if __name__ == "__main__":
    main()
