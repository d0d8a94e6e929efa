"""Long short-term memory with a forget gate.

i, f, o = sigmoid(W x_t + U h_{t-1} + b), g = tanh(...), in the order i, f, g, o;
c_t = f c_{t-1} + i g, h_t = o tanh(c_t).

Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9; forget gate: Gers,
Schmidhuber and Cummins (2000), Neural Computation 12. States: h, c.
"""

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import add_sigmoid, add_tanh, tanh
from tsrnn.kernels.products import accumulate_packed, pack, pack_transposed


@kernel
def forward(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`; the cache holds tanh(c)."""
    n_timesteps, n_rows, _ = gates.shape
    n_units = weight_hh.shape[1]
    panels = pack_transposed(weight_hh)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        accumulate_packed(states[0, before], panels, gates[t])
        for b in range(n_rows):
            if t >= lengths[b]:
                states[0, after, b] = states[0, before, b]
                states[1, after, b] = states[1, before, b]
                continue
            row = gates[t, b]
            add_sigmoid(row[: 2 * n_units], bias_hh[: 2 * n_units])
            add_tanh(row[2 * n_units : 3 * n_units], bias_hh[2 * n_units : 3 * n_units])
            add_sigmoid(row[3 * n_units :], bias_hh[3 * n_units :])
            # Short loops over few arrays from 0: LLVM turns each into vector code.
            i, f = row[:n_units], row[n_units : 2 * n_units]
            g, o = row[2 * n_units : 3 * n_units], row[3 * n_units :]
            c_before, c, squashed = states[1, before, b], states[1, after, b], cache[t, b]
            for j in range(n_units):
                c[j] = f[j] * c_before[j] + i[j] * g[j]
            for j in range(n_units):
                squashed[j] = tanh(c[j])
            h = states[0, after, b]
            for j in range(n_units):
                h[j] = o[j] * squashed[j]


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
            d_row = d_gates[t, b]
            if t >= lengths[b]:
                d_row[:] = zero
                continue
            row = gates[t, b]
            for j in range(n_units):
                i, f = row[j], row[n_units + j]
                g, o = row[2 * n_units + j], row[3 * n_units + j]
                squashed = cache[t, b, j]
                d_h = d_state[0, b, j] + d_output[t, b, j]
                d_c = d_state[1, b, j] + d_h * o * (one - squashed * squashed)
                d_row[j] = d_c * g * i * (one - i)
                d_row[n_units + j] = d_c * states[1, before, b, j] * f * (one - f)
                d_row[2 * n_units + j] = d_c * i * (one - g * g)
                d_row[3 * n_units + j] = d_h * squashed * o * (one - o)
                d_state[0, b, j] = zero
                d_state[1, b, j] = d_c * f
        accumulate_packed(d_gates[t], panels, d_state[0])


# A forget gate that starts open lets gradients through (Jozefowicz, Zaremba and Sutskever 2015).
LSTM = Cell(forward, backward, n_gates=4, n_states=2, n_cached=1, initial_bias={1: 1.0})
