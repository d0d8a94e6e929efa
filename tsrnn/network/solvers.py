"""Solvers: one small class each, updating `theta` in place.

A solver is made for a number of parameters and a dtype; ``step(theta, gradient, learning_rate)``
does one update. Weight decay is decoupled from the gradient (Loshchilov and Hutter 2019,
arXiv:1711.05101) and applied by `decay`, for all solvers alike, to weight matrices only.
"""

import math

import numpy as np

from tsrnn.kernels import updates


class SGD:
    """Stochastic gradient descent with (heavy-ball) momentum, as PyTorch writes it.

    Parameters
    ----------
    momentum : float in [0, 1), default 0.9
    """

    def __init__(self, n_parameters, dtype, momentum=0.9):
        self.velocity = np.zeros(n_parameters, dtype)
        self.momentum = momentum

    def step(self, theta, gradient, learning_rate):
        """Update `theta` in place."""
        updates.sgd(theta, gradient, self.velocity, learning_rate, self.momentum)


class RMSprop:
    """Divide by a running root mean square; Tieleman and Hinton (2012), lecture 6.5.

    Parameters
    ----------
    decay : float in (0, 1), default 0.99
    epsilon : float, default 1e-8
    """

    def __init__(self, n_parameters, dtype, decay=0.99, epsilon=1e-8):
        self.square = np.zeros(n_parameters, dtype)
        self.decay, self.epsilon = decay, epsilon

    def step(self, theta, gradient, learning_rate):
        """Update `theta` in place."""
        updates.rmsprop(theta, gradient, self.square, learning_rate, self.decay, self.epsilon)


class Adam:
    """Adaptive moment estimation; Kingma and Ba (2015), arXiv:1412.6980.

    Parameters
    ----------
    beta1, beta2 : float in [0, 1), default 0.9, 0.999
    epsilon : float, default 1e-8
    """

    def __init__(self, n_parameters, dtype, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.mean = np.zeros(n_parameters, dtype)
        self.square = np.zeros(n_parameters, dtype)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.n_steps = 0

    def step(self, theta, gradient, learning_rate):
        """Update `theta` in place."""
        self.n_steps += 1
        step_size = learning_rate / (1 - self.beta1**self.n_steps)
        correction = 1 / math.sqrt(1 - self.beta2**self.n_steps)
        updates.adam(
            theta, gradient, self.mean, self.square, step_size,
            self.beta1, self.beta2, correction, self.epsilon,
        )  # fmt: skip


SOLVERS = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam}


def decay(theta, layout, rate):
    """Shrink the weight matrices in `theta` by the factor 1 - `rate`, in place; biases stay."""
    for name, shape in layout.shapes.items():
        if len(shape) == 2:
            theta[layout.slices[name]] *= theta.dtype.type(1 - rate)


def clip_gradient(gradient, max_norm):
    """Scale `gradient` in place to an L2 norm of at most `max_norm`; return the norm it had.

    Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063. ``max_norm=None`` only measures.
    """
    norm = math.sqrt(updates.squared_norm(gradient))
    if max_norm is not None and norm > max_norm and math.isfinite(norm):
        gradient *= gradient.dtype.type(max_norm / norm)
    return norm
