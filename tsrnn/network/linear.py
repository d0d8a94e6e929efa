"""A linear layer: the head of a network, an embedding."""

import numpy as np

from tsrnn.kernels.projections import layer_gradient, project, project_back


def linear_forward(panels, bias, x):
    """Return ``x @ weight.T + bias``.

    Parameters
    ----------
    panels : ndarray
        The weight (n_outputs, n_inputs) by `pack`.
    bias : ndarray of shape (n_outputs,)
    x : ndarray of shape (n, n_inputs)

    Returns
    -------
    ndarray of shape (n, n_outputs)
    """
    if len(x) == 1 and bias.dtype == x.dtype:
        # A stream of single rows notices what it costs to repeat the bias.
        output = np.empty((1, len(bias)), x.dtype)
        project(x, panels[0], bias[None], output)
        return output
    output, rows = np.empty((2, len(x), len(bias)), x.dtype)
    rows[:] = bias
    project(x, panels[0], rows, output)
    return output


def linear_backward(panels, x, d_output, d_weight, d_bias):
    """Back-propagate through a linear layer.

    Parameters
    ----------
    panels : ndarray
        The weight by `pack_turned`.
    x : ndarray of shape (n, n_inputs)
    d_output : ndarray of shape (n, n_outputs)
    d_weight : ndarray of shape (n_outputs, n_inputs)
        Added to.
    d_bias : ndarray of shape (n_outputs,)
        Added to.

    Returns
    -------
    ndarray of shape (n, n_inputs)
        Gradient with respect to `x`.
    """
    d_output, n_outputs = d_output[None], d_output.shape[1]
    # Not recurrent: neither a hidden state nor its weights.
    none = np.empty(0, x.dtype)
    layer_gradient(
        d_output, none.reshape(0, len(x), n_outputs), x, none.reshape(len(x), 0),
        d_weight, none.reshape(n_outputs, 0), d_bias, none,
    )  # fmt: skip
    d_x = np.zeros_like(x)
    project_back(d_output, panels, d_x)
    return d_x
