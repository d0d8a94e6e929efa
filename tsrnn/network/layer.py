"""One recurrent layer in one direction: what is the same for all cells."""

import numpy as np

from tsrnn._validation import check_int
from tsrnn.kernels.projections import layer_gradient, project_back
from tsrnn.network.packed import pack_turned
from tsrnn.network.tape import LayerTape
from tsrnn.network.workspace import FRESH

# Rows of a product that is large enough to be fast, where its result need not be kept.
_ROWS_AHEAD = 256

PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def layer_shapes(cell, n_inputs, n_units):
    """Return the parameters' shapes, in PyTorch's order."""
    rows = cell.n_gates * n_units
    return dict(zip(PARAMETERS, ((rows, n_inputs), (rows, n_units), (rows,), (rows,)), strict=True))


def check_layer_sizes(sizes):
    """Return `hidden_layer_sizes` as a tuple of positive ints; a bare int is one layer."""
    if isinstance(sizes, int | np.integer) and not isinstance(sizes, bool):
        sizes = (sizes,)
    if not isinstance(sizes, tuple | list | np.ndarray) or len(sizes) == 0:
        raise TypeError(
            f"hidden_layer_sizes must be a non-empty tuple of positive integers, got {sizes!r}"
        )
    return tuple(check_int(f"hidden_layer_sizes[{i}]", n, 1) for i, n in enumerate(sizes))


def layer_forward(
    cell, packed, x, lengths, reverse, initial_state, workspace=FRESH, name=None, *, keep="tape"
):
    """Run one layer in one direction over a batch.

    Parameters
    ----------
    cell : Cell
    packed : PackedLayer
    x : ndarray of shape (n_timesteps, n_rows, n_inputs)
        C-contiguous, finite at padded steps too.
    lengths : ndarray of shape (n_rows,), int64
    reverse : bool
    initial_state : ndarray of shape (n_states, n_rows, n_units) or None
        None is zeros.
    workspace : Workspace, optional
        Where the arrays of the tape come from; default new ones.
    name : hashable, optional
        Tells the arrays of this layer and direction from others in the workspace.
    keep : {"tape", "output", "state"}, default "tape"
        What is needed afterwards: all that a backward pass reads, the output of every step, or the
        last state alone. The less, the less memory goes through the processor's cache.

    Returns
    -------
    output : ndarray of shape (n_timesteps, n_rows, n_units) or None
        A view into the tape; None if only the state is kept.
    last_state : ndarray of shape (n_states, n_rows, n_units)
        State after each row's last step (its first, where `reverse`); a copy, so that keeping it
        does not keep the tape.
    tape : LayerTape or None
        None unless kept.
    """
    n_timesteps, n_rows, _ = x.shape
    size = (n_rows, packed.weight_hh.shape[2])
    n_kept = n_timesteps if keep == "tape" else min(max(_ROWS_AHEAD // n_rows, 1), n_timesteps)
    n_slots = 2 if keep == "state" else n_timesteps + 1
    gates = workspace.empty(("gates", name), (cell.n_gates, n_kept, *size), x.dtype)
    cache = workspace.empty(("cache", name), (cell.n_cached, n_kept, *size), x.dtype)
    states = workspace.empty(("states", name), (cell.n_states, n_slots, *size), x.dtype)
    first, last = (n_timesteps, 0) if reverse else (0, n_timesteps)
    states[:, first % n_slots] = 0 if initial_state is None else initial_state
    cell.forward(
        x, packed.weight_ih, packed.weight_hh, packed.bias, packed.bias_hh, lengths, reverse,
        gates, states, cache,
    )  # fmt: skip
    last_state = states[:, last % n_slots].copy()
    if keep == "state":
        return None, last_state, None
    output = states[0, :n_timesteps] if reverse else states[0, 1:]
    return output, last_state, LayerTape(x, gates, states, cache) if keep == "tape" else None


def layer_backward(cell, packed, gradients, tape, lengths, reverse, d_output, d_last_state):
    """Back-propagate through one layer in one direction.

    Parameters
    ----------
    cell : Cell
    packed : PackedLayer
        Turned too.
    gradients : tuple of ndarray
        Of weight_ih (G H, D), weight_hh (G H, H), bias_ih (G H,), bias_hh (G H,); added to.
    tape : LayerTape
        Of the forward pass.
    lengths : ndarray of shape (n_rows,), int64
    reverse : bool
    d_output : ndarray of shape (n_timesteps, n_rows, n_units) or (0, n_rows, n_units)
        Gradient with respect to the output; ignored at padded steps. Empty where it is zero.
    d_last_state : ndarray of shape (n_states, n_rows, n_units)
        Gradient with respect to the last state; overwritten by that to the initial one.

    Returns
    -------
    d_gates : ndarray of shape (n_gates, n_timesteps, n_rows, n_units)
        Gradient with respect to the input projection, for `input_gradient`; in the place of the
        tape's gates, so that there is one backward pass for each forward pass.
    """
    n_gates, n_timesteps, n_rows, n_units = tape.gates.shape
    cell.backward(
        tape.gates, packed.weight_hh_turned, lengths, reverse, tape.states, tape.cache,
        d_output, d_last_state,
    )  # fmt: skip
    h_before = tape.states[0, 1:] if reverse else tape.states[0, :n_timesteps]
    n = n_timesteps * n_rows
    d_weight_ih, d_weight_hh, d_bias_ih, d_bias_hh = gradients
    layer_gradient(
        tape.gates.reshape(n_gates, n, n_units),
        tape.cache[: cell.splits_hidden].reshape(-1, n, n_units),
        tape.x.reshape(n, -1), h_before.reshape(n, n_units),
        d_weight_ih, d_weight_hh, d_bias_ih, d_bias_hh,
    )  # fmt: skip
    return tape.gates


def input_gradient(packed, d_gates):
    """Return the gradient with respect to the layer's input, (n_timesteps, n_rows, n_inputs)."""
    n_gates, n_timesteps, n_rows, n_units = d_gates.shape
    weight = packed.given_weight_ih
    d_x = np.zeros((n_timesteps, n_rows, weight.shape[1]), d_gates.dtype)
    planes = d_gates.reshape(n_gates, -1, n_units)
    project_back(planes, pack_turned(weight, n_gates), d_x.reshape(-1, weight.shape[1]))
    return d_x
