"""Run the adding problem of Hochreiter and Schmidhuber (1997), 100 steps long, with each cell.

    python examples/adding_problem.py [--timesteps 100] [--samples 8000] [--plot FILE.png]

Each sequence has two channels: random numbers, and a mark at two of them. The target is the mean of
the two marked numbers, brought to [0, 1]. Guessing its mean gives a squared error of about 0.042;
gated cells learn to do far better, the Elman network does not. Prints each cell's squared error on
new sequences; the plot shows its way there, epoch by epoch.
"""

import argparse
import time

import numpy as np

from tsrnn import RNNRegressor

NAMES = {"rnn": "RNN (Elman)", "lstm": "LSTM", "gru": "GRU"}


def make_sequences(n_samples, n_timesteps, rng):
    """Return X (n_samples, n_timesteps, 2) and y (n_samples,)."""
    X = np.zeros((n_samples, n_timesteps, 2), np.float32)
    X[:, :, 0] = rng.uniform(-1, 1, (n_samples, n_timesteps))
    rows = np.arange(n_samples)
    first = rng.integers(0, n_timesteps // 2, n_samples)
    second = rng.integers(n_timesteps // 2, n_timesteps, n_samples)
    X[rows, first, 1] = X[rows, second, 1] = 1
    return X, 0.5 + (X[rows, first, 0] + X[rows, second, 0]) / 4


def plot(curves, guessing, path):
    """Draw the training error of each cell after each epoch."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for cell, curve in curves.items():
        axes.plot(range(1, len(curve) + 1), curve, marker="o", label=NAMES[cell])
    axes.axhline(guessing, color="grey", linestyle="--", label="guessing the mean")
    axes.set(title="The adding problem", xlabel="epoch", ylabel="mean squared error", yscale="log")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    figure.savefig(path, dpi=100)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--timesteps", type=int, default=100)
    parser.add_argument("--samples", type=int, default=8000)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--plot", metavar="FILE", help="write a picture of the learning curves")
    arguments = parser.parse_args(argv)
    rng = np.random.default_rng(0)
    X, y = make_sequences(arguments.samples, arguments.timesteps, rng)
    X_test, y_test = make_sequences(1000, arguments.timesteps, rng)
    print(f"guessing the mean: squared error {np.var(y_test):.4f}")
    errors, curves = {}, {}
    for cell, name in NAMES.items():
        begin = time.perf_counter()
        model = RNNRegressor(
            cell, learning_rate_init=3e-3, learning_rate="cosine", max_iter=arguments.epochs,
            random_state=0,
        ).fit(X, y)  # fmt: skip
        curves[cell] = model.loss_curve_
        errors[cell] = float(np.mean((model.predict(X_test) - y_test) ** 2))
        seconds = time.perf_counter() - begin
        print(f"{name:>11}: squared error {errors[cell]:.4f} after {seconds:.1f} s")
    if arguments.plot:
        plot(curves, float(np.var(y)), arguments.plot)
    return errors


if __name__ == "__main__":
    main()
