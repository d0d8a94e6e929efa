"""Register tiles of the matrix products: 6, 4, 2 or 1 rows by one vector, held in registers.

Twelve AVX2 registers hold the sums of six rows; two loads of the right factor and six broadcasts of
the left one feed them at each step. All positions are flat, into C-contiguous arrays.

``dot_<n>(a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row)`` adds to `n` rows of
**out**, one vector wide, ``sum over k of a[a_at + row a_row + k a_step] * b[b_at + k b_step ...]``.
Each row is summed in the order of k whatever `n` is.
"""

from tsrnn._jit import kernel
from tsrnn.kernels.simd import broadcast, fuse, load, store, zeros


@kernel
def dot_1(a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row):
    """One row, see the module."""
    s0 = zeros(b)
    for k in range(size):
        s0 = fuse(broadcast(a, a_at + k * a_step), load(b, b_at + k * b_step), s0)
    store(out, out_at, load(out, out_at) + s0)


@kernel
def dot_2(a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row):
    """Two rows, see the module."""
    s0, s1 = zeros(b), zeros(b)
    for k in range(size):
        at = a_at + k * a_step
        v = load(b, b_at + k * b_step)
        s0 = fuse(broadcast(a, at), v, s0)
        s1 = fuse(broadcast(a, at + a_row), v, s1)
    store(out, out_at, load(out, out_at) + s0)
    store(out, out_at + out_row, load(out, out_at + out_row) + s1)


@kernel
def dot_4(a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row):
    """Four rows, see the module."""
    s0, s1, s2, s3 = zeros(b), zeros(b), zeros(b), zeros(b)
    for k in range(size):
        at = a_at + k * a_step
        v = load(b, b_at + k * b_step)
        s0 = fuse(broadcast(a, at), v, s0)
        s1 = fuse(broadcast(a, at + a_row), v, s1)
        s2 = fuse(broadcast(a, at + 2 * a_row), v, s2)
        s3 = fuse(broadcast(a, at + 3 * a_row), v, s3)
    store(out, out_at, load(out, out_at) + s0)
    store(out, out_at + out_row, load(out, out_at + out_row) + s1)
    store(out, out_at + 2 * out_row, load(out, out_at + 2 * out_row) + s2)
    store(out, out_at + 3 * out_row, load(out, out_at + 3 * out_row) + s3)


@kernel
def dot_6(a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row):
    """Six rows, see the module."""
    s0, s1, s2, s3, s4, s5 = zeros(b), zeros(b), zeros(b), zeros(b), zeros(b), zeros(b)
    for k in range(size):
        at = a_at + k * a_step
        v = load(b, b_at + k * b_step)
        s0 = fuse(broadcast(a, at), v, s0)
        s1 = fuse(broadcast(a, at + a_row), v, s1)
        s2 = fuse(broadcast(a, at + 2 * a_row), v, s2)
        s3 = fuse(broadcast(a, at + 3 * a_row), v, s3)
        s4 = fuse(broadcast(a, at + 4 * a_row), v, s4)
        s5 = fuse(broadcast(a, at + 5 * a_row), v, s5)
    store(out, out_at, load(out, out_at) + s0)
    store(out, out_at + out_row, load(out, out_at + out_row) + s1)
    store(out, out_at + 2 * out_row, load(out, out_at + 2 * out_row) + s2)
    store(out, out_at + 3 * out_row, load(out, out_at + 3 * out_row) + s3)
    store(out, out_at + 4 * out_row, load(out, out_at + 4 * out_row) + s4)
    store(out, out_at + 5 * out_row, load(out, out_at + 5 * out_row) + s5)


@kernel
def dot_rows(n, a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row):
    """All `n` rows in tiles, see the module."""
    i = 0
    while i + 6 <= n:
        dot_6(
            a, a_at + i * a_row, a_row, a_step, b, b_at, b_step, size, out, out_at + i * out_row,
            out_row,
        )  # fmt: skip
        i += 6
    if i + 4 <= n:
        dot_4(
            a, a_at + i * a_row, a_row, a_step, b, b_at, b_step, size, out, out_at + i * out_row,
            out_row,
        )  # fmt: skip
        i += 4
    if i + 2 <= n:
        dot_2(
            a, a_at + i * a_row, a_row, a_step, b, b_at, b_step, size, out, out_at + i * out_row,
            out_row,
        )  # fmt: skip
        i += 2
    if i < n:
        dot_1(
            a, a_at + i * a_row, a_row, a_step, b, b_at, b_step, size, out, out_at + i * out_row,
            out_row,
        )  # fmt: skip
