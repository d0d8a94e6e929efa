"""What a backward pass needs of the forward pass."""

from dataclasses import dataclass

import numpy as np


@dataclass
class LayerTape:
    """Of one layer in one direction; see `Cell` for the arrays."""

    x: np.ndarray
    gates: np.ndarray
    states: np.ndarray
    cache: np.ndarray


@dataclass
class Tape:
    """Of a network: what `Network.backward` needs of `Network.forward`."""

    layers: list
    dropped: list
    top: np.ndarray
    lengths: np.ndarray
    n_timesteps: int
    every_step: bool
