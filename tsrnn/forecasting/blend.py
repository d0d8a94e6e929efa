"""Blends of the network's forecasts with simple ones, weighed by errors on held-out data.

Networks and smoothing err differently, so that their mean is often better than either; and where a
network has learnt less than a naive forecast knows, the weights say so.
"""

import itertools

import numpy as np

from tsrnn.forecasting.comb import comb_forecast
from tsrnn.forecasting.recipes import SegmentRecipe

# Weights are multiples of one part in this many.
_PARTS = 8
# What share of the loss a change of all weights must save: for each block it was seen in, and
# however many there are, since series err together and the next block differs from the last.
_CAUTION = 0.25
_INERTIA = 0.1


def comb(scaled, h, m):
    """Return the mean of Theta and damped trend on the working scale."""
    return comb_forecast([s.z for s in scaled], h)


def last_value(scaled, h, m):
    """Return the last value, for all steps."""
    return np.repeat([[s.z[-1]] for s in scaled], h, axis=1)


def last_season(scaled, h, m):
    """Return the values of the last season, for all steps."""
    return np.stack([np.resize(s.z[-m:], h) for s in scaled])


# What networks can be blended with, by the names of `RNNForecaster.weights_`.
FORECASTS = {
    "comb": comb,
    "last": last_value,
    "season": last_season,
}


def blend_names(recipe, m, blend):
    """Return what is blended, and the weights where nothing speaks against them.

    Parameters
    ----------
    recipe : StepRecipe or SegmentRecipe
    m : int
        Season length.
    blend : bool
        Whether to blend at all.
    """
    if not blend:
        return ["network"], [1.0]
    if isinstance(recipe, SegmentRecipe):
        # The working scale keeps the season, which smoothing does not know.
        return ["network", "season"], [1.0, 0.0]
    # Long series have more to learn from than smoothing keeps of them.
    start = [0.5, 0.5] if recipe.sight.local_scale else [1.0, 0.0]
    if m == 1:
        return ["network", "comb", "last"], [*start, 0.0]
    return ["network", "comb", "last", "season"], [*start, 0.0, 0.0]


def forecast_all(names, scaled, h, m):
    """Return the simple forecasts of all `names`, (n_names, n_series, h)."""
    forecasts = [FORECASTS[name](scaled, h, m) for name in names]
    return np.reshape(forecasts, (len(names), len(scaled), h))


def choose_weights(forecasts, truth, importance, prior, n_blocks):
    """Return the weights of a blend that had the least absolute errors.

    A blend other than `prior` must be the better, the further it is from it, and the fewer blocks
    there are that speak for it.

    Parameters
    ----------
    forecasts : ndarray of shape (n_forecasts, n_rows, h)
    truth : ndarray of shape (n_rows, h)
        NaN is unknown.
    importance : ndarray of shape (n_rows,)
        What a unit error counts.
    prior : sequence of float
        Weights to start from, of sum 1.
    n_blocks : float
        Blocks of h steps that do not overlap, at least 1.

    Returns
    -------
    ndarray of shape (n_forecasts,)
        Multiples of 1/8 of sum 1, or `prior`.

    Examples
    --------
    >>> truth = np.array([[2.0, 4.0]])
    >>> forecasts = np.array([[[2.0, 4.0]], [[0.0, 0.0]]])
    >>> choose_weights(forecasts, truth, np.ones(1), [0.5, 0.5], n_blocks=1)
    array([1., 0.])
    """
    known = np.isfinite(truth)
    prior = np.asarray(prior, dtype=np.float64)
    if not known.any():
        return prior
    errors = (forecasts - truth)[:, known]
    count = np.broadcast_to(importance[:, None], truth.shape)[known]
    grid = [w for w in itertools.product(range(_PARTS + 1), repeat=len(prior)) if sum(w) == _PARTS]
    grid = np.vstack([prior, np.array(grid) / _PARTS])
    losses = np.array([np.abs(weights @ errors) @ count for weights in grid])
    change = np.abs(grid - prior).sum(axis=1) / 2
    price = _CAUTION * change / n_blocks + _INERTIA * change**2
    return grid[np.argmin(losses + losses[0] * price)]
