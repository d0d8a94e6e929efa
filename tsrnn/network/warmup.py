"""Compile every kernel ahead of its first use."""

import numpy as np

from tsrnn.cells import CELLS
from tsrnn.kernels.smoothing import look, look_back, smooth, smooth_back
from tsrnn.kernels.trailing import trailing_means
from tsrnn.network.batches import Sequences
from tsrnn.network.losses import make_loss
from tsrnn.network.solvers import SOLVERS
from tsrnn.network.stack import Network
from tsrnn.network.training import Plan, train

DTYPES = (np.float32, np.float64)


def warm_up(cell, dtype):
    """Compile what networks of `cell` in `dtype` need, or load it if it was compiled before.

    Parameters
    ----------
    cell : str
        Name in `tsrnn.cells.CELLS`.
    dtype : float32 or float64
    """
    rng = np.random.default_rng(0)
    # Two layers, so that the gradient with respect to a layer's input is among it.
    network = Network(1, (2, 2), 1, cell=cell)
    data = Sequences(
        np.ones((2, 3, 1), dtype), np.array([3, 2]), np.ones((2, 1), dtype), batch_size=2
    )
    for solver in SOLVERS:
        theta = network.initial_theta(rng, dtype)
        train(network, theta, data, make_loss("squared_error"), Plan(solver, max_iter=1), rng=rng)
    _warm_up_smoothing(dtype)
    trailing_means(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1)))


def _warm_up_smoothing(dtype):
    """Smooth one row of two steps, which no network does by itself."""
    z, scale, bend = np.ones((3, 1, 2), dtype)
    scale, bend, observed = scale.T.copy(), bend.T.copy(), np.ones((1, 2), bool)
    first, phase, stop = np.zeros(1, np.int64), np.zeros(1, np.int64), np.full(1, 2)
    a, g, start = np.ones(1, dtype), np.ones(1, dtype), np.ones((1, 1), dtype)
    level, season, x = np.ones((1, 2), dtype), np.ones((1, 3), dtype), np.ones((2, 1, 1), dtype)
    smooth(z, observed, first, stop, a, g, start, phase, level, season)
    look(z, first, stop, level, season, scale, 0, 1, x, x.copy(), bend)
    look_back(first, stop, scale, 0, 1, x, x, bend, level.copy(), season.copy())
    smooth_back(
        z, observed, first, stop, a, g, phase, level, season, level.copy(), season.copy(),
        a.copy(), g.copy(), start,
    )  # fmt: skip


def combinations():
    """Return all (cell, dtype) that `warm_up` takes."""
    return [(cell, dtype) for dtype in DTYPES for cell in CELLS]
