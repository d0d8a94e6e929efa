"""Long short-term memory with a forget gate.

i, f, o = sigmoid(W x_t + U h_{t-1} + b), g = tanh(...), in the order i, f, g, o;
c_t = f c_{t-1} + i g, h_t = o tanh(c_t).

Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9; forget gate: Gers,
Schmidhuber and Cummins (2000), Neural Computation 12. States: h, c. Cached: tanh(c).
"""

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import apply_sigmoid, apply_tanh
from tsrnn.kernels.projections import (
    copy,
    pack_gates,
    pack_gates_transposed,
    project_step,
    project_step_back,
    shortest,
)


@kernel
def _units(i, f, g, o, c_before, c, squashed, h):
    """One step of n units, all (n,); **i, f, g, o** activated in place, **c, squashed, h**."""
    apply_sigmoid(i)
    apply_sigmoid(f)
    apply_tanh(g)
    apply_sigmoid(o)
    for j in range(c.size):
        c[j] = f[j] * c_before[j] + i[j] * g[j]
    copy(c, squashed)
    apply_tanh(squashed)
    for j in range(c.size):
        h[j] = o[j] * squashed[j]


@kernel
def _units_back(i, f, g, o, c_before, squashed, d_output, d_h, d_c, d_i, d_f, d_g, d_o):
    """Gradients of one step of n units, all (n,): **d_i, d_f, d_g, d_o**.

    **d_c** becomes the gradient with respect to c_before; **d_h** is used up.
    """
    one = c_before.dtype.type(1)
    for j in range(d_h.size):
        d_h[j] += d_output[j]
    for j in range(d_h.size):
        d_o[j] = d_h[j] * squashed[j] * o[j] * (one - o[j])
    for j in range(d_h.size):
        d_c[j] += d_h[j] * o[j] * (one - squashed[j] * squashed[j])
    for j in range(d_h.size):
        d_i[j] = d_c[j] * g[j] * i[j] * (one - i[j])
    for j in range(d_h.size):
        d_f[j] = d_c[j] * c_before[j] * f[j] * (one - f[j])
    for j in range(d_h.size):
        d_g[j] = d_c[j] * i[j] * (one - g[j] * g[j])
    for j in range(d_h.size):
        d_c[j] *= f[j]
    d_h[:] = 0


@kernel
def forward(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`."""
    n_gates, n_timesteps, n_rows, _ = gates.shape
    panels = pack_gates_transposed(weight_hh, n_gates)
    n_whole = shortest(lengths)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        project_step(states[0, before], panels, gates, t)
        if t < n_whole:
            _units(
                gates[0, t].reshape(-1), gates[1, t].reshape(-1), gates[2, t].reshape(-1),
                gates[3, t].reshape(-1), states[1, before].reshape(-1),
                states[1, after].reshape(-1), cache[0, t].reshape(-1),
                states[0, after].reshape(-1),
            )  # fmt: skip
            continue
        for b in range(n_rows):
            if t < lengths[b]:
                _units(
                    gates[0, t, b], gates[1, t, b], gates[2, t, b], gates[3, t, b],
                    states[1, before, b], states[1, after, b], cache[0, t, b],
                    states[0, after, b],
                )  # fmt: skip
            else:
                for k in range(states.shape[0]):
                    copy(states[k, before, b], states[k, after, b])


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
                gates[3, t].reshape(-1), states[1, before].reshape(-1), cache[0, t].reshape(-1),
                d_output[t].reshape(-1), d_state[0].reshape(-1), d_state[1].reshape(-1),
                d_gates[0, t].reshape(-1), d_gates[1, t].reshape(-1), d_gates[2, t].reshape(-1),
                d_gates[3, t].reshape(-1),
            )  # fmt: skip
        else:
            for b in range(n_rows):
                if t < lengths[b]:
                    _units_back(
                        gates[0, t, b], gates[1, t, b], gates[2, t, b], gates[3, t, b],
                        states[1, before, b], cache[0, t, b], d_output[t, b], d_state[0, b],
                        d_state[1, b], d_gates[0, t, b], d_gates[1, t, b], d_gates[2, t, b],
                        d_gates[3, t, b],
                    )  # fmt: skip
                else:
                    d_gates[:, t, b] = 0
        project_step_back(d_gates, panels, t, d_state[0])


# A forget gate that starts open lets gradients through (Jozefowicz, Zaremba and Sutskever 2015).
LSTM = Cell(forward, backward, n_gates=4, n_states=2, n_cached=1, initial_bias={1: 1.0})
