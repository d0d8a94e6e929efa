"""Prices that are random walks: why no model beats "as today", and how a bad check hides it.

    python examples/random_walks.py

Eight made-up stocks whose daily returns are independent, so that the best forecast is known: the
price of today. Prints the ranking of a network beside the naive forecast over held-out windows, the
error that no model can get below, and the two checks that fool people: R² of the level, which is
high for any forecast near today's price, and what is left of it in the changes.
"""

import numpy as np
import pandas as pd

from tsrnn import RNNForecaster, baselines, compare

HORIZON, N_WINDOWS = 5, 12
VOLATILITY = 0.01  # standard deviation of a day's change of the logarithm


def make_stocks(n_stocks=8, n_days=300, seed=0):
    """Return a long frame of log prices: unique_id, ds (business days), y."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2022-01-03", periods=n_days)
    logs = np.log(100) + rng.normal(0, VOLATILITY, (n_stocks, n_days)).cumsum(axis=1)
    parts = [
        pd.DataFrame({"unique_id": f"stock {i}", "ds": days, "y": values})
        for i, values in enumerate(logs)
    ]
    return pd.concat(parts, ignore_index=True)


def least_error():
    """Mean absolute error of the best forecast there is: today's price, 1 to HORIZON days on."""
    days = np.arange(1, HORIZON + 1)
    return float(np.mean(VOLATILITY * np.sqrt(days) * np.sqrt(2 / np.pi)))


def r_squared(actual, predicted):
    return 1 - np.sum((actual - predicted) ** 2) / np.sum((actual - actual.mean()) ** 2)


def main(max_iter=10):
    stocks = make_stocks()
    # By default the network is blended with naive forecasts and may stand aside: here it is alone.
    network = RNNForecaster(
        HORIZON, n_models=1, max_iter=max_iter, blend=False, random_state=0, alias="network"
    )
    ranking = compare(
        stocks, [network, baselines.Naive(), baselines.Drift(), baselines.SES()],
        HORIZON, N_WINDOWS, ["mae"],
    )  # fmt: skip
    for name, error in ranking["mae"].items():
        print(f"{name:>15}: mean absolute error {100 * error:.2f} %")
    print(f"the best there can be: about {100 * least_error():.2f} % (chance apart)")
    found = network.cross_validation(stocks, n_windows=N_WINDOWS)
    today = stocks.set_index(["unique_id", "ds"])["y"]
    today = today.loc[list(zip(found["unique_id"], found["cutoff"], strict=True))].to_numpy()
    actual, predicted = found["y"].to_numpy(), found["network"].to_numpy()
    level = r_squared(actual, predicted)
    change = r_squared(actual - today, predicted - today)
    print(f"R² of the price: {level:.2f}, which looks like skill; of its change: {change:.2f}, "
          "and none is there")  # fmt: skip
    return ranking, level, change


if __name__ == "__main__":
    main()
