"""The products of `products` in plain NumPy: what runs without compilation, and their test."""

import numpy as np

from tsrnn.kernels.simd import n_lanes


def pack(b):
    """See `products.pack`."""
    lanes = n_lanes(b)
    n_panels = -(-b.shape[1] // lanes)
    padded = np.zeros((b.shape[0], n_panels * lanes), b.dtype)
    padded[:, : b.shape[1]] = b
    return np.ascontiguousarray(padded.reshape(-1, n_panels, lanes).transpose(1, 0, 2))


def pack_transposed(b):
    """See `products.pack_transposed`."""
    return pack(b.T)


def accumulate_packed(a, panels, out):
    """See `products.accumulate_packed`."""
    b = panels.transpose(1, 0, 2).reshape(a.shape[1], -1)
    out += a @ b[:, : out.shape[1]]


def accumulate_outer(a, b, out):
    """See `products.accumulate_outer`."""
    out += a.T @ b
