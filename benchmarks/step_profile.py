"""Where the time of a training step goes: kernels, Python between them, and the processor's limit.

    python benchmarks/step_profile.py [--sizes 16 32 64]

For the steps of `speed.py`, one thread, float32, medians in microseconds: the three kernels of a
layer, the whole step by `RNNRegressor.fit`, and the least that the matrix products alone could take
at the speed of NumPy's product of two large float32 matrices in the same run (the rival here).
"""

import argparse
import time

import numpy as np
from speed import GATES, N_FEATURES, SHAPES, Ours, flops, peak

from tsrnn.cells import CELLS
from tsrnn.network.layer import layer_forward, layer_shapes
from tsrnn.network.packed import pack_layer
from tsrnn.network.workspace import Workspace


def median_of(repetitions, call):
    times = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return np.median(times) * 1e6


def kernel_times(name, n_units, n_timesteps, n_rows, repetitions=200):
    """Microseconds of forward, backward and both (backward is measured with a forward before)."""
    rng, cell = np.random.default_rng(0), CELLS[name]
    shapes = layer_shapes(cell, N_FEATURES, n_units).values()
    packed = pack_layer(cell, [rng.normal(0, 0.2, s).astype("f4") for s in shapes], turned=True)
    x = rng.normal(size=(n_timesteps, n_rows, N_FEATURES)).astype("f4")
    lengths, workspace = np.full(n_rows, n_timesteps), Workspace()
    d_output = np.empty((0, n_rows, n_units), "f4")

    def forward():
        return layer_forward(cell, packed, x, lengths, False, None, workspace)

    def both():
        _, d_state, tape = forward()
        cell.backward(
            tape.gates, packed.weight_hh_turned, lengths, False, tape.states, tape.cache,
            d_output, d_state,
        )  # fmt: skip

    both()
    once, twice = median_of(repetitions, forward), median_of(repetitions, both)
    return once, twice - once


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[16, 32, 64], choices=list(SHAPES))
    sizes = parser.parse_args().sizes
    single = peak()
    print(f"One thread's peak (float32 `np.dot`): {single:.0f} GFLOP/s\n")
    print("| cell, units | products at peak | forward | backward | gradients and all else | step |")
    print("|---|---|---|---|---|---|")
    for cell in GATES:
        for n_units in sizes:
            n_timesteps, n_rows = SHAPES[n_units]
            least = flops(cell, n_units, n_timesteps, n_rows) / single / 1e3
            forward, backward = kernel_times(cell, n_units, n_timesteps, n_rows)
            n_batches, n_passes = 32, 4
            ours = Ours(cell, n_units, n_timesteps, n_rows, n_batches, n_passes, 1)
            step = median_of(7, ours.train) / (n_batches * n_passes)
            rest = step - forward - backward
            print(
                f"| {cell} {n_units} | {least:.0f} | {forward:.0f} | {backward:.0f} "
                f"| {rest:.0f} | {step:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
