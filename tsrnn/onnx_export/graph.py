"""The ONNX graph of a network: standard operators, gates in ONNX's order.

Operators and their semantics: https://onnx.ai/onnx/operators (RNN, GRU and LSTM, version 7).
"""

from dataclasses import dataclass, field

import numpy as np

from tsrnn.network.layer import PARAMETERS


@dataclass(frozen=True)
class Operator:
    """How ONNX has a cell.

    Attributes
    ----------
    name : str
    gates : tuple of int
        Place among PyTorch's gates of each of ONNX's.
    activations : tuple of str
        In one direction, where they are not the operator's defaults.
    attributes : dict
    """

    name: str
    gates: tuple
    activations: tuple = ()
    attributes: dict = field(default_factory=dict)


OPERATORS = {
    "rnn": Operator("RNN", (0,)),
    "rnn_relu": Operator("RNN", (0,), activations=("Relu",)),
    # i f g o -> i o f c
    "lstm": Operator("LSTM", (0, 3, 1, 2)),
    # r z n -> z r h; PyTorch applies the reset gate after the product with the hidden weights.
    "gru": Operator("GRU", (1, 0, 2), attributes={"linear_before_reset": 1}),
}


@dataclass(frozen=True)
class Node:
    """One operator; values go by their names, "" is an output that nobody wants."""

    operator: str
    inputs: list
    outputs: list
    attributes: dict


class Graph:
    """An ONNX graph in the making. It needs no onnx.

    Attributes
    ----------
    nodes : list of Node
        In an order in which they can run.
    constants : dict of str to ndarray
    inputs, outputs : dict of str to (dtype, shape)
        A dimension that is free goes by a name.
    """

    def __init__(self):
        self.nodes, self.constants, self.inputs, self.outputs = [], {}, {}, {}

    def constant(self, name, value):
        """Add an array and return its name."""
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def node(self, operator, inputs, output, **attributes):
        """Add an operator and return the output, or the last of a list of outputs."""
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(Node(operator, inputs, outputs, attributes))
        return outputs[-1]

    def reshape(self, value, shape, output):
        """Reshape `value`; a 0 in `shape` keeps that dimension."""
        shape = self.constant(f"{output}_shape", np.array(shape, np.int64))
        return self.node("Reshape", [value, shape], output)


def add_network(graph, x, coefs, *, cell, hidden_layer_sizes, bidirectional, every_step):
    """Add the recurrent layers and the head.

    Parameters
    ----------
    graph : Graph
    x : str
        Value of shape (n_samples, n_timesteps, n_features).
    coefs : dict of str to ndarray
        Parameters by PyTorch's names, float32.
    cell : str
    hidden_layer_sizes : tuple of int
    bidirectional, every_step : bool

    Returns
    -------
    str
        Value of shape (n_samples[, n_timesteps], n_outputs).
    """
    operator, directions = OPERATORS[cell], ("", "_reverse") if bidirectional else ("",)
    last = len(hidden_layer_sizes) - 1
    # The operators read time first.
    x = graph.node("Transpose", [x], "x_time_major", perm=[1, 0, 2])
    for i, n_units in enumerate(hidden_layer_sizes):
        only_state = i == last and not every_step
        outputs = ["", f"h_last_l{i}"] if only_state else [f"h_by_direction_l{i}"]
        inputs = [x, *_add_layer_weights(graph, coefs, operator, i, directions)]
        attributes = dict(operator.attributes)
        if operator.activations:
            attributes["activations"] = list(operator.activations) * len(directions)
        x = graph.node(
            operator.name, inputs, outputs, hidden_size=n_units,
            direction="bidirectional" if bidirectional else "forward", **attributes,
        )  # fmt: skip
        # Directions, third from the end, go beside the units of each.
        n_before = 0 if only_state else 1
        perm = [0, 2, 1, 3] if n_before else [1, 0, 2]
        x = graph.node("Transpose", [x], f"h_l{i}_directions_last", perm=perm)
        width = len(directions) * n_units
        x = graph.reshape(x, [0] * (n_before + 1) + [width], f"h_l{i}")
    weight = graph.constant("head.weight", coefs["head.weight"].T)
    out = graph.node("MatMul", [x, weight], "head_product")
    out = graph.node("Add", [out, graph.constant("head.bias", coefs["head.bias"])], "output")
    return graph.node("Transpose", [out], "output_by_sample", perm=[1, 0, 2]) if every_step else out


def _add_layer_weights(graph, coefs, operator, layer, directions):
    """Add W (D, G H, I), R (D, G H, H) and B (D, 2 G H), gates in ONNX's order; return names."""
    weight_ih, weight_hh, bias_ih, bias_hh = (
        np.stack([_reordered(coefs[f"{name}_l{layer}{d}"], operator.gates) for d in directions])
        for name in PARAMETERS
    )
    bias = np.concatenate([bias_ih, bias_hh], axis=1)
    values = {"W": weight_ih, "R": weight_hh, "B": bias}
    return [graph.constant(f"{name}_l{layer}", value) for name, value in values.items()]


def _reordered(parameter, gates):
    blocks = parameter.reshape(len(gates), -1, *parameter.shape[1:])
    return blocks[list(gates)].reshape(parameter.shape)
