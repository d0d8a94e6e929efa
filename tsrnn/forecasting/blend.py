"""Blends of the network's forecasts with simple ones, weighed by errors on held-out data.

Networks and smoothing (or, of segments, a linear forecast) err differently, so that their mean is
often better than either; and where a network has learnt less than a naive forecast knows, the
weights say so.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.comb import comb_forecast
from tsrnn.forecasting.recipes import SegmentRecipe
from tsrnn.forecasting.usual_unit import ENOUGH, n_differences

# Weights are multiples of one part in this many.
_PARTS = 8
# What share of the loss a change of all weights must save: where blocks are few, nearly all, and
# less of it the more there are (half where as many as `Prior.few_blocks`); and however many there
# are, since series err together and the next block differs from the last.
_CAUTION = 0.8
_INERTIA = 0.1
_LEAST_SHARE = 0.125


def comb(scaled, h, m):
    """Return the mean of Theta and damped trend on the working scale.

    With n < 8 differences to know a trend from, it departs n / 8 as far from the last value.
    """
    z, last = comb_forecast([s.z for s in scaled], h), last_value(scaled, h, m)
    known = np.array([min(1.0, n_differences(s) / ENOUGH) for s in scaled])
    # A share of 1 gives the forecast to the last bit.
    return np.where(known[:, None] < 1, last + known[:, None] * (z - last), z)


def last_value(scaled, h, m):
    """Return the last value, for all steps."""
    return np.repeat([[s.z[-1]] for s in scaled], h, axis=1)


def last_season(scaled, h, m):
    """Return the values of the last season, for all steps; of what was not yet, the last value."""
    return np.stack([np.resize(_season_of(s.z, m), h) for s in scaled])


def _season_of(z, m):
    return np.append(np.full(max(m - len(z), 0), z[-1]), z[-m:])


# What networks can be blended with, by the names of `RNNForecaster.weights_`; and the one that is
# learnt, `WindowRegression`.
LINEAR = "linear"
FORECASTS = {
    "comb": comb,
    "last": last_value,
    "season": last_season,
}


def blend_names(recipe, m, blend):
    """Return the names of what is blended, the network first.

    Parameters
    ----------
    recipe : StepRecipe or SegmentRecipe
    m : int
        Season length.
    blend : bool
        Whether to blend at all.
    """
    if not blend:
        return ["network"]
    if isinstance(recipe, SegmentRecipe):
        # The working scale keeps the season, which smoothing does not know and the regression does.
        return ["network", LINEAR]
    return ["network", "comb", "last"] + (["season"] if m > 1 else [])


@dataclass(frozen=True)
class Prior:
    """What is known of a blend before anything is held out.

    Parameters
    ----------
    share : float
        Weight of the network in large panels.
    half_blocks : float
        Blocks of h steps to learn from, of all series together, that give it half of that.
    few_blocks : float
        Held-out blocks that are still few: one can change its weights by chance.
    """

    share: float
    half_blocks: float
    few_blocks: float

    @classmethod
    def of(cls, recipe):
        """Return that of the networks of a recipe."""
        if isinstance(recipe, SegmentRecipe):
            # The rest is the regression's, which the networks add to.
            return cls(1.0, 150.0, 1.0)
        # Long series have more to learn from than smoothing keeps of them; a few short ones less,
        # and what seems best in the end of such a one is hardly ever so again.
        return cls(0.5, 200.0, 6.0) if recipe.sight.local_scale else cls(1.0, 10.0, 1.0)

    def weights(self, names, n_blocks):
        """Return the weights, (n_forecasts,), of `names` after `n_blocks` blocks to learn from."""
        if len(names) == 1:
            return np.ones(1)
        share = self.share * n_blocks / (n_blocks + self.half_blocks)
        share = max(_LEAST_SHARE, round(_PARTS * share) / _PARTS)
        return np.array([share, 1 - share] + [0.0] * (len(names) - 2))


def forecast_all(names, scaled, h, m, model=None):
    """Return the forecasts of all `names` beside the network, (n_names, n_series, h).

    The regression is that of `model` (GlobalModel).
    """
    forecasts = [
        model.forecast_linear(scaled, h) if name == LINEAR else FORECASTS[name](scaled, h, m)
        for name in names
    ]
    return np.reshape(forecasts, (len(names), len(scaled), h))


def choose_weights(forecasts, truth, importance, prior, n_blocks, few_blocks=1.0):
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
    few_blocks : float
        See `Prior`.

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
    price = _CAUTION * change / (1 + n_blocks / few_blocks) + _INERTIA * change**2
    return grid[np.argmin(losses + losses[0] * price)]
