"""Parameter updates of the solvers, one pass over the flat parameter vector each."""

import math

import numpy as np

from tsrnn._jit import kernel


@kernel
def squared_norm(gradient):
    """Return the sum of squares of `gradient` (n,), accumulated in float64."""
    total = 0.0
    for i in range(gradient.size):
        # Not `float`, which leaves a compiled float32 as it is.
        value = np.float64(gradient[i])
        total += value * value
    return total


@kernel
def sgd(theta, gradient, velocity, learning_rate, momentum):
    """Heavy-ball momentum: v = momentum v + g; theta -= lr v. Writes **theta, velocity**."""
    learning_rate, momentum = theta.dtype.type(learning_rate), theta.dtype.type(momentum)
    for i in range(theta.size):
        velocity[i] = momentum * velocity[i] + gradient[i]
        theta[i] -= learning_rate * velocity[i]


@kernel
def rmsprop(theta, gradient, square, learning_rate, decay, epsilon):
    """RMSprop: s = decay s + (1 - decay) g^2; theta -= lr g / (sqrt(s) + epsilon).

    Writes **theta, square**.
    """
    learning_rate, epsilon = theta.dtype.type(learning_rate), theta.dtype.type(epsilon)
    rest, decay = theta.dtype.type(1.0 - decay), theta.dtype.type(decay)
    for i in range(theta.size):
        square[i] = decay * square[i] + rest * gradient[i] * gradient[i]
        theta[i] -= learning_rate * gradient[i] / (math.sqrt(square[i]) + epsilon)


@kernel
def adam(theta, gradient, mean, square, step_size, beta1, beta2, correction, epsilon):
    """Adam, its bias corrections folded into `step_size` and `correction`.

    Writes **theta, mean, square**.
    """
    rest1, rest2 = theta.dtype.type(1.0 - beta1), theta.dtype.type(1.0 - beta2)
    beta1, beta2 = theta.dtype.type(beta1), theta.dtype.type(beta2)
    step_size, epsilon = theta.dtype.type(step_size), theta.dtype.type(epsilon)
    correction = theta.dtype.type(correction)
    for i in range(theta.size):
        mean[i] = beta1 * mean[i] + rest1 * gradient[i]
        square[i] = beta2 * square[i] + rest2 * gradient[i] * gradient[i]
        theta[i] -= step_size * mean[i] / (math.sqrt(square[i]) * correction + epsilon)
