"""Does it learn? Classification of archive sets beside PyTorch networks and random forests.

    python benchmarks/classification.py --data DIR [--sets JapaneseVowels ...] [--seeds 5]

DIR (default ``$TSRNN_DATA``) holds a folder classification with the UCR/UEA archive's files, such
as JapaneseVowels_TRAIN.ts.gz; the originals are at timeseriesclassification.com. The archive's
split is used, and `RNNClassifier` with all defaults but cell, size and direction, the same two
networks for every set. Channels are standardised with the training set's mean and deviation.
PLAID, currents that range over six decades, is read as arcsinh(100 x), 25 values a time step.

The PyTorch network has the same shape and is trained alike: Adam, the same rate, batches, clipping,
passes and rule for stopping. The forests have 500 trees, on mean, deviation, minimum, maximum,
first and last value, mean absolute change and length, or on all values where lengths are equal,
of the series as they are in the files. Figures are means and standard deviations over seeds,
seconds are those of the processor, on one thread. Without PyTorch its columns are empty.

Last comes sequence labelling on the synthetic log of examples/sequence_labelling.py: the phases of
50 runs of a machine, learnt from 60.
"""

import argparse
import gzip
import os
import runpy
import time
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import tsrnn
from tsrnn import RNNClassifier

try:
    import torch
except ImportError:
    torch = None

SETS = ("JapaneseVowels", "BasicMotions", "GunPoint", "ItalyPowerDemand", "PLAID")
# Cell, layers, both directions.
NETWORKS = (("gru", (64,), False), ("lstm", (64,), True))
PLAID_FRAME = 25
LABELLING = Path(__file__).parent.parent / "examples" / "sequence_labelling.py"


def read_ts(path):
    """Return X, a list of (n_timesteps_i, n_channels) arrays, and y of a .ts.gz file."""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        rows = file.read().partition("@data")[2].split()
    X, y = [], []
    for row in rows:
        *channels, label = row.split(":")
        values = np.array([channel.split(",") for channel in channels], np.float32)
        X.append(np.ascontiguousarray(values.T))
        y.append(label)
    return X, np.array(y)


def prepare(X, X_test, name):
    """Return training and test sequences as a network likes them."""
    if name == "PLAID":
        X, X_test = ([np.arcsinh(100 * x) for x in part] for part in (X, X_test))
    values = np.concatenate(X)
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    X, X_test = ([(x - mean) / deviation for x in part] for part in (X, X_test))
    if name == "PLAID":
        X, X_test = ([frames(x, PLAID_FRAME) for x in part] for part in (X, X_test))
    return X, X_test


def frames(x, size):
    """Return a series of one channel, a frame of `size` values a time step, the latest whole."""
    return x[len(x) % size :].reshape(-1, size)


class PyTorch:
    """The network and the training of `RNNClassifier`'s defaults, as PyTorch's tutorials do it."""

    def __init__(self, cell, sizes, bidirectional, seed):
        self.kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
        self.size, self.bidirectional, self.seed = sizes[0], bidirectional, seed
        self.n_layers = len(sizes)

    def fit(self, X, y):
        torch.manual_seed(self.seed)
        self.classes, codes = np.unique(y, return_inverse=True)
        X, codes = [torch.from_numpy(x) for x in X], torch.from_numpy(codes)
        self.rnn = self.kind(
            X[0].shape[1], self.size, self.n_layers, bidirectional=self.bidirectional
        )
        self.head = torch.nn.Linear(self.size * (1 + self.bidirectional), len(self.classes))
        parameters = [*self.rnn.parameters(), *self.head.parameters()]
        solver = torch.optim.Adam(parameters, lr=1e-3)
        best, waited = np.inf, 0
        for _ in range(100):
            total = 0.0
            for rows in torch.randperm(len(X)).split(32):
                solver.zero_grad()
                output = self.forward([X[i] for i in rows])
                loss = torch.nn.functional.cross_entropy(output, codes[rows])
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                solver.step()
                total += loss.item() * len(rows)
            waited = 0 if total / len(X) < best - 1e-4 else waited + 1
            best = min(best, total / len(X))
            if waited >= 10:
                break
        return self

    def forward(self, X):
        packed = torch.nn.utils.rnn.pack_sequence(X, enforce_sorted=False)
        last = self.rnn(packed)[1]
        last = last[0] if isinstance(last, tuple) else last
        return self.head(torch.cat(list(last[-1 - self.bidirectional :]), dim=1))

    def score(self, X, y):
        with torch.no_grad():
            output = self.forward([torch.from_numpy(x) for x in X])
        return float(np.mean(self.classes[output.argmax(dim=1).numpy()] == y))


