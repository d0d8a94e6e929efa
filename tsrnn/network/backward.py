"""The backward pass through stacked layers, from what the head read down to the input."""

import numpy as np

from tsrnn.network.dilation import dilated_backward
from tsrnn.network.layer import input_gradient


def layers_backward(network, layers, d_views, tape, d_top, *, input_too):
    """Add the gradient with respect to the parameters of all layers.

    Parameters
    ----------
    network : Network
    layers : list of PackedLayer
        Turned too.
    d_views : dict of str to ndarray
        The gradient by name; added to.
    tape : Tape
    d_top : ndarray of shape (n_timesteps * n_rows, n_inputs) or (n_rows, n_inputs)
        Gradient with respect to what the head read, at every step or of the last states.
    input_too : bool
        Whether to go down to the input.

    Returns
    -------
    ndarray of shape (n_timesteps, n_rows, n_features) or None
        Gradient with respect to the input.
    """
    n_directions, n_layers = len(network.suffixes), len(network.hidden_layer_sizes)
    n_rows, n_timesteps = len(tape.lengths), tape.n_timesteps
    d_x = d_top.reshape(n_timesteps, n_rows, -1) if tape.every_step else None
    for i in reversed(range(n_layers)):
        n_units = network.hidden_layer_sizes[i]
        # The head sees the last outputs of the top layer, with residual connections of them all.
        last_counts = not tape.every_step and (network.residual or i == n_layers - 1)
        below = None
        for direction, suffix in enumerate(network.suffixes):
            units = slice(direction * n_units, (direction + 1) * n_units)
            nth = i * n_directions + direction
            if d_x is None:
                d_layer = np.empty((0, n_rows, n_units), d_top.dtype)
            else:
                d_layer = np.ascontiguousarray(d_x[:, :, units])
            d_last = d_top[:, units] if last_counts else np.zeros((n_rows, n_units), d_top.dtype)
            d_gates, unfold = dilated_backward(
                network.cell, layers[nth], network.pick(d_views, i, suffix), tape.layers[nth],
                tape.lengths, bool(suffix), d_layer, d_last,
                dilation=network.dilations[i], n_timesteps=n_timesteps,
            )  # fmt: skip
            if i > 0 or input_too:
                d_input = unfold(input_gradient(layers[nth], d_gates))
                below = d_input if below is None else below + d_input
        if i > 0 and tape.dropped[i - 1] is not None:
            below *= tape.dropped[i - 1]
        if i > 0 and network.residual and d_x is not None:
            below = below + d_x
        d_x = below
    return d_x
