"""Classify sequences of unequal length: the figure that a pen draws, from its moves.

    python examples/variable_length.py [--plot FILE.png]

A drawing is the list of the pen's moves (dx, dy), 20 to 80 of them, in any size and direction, with
a shaking hand. `RNNClassifier` takes a list of arrays as they are: nothing is cut or padded. Prints
the accuracy on new drawings beside a random forest's on the moves' means, deviations and number.
"""

import argparse

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from tsrnn import RNNClassifier

CORNERS = {
    "triangle": [(0, 0), (1, 0), (0.5, 0.9), (0, 0)],
    "square": [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)],
    "zigzag": [(0, 0), (0.3, 0.6), (0.5, 0), (0.8, 0.6), (1, 0)],
}
ANGLE = np.linspace(0, 2 * np.pi, 100)
CURVES = {
    "circle": np.stack([np.cos(ANGLE), np.sin(ANGLE)], axis=1),
    "eight": np.stack([np.sin(ANGLE), np.sin(2 * ANGLE) / 2], axis=1),
}
FIGURES = CORNERS | CURVES


def draw(figure, rng):
    """Return the pen's moves (n_timesteps, 2), float32."""
    points = np.asarray(FIGURES[figure], float)
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    n_moves = rng.integers(20, 81)
    # Where the pen is after each move; it does not go at a steady pace.
    at = np.cumsum(np.concatenate([[0], rng.uniform(0.5, 1.5, n_moves)]))
    at *= way[-1] / at[-1]
    pen = np.stack([np.interp(at, way, axis) for axis in points.T], axis=1)
    turn = rng.uniform(0, 2 * np.pi)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    pen = rng.uniform(0.5, 2) * pen @ rotation + rng.normal(0, 0.02, pen.shape)
    return np.diff(pen, axis=0).astype(np.float32)


def make_drawings(n_samples, rng):
    """Return X, a list of arrays of moves, and y, the figures' names."""
    y = rng.choice(list(FIGURES), n_samples)
    return [draw(figure, rng) for figure in y], y


def summaries(X):
    """Return what is left of a sequence when its order is forgotten, (n_samples, 5)."""
    return np.array([[*x.mean(axis=0), *x.std(axis=0), len(x)] for x in X])


def plot(X, named, path):
    """Draw the first drawing of each figure and what it was taken for."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 2.6), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(FIGURES)), FIGURES, strict=True):
        pen = np.cumsum(X[list(named).index(name)], axis=0)
        axes.plot(*pen.T, marker=".", linewidth=1)
        axes.set(title=f"{name}, {len(pen)} moves", aspect="equal", xticks=[], yticks=[])
    figure.savefig(path, dpi=100)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=600)
    parser.add_argument("--plot", metavar="FILE", help="write a picture of five drawings")
    arguments = parser.parse_args(argv)
    rng = np.random.default_rng(0)
    X, y = make_drawings(arguments.samples, rng)
    X_test, y_test = make_drawings(300, rng)
    # Steps of a pen are small numbers; a network likes them near one.
    scale = np.std(np.concatenate(X))
    network = RNNClassifier(
        "gru", (48,), learning_rate_init=0.005, max_iter=30, random_state=0
    ).fit([x / scale for x in X], y)
    predicted = network.predict([x / scale for x in X_test])
    accuracy = float(np.mean(predicted == y_test))
    forest = RandomForestClassifier(300, random_state=0).fit(summaries(X), y)
    forest_accuracy = forest.score(summaries(X_test), y_test)
    print(f"{len(X_test)} new drawings of {len(FIGURES)} figures: "
          f"network {accuracy:.3f}, forest on summaries {forest_accuracy:.3f}")  # fmt: skip
    for name in FIGURES:
        right = predicted[y_test == name] == name
        print(f"{name:>9}: {right.mean():.3f} of {len(right)}")
    if arguments.plot:
        plot(X_test, y_test, arguments.plot)
    return accuracy, forest_accuracy


if __name__ == "__main__":
    main()
