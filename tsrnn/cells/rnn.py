"""Elman's simple recurrent network, with tanh or relu.

h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), or relu in place of tanh.

Elman (1990), Finding structure in time, Cognitive Science 14; relu: Le, Jaitly and Hinton (2015),
arXiv:1504.00941.
"""

import numpy as np

from tsrnn._jit import kernel
from tsrnn.cells._cell import Cell
from tsrnn.kernels.activations import tanh
from tsrnn.kernels.products import accumulate_packed
from tsrnn.kernels.projections import project_ahead, project_step, repeat
from tsrnn.kernels.simd import load, n_lanes, store, whole_lanes, zeros
from tsrnn.kernels.steps import add_output, clear, copy, part, shortest, step_parts

_ONE = np.float32(1)


@kernel
def _slope(h):
    """Return the derivative of tanh where tanh is h."""
    return _ONE - h * h


@kernel
def _units(relu, a, h):
    """``h = f(a)``: a (n,), **h** (n,)."""
    if relu:
        zero = a.dtype.type(0)
        for j in range(h.size):
            # Not max(): NaN must stay NaN.
            h[j] = zero if a[j] < zero else a[j]
        return
    whole = whole_lanes(h)
    for j in range(0, whole, n_lanes(h)):
        store(h, j, tanh(load(a, j)))
    for j in range(whole, h.size):
        h[j] = tanh(a[j])


@kernel
def _units_back(relu, h, d_h, d_a):
    """``d_a = d_h f'``, and d_h is used up: h (n,), **d_h, d_a** (n,)."""
    if relu:
        zero = h.dtype.type(0)
        for j in range(h.size):
            d_a[j] = d_h[j] if h[j] > zero else zero
        clear(d_h)
        return
    whole = whole_lanes(h)
    for j in range(0, whole, n_lanes(h)):
        store(d_a, j, load(d_h, j) * _slope(load(h, j)))
        store(d_h, j, zeros(d_h))
    for j in range(whole, h.size):
        d_a[j] = d_h[j] * _slope(h[j])
        d_h[j] = 0


@kernel
def _forward(relu, x, panels_ih, panels_hh, bias, lengths, reverse, gates, states):
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
                _units(relu, part(gates[0, at], b, size), part(states[0, after], b, size))
            else:
                copy(states[0, before, b], states[0, after, b])


@kernel
def _backward(relu, gates, panels, lengths, reverse, states, d_output, d_h):
    n_timesteps, n_whole = gates.shape[1], shortest(lengths)
    for step in range(n_timesteps):
        t = step if reverse else n_timesteps - 1 - step
        after = t if reverse else t + 1
        n_parts, size = step_parts(t, n_whole, states[0, 0])
        add_output(d_output, t, lengths, n_whole, d_h)
        for b in range(n_parts):
            if t < n_whole or t < lengths[b]:
                _units_back(
                    relu, part(states[0, after], b, size), part(d_h, b, size),
                    part(gates[0, t], b, size),
                )  # fmt: skip
            else:
                clear(gates[0, t, b])
        accumulate_packed(gates[0, t], panels[0], d_h)


@kernel
def forward_tanh(x, panels_ih, panels_hh, bias, bias_hh, lengths, reverse, gates, states, cache):
    """See `Cell`."""
    _forward(False, x, panels_ih, panels_hh, bias, lengths, reverse, gates, states)


@kernel
def forward_relu(x, panels_ih, panels_hh, bias, bias_hh, lengths, reverse, gates, states, cache):
    """See `Cell`."""
    _forward(True, x, panels_ih, panels_hh, bias, lengths, reverse, gates, states)


@kernel
def backward_tanh(gates, panels, lengths, reverse, states, cache, d_output, d_state):
    """See `Cell`."""
    _backward(False, gates, panels, lengths, reverse, states, d_output, d_state[0])


@kernel
def backward_relu(gates, panels, lengths, reverse, states, cache, d_output, d_state):
    """See `Cell`."""
    _backward(True, gates, panels, lengths, reverse, states, d_output, d_state[0])


TANH = Cell(forward_tanh, backward_tanh, n_gates=1)
RELU = Cell(forward_relu, backward_relu, n_gates=1)
