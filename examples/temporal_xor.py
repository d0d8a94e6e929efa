"""Temporal XOR, from Elman (1990), Finding structure in time: prediction shows what is learnt.

    python examples/temporal_xor.py

In a stream of bits every third one is the exclusive or of the two before; the others are random. A
network that predicts the next bit can be right at every third step only, and its error shows just
that, though nobody told it where the triples begin. Prints the error by the place in the triple.
"""

import argparse

import numpy as np

from tsrnn import RNNRegressor


def make_stream(n_bits, rng):
    """Return `n_bits` bits; those at positions 2, 5, 8, ... are determined by the two before."""
    bits = rng.integers(0, 2, n_bits)
    bits[2::3] = bits[0 : n_bits - 2 : 3] ^ bits[1 : n_bits - 1 : 3]
    return bits


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bits", type=int, default=3000)
    n_bits = parser.parse_args(argv).bits // 3 * 3
    bits = make_stream(n_bits + 1, np.random.default_rng(0)).astype(np.float32)
    x, y = bits[:-1].reshape(1, -1, 1), bits[1:].reshape(1, -1)
    # One long series: the state is carried through it, in parallel streams of it.
    network = RNNRegressor(
        "rnn", (16,), return_sequences=True, bptt_steps=24, batch_size=8, max_iter=200,
        learning_rate_init=0.01, tol=0, random_state=0,
    ).fit(x, y)  # fmt: skip
    error = (network.predict(x) - y)[0] ** 2
    # The bit at position t + 1 is the target of step t.
    by_place = [float(error[(place - 1) % 3 :: 3].mean()) for place in range(3)]
    for place, value in enumerate(by_place):
        kind = "exclusive or of the two before" if place == 2 else "random"
        print(f"bit {place + 1} of 3, {kind}: squared error {value:.3f}")
    return by_place


if __name__ == "__main__":
    main()
