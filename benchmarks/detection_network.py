"""Where the recurrent part of the detector pays: logs whose dynamics no linear forecast holds.

    python benchmarks/detection_network.py [--seeds 3]

Synthetic logs, 6,000 clean rows to learn from and 6,000 with six anomalies of 80 rows, in each of
which the law that the channels obey changes while their range stays. VUS-PR at window 80 of the
forecast with the network, of the linear forecast alone (`AutoRegression`, the same smoothing), and
of the whole detector; and how much of the linear forecast's squared error the network takes away.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import tsrnn
from tsrnn import RNNDetector, metrics
from tsrnn.baselines import AutoRegression

ROWS, LONG, N_EVENTS, WINDOW = 6_000, 80, 6, 80


def walk(draw, n, keep):
    """Stationary noise of unit deviation that keeps the share `keep` from row to row."""
    values, shocks = np.zeros(n), draw.normal(size=n) * np.sqrt(1 - keep**2)
    for i in range(1, n):
        values[i] = keep * values[i - 1] + shocks[i]
    return values


def linear(draw, n, odd):
    """A channel that follows two others; odd: it follows one of them with the other sign."""
    a, b = walk(draw, n, 0.95), walk(draw, n, 0.95)
    c = a + np.where(odd, -b, b) + 0.2 * draw.normal(size=n)
    return np.column_stack((a, b, np.r_[0, c[:-1]]))


def regimes(draw, n, odd):
    """Two regimes, told by the sign of the last value: it decays or turns (SETAR); odd: swapped."""
    values = np.zeros(n)
    for i in range(1, n):
        decays = (values[i - 1] > 0) != odd[i]
        values[i] = (0.9 if decays else -0.9) * values[i - 1] + 0.3 * draw.normal()
    return values[:, None]


def product(draw, n, odd):
    """A channel that is the product of two others; odd: their quotient's sign, same size."""
    a, b = walk(draw, n, 0.97), walk(draw, n, 0.97)
    c = np.where(odd, -a * b, a * b) + 0.1 * draw.normal(size=n)
    return np.column_stack((a, b, np.r_[0, c[:-1]]))


def chaos(draw, n, odd):
    """The logistic map with noise in the reading; odd: the map runs with another parameter."""
    values, state = np.zeros(n), 0.3
    for i in range(n):
        state = (3.7 if odd[i] else 3.9) * state * (1 - state)
        values[i] = state
    return (values + 0.02 * draw.normal(size=n))[:, None]


def oscillator(draw, n, odd):
    """Van der Pol's oscillator, whose swing is not a sine, in steps of .1; odd: another damping."""
    x, v, values = 1.0, 0.0, np.zeros((n, 2))
    for i in range(n):
        damping = 1.0 if odd[i] else 3.0
        for _ in range(10):
            x, v = x + 0.02 * v, v + 0.02 * (damping * (1 - x * x) * v - x)
        values[i] = x, v
    return values + 0.05 * draw.normal(size=values.shape)


def switched(draw, n, odd):
    """A tank whose outflow depends on a valve: its level falls or fills; odd: the valve sticks."""
    valve = np.repeat(draw.integers(0, 2, n // 40 + 1), 40)[:n].astype(float)
    inflow, level = 1 + 0.5 * walk(draw, n, 0.9), np.zeros(n)
    for i in range(1, n):
        opened = 0.5 if odd[i] else valve[i - 1]
        level[i] = level[i - 1] + 0.1 * (inflow[i - 1] - 0.4 * opened * level[i - 1] - 0.3)
        level[i] += 0.02 * draw.normal()
    return np.column_stack((level, inflow, valve))


LOGS = [linear, regimes, product, chaos, oscillator, switched]


def make(log, seed):
    """Clean rows to learn from, rows with anomalies, and their labels."""
    draw = np.random.default_rng(seed)
    labels = np.zeros(2 * ROWS, bool)
    places = ROWS + (np.arange(N_EVENTS) + 0.2 + 0.5 * draw.random(N_EVENTS)) * ROWS / N_EVENTS
    for start in places.astype(int):
        labels[start : start + LONG] = True
    values = log(draw, 2 * ROWS, labels)
    return values[:ROWS], values[ROWS:], labels[ROWS:]


def gain(train, test, labels):
    """Share of the linear forecast's squared error on usual rows that the network takes away."""
    found = []
    for model in (RNNDetector("forecast", random_state=0), AutoRegression()):
        table = model.fit(train).scores(test)
        expected = table.filter(regex="_expected$").to_numpy()
        scored = ~np.isnan(expected).all(axis=0)
        errors = (test - expected)[~labels][:, scored] / train.std(axis=0)[scored]
        found.append(np.nanmean(errors**2))
    return 1 - found[0] / found[1]


METHODS = {
    "forecast": lambda: RNNDetector("forecast", random_state=0),
    "AutoRegression": AutoRegression,
    "RNNDetector": lambda: RNNDetector(random_state=0),
    "forecast causal": lambda: RNNDetector("forecast", causal=True, random_state=0),
    "AutoRegression causal": lambda: AutoRegression(causal=True),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    print(f"tsrnn {tsrnn.__version__}, mean of {seeds} logs each\n")
    print(f"| log | {' | '.join(METHODS)} | error less |")
    print("|---" * (len(METHODS) + 2) + "|")
    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        for log in LOGS:
            rows = []
            for seed in range(seeds):
                train, test, labels = make(log, seed)
                row = {
                    name: metrics.vus_pr(
                        labels, make_model().fit(train).scores(test)["score"].to_numpy(), WINDOW
                    )
                    for name, make_model in METHODS.items()
                }
                rows.append(row | {"gain": gain(train, test, labels)})
            means = pd.DataFrame(rows).mean()
            cells = [f"{means[name]:.3f}" for name in METHODS] + [f"{means['gain']:.0%}"]
            print(f"| {log.__name__} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
