"""Few series at once: the default forecaster on one, four or sixteen of a competition alone.

    python benchmarks/few_series.py --data DIR [--sets "M3 Monthly" ...] [--sizes 1 4 16]

DIR (default ``$TSRNN_DATA``) holds the folders of forecasting.py and other_panels.py. Series are
drawn from a competition and put into groups of a size, each of which is a panel of its own whose
last `h` steps are held out. MASE is in units of the naive forecast of a season before, averaged
over series and groups; "network" is the forecast of the networks alone (``blend=False``), and
"ratio" the MASE of the default by that of ETS, which knows one series at a time as well.
"""

import argparse
import os
from pathlib import Path

import numpy as np
from forecasting import SETS, read
from forecasting_data import long_frame
from other_panels import PANELS

from tsrnn import RNNForecaster, metrics
from tsrnn.baselines import ETS, Theta

_DEFAULT_SETS = ("M1 Monthly", "M1 Quarterly", "M3 Monthly", "M3 Quarterly", "M3 Yearly", "Hourly")
# Groups of each size.
_N_GROUPS = {1: 40, 4: 12, 16: 4}


def drawn(data, name):
    """Return whole series in an order drawn at random, season length and horizon."""
    if name in SETS:
        m, _, h = SETS[name]
        _, train, test = read(data, name)
        series = [np.append(*pair) for pair in zip(train, test, strict=True)]
    else:
        load, m, h, _, _ = PANELS[name]
        series = load(data)
    series = [y for y in series if np.isfinite(y).all() and len(y) >= 3 * h + 3]
    order = np.random.default_rng(5).permutation(len(series))
    return [series[i] for i in order], m, h


def evaluate(models, group, h, m):
    """Return the MASE of each model on a group of series, fitted without the last `h` steps."""
    frame = long_frame([y[:-h] for y in group])
    scores = []
    for model in models:
        forecasts = model.fit(frame).predict(h).iloc[:, -1].to_numpy().reshape(len(group), h)
        pairs = zip(group, forecasts, strict=True)
        scores.append(np.mean([metrics.mase(y[-h:], f, y[:-h], m) for y, f in pairs]))
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    choices = [*SETS, *PANELS]
    parser.add_argument("--sets", nargs="+", default=_DEFAULT_SETS, choices=choices, metavar="SET")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(_N_GROUPS), choices=_N_GROUPS)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the series are")
    print("| set | series at once | groups | RNNForecaster | network | ETS | Theta | ratio |")
    print(f"|{'---|' * 8}")
    for name in arguments.sets:
        series, m, h = drawn(Path(arguments.data), name)
        for size in arguments.sizes:
            starts = range(0, min(len(series), size * _N_GROUPS[size]) - size + 1, size)
            models = [
                RNNForecaster(h, season_length=m, random_state=0, n_jobs=2),
                RNNForecaster(h, season_length=m, random_state=0, n_jobs=2, blend=False),
                ETS(season_length=m),
                Theta(season_length=m),
            ]
            scores = [evaluate(models, series[s : s + size], h, m) for s in starts]
            ours, network, ets, theta = np.mean(scores, axis=0)
            row = f"{ours:.3f} | {network:.3f} | {ets:.3f} | {theta:.3f} | {ours / ets:.3f}"
            print(f"| {name} | {size} | {len(scores)} | {row} |", flush=True)


if __name__ == "__main__":
    main()
