"""Products with a weight matrix whose rows are G gates of H units, gate by gate.

Gates lie in separate planes, (G, ..., H), so that what is done to a gate of a whole time step is
one loop over contiguous memory.
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.kernels.products import (
    accumulate_outer,
    accumulate_packed,
    fill_panels,
    fill_panels_transposed,
    n_panels,
)
from tsrnn.kernels.simd import n_lanes


@kernel
def pack_gates(weight, n_gates):
    """Return each gate's weight (H, K) in panels: weight (G H, K), result (G, panels, H, lanes)."""
    n_units, n_inputs = weight.shape[0] // n_gates, weight.shape[1]
    shape = (n_gates, n_panels(weight, n_inputs), n_units, n_lanes(weight))
    panels = np.zeros(shape, weight.dtype)
    for g in range(n_gates):
        fill_panels(weight[g * n_units : (g + 1) * n_units], panels[g])
    return panels


@kernel
def pack_gates_transposed(weight, n_gates):
    """Return each gate's weight transposed, (K, H), in panels: weight (G H, K)."""
    n_units, n_inputs = weight.shape[0] // n_gates, weight.shape[1]
    shape = (n_gates, n_panels(weight, n_units), n_inputs, n_lanes(weight))
    panels = np.zeros(shape, weight.dtype)
    for g in range(n_gates):
        fill_panels_transposed(weight[g * n_units : (g + 1) * n_units], panels[g])
    return panels


@kernel
def project(x, weight, bias, gates):
    """``gates[g] = x @ weight_g.T + bias_g``: x (n, K), weight (G H, K), **gates** (G, n, H)."""
    n_gates, n, n_units = gates.shape
    panels = pack_gates_transposed(weight, n_gates)
    for g in range(n_gates):
        for i in range(n):
            for j in range(n_units):
                gates[g, i, j] = bias[g * n_units + j]
        accumulate_packed(x, panels[g], gates[g])


@kernel
def project_back(d_gates, weight, d_x):
    """``d_x += sum over g of d_gates[g] @ weight_g``: d_gates (G, n, H), **d_x** (n, K)."""
    panels = pack_gates(weight, d_gates.shape[0])
    for g in range(d_gates.shape[0]):
        accumulate_packed(d_gates[g], panels[g], d_x)


@kernel
def project_gradient(d_gates, x, d_weight, d_bias):
    """Add the parameter gradients of `project`: d_gates (G, n, H), x (n, K).

    **d_weight** (G H, K) and **d_bias** (G H,) are added to.
    """
    n_gates, n, n_units = d_gates.shape
    for g in range(n_gates):
        units = slice(g * n_units, (g + 1) * n_units)
        accumulate_outer(d_gates[g], x, d_weight[units])
        d_gate_bias = d_bias[units]
        for i in range(n):
            for j in range(n_units):
                d_gate_bias[j] += d_gates[g, i, j]


@kernel
def project_step(h, panels, gates, t):
    """``gates[g, t] += h @ weight_g.T``: h (B, H), panels by `pack_gates_transposed`, **gates**."""
    for g in range(panels.shape[0]):
        accumulate_packed(h, panels[g], gates[g, t])


@kernel
def project_step_back(d_gates, panels, t, d_h):
    """``d_h += sum over g of d_gates[g, t] @ weight_g``: panels by `pack_gates`, **d_h** (B, H)."""
    for g in range(panels.shape[0]):
        accumulate_packed(d_gates[g, t], panels[g], d_h)


@kernel
def copy(x, out):
    """``out = x``, both (n,); **out**. A slice assignment would compile for seconds."""
    for j in range(x.size):
        out[j] = x[j]


@kernel
def shortest(lengths):
    """Return the least of `lengths` (n,), n > 0."""
    least = lengths[0]
    for b in range(lengths.size):
        least = min(least, lengths[b])
    return least
