"""Long short-term memory with a forget gate.

i, f, o = sigmoid(W x_t + U h_{t-1} + b), g = tanh(...), in the order i, f, g, o;
c_t = f c_{t-1} + i g, h_t = o tanh(c_t).

Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9; forget gate: Gers,
Schmidhuber and Cummins (2000), Neural Computation 12. States: h, c. Cached: tanh(c).
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import sigmoid, tanh
from tsrnn.kernels.products import accumulate_packed
from tsrnn.kernels.projections import project_ahead, project_step, repeat
from tsrnn.kernels.simd import load, n_lanes, store, whole_lanes, zeros
from tsrnn.kernels.steps import add_output, clear, copy, part, shortest, step_parts

_ONE = np.float32(1)


@kernel
def _unit(i, f, g, o, c_before):
    """One step of one unit, or of a vector of units; return i, f, g, o, c, tanh(c) and h."""
    i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)
    c = f * c_before + i * g
    squashed = tanh(c)
    return i, f, g, o, c, squashed, o * squashed


@kernel
def _unit_back(i, f, g, o, c_before, squashed, d_h, d_c):
    """Gradients of `_unit`: return d_i, d_f, d_g, d_o and d_c_before."""
    d_c = d_c + d_h * o * (_ONE - squashed * squashed)
    return (
        d_c * g * i * (_ONE - i),
        d_c * c_before * f * (_ONE - f),
        d_c * i * (_ONE - g * g),
        d_h * squashed * o * (_ONE - o),
        d_c * f,
    )


@kernel
def _units(i, f, g, o, c_before, c, squashed, h):
    """One step of n units, all (n,); **i, f, g, o** activated in place, **c, squashed, h**."""
    whole = whole_lanes(c)
    for j in range(0, whole, n_lanes(c)):
        unit = _unit(load(i, j), load(f, j), load(g, j), load(o, j), load(c_before, j))
        store(i, j, unit[0])
        store(f, j, unit[1])
        store(g, j, unit[2])
        store(o, j, unit[3])
        store(c, j, unit[4])
        store(squashed, j, unit[5])
        store(h, j, unit[6])
    for j in range(whole, c.size):
        i[j], f[j], g[j], o[j], c[j], squashed[j], h[j] = _unit(i[j], f[j], g[j], o[j], c_before[j])


@kernel
def _units_back(i, f, g, o, c_before, squashed, d_h, d_c):
    """Gradients of one step of n units, all (n,), in the place of **i, f, g, o**.

    **d_c** becomes the gradient with respect to c_before; **d_h** is used up.
    """
    whole = whole_lanes(d_h)
    for j in range(0, whole, n_lanes(d_h)):
        unit = _unit_back(
            load(i, j), load(f, j), load(g, j), load(o, j), load(c_before, j), load(squashed, j),
            load(d_h, j), load(d_c, j),
        )  # fmt: skip
        store(i, j, unit[0])
        store(f, j, unit[1])
        store(g, j, unit[2])
        store(o, j, unit[3])
        store(d_c, j, unit[4])
        store(d_h, j, zeros(d_h))
    for j in range(whole, d_h.size):
        i[j], f[j], g[j], o[j], d_c[j] = _unit_back(
            i[j], f[j], g[j], o[j], c_before[j], squashed[j], d_h[j], d_c[j]
        )
        d_h[j] = 0


@kernel
def forward(x, panels_ih, panels_hh, bias, bias_hh, lengths, reverse, gates, states, cache):
    """See `Cell`."""
    n_timesteps, n_rows, _ = x.shape
    n_kept, n_slots, n_whole = gates.shape[1], states.shape[1], shortest(lengths)
    bias = repeat(bias, gates.shape[0], n_rows)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        before, after, at = before % n_slots, after % n_slots, t % n_kept
        project_ahead(x, t, reverse, panels_ih, bias, gates)
        project_step(states[0, before], panels_hh, gates, at)
        n_parts, size = step_parts(t, n_whole, states[0, 0])
        for b in range(n_parts):
            if t < n_whole or t < lengths[b]:
                _units(
                    part(gates[0, at], b, size), part(gates[1, at], b, size),
                    part(gates[2, at], b, size), part(gates[3, at], b, size),
                    part(states[1, before], b, size), part(states[1, after], b, size),
                    part(cache[0, at], b, size), part(states[0, after], b, size),
                )  # fmt: skip
            else:
                for k in range(states.shape[0]):
                    copy(states[k, before, b], states[k, after, b])


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
                    part(gates[2, t], b, size), part(gates[3, t], b, size),
                    part(states[1, before], b, size), part(cache[0, t], b, size),
                    part(d_state[0], b, size), part(d_state[1], b, size),
                )  # fmt: skip
            else:
                for g in range(n_gates):
                    clear(gates[g, t, b])
        for g in range(n_gates):
            accumulate_packed(gates[g, t], panels[g], d_state[0])


# A forget gate that starts open lets gradients through (Jozefowicz, Zaremba and Sutskever 2015).
LSTM = Cell(forward, backward, n_gates=4, n_states=2, n_cached=1, initial_bias={1: 1.0})
