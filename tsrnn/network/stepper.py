"""One row at a time through a network, in arrays that are kept."""

import numpy as np

from tsrnn.kernels.projections import project


class Stepper:
    """Takes single time steps of one sequence; the bits are those of ``Network.forward``.

    Parameters
    ----------
    network : Network
        Plain (see `Network.plain`) and of one direction.
    packed : Packed
        Its parameters.

    Examples
    --------
    >>> from tsrnn.network import Network
    >>> network = Network(2, (4,), 1)
    >>> packed = network.pack(network.initial_theta(np.random.default_rng(0)))
    >>> x = np.ones((3, 1, 2), np.float32)
    >>> _, state, _ = network.forward(packed, x[:2])
    >>> expected, _, _ = network.forward(packed, x[2:], state=state)
    >>> bool((Stepper(network, packed).step(x[2], state) == expected).all())
    True
    """

    def __init__(self, network, packed):
        cell, dtype = network.cell, packed.head_bias.dtype
        self.forward = cell.forward
        # By layer: state before and after a step, its output, and what the cell takes.
        self.layers = []
        for layer, n_units in zip(packed.layers, network.hidden_layer_sizes, strict=True):
            # As `layer_forward` makes them for one step.
            gates, states, cache = (
                np.empty((n_planes, n_slots, 1, n_units), dtype)
                for n_planes, n_slots in (
                    (cell.n_gates, 1),
                    (cell.n_states, 2),
                    (cell.n_cached, 1),
                )
            )
            arguments = (
                layer.weight_ih, layer.weight_hh, layer.bias, layer.bias_hh,
                np.ones(1, np.int64), False, gates, states, cache,
            )  # fmt: skip
            self.layers.append((states[:, 0], states[:, 1], states[0, 1:], arguments))
        self.head = packed.head_weight[0]
        self.x = np.empty((1, 1, network.n_features), dtype)
        self.bias = packed.head_bias[None].copy()
        self.output = np.empty_like(self.bias)

    def step(self, x, state):
        """Bring `state` (list of ndarray, as ``Network.forward`` returns it) one step forward.

        Parameters
        ----------
        x : ndarray of shape (1, n_features)
            Of any dtype.
        state : list of ndarray
            Overwritten.

        Returns
        -------
        ndarray of shape (1, n_outputs)
            Valid until the next call.
        """
        self.x[0] = x
        x = self.x
        for now, (before, after, output, arguments) in zip(state, self.layers, strict=True):
            before[...] = now
            self.forward(x, *arguments)
            now[...] = after
            x = output
        project(x[0], self.head, self.bias, self.output)
        return self.output
