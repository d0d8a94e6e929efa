"""Gated recurrent unit, the reset gate applied after the product (as PyTorch and cuDNN do).

r, z = sigmoid(W x_t + b_ih + U h_{t-1} + b_hh), n = tanh(W_n x_t + b_in + r (U_n h_{t-1} + b_hn)),
in the order r, z, n; h_t = (1 - z) n + z h_{t-1}.

Cho et al. (2014), arXiv:1406.1078; the variant: Chung et al. (2014), arXiv:1412.3555. Cached: u =
U_n h_{t-1} + b_hn.
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import sigmoid, tanh
from tsrnn.kernels.products import accumulate_packed
from tsrnn.kernels.projections import project, project_ahead, project_step, repeat
from tsrnn.kernels.simd import load, n_lanes, store, whole_lanes
from tsrnn.kernels.steps import add_output, clear, copy, part, shortest, step_parts

_ONE = np.float32(1)


@kernel
def _unit(r, z, n, u, h_before):
    """One step of one unit, or of a vector of units; return r, z, n and h."""
    r, z = sigmoid(r), sigmoid(z)
    n = tanh(n + r * u)
    return r, z, n, (_ONE - z) * n + z * h_before


@kernel
def _unit_back(r, z, n, u, h_before, d_h):
    """Gradients of `_unit`: return d_r, d_z, d_n, d_u and d_h_before."""
    d_z = d_h * (h_before - n) * z * (_ONE - z)
    d_n = d_h * (_ONE - z) * (_ONE - n * n)
    return d_n * u * r * (_ONE - r), d_z, d_n, d_n * r, d_h * z


@kernel
def _units(r, z, n, u, h_before, h):
    """One step of m units, all (m,); **r, z, n** activated in place, **h**."""
    whole = whole_lanes(h)
    for j in range(0, whole, n_lanes(h)):
        unit = _unit(load(r, j), load(z, j), load(n, j), load(u, j), load(h_before, j))
        store(r, j, unit[0])
        store(z, j, unit[1])
        store(n, j, unit[2])
        store(h, j, unit[3])
    for j in range(whole, h.size):
        r[j], z[j], n[j], h[j] = _unit(r[j], z[j], n[j], u[j], h_before[j])


@kernel
def _units_back(r, z, n, u, h_before, d_h):
    """Gradients of one step of m units, all (m,), in the place of **r, z, n, u**.

    **d_h** becomes the gradient with respect to h_before, without the part through the products.
    """
    whole = whole_lanes(d_h)
    for j in range(0, whole, n_lanes(d_h)):
        unit = _unit_back(
            load(r, j), load(z, j), load(n, j), load(u, j), load(h_before, j), load(d_h, j)
        )
        store(r, j, unit[0])
        store(z, j, unit[1])
        store(n, j, unit[2])
        store(u, j, unit[3])
        store(d_h, j, unit[4])
    for j in range(whole, d_h.size):
        r[j], z[j], n[j], u[j], d_h[j] = _unit_back(r[j], z[j], n[j], u[j], h_before[j], d_h[j])


@kernel
def forward(x, panels_ih, panels_hh, bias, bias_hh, lengths, reverse, gates, states, cache):
    """See `Cell`."""
    n_timesteps, n_rows, _ = x.shape
    n_kept, n_slots, n_whole = gates.shape[1], states.shape[1], shortest(lengths)
    bias, bias_hh = repeat(bias, gates.shape[0], n_rows), repeat(bias_hh, gates.shape[0], n_rows)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        before, after, at = before % n_slots, after % n_slots, t % n_kept
        h_before = states[0, before]
        project_ahead(x, t, reverse, panels_ih, bias, gates)
        project_step(h_before, panels_hh[:2], gates, at)
        project(h_before, panels_hh[2], bias_hh[2], cache[0, at])
        n_parts, size = step_parts(t, n_whole, states[0, 0])
        for b in range(n_parts):
            if t < n_whole or t < lengths[b]:
                _units(
                    part(gates[0, at], b, size), part(gates[1, at], b, size),
                    part(gates[2, at], b, size), part(cache[0, at], b, size),
                    part(h_before, b, size), part(states[0, after], b, size),
                )  # fmt: skip
            else:
                copy(h_before[b], states[0, after, b])


@kernel
def backward(gates, panels, lengths, reverse, states, cache, d_output, d_state):
    """See `Cell`."""
    n_gates, n_timesteps = gates.shape[:2]
    n_whole = shortest(lengths)
    for step in range(n_timesteps):
        t = step if reverse else n_timesteps - 1 - step
        before = t + 1 if reverse else t
        n_parts, size = step_parts(t, n_whole, states[0, 0])
        add_output(d_output, t, lengths, n_whole, d_state[0])
        for b in range(n_parts):
            if t < n_whole or t < lengths[b]:
                _units_back(
                    part(gates[0, t], b, size), part(gates[1, t], b, size),
                    part(gates[2, t], b, size), part(cache[0, t], b, size),
                    part(states[0, before], b, size), part(d_state[0], b, size),
                )  # fmt: skip
            else:
                for g in range(n_gates):
                    clear(gates[g, t, b])
                clear(cache[0, t, b])
        for g in range(n_gates):
            d_hidden = cache[0, t] if g == 2 else gates[g, t]
            accumulate_packed(d_hidden, panels[g], d_state[0])


GRU = Cell(forward, backward, n_gates=3, n_cached=1, splits_hidden=True)
