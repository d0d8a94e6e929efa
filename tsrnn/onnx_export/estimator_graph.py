"""The ONNX graph of a fitted estimator: its network, and from the output to what users want."""

import json

import numpy as np

from tsrnn.estimators import RNNClassifier
from tsrnn.network.stack import check_layer_sizes
from tsrnn.onnx_export.graph import Graph, add_network

_SAMPLES, _TIMESTEPS = "n_samples", "n_timesteps"
# Kind of labels -> type in the file.
_LABEL_DTYPES = {"i": np.int64, "u": np.int64, "f": np.float64, "b": np.bool_}


def estimator_graph(model):
    """Return the `Graph` of a fitted regressor or classifier.

    Raises
    ------
    ValueError
        If a weight is too large for float32.
    TypeError
        If the labels of a classifier are not text, numbers or bools.
    """
    graph = Graph()
    coefs = {name: _as_float32(name, value) for name, value in model.coefs_.items()}
    n_features = coefs["weight_ih_l0"].shape[1]
    graph.inputs["X"] = np.dtype(np.float32), [_SAMPLES, _TIMESTEPS, n_features]
    output = add_network(
        graph,
        "X",
        coefs,
        cell=model.cell,
        hidden_layer_sizes=check_layer_sizes(model.hidden_layer_sizes),
        bidirectional=model.bidirectional,
        every_step=model.return_sequences,
    )
    add = _add_classes if isinstance(model, RNNClassifier) else _add_prediction
    add(graph, model, output, [_SAMPLES, _TIMESTEPS] if model.return_sequences else [_SAMPLES])
    return graph


def metadata(model):
    """Return name -> JSON of what there is to know of a fitted estimator beside the numbers."""
    facts = {
        "estimator": type(model).__name__,
        "cell": model.cell,
        "hidden_layer_sizes": check_layer_sizes(model.hidden_layer_sizes),
        "bidirectional": bool(model.bidirectional),
        "return_sequences": bool(model.return_sequences),
    }
    if isinstance(model, RNNClassifier):
        facts["classes"] = _labels(model.classes_).tolist()
    return {name: json.dumps(value) for name, value in facts.items()}


def _as_float32(name, value):
    with np.errstate(over="ignore"):
        value = value.astype(np.float32)
    if not np.isfinite(value).all():
        raise ValueError(f"{name} has weights too large for float32, which ONNX files are in")
    return value


def _add_prediction(graph, model, output, rows):
    """Add the output as `predict` returns it: without its last axis, if `y` had none."""
    if model._squeeze:
        graph.reshape(output, [0] * len(rows), "prediction")
    else:
        graph.node("Identity", [output], "prediction")
    shape = rows if model._squeeze else [*rows, model.n_outputs_]
    graph.outputs["prediction"] = np.dtype(np.float32), shape


def _add_classes(graph, model, output, rows):
    """Add labels and probabilities."""
    labels, axis = _labels(model.classes_), len(rows)
    # Of the output, not of the probabilities, which may saturate.
    index = graph.node("ArgMax", [output], "class_index", axis=axis, keepdims=0)
    graph.node("Gather", [graph.constant("classes", labels), index], "label", axis=0)
    graph.node("Softmax", [output], "probabilities", axis=axis)
    graph.outputs["label"] = labels.dtype, rows
    graph.outputs["probabilities"] = np.dtype(np.float32), [*rows, len(labels)]


def _labels(classes):
    if classes.dtype.kind in _LABEL_DTYPES:
        return classes.astype(_LABEL_DTYPES[classes.dtype.kind])
    if all(isinstance(label, str) for label in classes):
        return np.array(classes, dtype=object)
    raise TypeError(
        f"an ONNX file's labels must be text, numbers or bools, got the classes {classes}"
    )
