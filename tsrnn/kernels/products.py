"""The matrix products that recurrent layers are made of.

Each output row is computed from its own input row alone and always in the same order, so a sequence
gets the same bits whatever batch it is in.
"""

import numpy as np

from tsrnn._jit import kernel


@kernel
def transposed(a):
    """Return a C-contiguous copy of ``a.T``; `a` is (n, k)."""
    out = np.empty((a.shape[1], a.shape[0]), a.dtype)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[j, i] = a[i, j]
    return out


@kernel
def accumulate(a, b, out):
    """``out += a @ b``: a (n, k), b (k, m), **out** (n, m)."""
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            scale = a[i, k]
            for j in range(out.shape[1]):
                out[i, j] += scale * b[k, j]


@kernel
def accumulate_outer(a, b, out):
    """``out += a.T @ b``: a (n, k), b (n, m), **out** (k, m)."""
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            scale = a[i, k]
            for j in range(out.shape[1]):
                out[k, j] += scale * b[i, j]


@kernel
def affine_rows(x, weight_t, bias, out):
    """``out = x @ weight_t + bias``: x (n, k), weight_t (k, m), bias (m,), **out** (n, m)."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = bias[j]
    accumulate(x, weight_t, out)


@kernel
def affine(x, weight, bias, out):
    """``out = x @ weight.T + bias``: x (n, k), weight (m, k), bias (m,), **out** (n, m)."""
    affine_rows(x, transposed(weight), bias, out)


@kernel
def affine_gradient(d_out, x, d_weight, d_bias):
    """Add the parameter gradients of `affine`.

    d_out (n, m), x (n, k), **d_weight** (m, k) and **d_bias** (m,) are added to.
    """
    accumulate_outer(d_out, x, d_weight)
    for i in range(d_out.shape[0]):
        for j in range(d_out.shape[1]):
            d_bias[j] += d_out[i, j]
