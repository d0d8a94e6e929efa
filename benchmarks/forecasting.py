"""Accuracy of the default forecaster on the M4, M3 and NN5 competitions, beside baselines.

    python benchmarks/forecasting.py --data DIR [--sets Hourly Weekly ...] [--seeds 0 1 2]

DIR (default ``$TSRNN_DATA``) holds folders m4 and m3 with the competitions' wide CSV files,
gzipped: id, V1, V2, ..., one row per series, named Hourly-train.csv.gz and Hourly-test.csv.gz
(``-part`` may follow ``train``), and nn5/nn5-daily.csv.gz with the last 56 days of each row for
testing. The originals are in the repositories Mcompetitions/M4-methods and robjhyndman/Mcomp, and
in the R package tscompdata.

OWA is the mean of sMAPE and MASE in units of those of Naive2 (Makridakis, Spiliotis and
Assimakopoulos 2020), each averaged over all series first. "inside" is the share of the held-out
values inside the 80 and 95 % intervals. Seconds are processor time, which other users of a machine
change less than what a clock shows; two threads halve it at best. "M3 all" is the mean sMAPE over
all points, as published. On Hourly and Weekly the LSTM of neuralforecast runs too, where that
library is installed; it takes minutes.
"""

import argparse
import json
import os
import time
from pathlib import Path

import neural_rival
import numpy as np
from forecasting_data import load, load_nn5

import tsrnn
from tsrnn import RNNForecaster, metrics
from tsrnn.baselines import ETS, Naive, SeasonalNaive, Theta
from tsrnn.forecasting.seasonality import Season, interpolate

# Season length for the models, that of the competition (MASE, Naive2), horizon.
SETS = {
    "Hourly": (24, 24, 48),
    "Weekly": (52, 1, 13),
    "Yearly": (1, 1, 6),
    "Quarterly": (4, 4, 8),
    "M3 Yearly": (1, 1, 6),
    "M3 Quarterly": (4, 4, 8),
    "M3 Monthly": (12, 12, 18),
    "M3 Other": (1, 1, 8),
    "NN5": (7, 7, 56),
}


def read(data, name):
    """Return a long frame of the training series, a list of them, and the test values."""
    if name == "NN5":
        return load_nn5(data / "nn5")
    return load(data / "m3", name.split()[1]) if name.startswith("M3") else load(data / "m4", name)


def naive2(train, h, m):
    """Seasonally adjusted naive forecasts, the competition's yardstick."""
    forecasts = []
    for y in train:
        season = Season.find(y, m)
        last = interpolate(season.remove(y))[-1]
        forecasts.append(season.restore(np.full(h, last), len(y)))
    return np.stack(forecasts)


def errors(train, test, forecasts, m):
    """Return sMAPE and MASE, averaged over series; missing values do not count."""
    rows = []
    for past, y, f in zip(train, test, forecasts, strict=True):
        seen = np.isfinite(y)
        rows.append((metrics.smape(y[seen], f[seen]), metrics.mase(y[seen], f[seen], past, m)))
    return np.mean(rows, axis=0)


def evaluate(model, frame, train, test, h, m):
    """Return sMAPE, MASE, shares inside the 80 and 95 % intervals, processor seconds."""
    begin = time.process_time()
    model.fit(frame)
    fitted = time.process_time()
    forecast = model.predict(h, level=[80, 95])
    done = time.process_time()
    name = type(model).__name__
    columns = {
        key: forecast[f"{name}{key}"].to_numpy().reshape(test.shape)
        for key in ("", "-lo-80", "-hi-80", "-lo-95", "-hi-95")
        if f"{name}{key}" in forecast
    }
    if len(columns) == 1:
        return (*errors(train, test, columns[""], m), *2 * [np.nan], fitted - begin, done - fitted)
    seen = np.isfinite(test)
    inside = [
        np.mean(((columns[f"-lo-{level}"] <= test) & (test <= columns[f"-hi-{level}"]))[seen])
        for level in (80, 95)
    ]
    return (*errors(train, test, columns[""], m), *inside, fitted - begin, done - fitted)


def models_for(name, seeds, parameters):
    """Return the models to compare: ours for each seed, and what it should beat."""
    season_length, m4_season, h = SETS[name]
    models = [
        RNNForecaster(h, season_length=season_length, random_state=s, n_jobs=2, **parameters)
        for s in seeds
    ]
    if parameters:
        # The rivals are beside the defaults already.
        return models
    models.append(Theta(season_length=season_length))
    if name in ("Quarterly", "NN5"):
        models.append(ETS(season_length=season_length))
    models.append(SeasonalNaive(season_length=m4_season) if m4_season > 1 else Naive())
    if name in ("Hourly", "Weekly") and neural_rival.is_installed():
        models.append(neural_rival.NeuralforecastLSTM(h))
    return models


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument(
        "--parameters",
        type=json.loads,
        default={},
        help="""of RNNForecaster, in place of its defaults: '{"residual": true}'; without rivals""",
    )
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print(f"tsrnn {tsrnn.__version__}\n")
    head = "set (series) | model | sMAPE | MASE | OWA | inside 80 | inside 95 | fit, s | predict, s"
    print(f"| {head} |\n|{'---|' * 9}")
    m3 = {}
    for name in arguments.sets:
        _, m4_season, h = SETS[name]
        frame, train, test = read(Path(arguments.data), name)
        yardstick = errors(train, test, naive2(train, h, m4_season), m4_season)
        for model in models_for(name, arguments.seeds, arguments.parameters):
            smape, mase, low, high, fit, predict = evaluate(model, frame, train, test, h, m4_season)
            owa = np.mean(np.array([smape, mase]) / yardstick)
            title = type(model).__name__
            print(
                f"| {name} ({len(train)}) | {title} | {smape:.3f} | {mase:.3f} | {owa:.3f} "
                f"| {low:.3f} | {high:.3f} | {fit:.1f} | {predict:.1f} |",
                flush=True,
            )
            if name.startswith("M3"):
                title += f", seed {model.random_state}" if hasattr(model, "random_state") else ""
                m3.setdefault(title, []).append((smape, test.size))
    for title, groups in m3.items():
        if len(groups) == 4:
            values, sizes = zip(*groups, strict=True)
            print(f"M3 all, sMAPE of {title}: {np.average(values, weights=sizes):.3f}")


if __name__ == "__main__":
    main()
