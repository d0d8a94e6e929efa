"""Parameters in the form that the kernels read: weights in panels, biases summed."""

from dataclasses import dataclass

import numpy as np

from tsrnn.kernels.projections import pack_gates


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
    weight_hh_turned : ndarray of shape (n_gates, n_panels, n_units, n_lanes) or None
        For the backward pass.
    given_weight_ih : ndarray of shape (n_gates * n_units, n_inputs)
        Not packed: the lowest layer never turns it.
    """

    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias: np.ndarray
    bias_hh: np.ndarray
    given_weight_ih: np.ndarray
    weight_hh_turned: np.ndarray | None = None


@dataclass(frozen=True)
class Packed:
    """All layers of a network and its head.

    Attributes
    ----------
    layers : list of PackedLayer
        By layer, then direction.
    head_weight : ndarray
        By `pack`.
    head_bias : ndarray of shape (n_outputs,)
    head_turned : ndarray or None
        The head's weight by `pack_turned`, for the backward pass.
    """

    layers: list
    head_weight: np.ndarray
    head_bias: np.ndarray
    head_turned: np.ndarray | None = None


def pack(weight, n_gates=1):
    """Return a weight (n_gates * n_units, n_inputs) in panels for products with its transpose."""
    return pack_gates(writeable(weight), n_gates)


def pack_turned(weight, n_gates=1):
    """Return a weight in panels for products with itself, those of the backward pass."""
    n_inputs = weight.shape[1]
    turned = weight.reshape(n_gates, -1, n_inputs).transpose(0, 2, 1)
    # A copy also where one gate's is a view: kernels are compiled anew for each layout.
    turned = np.ascontiguousarray(turned.reshape(n_gates * n_inputs, -1))
    return pack_gates(turned, n_gates)


def pack_layer(cell, parameters, *, turned=False):
    """Return the `PackedLayer` of (weight_ih, weight_hh, bias_ih, bias_hh).

    With `turned` for a backward pass too.
    """
    weight_ih, weight_hh, bias_ih, bias_hh = parameters
    bias = bias_ih + bias_hh
    if cell.splits_hidden:
        n_units = weight_hh.shape[1]
        bias[-n_units:] = bias_ih[-n_units:]
    return PackedLayer(
        pack(weight_ih, cell.n_gates),
        pack(weight_hh, cell.n_gates),
        bias,
        bias_hh,
        weight_ih,
        pack_turned(weight_hh, cell.n_gates) if turned else None,
    )


def writeable(array):
    """Return `array`, or a copy of it if it is read-only (an unpickled memory map, say).

    Kernels are compiled for writeable arrays; for others they would be compiled anew.
    """
    return array if array.flags.writeable else array.copy()
