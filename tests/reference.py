"""Recurrent networks and losses written naively: one sequence, one time step, one number at a time.

Everything here is float64 NumPy read off the papers' equations. It shares nothing with the package
but the names and shapes of the parameters, which are PyTorch's.
"""

import math

import numpy as np

N_GATES = {"rnn": 1, "rnn_relu": 1, "lstm": 4, "gru": 3}
N_STATES = {"rnn": 1, "rnn_relu": 1, "lstm": 2, "gru": 1}


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def rnn_step(x, state, w_ih, w_hh, b_ih, b_hh, squash=np.tanh):
    """Elman (1990)."""
    (h,) = state
    return (squash(w_ih @ x + b_ih + w_hh @ h + b_hh),)


def rnn_relu_step(x, state, w_ih, w_hh, b_ih, b_hh):
    return rnn_step(x, state, w_ih, w_hh, b_ih, b_hh, lambda a: np.maximum(a, 0.0))


def lstm_step(x, state, w_ih, w_hh, b_ih, b_hh):
    """Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000)."""
    h, c = state
    i, f, g, o = np.split(w_ih @ x + b_ih + w_hh @ h + b_hh, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_step(x, state, w_ih, w_hh, b_ih, b_hh):
    """Cho et al. (2014), the reset gate applied after the product."""
    (h,) = state
    r_x, z_x, n_x = np.split(w_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(w_hh @ h + b_hh, 3)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)
    return ((1 - z) * n + z * h,)


STEPS = {"rnn": rnn_step, "rnn_relu": rnn_relu_step, "lstm": lstm_step, "gru": gru_step}


def run_layer(cell, parameters, x, state=None, reverse=False, dilation=1):
    """Run one sequence x (T, D); return outputs (T, H), in the order of time, and the last state.

    With `reverse` the sequence is read from its end; with a `dilation`, which starts from zeros,
    each step follows the one so many before.
    """
    if dilation > 1:
        outputs = np.zeros((len(x), parameters[1].shape[1]))
        for phase in range(min(dilation, len(x))):
            outputs[phase::dilation], last = run_layer(
                cell, parameters, x[phase::dilation], reverse=reverse
            )
            if phase == (0 if reverse else (len(x) - 1) % dilation):
                state = last
        return outputs, state
    n_units = parameters[1].shape[1]
    if state is None:
        state = tuple(np.zeros(n_units) for _ in range(N_STATES[cell]))
    outputs = np.zeros((len(x), n_units))
    for t in reversed(range(len(x))) if reverse else range(len(x)):
        state = STEPS[cell](x[t], state, *parameters)
        outputs[t] = state[0]
    return outputs, state


def run_network(cell, parameters, x, state=None, dilations=None, residual=False):
    """Run a stack over one sequence x (T, D).

    `parameters` maps PyTorch's names (and "head.weight", "head.bias") to arrays; layers and
    directions are read off the names. Returns the outputs at every step (T, O), the output of the
    last-step head (O,) and the list of last states, one per layer and direction.
    """
    states, layer, top = [], 0, None
    while f"weight_ih_l{layer}" in parameters:
        outputs, last_hidden = [], []
        for suffix in ("", "_reverse"):
            key = f"l{layer}{suffix}"
            if f"weight_ih_{key}" not in parameters:
                continue
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            start = None if state is None else state[len(states)]
            output, last = run_layer(
                cell, [parameters[f"{n}_{key}"] for n in names], x, start, bool(suffix),
                1 if dilations is None else dilations[layer],
            )  # fmt: skip
            outputs.append(output)
            states.append(last)
            last_hidden.append(last[0])
        if residual and layer > 0:
            x = np.concatenate(outputs, axis=1) + x
            top = np.concatenate(last_hidden) + top
        else:
            x, top = np.concatenate(outputs, axis=1), np.concatenate(last_hidden)
        layer += 1
    w, b = parameters["head.weight"], parameters["head.bias"]
    return x @ w.T + b, w @ top + b, states


def squared_error(output, target):
    return (target - output) ** 2


def absolute_error(output, target):
    return abs(target - output)


def huber(output, target, delta=1.0):
    """Huber (1964)."""
    error = abs(target - output)
    return 0.5 * error**2 if error <= delta else delta * (error - 0.5 * delta)


def pinball(output, target, q):
    """Koenker and Bassett (1978)."""
    return q * (target - output) if target >= output else (1 - q) * (output - target)


def cross_entropy(outputs, index):
    """-log softmax(outputs)[index]."""
    return -math.log(math.exp(outputs[index]) / sum(math.exp(o) for o in outputs))


def mean_loss(element_loss, outputs, targets, weights):
    """Weighted mean of `element_loss(output, target)` over elements given as flat lists."""
    total = sum(
        w * element_loss(o, y) for o, y, w in zip(outputs, targets, weights, strict=True) if w > 0
    )
    return total / sum(weights)


def gradient_by_differences(function, theta, step=1e-6):
    """Central differences of a scalar function of a float64 vector, one element at a time."""
    gradient = np.empty_like(theta)
    for i in range(theta.size):
        moved = theta.copy()
        moved[i] = theta[i] + step
        above = function(moved)
        moved[i] = theta[i] - step
        gradient[i] = (above - function(moved)) / (2 * step)
    return gradient
