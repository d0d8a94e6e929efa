"""Training and prediction beside PyTorch on the same CPU, in one run, taking turns.

    python benchmarks/speed.py [--quick] [--cells lstm gru rnn] [--sizes 16 32 64 128 256]

A training step is: gather a batch, forward, loss, backward, clip the gradient, Adam; ours through
`RNNRegressor.fit`, passes over a few batches, PyTorch's as its tutorials write it. Both in float32,
PyTorch with the better of one and two threads. Times are medians of the repetitions. Needs PyTorch
(``pip install 'tsrnn[bench]'``).
"""

import argparse
import platform
import time

import numpy as np
import torch
from threadpoolctl import threadpool_limits

import tsrnn
from tsrnn import RNNRegressor
from tsrnn.network import Network

# Units -> (time steps, rows of a batch).
SHAPES = {16: (48, 32), 32: (48, 32), 64: (48, 32), 128: (96, 64), 256: (96, 128)}
N_FEATURES = 4
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
TORCH = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


class Ours:
    """Passes of `RNNRegressor` over a few batches."""

    def __init__(self, cell, n_units, n_timesteps, n_rows, n_batches, n_passes, n_jobs):
        rng = np.random.default_rng(0)
        self.X = rng.normal(size=(n_rows * n_batches, n_timesteps, N_FEATURES)).astype("float32")
        self.y = rng.normal(size=len(self.X)).astype("float32")
        self.model = RNNRegressor(
            cell, (n_units,), batch_size=n_rows, max_iter=n_passes, warm_start=True, n_jobs=n_jobs,
            random_state=0,
        ).fit(self.X, self.y)  # fmt: skip

    def train(self):
        self.model.fit(self.X, self.y)

    def predict(self):
        self.model.predict(self.X)


class PyTorch:
    """The same in PyTorch."""

    def __init__(self, cell, n_units, n_timesteps, n_rows, n_batches, n_passes, n_threads):
        torch.manual_seed(0)
        self.n_rows, self.n_passes, self.n_threads = n_rows, n_passes, n_threads
        self.X = torch.randn(n_rows * n_batches, n_timesteps, N_FEATURES)
        self.y = torch.randn(len(self.X), 1)
        self.rnn = TORCH[cell](N_FEATURES, n_units, batch_first=True)
        self.head = torch.nn.Linear(n_units, 1)
        self.parameters = [*self.rnn.parameters(), *self.head.parameters()]
        self.solver = torch.optim.Adam(self.parameters)
        self.train()

    def train(self):
        torch.set_num_threads(self.n_threads)
        orders = [torch.randperm(len(self.X)) for _ in range(self.n_passes)]
        for rows in [rows for order in orders for rows in order.split(self.n_rows)]:
            self.solver.zero_grad()
            output = self.head(self.rnn(self.X[rows])[0][:, -1])
            torch.nn.functional.mse_loss(output, self.y[rows]).backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.solver.step()

    def predict(self):
        torch.set_num_threads(self.n_threads)
        with torch.no_grad():
            self.head(self.rnn(self.X)[0][:, -1])


def medians(contestants, method, repetitions):
    """Run all in turn, several times; return the median seconds of each."""
    times = {name: [] for name in contestants}
    for _ in range(repetitions):
        for name, contestant in contestants.items():
            begin = time.perf_counter()
            getattr(contestant, method)()
            times[name].append(time.perf_counter() - begin)
    return {name: float(np.median(seconds)) for name, seconds in times.items()}


def peak(size=1024):
    """Largest GFLOP/s of one thread in a float32 product."""
    a = np.ones((size, size), np.float32)
    with threadpool_limits(1):
        best = min(_timed(lambda: a @ a) for _ in range(10))
    return 2 * size**3 / best / 1e9


def flops(cell, n_units, n_timesteps, n_rows):
    """Multiplications and additions of a training step: three products for each one forward."""
    rows = GATES[cell] * n_units * (n_units + N_FEATURES)
    return 3 * 2 * rows * n_timesteps * n_rows


