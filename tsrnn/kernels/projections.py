"""Products with a weight matrix whose rows are G gates of H units, gate by gate.

Gates lie in separate planes, (G, ..., H), so that what is done to a gate of a whole time step is
one loop over contiguous memory.
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.kernels.products import (
    accumulate_outer,
    accumulate_packed,
    accumulate_sums,
    fill_panels,
    n_panels,
)
from tsrnn.kernels.simd import n_lanes
from tsrnn.kernels.steps import copy


@kernel
def pack_gates(weight, n_gates):
    """Return each gate's weight (H, K) turned, in panels (G, H / lanes rounded up, K, lanes)."""
    n_units, n_inputs = weight.shape[0] // n_gates, weight.shape[1]
    shape = (n_gates, n_panels(weight, n_units), n_inputs, n_lanes(weight))
    panels = np.zeros(shape, weight.dtype)
    for g in range(n_gates):
        fill_panels(weight[g * n_units : (g + 1) * n_units], panels[g])
    return panels


@kernel
def repeat(bias, n_gates, n):
    """Return `n` rows of the bias of each gate: bias (G H,), result (G, n, H)."""
    rows = np.empty((n_gates, n, bias.size // n_gates), bias.dtype)
    for g in range(n_gates):
        for i in range(n):
            copy(bias[g * rows.shape[2] : (g + 1) * rows.shape[2]], rows[g, i])
    return rows


@kernel
def project(x, panels, bias, out):
    """``out = x @ weight.T + bias`` for one gate: x (n, K), panels by `pack_gates`.

    bias (n, H) by `repeat`, **out** (n, H).
    """
    copy(bias.reshape(-1), out.reshape(-1))
    accumulate_packed(x, panels, out)


@kernel
def project_ahead(x, t, reverse, panels, bias, gates):
    """``gates[g, t % n] = x[t] @ weight_g.T + bias_g`` where step t is the first of n in its turn.

    One large product is faster than n small ones. x (T, B, K), bias (G, B, H) by `repeat`,
    **gates** (G, n, B, H): its steps come round again, unless n = T.
    """
    n_timesteps, n_rows, size = x.shape
    n_gates, n, _, n_units = gates.shape
    begin = t // n * n
    end = min(begin + n, n_timesteps)
    if t != (end - 1 if reverse else begin):
        return
    block = x[begin:end].reshape((end - begin) * n_rows, size)
    for g in range(n_gates):
        out = gates[g, : end - begin]
        for i in range(end - begin):
            copy(bias[g].reshape(-1), out[i].reshape(-1))
        accumulate_packed(block, panels[g], out.reshape((end - begin) * n_rows, n_units))


@kernel
def project_step(h, panels, gates, t):
    """``gates[g, t] += h @ weight_g.T`` for the gates in the panels: h (B, H), **gates**."""
    for g in range(panels.shape[0]):
        accumulate_packed(h, panels[g], gates[g, t])


@kernel
def project_back(d_gates, panels, d_x):
    """``d_x += sum over g of d_gates[g] @ weight_g``: d_gates (G, n, H), **d_x** (n, K).

    panels of the weights turned, by `pack_gates`.
    """
    for g in range(d_gates.shape[0]):
        accumulate_packed(d_gates[g], panels[g], d_x)


@kernel
def layer_gradient(d_gates, d_hidden, x, h, d_weight_ih, d_weight_hh, d_bias_ih, d_bias_hh):
    """Add a layer's parameter gradients: d_gates (G, n, H), input x (n, K), h before (n, H).

    d_hidden (1, n, H) takes the last gate's place towards h, or is empty, (0, n, H). A layer that
    is not recurrent has no h, (n, 0). **d_weight_ih** (G H, K), **d_weight_hh** (G H, H) and
    **d_bias_ih, d_bias_hh** (G H,) are added to. One call for all: between calls threads wait for
    Python's lock.
    """
    n_gates, n_units = d_gates.shape[0], d_gates.shape[2]
    for g in range(n_gates):
        units = slice(g * n_units, (g + 1) * n_units)
        d_gate, d_weight, d_bias, inputs = d_gates[g], d_weight_ih, d_bias_ih, x
        for _ in range(2 if h.shape[1] > 0 else 1):
            accumulate_outer(d_gate, inputs, d_weight[units])
            accumulate_sums(d_gate, d_bias[units])
            if g == n_gates - 1 and d_hidden.shape[0] > 0:
                d_gate = d_hidden[0]
            d_weight, d_bias, inputs = d_weight_hh, d_bias_hh, h
