"""Write a fitted estimator as an ONNX file."""

import os

from sklearn.utils.validation import check_is_fitted

import tsrnn
from tsrnn._validation import check_choice
from tsrnn.estimators import RNNClassifier, RNNRegressor
from tsrnn.model_file.atomic import replacing
from tsrnn.onnx_export.estimator_graph import estimator_graph, metadata
from tsrnn.onnx_export.graph import OPERATORS

# IR version 4, which came with opset 9, is the first whose constants need not be inputs too.
_OPSET, _IR_VERSION = 9, 4


def export_onnx(model, path):
    """Write a fitted `RNNRegressor` or `RNNClassifier` as an ONNX file, for other runtimes.

    The file has the standard operators ``RNN``, ``LSTM`` or ``GRU`` (opset 9) and passes ONNX's
    checker. It is written whole or not at all.

    Parameters
    ----------
    model : RNNRegressor or RNNClassifier
        Fitted, or from `from_torch`.
    path : str or path-like
        File to write; one that is there is replaced.

    Raises
    ------
    ImportError
        If the package onnx is missing (``pip install 'tsrnn[onnx]'``).
    TypeError
        If `model` is something else, or the labels of a classifier are not text, numbers or bools.
    sklearn.exceptions.NotFittedError
        If `model` is not fitted.
    ValueError
        If a weight is too large for float32, or the layers are dilated or residual.
    OSError
        If the file cannot be written.

    Notes
    -----
    Input ``X``: (n_samples, n_timesteps, n_features), float32; numbers of samples and time steps
    are free in each run. It has three dimensions even if the model was fitted on two: pass
    ``X.reshape(len(X), -1, n_channels)``. All sequences of a run have one length; run a list of
    unequal ones in groups of equal length.

    Outputs of a regressor: ``prediction``, float32, of the shape that `predict` returns. Of a
    classifier: ``label`` (text, int64, double or bool), as from `predict`, and ``probabilities``,
    float32, as from `predict_proba`, in the order of the labels in the metadata.

    Weights of a float64 model are rounded to float32, which is all that onnxruntime has for
    recurrent operators. Metadata: estimator, cell, hidden_layer_sizes, bidirectional,
    return_sequences and classes, as JSON.

    The other steps of a scikit-learn Pipeline are not in the file: export the last one from here,
    and those before it with skl2onnx.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn import RNNRegressor, export_onnx
    >>> X = np.random.default_rng(0).normal(size=(20, 8, 2)).astype("float32")
    >>> model = RNNRegressor("lstm", max_iter=1, random_state=0).fit(X, X.sum(axis=(1, 2)))
    >>> export_onnx(model, "model.onnx")  # doctest: +SKIP
    >>> import onnxruntime  # doctest: +SKIP
    >>> session = onnxruntime.InferenceSession("model.onnx")  # doctest: +SKIP
    >>> (prediction,) = session.run(None, {"X": X})  # doctest: +SKIP
    >>> bool(np.allclose(prediction, model.predict(X), atol=1e-5))  # doctest: +SKIP
    True
    """
    _check_model(model)
    path = os.fspath(path)
    try:
        import onnx
    except ImportError as error:
        raise ImportError(
            "export_onnx needs the package onnx: pip install 'tsrnn[onnx]'"
        ) from error
    proto = _model_proto(model)
    onnx.checker.check_model(proto, full_check=True)
    with replacing(path) as file:
        file.write(proto.SerializeToString())


def _check_model(model):
    if not isinstance(model, RNNRegressor | RNNClassifier):
        kind = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise TypeError(
            f"model must be a fitted RNNRegressor or RNNClassifier, got {kind}: what forecasters, "
            "detectors and pipelines do besides the network has no place in an ONNX file"
        )
    check_is_fitted(model)
    check_choice("cell", model.cell, OPERATORS)
    if not model._fitted_network().plain:
        raise ValueError(
            "model must have dilations=None and residual=False, as ONNX's recurrent operators do, "
            f"got dilations={model.dilations!r}, residual={model.residual!r}"
        )


def _model_proto(model):
    from onnx import helper, numpy_helper

    graph = estimator_graph(model)
    nodes = [
        helper.make_node(n.operator, n.inputs, n.outputs, f"{n.operator}_{i}", **n.attributes)
        for i, n in enumerate(graph.nodes)
    ]
    constants = [numpy_helper.from_array(array, name) for name, array in graph.constants.items()]
    ends = [
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)
            for name, (dtype, shape) in values.items()
        ]
        for values in (graph.inputs, graph.outputs)
    ]
    proto = helper.make_model(
        helper.make_graph(nodes, type(model).__name__, *ends, constants),
        producer_name="tsrnn", producer_version=tsrnn.__version__, ir_version=_IR_VERSION,
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )  # fmt: skip
    helper.set_model_props(proto, metadata(model))
    return proto
