"""Initial parameters."""

import numpy as np


def orthogonal(rng, n_units):
    """Return a random orthogonal matrix (n_units, n_units), uniform over the group.

    Saxe, McClelland and Ganguli (2014), arXiv:1312.6120; the sign correction that makes the QR
    decomposition uniform: Mezzadri (2007), Notices of the AMS 54.
    """
    q, r = np.linalg.qr(rng.standard_normal((n_units, n_units)))
    return q * np.sign(np.diag(r))


def glorot_uniform(rng, shape):
    """Return uniform weights in +-sqrt(6 / (fan_in + fan_out)); Glorot and Bengio (2010)."""
    bound = np.sqrt(6.0 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def initial_layer(rng, cell, n_inputs, n_units):
    """Return (weight_ih, weight_hh, bias_ih, bias_hh) of one layer and direction, float64.

    Recurrent weights are orthogonal gate by gate, input weights Glorot uniform gate by gate.
    """
    n_gates = cell.n_gates
    weight_ih = [glorot_uniform(rng, (n_units, n_inputs)) for _ in range(n_gates)]
    weight_hh = [orthogonal(rng, n_units) for _ in range(n_gates)]
    bias_ih = np.zeros((n_gates, n_units))
    for gate, value in cell.initial_bias.items():
        bias_ih[gate] = value
    return (
        np.concatenate(weight_ih),
        np.concatenate(weight_hh),
        bias_ih.ravel(),
        np.zeros(n_gates * n_units),
    )
