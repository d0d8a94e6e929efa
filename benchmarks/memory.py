"""One series of a million steps: peak memory above the data, and steps per second.

    python benchmarks/memory.py [--steps 1000000]

Truncated back-propagation over chunks of 64 steps in 32 parallel streams, 4 channels, GRU of 32
units; PyTorch, where it is installed, does the same. Each runs in a process of its own, and a tenth
of the length is run too: memory must not grow with the length.
"""

import argparse
import subprocess
import sys

PREPARE = """
import resource, time
import numpy as np
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
n, k, streams = {n}, 64, 32
rng = np.random.default_rng(0)
"""
OURS = (
    PREPARE
    + """
from tsrnn import RNNRegressor
def fit(n):
    X = np.zeros((1, n, 4), np.float32)
    for start in range(0, n, 65536):
        block = X[0, start : start + 65536]
        block[:] = rng.standard_normal(block.shape, np.float32)
    y = np.zeros((1, n, 1), np.float32)
    y[0, 1:, 0] = X[0, :-1, 0]
    before = peak()
    begin = time.perf_counter()
    RNNRegressor(return_sequences=True, bptt_steps=k, batch_size=streams, max_iter=1).fit(X, y)
    return time.perf_counter() - begin, before
fit(k * streams * 2)
seconds, before = fit(n)
print(n / seconds, peak() - before)
"""
)
THEIRS = (
    PREPARE
    + """
import torch
def fit(n):
    X = torch.randn(n, 4)
    y = torch.roll(X[:, :1], 1, 0)
    before = peak()
    begin = time.perf_counter()
    rnn, head = torch.nn.GRU(4, 32), torch.nn.Linear(32, 1)
    parameters = [*rnn.parameters(), *head.parameters()]
    solver = torch.optim.Adam(parameters)
    length = n // streams
    x = X[: length * streams].view(streams, length, 4).transpose(0, 1)
    target = y[: length * streams].view(streams, length, 1).transpose(0, 1)
    h = torch.zeros(1, streams, 32)
    for start in range(0, length, k):
        solver.zero_grad()
        output, h = rnn(x[start : start + k].contiguous(), h.detach())
        loss = torch.nn.functional.mse_loss(head(output), target[start : start + k])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        solver.step()
    return time.perf_counter() - begin, before
fit(k * streams * 2)
seconds, before = fit(n)
print(n / seconds, peak() - before)
"""
)


def run(code, n):
    """Return (steps per second, peak MiB above the data) of a process."""
    done = subprocess.run(
        [sys.executable, "-c", code.replace("{n}", str(n))], capture_output=True, text=True
    )
    return tuple(map(float, done.stdout.split())) if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    n = parser.parse_args().steps
    for name, code in (("tsrnn", OURS), ("PyTorch", THEIRS)):
        for length in (n // 10, n):
            result = run(code, length)
            if result is None:
                print(f"{name}: not installed, or failed")
                break
            print(f"{name}, {length:,} steps: {result[0]:,.0f} steps/s, "
                  f"peak {result[1]:.0f} MiB above the data")  # fmt: skip


if __name__ == "__main__":
    main()
