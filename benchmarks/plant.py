"""Long faults in a simulated chemical plant: what detectors flag, and what is before.

    python benchmarks/plant.py [--seeds 5]

Like the Tennessee Eastman process as it is used to compare detectors (Chiang, Russell and Braatz
2001): 41 sensors, 19 of which are analysers that show a value for two or five rows, and 11 valves
that a controller sets; 500 rows to learn from, and in the 960 rows of each test a fault from row
160 to the end. The plant is a random linear system, another one for each seed. A disturbance steps
(three sizes), drifts or turns to noise, or a valve sticks.

Columns: area under the precision-recall curve of the scores (.83 is chance), shares of the rows of
the fault and of those before it that the default threshold flags, and alarms in 10,000 rows of a
log without faults.
"""

import argparse

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import average_precision_score
from threadpoolctl import threadpool_limits

from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression, MovingEnergy, WindowedOutlier

_N_TRAIN, _N_TEST, _ONSET, _N_CLEAN, _WARM_UP = 500, 960, 160, 2000, 200
_N_SENSORS, _N_VALVES, _N_STATES, _N_DISTURBANCES = 41, 11, 10, 6
# Kind, disturbance or valve, size.
_FAULTS = {
    "step, large": ("step", 0, 2.5),
    "step": ("step", 1, 1.0),
    "step, small": ("step", 5, 0.5),
    "drift": ("drift", 3, 3.0),
    "noise": ("noise", 2, 3.0),
    "sticking valve": ("stick", 4, 0.0),
}
_METHODS = {
    "RNNDetector": lambda: RNNDetector(random_state=0),
    "RNNDetector causal": lambda: RNNDetector(causal=True, random_state=0),
    "AutoRegression": AutoRegression,
    "MovingEnergy": MovingEnergy,
    "IsolationForest": lambda: WindowedOutlier(random_state=0),
    "PCA": lambda: WindowedOutlier(PCA(0.9), random_state=0),
}


class Plant:
    """A stable linear system and its controller, drawn from `rng`."""

    def __init__(self, rng):
        turn = np.linalg.qr(rng.normal(size=(_N_STATES, _N_STATES)))[0]
        self.keep = turn @ np.diag(np.linspace(0.5, 0.97, _N_STATES)) @ turn.T
        self.of_valves = 0.05 * rng.normal(size=(_N_STATES, _N_VALVES))
        self.sensors = rng.normal(size=(_N_SENSORS, _N_STATES))
        self.gains = 0.03 * rng.normal(size=(_N_VALVES, _N_SENSORS))
        self.of_disturbances = 0.15 * rng.normal(size=(_N_STATES, _N_DISTURBANCES))
        self.noise = rng.uniform(0.1, 0.8, _N_SENSORS)

    def run(self, n, rng, fault=None):
        """Return `n` rows of sensors and valves; a `fault` of `_FAULTS` begins at `_ONSET`."""
        kind, place, size = fault or ("none", 0, 0.0)
        state, wanted, stuck = np.zeros(_N_STATES), np.zeros(_N_VALVES), None
        disturbances, rows = np.zeros(_N_DISTURBANCES), []
        for t in range(-_WARM_UP, n):
            disturbances = 0.9 * disturbances + 0.3 * rng.normal(size=_N_DISTURBANCES)
            now, valves = disturbances.copy(), wanted.copy()
            if t >= _ONSET:
                how = {"step": 1.0, "drift": min(1.0, (t - _ONSET) / 300), "noise": rng.normal()}
                now[place] += size * how.get(kind, 0.0)
                if kind == "stick":
                    stuck = valves[place] if stuck is None else stuck
                    valves[place] = stuck
            state = self.keep @ state + self.of_valves @ valves + self.of_disturbances @ now
            state += 0.1 * rng.normal(size=_N_STATES)
            shown = self.sensors @ state + self.noise * rng.normal(size=_N_SENSORS)
            wanted = 0.9 * wanted - 0.1 * self.gains @ shown
            rows.append(np.append(shown, valves + 0.02 * rng.normal(size=_N_VALVES)))
        rows = np.array(rows[_WARM_UP:])
        for first, last, every in ((22, 36, 2), (36, 41, 5)):
            rows[:, first:last] = rows[np.arange(n) // every * every, first:last]
        return rows


def measure(detector, tests, clean):
    """Return a row of figures for each test, (n_tests, 3), and alarms in 10,000 clean rows."""
    truth, figures = np.arange(_N_TEST) >= _ONSET, []
    for rows in tests:
        area = average_precision_score(truth, -detector.score_samples(rows))
        flags = detector.predict(rows) == -1
        figures.append((area, flags[truth].mean(), flags[~truth].mean()))
    return np.array(figures), 10_000 * len(detector.detect(clean)) / len(clean)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    found = {method: [] for method in _METHODS}
    for seed in range(parser.parse_args().seeds):
        rng = np.random.default_rng(seed)
        plant = Plant(rng)
        train = plant.run(_N_TRAIN, rng)
        tests = [plant.run(_N_TEST, rng, fault) for fault in _FAULTS.values()]
        clean = plant.run(_N_CLEAN, rng)
        for method, make in _METHODS.items():
            found[method].append(measure(make().fit(train), tests, clean))
    print(f"| area / flagged / flagged before | {' | '.join(_FAULTS)} | alarms, clean |")
    print("|---" * (len(_FAULTS) + 2) + "|")
    for method, pairs in found.items():
        means = np.mean([figures for figures, _ in pairs], axis=0)
        cells = [" / ".join(f"{figure:.2f}" for figure in figures) for figures in means]
        alarms = np.mean([alarms for _, alarms in pairs])
        print(f"| {method} | {' | '.join(cells)} | {alarms:.1f} |")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
