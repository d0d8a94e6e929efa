"""Elman's simple recurrent network, with tanh or relu.

h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), or relu in place of tanh.

Elman (1990), Finding structure in time, Cognitive Science 14; relu: Le, Jaitly and Hinton (2015),
arXiv:1504.00941.
"""

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import tanh
from tsrnn.kernels.products import accumulate_packed, pack, pack_transposed


@kernel
def _forward(relu, gates, weight_hh, bias_hh, lengths, reverse, states):
    n_timesteps, n_rows, n_units = gates.shape
    panels = pack_transposed(weight_hh)
    zero = gates.dtype.type(0)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        accumulate_packed(states[0, before], panels, gates[t])
        for b in range(n_rows):
            if t >= lengths[b]:
                states[0, after, b] = states[0, before, b]
            elif relu:
                for j in range(n_units):
                    a = gates[t, b, j] + bias_hh[j]
                    states[0, after, b, j] = zero if a < zero else a
            else:
                for j in range(n_units):
                    states[0, after, b, j] = tanh(gates[t, b, j] + bias_hh[j])


@kernel
def _backward(relu, weight_hh, lengths, reverse, states, d_output, d_state, d_gates):
    n_timesteps, n_rows, n_units = d_gates.shape
    zero, one = d_gates.dtype.type(0), d_gates.dtype.type(1)
    panels = pack(weight_hh)
    for step in range(n_timesteps):
        t = step if reverse else n_timesteps - 1 - step
        after = t if reverse else t + 1
        for b in range(n_rows):
            if t >= lengths[b]:
                d_gates[t, b] = zero
                continue
            for j in range(n_units):
                h = states[0, after, b, j]
                d_h = d_state[0, b, j] + d_output[t, b, j]
                slope = (one if h > zero else zero) if relu else one - h * h
                d_gates[t, b, j] = d_h * slope
                d_state[0, b, j] = zero
        accumulate_packed(d_gates[t], panels, d_state[0])


@kernel
def forward_tanh(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`."""
    _forward(False, gates, weight_hh, bias_hh, lengths, reverse, states)


@kernel
def forward_relu(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`."""
    _forward(True, gates, weight_hh, bias_hh, lengths, reverse, states)


@kernel
def backward_tanh(
    gates, weight_hh, lengths, reverse, states, cache, d_output, d_state, d_gates, d_hidden
):
    """See `Cell`."""
    _backward(False, weight_hh, lengths, reverse, states, d_output, d_state, d_gates)


@kernel
def backward_relu(
    gates, weight_hh, lengths, reverse, states, cache, d_output, d_state, d_gates, d_hidden
):
    """See `Cell`."""
    _backward(True, weight_hh, lengths, reverse, states, d_output, d_state, d_gates)


TANH = Cell(forward_tanh, backward_tanh, n_gates=1)
RELU = Cell(forward_relu, backward_relu, n_gates=1)