def compare_training(cells, sizes, repetitions):
    single = peak()
    print(f"\nOne thread's peak (float32 `np.dot`): {single:.0f} GFLOP/s\n")
    print(
        "| cell, units (steps x rows) | training: tsrnn 1 / 2 threads, ms | PyTorch 1 / 2, ms "
        "| times faster | 2 threads / 1 | share of peak | prediction: times faster |"
    )
    print("|---|---|---|---|---|---|---|")
    for cell in cells:
        for n_units in sizes:
            n_timesteps, n_rows = SHAPES[n_units]
            # `fit` checks its data once for all passes.
            n_batches, n_passes = (32, 4) if n_units < 128 else (4, 1)
            shape = (cell, n_units, n_timesteps, n_rows, n_batches, n_passes)
            contestants = {f"ours{n}": Ours(*shape, n) for n in (1, 2)}
            contestants |= {f"torch{n}": PyTorch(*shape, n) for n in (1, 2)}
            t = medians(contestants, "train", repetitions)
            p = medians(contestants, "predict", repetitions)
            t = {name: seconds / (n_batches * n_passes) for name, seconds in t.items()}
            best = min(t["ours1"], t["ours2"])
            faster = min(t["torch1"], t["torch2"]) / best
            predicts = min(p["torch1"], p["torch2"]) / min(p["ours1"], p["ours2"])
            share = flops(*shape[:4]) / t["ours1"] / 1e9 / single
            print(
                f"| {cell} {n_units} ({n_timesteps} x {n_rows}) "
                f"| {t['ours1'] * 1e3:.2f} / {t['ours2'] * 1e3:.2f} "
                f"| {t['torch1'] * 1e3:.2f} / {t['torch2'] * 1e3:.2f} "
                f"| **{faster:.1f}** | {t['ours1'] / t['ours2']:.2f} | {share:.0%} "
                f"| **{predicts:.1f}** |",
                flush=True,
            )


def compare_step(repetitions):
    network = Network(8, (64,), 8, cell="gru")
    theta = network.initial_theta(np.random.default_rng(0))
    x = np.ones((1, 8), np.float32)
    packed = network.pack(theta)
    state = network.step(packed, x)[1]
    torch.set_num_threads(1)
    cell, head = torch.nn.GRUCell(8, 64), torch.nn.Linear(64, 8)
    tx, hidden = torch.ones(1, 8), torch.zeros(1, 64)

    def theirs():
        with torch.no_grad():
            head(cell(tx, hidden))

    ours = np.median([_timed(lambda: network.step(packed, x, state)) for _ in range(repetitions)])
    other = np.median([_timed(theirs) for _ in range(repetitions)])
    print("\nOne row, one step of a GRU of 64 units and its head: "
          f"tsrnn {ours * 1e6:.1f} us, PyTorch {other * 1e6:.1f} us")  # fmt: skip


def compare_denormals():
    """A state that decays for 10,000 steps into denormals, beside one that does not."""
    print("\nA state decaying to zero for 10,000 steps, time beside a steady one:")
    for cell in GATES:
        times = []
        for start in (1e-30, 1.0):
            network = Network(1, (32,), 1, cell=cell)
            theta = network.initial_theta(np.random.default_rng(0)) * np.float32(0.5)
            x = np.zeros((10_000, 1, 1), np.float32)
            x += np.float32(0 if start < 1 else 1)
            state = [s * 0 + np.float32(start) for s in network.forward(theta, x[:1])[1]]
            runs = [_timed(lambda x=x, s=state, n=network, t=theta: n.forward(t, x, state=s))
                    for _ in range(7)]  # fmt: skip
            times.append(np.median(runs))
        print(f"  {cell}: {times[0] / times[1]:.2f}")


def _timed(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def processor():
    """Name of the processor, as far as the system tells."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, a minute")
    parser.add_argument("--cells", nargs="+", default=list(GATES), choices=list(GATES))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SHAPES), choices=list(SHAPES))
    arguments = parser.parse_args()
    sizes = [n for n in arguments.sizes if n <= 64] if arguments.quick else arguments.sizes
    print(f"tsrnn {tsrnn.__version__}, PyTorch {torch.__version__}, NumPy {np.__version__}, "
          f"Python {platform.python_version()}, {processor()}")  # fmt: skip
    compare_training(arguments.cells, sizes, 5 if arguments.quick else 9)
    compare_step(300 if arguments.quick else 2000)
    compare_denormals()


if __name__ == "__main__":
    main()
