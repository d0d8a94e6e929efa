"""Sequence labelling: recover the phases of a machine from its log, one label per time step.

    python examples/sequence_labelling.py [--plot FILE.png]

A washing machine's log has two channels, current and vibration. Wash and rinse look the same, fill
and drain nearly so: what a reading means depends on what came before and what follows, so the
network reads in both directions. Prints the share of right time steps and the segmental F1 beside
those of a forest that sees the readings around each time step, and one run's segments. A
segment counts as found if it overlaps a true one of its kind by half their union (Lea, Flynn,
Vidal, Reiter and Hager 2017, Temporal convolutional networks for action segmentation and
detection).
"""

import argparse

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from tsrnn import RNNClassifier

# Phase: mean current and vibration, shortest and longest duration in time steps.
PHASES = {
    "fill": (0.30, 0.15, 8, 20),
    "heat": (2.00, 0.20, 15, 50),
    "wash": (0.80, 0.60, 20, 60),
    "drain": (0.40, 0.20, 8, 16),
    "rinse": (0.80, 0.60, 20, 50),
    "spin": (1.20, 1.50, 10, 30),
}
NOISE = 0.25


def make_run(rng):
    """Return the log of a run (n_timesteps, 2), float32, and its phases (n_timesteps,)."""
    program = ["fill", "heat", "wash", "drain"]
    program += ["fill", "rinse", "drain"] * rng.integers(1, 4) + ["spin"]
    lengths = [rng.integers(PHASES[p][2], PHASES[p][3] + 1) for p in program]
    phases = np.repeat(program, lengths)
    levels = np.array([PHASES[p][:2] for p in phases])
    return (levels + rng.normal(0, NOISE, levels.shape)).astype(np.float32), phases


def make_runs(n_runs, rng):
    """Return lists of logs and phases, of unequal length."""
    logs, phases = zip(*(make_run(rng) for _ in range(n_runs)), strict=True)
    return list(logs), list(phases)


def segments(labels):
    """Return the (start, stop, label) of runs of equal labels."""
    edges = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    starts, stops = [0, *edges], [*edges, len(labels)]
    return [(int(a), int(b), str(labels[a])) for a, b in zip(starts, stops, strict=True)]


def segmental_f1(true, predicted, overlap=0.5):
    """Return the F1 of the segments of several sequences of labels."""
    found = total = 0
    for truth, guess in zip(map(segments, true), map(segments, predicted), strict=True):
        total += len(truth) + len(guess)
        left = list(truth)
        for start, stop, label in guess:
            for a, b, name in left:
                shared = min(stop, b) - max(start, a)
                if name == label and shared >= overlap * (max(stop, b) - min(start, a)):
                    found += 1
                    left.remove((a, b, name))
                    break
    return 2 * found / total


def around(log, reach=8):
    """Return each time step's readings and those up to `reach` before and after, as rows."""
    padded = np.pad(log, ((reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    return windows.reshape(len(log), -1)


def fit_network(X, y, max_iter=25):
    return RNNClassifier(
        "gru", (32,), bidirectional=True, return_sequences=True, learning_rate_init=0.01,
        batch_size=8, max_iter=max_iter, random_state=0,
    ).fit(X, y)  # fmt: skip


def fit_forest(X, y):
    forest = ExtraTreesClassifier(100, random_state=0)
    return forest.fit(np.concatenate([around(x) for x in X]), np.concatenate(y))


def plot(log, true, predicted, path):
    """Draw a log with its true phases above and the recovered ones below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(log, linewidth=0.8, label=["current", "vibration"])
    low, high = axes.get_ylim()
    for labels, bottom in ((true, high), (predicted, low - 0.5)):
        for start, stop, name in segments(labels):
            color = f"C{2 + list(PHASES).index(name)}"
            axes.fill_between([start, stop], bottom, bottom + 0.5, color=color)
            axes.text((start + stop) / 2, bottom + 0.25, name, ha="center", va="center", size=7)
    axes.set(xlabel="time step", title="phases: true above, recovered below", xlim=(0, len(log)))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.88), ncols=2)
    figure.savefig(path, dpi=100)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--plot", metavar="FILE", help="write a picture of one run")
    arguments = parser.parse_args(argv)
    rng = np.random.default_rng(0)
    X, y = make_runs(arguments.runs, rng)
    X_test, y_test = make_runs(20, rng)
    network, forest = fit_network(X, y), fit_forest(X, y)
    guesses = {
        "network": network.predict(X_test),
        "forest": [forest.predict(around(x)) for x in X_test],
    }
    results = {}
    for name, guess in guesses.items():
        accuracy = float(np.mean(np.concatenate(guess) == np.concatenate(y_test)))
        results[name] = accuracy, segmental_f1(y_test, guess)
        print(f"{name:>7}: {accuracy:.3f} of the time steps, segmental F1 {results[name][1]:.3f}")
    true, recovered = segments(y_test[0]), segments(guesses["network"][0])
    print("true:     ", ", ".join(f"{name} {a}-{b - 1}" for a, b, name in true))
    print("recovered:", ", ".join(f"{name} {a}-{b - 1}" for a, b, name in recovered))
    if arguments.plot:
        plot(X_test[0], y_test[0], guesses["network"][0], arguments.plot)
    return results


if __name__ == "__main__":
    main()
