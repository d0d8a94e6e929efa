"""The matrix products that recurrent layers are made of.

The right factor is packed once per batch into panels one vector wide, so that the inner loop reads
memory in order; what sticks out of the last panel is padded inside it, never in the caller's
arrays. Each output row is computed from its own input row alone and always in the same order, so a
sequence gets the same bits whatever batch it is in.
"""

import numba
import numpy as np

from tsrnn._jit import kernel
from tsrnn.kernels.simd import n_lanes
from tsrnn.kernels.tiles import TILE_ROWS, dot_rows

# Rows of a block whose panel stays in the first-level cache.
_BLOCK = 256
# Bytes in a row from which it pays to copy the left factor of an outer product too.
_WIDE = 3072


@kernel
def pack(b):
    """Return b (k, m) in panels (m / lanes rounded up, k, lanes), zero beyond column m."""
    lanes = n_lanes(b)
    n_panels = (b.shape[1] + lanes - 1) // lanes
    panels = np.zeros((n_panels, b.shape[0], lanes), b.dtype)
    for p in range(n_panels):
        width = min(lanes, b.shape[1] - p * lanes)
        for k in range(b.shape[0]):
            for j in range(width):
                panels[p, k, j] = b[k, p * lanes + j]
    return panels


@kernel
def pack_transposed(b):
    """Return b.T in panels, see `pack`; b is (m, k)."""
    lanes = n_lanes(b)
    n_panels = (b.shape[0] + lanes - 1) // lanes
    panels = np.zeros((n_panels, b.shape[1], lanes), b.dtype)
    for p in range(n_panels):
        width = min(lanes, b.shape[0] - p * lanes)
        for j in range(width):
            for k in range(b.shape[1]):
                panels[p, k, j] = b[p * lanes + j, k]
    return panels


@kernel
def accumulate_packed(a, panels, out):
    """``out += a @ b``: a (n, k), panels of b (k, m), **out** (n, m)."""
    n, size = a.shape
    width, lanes = out.shape[1], panels.shape[2]
    for p in range(panels.shape[0]):
        at, columns = p * size * lanes, min(lanes, width - p * lanes)
        if columns == lanes:
            dot_rows(n, a, 0, size, 1, panels, at, lanes, size, out, p * lanes, width)
        else:
            tail = np.zeros((n, lanes), out.dtype)
            dot_rows(n, a, 0, size, 1, panels, at, lanes, size, tail, 0, lanes)
            for i in range(n):
                for j in range(columns):
                    out[i, p * lanes + j] += tail[i, j]


@kernel
def accumulate_outer(a, b, out):
    """``out += a.T @ b``: a (n, k), b (n, m), **out** (k, m)."""
    if b.shape[1] < n_lanes(b) <= a.shape[1]:
        # Fill the vectors from the wide side.
        turned = np.zeros((out.shape[1], out.shape[0]), out.dtype)
        _outer(b, a, turned)
        for k in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[k, j] += turned[j, k]
    elif a.shape[1] * a.itemsize < _WIDE:
        _outer(a, b, out)
    else:
        _outer_copied(a, b, out)


@kernel
def _outer(a, b, out):
    """Blocks of rows, each panel of b read where it lies; a copy of what is no whole panel."""
    (n, n_rows), (width, lanes) = a.shape, (b.shape[1], n_lanes(b))
    whole = width // lanes
    rest = np.zeros((min(n, _BLOCK), lanes), b.dtype)
    tail = np.zeros((n_rows, lanes), out.dtype)
    for start in range(0, n, _BLOCK):
        size, at = min(_BLOCK, n - start), start * n_rows
        for p in range(whole):
            dot_rows(
                n_rows, a, at, 1, n_rows, b, start * width + p * lanes, width, size,
                out, p * lanes, width,
            )  # fmt: skip
        if whole * lanes < width:
            for i in range(size):
                for j in range(width - whole * lanes):
                    rest[i, j] = b[start + i, whole * lanes + j]
            dot_rows(n_rows, a, at, 1, n_rows, rest, 0, lanes, size, tail, 0, lanes)
    for k in range(n_rows):
        for j in range(width - whole * lanes):
            out[k, whole * lanes + j] += tail[k, j]


@kernel
def _outer_copied(a, b, out):
    """Blocks of rows, both factors copied into the order in which the tiles read them.

    Rows so long, often a power of two, would compete for the same cache lines.
    """
    (n, n_rows), (width, lanes) = a.shape, (b.shape[1], n_lanes(b))
    panels_of_out = np.zeros(((width + lanes - 1) // lanes, n_rows, lanes), out.dtype)
    group = np.empty((min(n, _BLOCK), TILE_ROWS), a.dtype)
    for start in range(0, n, _BLOCK):
        size = min(_BLOCK, n - start)
        panels = pack(b[start : start + size])
        for first in range(0, n_rows, TILE_ROWS):
            rows = min(TILE_ROWS, n_rows - first)
            for i in range(size):
                for r in range(rows):
                    group[i, r] = a[start + i, first + r]
            for p in range(len(panels)):
                dot_rows(
                    rows, group, 0, 1, TILE_ROWS, panels, p * size * lanes, lanes, size,
                    panels_of_out, (p * n_rows + first) * lanes, lanes,
                )  # fmt: skip
    for k in range(n_rows):
        for j in range(width):
            out[k, j] += panels_of_out[j // lanes, k, j % lanes]


@kernel
def accumulate(a, b, out):
    """``out += a @ b``: a (n, k), b (k, m), **out** (n, m)."""
    accumulate_packed(a, pack(b), out)


@kernel
def affine_packed(x, panels, bias, out):
    """``out = x @ b + bias``: x (n, k), panels of b (k, m), bias (m,), **out** (n, m)."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = bias[j]
    accumulate_packed(x, panels, out)


@kernel
def affine(x, weight, bias, out):
    """``out = x @ weight.T + bias``: x (n, k), weight (m, k), bias (m,), **out** (n, m)."""
    affine_packed(x, pack_transposed(weight), bias, out)


@kernel
def affine_gradient(d_out, x, d_weight, d_bias):
    """Add the parameter gradients of `affine`.

    d_out (n, m), x (n, k), **d_weight** (m, k) and **d_bias** (m,) are added to.
    """
    accumulate_outer(d_out, x, d_weight)
    for i in range(d_out.shape[0]):
        for j in range(d_out.shape[1]):
            d_bias[j] += d_out[i, j]


if numba.config.DISABLE_JIT:
    # Vectors exist in compiled code only.
    from tsrnn.kernels.plain_products import (
        accumulate_outer,
        accumulate_packed,
        pack,
        pack_transposed,
    )
