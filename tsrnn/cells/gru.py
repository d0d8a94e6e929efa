"""Gated recurrent unit, the reset gate applied after the product (as PyTorch and cuDNN do).

r, z = sigmoid(W x_t + b_ih + U h_{t-1} + b_hh), n = tanh(W_n x_t + b_in + r (U_n h_{t-1} + b_hn)),
in the order r, z, n; h_t = (1 - z) n + z h_{t-1}.

Cho et al. (2014), arXiv:1406.1078; the variant: Chung et al. (2014), arXiv:1412.3555. Cached: u =
U_n h_{t-1} + b_hn.
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import apply_sigmoid, apply_tanh
from tsrnn.kernels.products import accumulate_packed
from tsrnn.kernels.projections import (
    copy,
    pack_gates,
    pack_gates_transposed,
    project_step_back,
    shortest,
)


@kernel
def _units(r, z, n, u, h_before, h):
    """One step of m units, all (m,); **r, z, n** activated in place, **h**."""
    one = h.dtype.type(1)
    apply_sigmoid(r)
    apply_sigmoid(z)
    for j in range(h.size):
        n[j] += r[j] * u[j]
    apply_tanh(n)
    for j in range(h.size):
        h[j] = (one - z[j]) * n[j] + z[j] * h_before[j]


@kernel
def _units_back(r, z, n, u, h_before, d_output, d_h, d_r, d_z, d_n, d_u):
    """Gradients of one step of m units, all (m,): **d_r, d_z, d_n, d_u**.

    **d_h** becomes the gradient with respect to h_before, without the part through the products.
    """
    one = h_before.dtype.type(1)
    for j in range(d_h.size):
        d_h[j] += d_output[j]
    for j in range(d_h.size):
        d_z[j] = d_h[j] * (h_before[j] - n[j]) * z[j] * (one - z[j])
    for j in range(d_h.size):
        d_n[j] = d_h[j] * (one - z[j]) * (one - n[j] * n[j])
    for j in range(d_h.size):
        d_r[j] = d_n[j] * u[j] * r[j] * (one - r[j])
    for j in range(d_h.size):
        d_u[j] = d_n[j] * r[j]
    for j in range(d_h.size):
        d_h[j] *= z[j]


@kernel
def forward(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`."""
    n_gates, n_timesteps, n_rows, n_units = gates.shape
    panels = pack_gates_transposed(weight_hh, n_gates)
    # b_hn goes inside the reset gate; the other two just go into their gates.
    bias = np.empty((n_gates, n_rows, n_units), gates.dtype)
    for g in range(n_gates):
        for b in range(n_rows):
            copy(bias_hh[g * n_units : (g + 1) * n_units], bias[g, b])
    n_whole = shortest(lengths)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        copy(bias[2].reshape(-1), cache[0, t].reshape(-1))
        for g in range(n_gates):
            target = cache[0, t] if g == 2 else gates[g, t]
            if g < 2:
                _add(bias[g].reshape(-1), target.reshape(-1))
            accumulate_packed(states[0, before], panels[g], target)
        if t < n_whole:
            _units(
                gates[0, t].reshape(-1), gates[1, t].reshape(-1), gates[2, t].reshape(-1),
                cache[0, t].reshape(-1), states[0, before].reshape(-1),
                states[0, after].reshape(-1),
            )  # fmt: skip
            continue
        for b in range(n_rows):
            if t < lengths[b]:
                _units(
                    gates[0, t, b], gates[1, t, b], gates[2, t, b], cache[0, t, b],
                    states[0, before, b], states[0, after, b],
                )  # fmt: skip
            else:
                copy(states[0, before, b], states[0, after, b])


@kernel
def _add(x, out):
    """``out += x``, both (n,); **out**."""
    for j in range(out.size):
        out[j] += x[j]


@kernel
def backward(
    gates, weight_hh, lengths, reverse, states, cache, d_output, d_state, d_gates, d_hidden
):
    """See `Cell`."""
    n_gates, n_timesteps, n_rows, _ = gates.shape
    panels = pack_gates(weight_hh, n_gates)
    n_whole = shortest(lengths)
    for step in range(n_timesteps):
        t = step if reverse else n_timesteps - 1 - step
        before = t + 1 if reverse else t
        if t < n_whole:
            _units_back(
                gates[0, t].reshape(-1), gates[1, t].reshape(-1), gates[2, t].reshape(-1),
                cache[0, t].reshape(-1), states[0, before].reshape(-1), d_output[t].reshape(-1),
                d_state[0].reshape(-1), d_gates[0, t].reshape(-1), d_gates[1, t].reshape(-1),
                d_gates[2, t].reshape(-1), d_hidden[2, t].reshape(-1),
            )  # fmt: skip
        else:
            for b in range(n_rows):
                if t < lengths[b]:
                    _units_back(
                        gates[0, t, b], gates[1, t, b], gates[2, t, b], cache[0, t, b],
                        states[0, before, b], d_output[t, b], d_state[0, b], d_gates[0, t, b],
                        d_gates[1, t, b], d_gates[2, t, b], d_hidden[2, t, b],
                    )  # fmt: skip
                else:
                    d_gates[:, t, b] = 0
                    d_hidden[2, t, b] = 0
        for g in range(2):
            copy(d_gates[g, t].reshape(-1), d_hidden[g, t].reshape(-1))
        project_step_back(d_hidden, panels, t, d_state[0])


GRU = Cell(forward, backward, n_gates=3, n_cached=1, splits_hidden=True)
