"""Parameters in the form that the forward kernels read: weights in panels, biases summed."""

from dataclasses import dataclass

import numpy as np

from tsrnn.kernels.projections import pack_gates_transposed


@dataclass(frozen=True)
class PackedLayer:
    """One layer in one direction.

    Attributes
    ----------
    weight_ih, weight_hh : ndarray of shape (n_gates, n_panels, n_inputs or n_units, n_lanes)
    bias : ndarray of shape (n_gates * n_units,)
        What the input projection adds: both biases; b_ih alone for a gate whose hidden projection
        is kept apart (see `Cell`).
    bias_hh : ndarray of shape (n_gates * n_units,)
    """

    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias: np.ndarray
    bias_hh: np.ndarray


@dataclass(frozen=True)
class Packed:
    """All layers of a network and its head.

    Attributes
    ----------
    layers : list of PackedLayer
        By layer, then direction.
    head_weight : ndarray of shape (n_panels, n_units, n_lanes)
    head_bias : ndarray of shape (n_outputs,)
    views : dict of str to ndarray
        The parameters as they were given, which the backward pass reads.
    """

    layers: list
    head_weight: np.ndarray
    head_bias: np.ndarray
    views: dict


def pack_layer(cell, parameters):
    """Return the `PackedLayer` of (weight_ih, weight_hh, bias_ih, bias_hh)."""
    weight_ih, weight_hh, bias_ih, bias_hh = parameters
    bias = bias_ih + bias_hh
    if cell.splits_hidden:
        n_units = weight_hh.shape[1]
        bias[-n_units:] = bias_ih[-n_units:]
    return PackedLayer(
        pack_gates_transposed(weight_ih, cell.n_gates),
        pack_gates_transposed(weight_hh, cell.n_gates),
        bias,
        bias_hh,
    )


def writeable(theta):
    """Return `theta`, or a copy of it if it is read-only (an unpickled memory map, say).

    Kernels are compiled for writeable arrays; for others they would be compiled anew.
    """
    return theta if theta.flags.writeable else theta.copy()
