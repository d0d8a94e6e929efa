"""One recurrent layer in one direction: what is the same for all cells."""

from dataclasses import dataclass

import numpy as np

from tsrnn.kernels.projections import project, project_back, project_gradient
from tsrnn.network.workspace import FRESH

PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


@dataclass
class LayerTape:
    """What the backward pass needs of a forward pass."""

    x: np.ndarray
    gates: np.ndarray
    states: np.ndarray
    cache: np.ndarray
    workspace: object


def layer_shapes(cell, n_inputs, n_units):
    """Return the parameters' shapes, in PyTorch's order."""
    rows = cell.n_gates * n_units
    return dict(zip(PARAMETERS, ((rows, n_inputs), (rows, n_units), (rows,), (rows,)), strict=True))


def layer_forward(cell, parameters, x, lengths, reverse, initial_state, workspace=FRESH, name=None):
    """Run one layer in one direction over a batch.

    Parameters
    ----------
    cell : Cell
    parameters : tuple of ndarray
        weight_ih (G H, D), weight_hh (G H, H), bias_ih (G H,), bias_hh (G H,).
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

    Returns
    -------
    output : ndarray of shape (n_timesteps, n_rows, n_units)
        A view into the tape.
    last_state : ndarray of shape (n_states, n_rows, n_units)
        State after each row's last step (its first, where `reverse`); a copy, so that keeping it
        does not keep the tape.
    tape : LayerTape
    """
    weight_ih, weight_hh, bias_ih, bias_hh = parameters
    n_timesteps, n_rows, n_inputs = x.shape
    n_units = weight_hh.shape[1]
    step = (n_timesteps, n_rows, n_units)
    gates = workspace.empty(("gates", name), (cell.n_gates, *step), x.dtype)
    cache = workspace.empty(("cache", name), (cell.n_cached, *step), x.dtype)
    states = workspace.empty(
        ("states", name), (cell.n_states, n_timesteps + 1, n_rows, n_units), x.dtype
    )
    first, last = (n_timesteps, 0) if reverse else (0, n_timesteps)
    states[:, first] = 0 if initial_state is None else initial_state
    bias = bias_ih if cell.splits_hidden else bias_ih + bias_hh
    project(x.reshape(-1, n_inputs), weight_ih, bias, gates.reshape(cell.n_gates, -1, n_units))
    cell.forward(gates, weight_hh, bias_hh, lengths, reverse, states, cache)
    output = states[0, :n_timesteps] if reverse else states[0, 1:]
    return output, states[:, last].copy(), LayerTape(x, gates, states, cache, workspace)


def layer_backward(cell, parameters, gradients, tape, lengths, reverse, d_output, d_last_state):
    """Back-propagate through one layer in one direction.

    Parameters
    ----------
    cell : Cell
    parameters : tuple of ndarray
        As in `layer_forward`.
    gradients : tuple of ndarray
        Same shapes as `parameters`; added to.
    tape : LayerTape
        Of the forward pass.
    lengths : ndarray of shape (n_rows,), int64
    reverse : bool
    d_output : ndarray of shape (n_timesteps, n_rows, n_units)
        Gradient with respect to the output; ignored at padded steps.
    d_last_state : ndarray of shape (n_states, n_rows, n_units)
        Gradient with respect to the last state; overwritten by that to the initial one.

    Returns
    -------
    d_gates : ndarray of shape (n_gates, n_timesteps, n_rows, n_units)
        Gradient with respect to the input projection, for `input_gradient`; in the tape's
        workspace.
    """
    _, weight_hh, _, _ = parameters
    d_weight_ih, d_weight_hh, d_bias_ih, d_bias_hh = gradients
    n_gates, n_timesteps, n_rows, n_units = tape.gates.shape
    shape, dtype = tape.gates.shape, tape.gates.dtype
    d_gates = tape.workspace.empty("d_gates", shape, dtype)
    d_hidden = tape.workspace.empty("d_hidden", shape, dtype) if cell.splits_hidden else d_gates
    cell.backward(
        tape.gates, weight_hh, lengths, reverse, tape.states, tape.cache,
        d_output, d_last_state, d_gates, d_hidden,
    )  # fmt: skip
    h_before = tape.states[0, 1:] if reverse else tape.states[0, :n_timesteps]
    planes = (n_gates, n_timesteps * n_rows, n_units)
    x = tape.x.reshape(n_timesteps * n_rows, -1)
    project_gradient(d_gates.reshape(planes), x, d_weight_ih, d_bias_ih)
    project_gradient(
        d_hidden.reshape(planes), h_before.reshape(-1, n_units), d_weight_hh, d_bias_hh
    )
    return d_gates


def input_gradient(d_gates, weight_ih):
    """Return the gradient with respect to the layer's input, (n_timesteps, n_rows, n_inputs)."""
    n_gates, n_timesteps, n_rows, n_units = d_gates.shape
    d_x = np.zeros((n_timesteps, n_rows, weight_ih.shape[1]), d_gates.dtype)
    planes = d_gates.reshape(n_gates, -1, n_units)
    project_back(planes, weight_ih, d_x.reshape(-1, weight_ih.shape[1]))
    return d_x
