"""Elman's simple recurrent network, with tanh or relu.

h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), or relu in place of tanh.

Elman (1990), Finding structure in time, Cognitive Science 14; relu: Le, Jaitly and Hinton (2015),
arXiv:1504.00941.
"""

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import apply_tanh
from tsrnn.kernels.projections import (
    copy,
    pack_gates,
    pack_gates_transposed,
    project_step,
    project_step_back,
    shortest,
)


@kernel
def _units(relu, a, h):
    """``h = f(a)``: a (n,), **h** (n,)."""
    if relu:
        zero = a.dtype.type(0)
        for j in range(h.size):
            # Not max(): NaN must stay NaN.
            h[j] = zero if a[j] < zero else a[j]
    else:
        copy(a, h)
        apply_tanh(h)


@kernel
def _units_back(relu, h, d_output, d_h, d_a):
    """``d_a = (d_h + d_output) f'``, and d_h is used up: h, d_output (n,), **d_h, d_a** (n,)."""
    zero, one = h.dtype.type(0), h.dtype.type(1)
    for j in range(h.size):
        d_h[j] += d_output[j]
    if relu:
        for j in range(h.size):
            d_a[j] = d_h[j] if h[j] > zero else zero
    else:
        for j in range(h.size):
            d_a[j] = d_h[j] * (one - h[j] * h[j])
    d_h[:] = zero


@kernel
def _forward(relu, gates, weight_hh, lengths, reverse, states):
    _, n_timesteps, n_rows, _ = gates.shape
    panels = pack_gates_transposed(weight_hh, 1)
    n_whole = shortest(lengths)
    for step in range(n_timesteps):
        t = n_timesteps - 1 - step if reverse else step
        before, after = (t + 1, t) if reverse else (t, t + 1)
        project_step(states[0, before], panels, gates, t)
        if t < n_whole:
            _units(relu, gates[0, t].reshape(-1), states[0, after].reshape(-1))
            continue
        for b in range(n_rows):
            if t < lengths[b]:
                _units(relu, gates[0, t, b], states[0, after, b])
            else:
                copy(states[0, before, b], states[0, after, b])


@kernel
def _backward(relu, weight_hh, lengths, reverse, states, d_output, d_state, d_gates):
    _, n_timesteps, n_rows, _ = d_gates.shape
    panels = pack_gates(weight_hh, 1)
    n_whole = shortest(lengths)
    for step in range(n_timesteps):
        t = step if reverse else n_timesteps - 1 - step
        after = t if reverse else t + 1
        if t < n_whole:
            _units_back(
                relu, states[0, after].reshape(-1), d_output[t].reshape(-1),
                d_state[0].reshape(-1), d_gates[0, t].reshape(-1),
            )  # fmt: skip
        else:
            for b in range(n_rows):
                if t < lengths[b]:
                    _units_back(
                        relu, states[0, after, b], d_output[t, b], d_state[0, b], d_gates[0, t, b]
                    )
                else:
                    d_gates[0, t, b] = 0
        project_step_back(d_gates, panels, t, d_state[0])


@kernel
def forward_tanh(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`."""
    _forward(False, gates, weight_hh, lengths, reverse, states)


@kernel
def forward_relu(gates, weight_hh, bias_hh, lengths, reverse, states, cache):
    """See `Cell`."""
    _forward(True, gates, weight_hh, lengths, reverse, states)


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
