"""Register tiles of the matrix products: 6, 4, 2 or 1 rows by one vector, held in registers.

Twelve AVX2 registers hold the sums of six rows; two loads of the right factor and six broadcasts of
the left one feed them at each step. AVX-512 has 32 registers: there six rows by two vectors
(`WIDE`) keep twice as many sums on their way for as many broadcasts. All positions are flat, into
C-contiguous arrays.

``dot_<n>(a, a_at, a_row, a_step, b, b_at, b_step, size, out, out_at, out_row)`` adds to `n` rows of
**out**, one vector wide, ``sum over k of a[a_at + row a_row + k a_step] * b[b_at + k b_step ...]``.
Each row is summed in the order of k whatever `n` is.
"""

import llvmlite.binding as llvm

from tsrnn._jit import kernel
from tsrnn.kernels.simd import broadcast, fuse, load, n_lanes, store, zeros

# Compiled in: the key of Numba's cache knows the processor.
WIDE = bool(llvm.get_host_cpu_features().get("avx512f", False))


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


@kernel
def dot_6_wide(a, a_at, a_row, a_step, b, b_at, b_next, b_step, size, out, out_at, out_row):
    """Six rows by two vectors, the second `b_next` after the first; see the module."""
    s0, s1, s2, s3, s4, s5 = zeros(b), zeros(b), zeros(b), zeros(b), zeros(b), zeros(b)
    t0, t1, t2, t3, t4, t5 = zeros(b), zeros(b), zeros(b), zeros(b), zeros(b), zeros(b)
    for k in range(size):
        at, right = a_at + k * a_step, b_at + k * b_step
        v, w = load(b, right), load(b, right + b_next)
        x = broadcast(a, at)
        s0, t0 = fuse(x, v, s0), fuse(x, w, t0)
        x = broadcast(a, at + a_row)
        s1, t1 = fuse(x, v, s1), fuse(x, w, t1)
        x = broadcast(a, at + 2 * a_row)
        s2, t2 = fuse(x, v, s2), fuse(x, w, t2)
        x = broadcast(a, at + 3 * a_row)
        s3, t3 = fuse(x, v, s3), fuse(x, w, t3)
        x = broadcast(a, at + 4 * a_row)
        s4, t4 = fuse(x, v, s4), fuse(x, w, t4)
        x = broadcast(a, at + 5 * a_row)
        s5, t5 = fuse(x, v, s5), fuse(x, w, t5)
    _add_2(out, out_at, s0, t0)
    _add_2(out, out_at + out_row, s1, t1)
    _add_2(out, out_at + 2 * out_row, s2, t2)
    _add_2(out, out_at + 3 * out_row, s3, t3)
    _add_2(out, out_at + 4 * out_row, s4, t4)
    _add_2(out, out_at + 5 * out_row, s5, t5)


@kernel
def _add_2(out, at, s, t):
    """Add two vectors side by side to **out**."""
    after = at + n_lanes(out)
    store(out, at, load(out, at) + s)
    store(out, after, load(out, after) + t)


@kernel
def dot_rows_wide(
    n, a, a_at, a_row, a_step, b, b_at, b_next, b_step, size, out, out_at, out_row
):  # fmt: skip
    """All `n` rows in tiles two vectors wide, see the module."""
    whole = n // 6 * 6
    for i in range(0, whole, 6):
        dot_6_wide(
            a, a_at + i * a_row, a_row, a_step, b, b_at, b_next, b_step, size,
            out, out_at + i * out_row, out_row,
        )  # fmt: skip
    for nth in range(2):
        dot_rows(
            n - whole, a, a_at + whole * a_row, a_row, a_step, b, b_at + nth * b_next, b_step, size,
            out, out_at + whole * out_row + nth * n_lanes(out), out_row,
        )  # fmt: skip
