"""How many of the held-out values the 80 and 95 % intervals hold, per panel, beside a baseline.

    python benchmarks/interval_coverage.py --data DIR [--panels "M3 Monthly" ...] [--n_series 300]

DIR (default ``$TSRNN_DATA``) holds the folders of forecasting.py, ltsf with
electricity_first6of321_hourly.csv.gz (hourly, one column per client, the first the time) and
singles/AirPassengers.csv.gz. The panels are `n_series` series drawn from each competition, which
hold out their test part; six electricity clients, four weeks by days, fitted once before; and
AirPassengers alone, four windows of 18 months, fitted once and before each. "M3 alone" and "M4
alone" are 40 series with 30 to 150 steps, each fitted on its own. Panels named after their
frequency are those of other_panels.py, 96 steps from twelve origins spread over the last fifth,
fitted once before.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import pandas as pd
from forecasting import SETS, read
from forecasting_data import long_frame
from other_panels import PANELS as FAST

from tsrnn import RNNForecaster, metrics
from tsrnn.baselines import SeasonalNaive, Theta

LEVELS = [80, 95]
_ALONE = {"M3 alone": "M3 Monthly", "M4 alone": "Quarterly"}
_N_ALONE = 40
_FAST = [
    "ETTh1, hours",
    "electricity, hours",
    "bicycles, hours",
    "trail, hours",
    "weather, hours",
    "gefcom temperatures, hours",
    "taxis, half hours",
    "Victoria, half hours",
    "ETTm1, a day",
    "weather, 10 minutes",
]
_FAST_HORIZON, _FAST_WINDOWS = 96, 12


def share_inside(frame, name, truth):
    """Return the share of `truth` inside the intervals of a forecast for each of LEVELS."""
    seen = np.isfinite(truth)
    return [
        metrics.coverage(
            truth[seen],
            frame[f"{name}-lo-{level}"].to_numpy()[seen],
            frame[f"{name}-hi-{level}"].to_numpy()[seen],
        )
        for level in LEVELS
    ]


def drawn(data, name, n_series, shortest=0, longest=np.inf):
    """Return the histories of at most `n_series` series of a competition, and their test values."""
    _, train, test = read(data, name)
    fit = [i for i, y in enumerate(train) if shortest <= len(y) <= longest]
    rows = np.random.default_rng(0).permutation(fit)[:n_series]
    return [train[i] for i in rows], test[rows]


def panel(data, name, model, n_series):
    """Return the shares for a panel that holds out its test part."""
    train, test = drawn(data, name, n_series)
    forecast = model.fit(long_frame(train)).predict(test.shape[1], level=LEVELS)
    return share_inside(forecast, type(model).__name__, test.ravel())


def alone(data, name, model):
    """Return the shares for series that are each fitted on their own."""
    shares = []
    for y, after in zip(*drawn(data, _ALONE[name], _N_ALONE, 30, 150), strict=True):
        forecast = model.fit(pd.Series(y)).predict(len(after), level=LEVELS)
        shares.append(share_inside(forecast, type(model).__name__, after))
    return np.mean(shares, axis=0)


def windows(df, model, **options):
    """Return the shares for the windows of a backtest."""
    out = model.cross_validation(df, level=LEVELS, **options)
    return share_inside(out, type(model).__name__, out["y"].to_numpy())


def fast(data, name, model):
    """Return the shares for windows all over the last fifth of long series."""
    df = pd.DataFrame(dict(enumerate(FAST[name][0](data))))
    step = len(df) // 5 // _FAST_WINDOWS
    return windows(df, model, n_windows=_FAST_WINDOWS, step_size=step)


def electricity(data):
    """Return the clients as a wide frame by the hour."""
    path = data / "ltsf" / "electricity_first6of321_hourly.csv.gz"
    table = pd.read_csv(path, index_col=0)
    return table.set_axis(pd.date_range("2016-07-01 02:00", periods=len(table), freq="h"))


def air_passengers(data):
    """Return the series by month."""
    y = pd.read_csv(data / "singles" / "AirPassengers.csv.gz").iloc[:, -1].to_numpy(float)
    return pd.Series(y, pd.date_range("1949-01", periods=len(y), freq="MS"))


def shares(data, name, model_of, n_series):
    """Return the shares of one panel; `model_of` makes a model of horizon and season length."""
    if name in SETS:
        m, _, h = SETS[name]
        return panel(data, name, model_of(h, m), n_series)
    if name in _ALONE:
        m, _, h = SETS[_ALONE[name]]
        return alone(data, name, model_of(h, m))
    if name in _FAST:
        return fast(data, name, model_of(_FAST_HORIZON, FAST[name][1]))
    if name == "Electricity":
        return windows(electricity(data), model_of(24, 24), n_windows=28)
    options = {"n_windows": 4, "refit": name.endswith("refitted")}
    return windows(air_passengers(data), model_of(18, 12), **options)


PANELS = [*SETS, *_ALONE, *_FAST, "Electricity", "AirPassengers", "AirPassengers refitted"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--panels", nargs="+", default=PANELS, choices=PANELS)
    parser.add_argument("--n_series", type=int, default=300)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    models = [
        lambda h, m: RNNForecaster(h, season_length=m, random_state=0, n_jobs=2),
        lambda h, m: Theta(h, season_length=m),
        lambda h, m: SeasonalNaive(h, season_length=m),
    ]
    head = (
        "panel | inside 80 | inside 95 | Theta 80 | Theta 95 | SeasonalNaive 80 | SeasonalNaive 95"
    )
    print(f"| {head} |\n|{'---|' * 7}")
    for name in arguments.panels:
        found = [shares(Path(arguments.data), name, of, arguments.n_series) for of in models]
        print(f"| {name} |", *(f"{share:.3f} |" for both in found for share in both), flush=True)


if __name__ == "__main__":
    main()
