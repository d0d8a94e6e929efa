"""The matrix products that recurrent layers are made of.

The right factor is packed once per batch into panels one vector wide, so that the inner loop reads
memory in order; what sticks out of the last panel is padded inside it, never in the caller's
arrays. Each output row is computed from its own input row alone and always in the same order, so a
sequence gets the same bits whatever batch it is in.
"""

import numba
import numpy as np

from tsrnn._jit import kernel
from tsrnn.kernels.simd import load, n_lanes, store, whole_lanes, zeros
from tsrnn.kernels.tiles import WIDE, dot_rows, dot_rows_wide

# Rows of a block whose panel stays in the first-level cache.
_BLOCK = 256
# Python's integers are types of their own to Numba: tiles would be compiled for each anew.
_FIRST, _NEXT = np.intp(0), np.intp(1)


@kernel
def n_panels(array, n_columns):
    """Return how many vectors of the dtype of `array` cover `n_columns`."""
    return (n_columns + n_lanes(array) - 1) // n_lanes(array)


@kernel
def fill_panels(b, panels):
    """Copy b.T, b (m, k), to **panels** (m / lanes rounded up, k, lanes), zero before."""
    lanes = panels.shape[2]
    for p in range(panels.shape[0]):
        width = min(lanes, b.shape[0] - p * lanes)
        for j in range(width):
            for k in range(b.shape[1]):
                panels[p, k, j] = b[p * lanes + j, k]


@kernel
def accumulate_packed(a, panels, out):
    """``out += a @ b``: a (n, k), panels of b (k, m), **out** (n, m)."""
    (n, size), width, lanes = a.shape, out.shape[1], panels.shape[2]
    left, right, whole_out = a.reshape(-1), panels.reshape(-1), out.reshape(-1)
    part_out = whole_out
    if width % lanes:
        part_out = np.empty(n * lanes, out.dtype)
    in_pairs = 0
    if WIDE:
        in_pairs = width // (2 * lanes) * 2
        for p in range(0, in_pairs, 2):
            dot_rows_wide(
                n, left, _FIRST, size, _NEXT, right, p * size * lanes, size * lanes, lanes, size,
                whole_out, p * lanes, width,
            )  # fmt: skip
    for p in range(in_pairs, panels.shape[0]):
        columns = min(lanes, width - p * lanes)
        # What sticks out is computed aside. One call for both keeps compilation short.
        target, at, row = whole_out, p * lanes, width
        if columns < lanes:
            target, at, row = part_out, 0, lanes
            part_out[:] = 0
        dot_rows(
            n, left, _FIRST, size, _NEXT, right, p * size * lanes, lanes, size, target, at, row
        )
        if columns < lanes:
            for i in range(n):
                for j in range(columns):
                    out[i, p * lanes + j] += part_out[i * lanes + j]


@kernel
def accumulate_outer(a, b, out):
    """``out += a.T @ b``: a (n, k), b (n, m), **out** (k, m)."""
    turn = b.shape[1] < n_lanes(b) <= a.shape[1]
    left, right, target = a, b, out
    if turn:
        # Fill the vectors from the wide side. One call for both keeps compilation short.
        left, right, target = b, a, np.zeros((out.shape[1], out.shape[0]), out.dtype)
    _outer(left, right, target)
    if turn:
        for k in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[k, j] += target[j, k]


@kernel
def accumulate_sums(a, out):
    """``out += a.sum(axis=0)``: a (n, m), **out** (m,)."""
    (n, width), lanes, flat = a.shape, n_lanes(a), a.reshape(-1)
    whole, even = whole_lanes(out), n // 2 * 2
    for j in range(0, whole, lanes):
        # Two sums, so that an addition need not wait for the one before.
        s0, s1 = zeros(a), zeros(a)
        for i in range(0, even, 2):
            s0 = s0 + load(flat, i * width + j)
            s1 = s1 + load(flat, (i + 1) * width + j)
        if even < n:
            s0 = s0 + load(flat, even * width + j)
        store(out, j, load(out, j) + (s0 + s1))
    for i in range(n):
        for j in range(whole, width):
            out[j] += a[i, j]


@kernel
def _outer(a, b, out):
    """Blocks of rows, each panel of b read where it lies; a copy of what is no whole panel."""
    (n, n_rows), width, lanes = a.shape, b.shape[1], np.intp(n_lanes(b))
    left, whole_right, whole_out = a.reshape(-1), b.reshape(-1), out.reshape(-1)
    part_right = np.zeros(min(n, _BLOCK) * lanes if width % lanes else 0, b.dtype)
    part_out = np.zeros(n_rows * lanes if width % lanes else 0, out.dtype)
    for start in range(0, n, _BLOCK):
        size = min(_BLOCK, n - start)
        in_pairs = 0
        if WIDE:
            in_pairs = width // (2 * lanes) * 2 * lanes
            for first in range(0, in_pairs, 2 * lanes):
                dot_rows_wide(
                    n_rows, left, start * n_rows, _NEXT, n_rows, whole_right, start * width + first,
                    lanes, width, size, whole_out, first, width,
                )  # fmt: skip
        for first in range(in_pairs, width, lanes):
            right, right_at, step = whole_right, start * width + first, width
            target, at, row = whole_out, first, width
            if width - first < lanes:
                right, right_at, step = part_right, 0, lanes
                target, at, row = part_out, 0, lanes
                for i in range(size):
                    for j in range(width - first):
                        part_right[i * lanes + j] = b[start + i, first + j]
            dot_rows(
                n_rows, left, start * n_rows, _NEXT, n_rows, right, right_at, step, size,
                target, at, row,
            )  # fmt: skip
    first = width // lanes * lanes
    for k in range(n_rows):
        for j in range(width - first):
            out[k, first + j] += part_out[k * lanes + j]


if numba.config.DISABLE_JIT:
    # Vectors exist in compiled code only.
    from tsrnn.kernels.plain_products import accumulate_outer, accumulate_packed  # noqa: F401
