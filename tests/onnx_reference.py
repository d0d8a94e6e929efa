"""ONNX operators in float64 NumPy, read off the operators' specification (onnx.ai/onnx/operators).

It runs a graph's plain nodes, so that the numbers can be checked where onnx is not installed.
Operators know what exported graphs need of them and raise KeyError for other attributes.
"""

import numpy as np
from reference import sigmoid

ACTIVATIONS = {"Tanh": np.tanh, "Relu": lambda x: np.maximum(x, 0), "Sigmoid": sigmoid}
DEFAULTS = {"RNN": ["Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]}


def rnn_step(x, h, c, W, R, Wb, Rb, f):
    return f(x @ W.T + h @ R.T + Wb + Rb), c


def lstm_step(x, h, c, W, R, Wb, Rb, f, g, last):
    i, o, forget, cell = np.split(x @ W.T + h @ R.T + Wb + Rb, 4, axis=1)
    c = f(forget) * c + f(i) * g(cell)
    return f(o) * last(c), c


def gru_step(x, h, c, W, R, Wb, Rb, f, g, linear_before_reset=0):
    W_z, W_r, W_h = np.split(W, 3)
    R_z, R_r, R_h = np.split(R, 3)
    Wb_z, Wb_r, Wb_h = np.split(Wb, 3)
    Rb_z, Rb_r, Rb_h = np.split(Rb, 3)
    z = f(x @ W_z.T + h @ R_z.T + Wb_z + Rb_z)
    r = f(x @ W_r.T + h @ R_r.T + Wb_r + Rb_r)
    if linear_before_reset:
        candidate = g(x @ W_h.T + r * (h @ R_h.T + Rb_h) + Wb_h)
    else:
        candidate = g(x @ W_h.T + (r * h) @ R_h.T + Rb_h + Wb_h)
    return (1 - z) * candidate + z * h, c


STEPS = {"RNN": rnn_step, "LSTM": lstm_step, "GRU": gru_step}


def recurrent(operator, X, W, R, B, hidden_size, direction="forward", activations=None, **options):
    """Return Y (T, D, B, H) and Y_h (D, B, H)."""
    n_directions = {"forward": 1, "bidirectional": 2}[direction]
    names = activations or DEFAULTS[operator] * n_directions
    functions = np.reshape([ACTIVATIONS[name] for name in names], (n_directions, -1))
    assert W.shape[0] == R.shape[0] == B.shape[0] == n_directions
    assert R.shape[2] == hidden_size
    Y = np.zeros((len(X), n_directions, X.shape[1], hidden_size))
    last = []
    for d in range(n_directions):
        h = c = np.zeros((X.shape[1], hidden_size))
        for t in reversed(range(len(X))) if d else range(len(X)):
            Wb, Rb = np.split(B[d], 2)
            h, c = STEPS[operator](X[t], h, c, W[d], R[d], Wb, Rb, *functions[d], **options)
            Y[t, d] = h
        last.append(h)
    return Y, np.stack(last)


def reshape(x, shape):
    kept = [x.shape[i] if n == 0 else n for i, n in enumerate(shape)]
    return (x.reshape(kept),)


def softmax(x, axis):
    """Of version 1: axes from `axis` on are one."""
    rows = x.reshape(int(np.prod(x.shape[:axis])), -1)
    e = np.exp(rows - rows.max(axis=1, keepdims=True))
    return ((e / e.sum(axis=1, keepdims=True)).reshape(x.shape),)


def argmax(x, axis, keepdims):
    assert keepdims == 0
    return (x.argmax(axis=axis),)


OPERATORS = {
    "Transpose": lambda x, perm: (x.transpose(perm),),
    "Reshape": reshape,
    "MatMul": lambda a, b: (a @ b,),
    "Add": lambda a, b: (a + b,),
    "Identity": lambda x: (x,),
    "Softmax": softmax,
    "ArgMax": argmax,
    "Gather": lambda data, indices, axis: (np.take(data, indices, axis=axis),),
}


def run(graph, **inputs):
    """Return name -> array of the outputs of a `tsrnn.onnx_export.graph.Graph`."""
    values = inputs | {
        name: value.astype(np.float64) if value.dtype == np.float32 else value
        for name, value in graph.constants.items()
    }
    for node in graph.nodes:
        arguments = [values[name] for name in node.inputs]
        if node.operator in STEPS:
            results = recurrent(node.operator, *arguments, **node.attributes)
        else:
            results = OPERATORS[node.operator](*arguments, **node.attributes)
        for name, result in zip(node.outputs, results, strict=False):
            assert name not in values, "a value is written once"
            if name:
                values[name] = result
    return {name: values[name] for name in graph.outputs}
