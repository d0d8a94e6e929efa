"""Gated recurrent unit, the reset gate applied after the product (as PyTorch and cuDNN do).

r, z = sigmoid(W x_t + b_ih + U h_{t-1} + b_hh), n = tanh(W_n x_t + b_in + r (U_n h_{t-1} + b_hn)),
in the order r, z, n; h_t = (1 - z) n + z h_{t-1}.

Cho et al. (2014), arXiv:1406.1078; the variant: Chung et al. (2014), arXiv:1412.3555.
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import add_sigmoid, tanh
from tsrnn.kernels.products import accumulate_packed, affine_packed, pack, pack_transposed


@kernel
def forward(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`; the cache holds U_n h_{t-1} + b_hn."""
    n_timesteps, n_rows, n_gated = gates.shape
    n_units = weight_hh.shape[1]
    panels = pack_transposed(weight_hh)
    one = gates.dtype.type(1)
    hidden = np.empty((n_rows, n_gated), gates.dtype)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        affine_packed(states[0, before], panels, bias_hh, hidden)
        for b in range(n_rows):
            if t >= lengths[b]:
                states[0, after, b] = states[0, before, b]
                continue
            row, projected = gates[t, b], hidden[b]
            add_sigmoid(row[: 2 * n_units], projected[: 2 * n_units])
            # Short loops over few arrays from 0: LLVM turns each into vector code.
            r, z, n = row[:n_units], row[n_units : 2 * n_units], row[2 * n_units :]
            u = cache[t, b]
            u[:] = projected[2 * n_units :]
            for j in range(n_units):
                n[j] = tanh(n[j] + r[j] * u[j])
            h_before, h = states[0, before, b], states[0, after, b]
            for j in range(n_units):
                h[j] = (one - z[j]) * n[j] + z[j] * h_before[j]


@kernel
def backward(
    gates, weight_hh, lengths, reverse, states, cache, d_output, d_state, d_gates, d_hidden
):
    """See `Cell`."""
    n_timesteps, n_rows, _ = gates.shape
    n_units = weight_hh.shape[1]
    zero, one = gates.dtype.type(0), gates.dtype.type(1)
    panels = pack(weight_hh)
    for step in range(n_timesteps):
        t = step if reverse else n_timesteps - 1 - step
        before = t + 1 if reverse else t
        for b in range(n_rows):
            d_row, d_projected = d_gates[t, b], d_hidden[t, b]
            if t >= lengths[b]:
                d_row[:] = zero
                d_projected[:] = zero
                continue
            row = gates[t, b]
            for j in range(n_units):
                r, z, n = row[j], row[n_units + j], row[2 * n_units + j]
                d_h = d_state[0, b, j] + d_output[t, b, j]
                d_n = d_h * (one - z) * (one - n * n)
                d_r = d_n * cache[t, b, j] * r * (one - r)
                d_z = d_h * (states[0, before, b, j] - n) * z * (one - z)
                d_row[j] = d_projected[j] = d_r
                d_row[n_units + j] = d_projected[n_units + j] = d_z
                d_row[2 * n_units + j] = d_n
                d_projected[2 * n_units + j] = d_n * r
                d_state[0, b, j] = d_h * z
        accumulate_packed(d_hidden[t], panels, d_state[0])


GRU = Cell(forward, backward, n_gates=3, n_cached=1, splits_hidden=True)