def summary_features(X):
    """Return what a forest sees of each sequence, (n_samples, 7 * n_channels + 1)."""
    return np.array([_summary(x) for x in X])


def _summary(x):
    change = np.abs(np.diff(x, axis=0)).mean(0)
    return np.concatenate([x.mean(0), x.std(0), x.min(0), x.max(0), x[0], x[-1], change, [len(x)]])


def flat(X):
    """Return sequences of equal length as rows."""
    return np.reshape(X, (len(X), -1))


def trial(make, seeds, train, test):
    """Return "mean ± deviation" of the accuracy over seeds, and a fit's mean processor seconds."""
    scores, seconds = [], []
    for seed in range(seeds):
        begin = time.process_time()
        model = make(seed).fit(*train)
        seconds.append(time.process_time() - begin)
        scores.append(model.score(*test))
    return spread(scores), f"{np.mean(seconds):.1f}"


def spread(scores):
    return f"{np.mean(scores):.3f} ± {np.std(scores):.3f}"


def forest(seed):
    return RandomForestClassifier(500, random_state=seed)


def compare(folder, name, seeds):
    X, y = read_ts(folder / f"{name}_TRAIN.ts.gz")
    X_test, y_test = read_ts(folder / f"{name}_TEST.ts.gz")
    lengths = [len(x) for x in X + X_test]
    forests = [
        trial(forest, seeds, (summary_features(X), y), (summary_features(X_test), y_test))[0],
        trial(forest, seeds, (flat(X), y), (flat(X_test), y_test))[0]
        if min(lengths) == max(lengths)
        else "",
    ]
    X, X_test = prepare(X, X_test, name)
    lengths = [len(x) for x in X + X_test]
    both = f"{min(lengths)}-{max(lengths)}" if min(lengths) < max(lengths) else lengths[0]
    for cell, sizes, bidirectional in NETWORKS:
        ours = trial(
            lambda seed: RNNClassifier(cell, sizes, bidirectional=bidirectional, random_state=seed),  # noqa: B023
            seeds, (X, y), (X_test, y_test),
        )  # fmt: skip
        theirs = ("", "")
        if torch is not None:
            theirs = trial(
                lambda seed: PyTorch(cell, sizes, bidirectional, seed),  # noqa: B023
                seeds, (X, y), (X_test, y_test),
            )  # fmt: skip
        network = f"{cell} {'+'.join(map(str, sizes))}{', both ways' if bidirectional else ''}"
        print(
            f"| {name} ({len(X)} / {len(X_test)}) | {both} x {X[0].shape[1]} "
            f"| {len(np.unique(y))} | {network} | **{ours[0]}** | {theirs[0]} | {forests[0]} "
            f"| {forests[1]} | {ours[1]} | {theirs[1]} |",
            flush=True,
        )


def compare_labelling(seeds):
    example = runpy.run_path(str(LABELLING))
    scores = {"network": [], "forest": []}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        X, y = example["make_runs"](60, rng)
        X_test, y_test = example["make_runs"](50, rng)
        network = RNNClassifier(
            "gru", (64,), bidirectional=True, return_sequences=True, random_state=seed
        ).fit(X, y)
        forest = example["fit_forest"](X, y)
        guesses = {
            "network": network.predict(X_test),
            "forest": [forest.predict(example["around"](x)) for x in X_test],
        }
        for name, guess in guesses.items():
            right = np.concatenate(guess) == np.concatenate(y_test)
            scores[name].append((right.mean(), example["segmental_f1"](y_test, guess)))
    print("\n| labelling | time steps right | segmental F1 |\n|---|---|---|")
    for name, title in (("network", "tsrnn, gru 64, both ways"), ("forest", "forest, 17 readings")):
        accuracy, f1 = zip(*scores[name], strict=True)
        print(f"| {title} | {spread(accuracy)} | {spread(f1)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("TSRNN_DATA"))
    parser.add_argument("--sets", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data DIR or the variable TSRNN_DATA must say where the sets are")
    theirs = "not installed" if torch is None else torch.__version__
    print(f"tsrnn {tsrnn.__version__}, PyTorch {theirs}\n")
    if torch is not None:
        torch.set_num_threads(1)
    print(
        "| set (training / test) | steps x channels | classes | network | tsrnn | PyTorch "
        "| forest, summary | forest, values | tsrnn, s | PyTorch, s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in arguments.sets:
        compare(Path(arguments.data) / "classification", name, arguments.seeds)
    compare_labelling(arguments.seeds)


if __name__ == "__main__":
    main()
