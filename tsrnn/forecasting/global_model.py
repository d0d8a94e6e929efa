"""An ensemble of networks for all series of a panel: training, and their mean forecasts."""

from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from tsrnn.model_file.checks import check_parameters
from tsrnn.network import make_loss, train

# By how much training that goes on is shorter, and its steps smaller.
_FURTHER = 10


class GlobalModel:
    """Networks that learnt the same from different seeds; forecasts are their mean.

    Parameters
    ----------
    recipe : StepRecipe or SegmentRecipe
    thetas : list of ndarray
        Parameters of each member.
    histories : list of History
    regression : WindowRegression, optional
        What the members add to; learnt from the same data.
    """

    # Files of earlier versions have none.
    regression = None

    def __init__(self, recipe, thetas, histories, regression=None):
        self.recipe, self.thetas, self.histories = recipe, thetas, histories
        self.regression = regression

    @classmethod
    def train(cls, recipe, data, seeds, *, n_jobs, verbose):
        """Train one member per seed, several members in threads.

        Parameters
        ----------
        recipe : StepRecipe or SegmentRecipe
        data : Crops or SegmentWindows
            Of the recipe's ``data``.
        seeds : sequence of int
        n_jobs, verbose : int
        """
        network = recipe.make_network()
        regression = recipe.regression and recipe.regression.learn(data)

        def start(rng):
            # A head of zeros makes the untrained network the naive forecast, or the regression's.
            return network.initial_theta(rng, zero_head=True)

        starts = [(start, np.random.default_rng(seed)) for seed in seeds]
        thetas, histories = _train_members(
            recipe, recipe.plan, _beyond(regression, data), starts, n_jobs=n_jobs, verbose=verbose
        )
        return cls(recipe, thetas, histories, regression)

    def trained_further(self, data, seeds, *, n_jobs, verbose):
        """Return members that went on from the weights of these, for a tenth of the passes.

        A regression is learnt anew.

        Parameters
        ----------
        data : Crops or SegmentWindows
            Of the recipe's ``data``.
        seeds : sequence of (sequence of int)
            Of the order of training, one for each member.
        n_jobs, verbose : int
        """
        plan = self.recipe.plan
        plan = replace(
            plan,
            max_iter=max(1, plan.max_iter // _FURTHER),
            learning_rate_init=plan.learning_rate_init / _FURTHER,
        )
        starts = [
            (lambda rng, theta=theta: theta.copy(), np.random.default_rng(seed))
            for theta, seed in zip(self.thetas, seeds, strict=True)
        ]
        regression = self.regression and self.recipe.regression.learn(data)
        thetas, histories = _train_members(
            self.recipe, plan, _beyond(regression, data), starts, n_jobs=n_jobs, verbose=verbose
        )
        return GlobalModel(self.recipe, thetas, histories, regression)

    def _check_loaded(self, parts):
        size = self.recipe.make_network().layout.size
        for theta in self.thetas:
            check_parameters("thetas", theta, (np.float32,), size)
        if self.regression is not None:
            self.regression.check(self.recipe.input_size, self.recipe.h)

    @property
    def loss_curve(self):
        """Mean training loss of each pass, averaged over the members."""
        curves = [history.losses for history in self.histories]
        return [float(np.mean(losses)) for losses in zip(*curves, strict=False)]

    def forecast(self, scaled, h):
        """Forecast the next `h` steps of each series on the working scale.

        Further than the members learnt, they go on from their own forecasts.

        Parameters
        ----------
        scaled : list of WorkingScale
        h : int

        Returns
        -------
        z : ndarray of shape (n_series, h), float64
            Of a series that the members cannot deal with, not finite.
        scale : ndarray of shape (n_series,)
            The unit of the network's outputs at the end of each series.
        """
        return self._further(self.thetas, scaled, h)

    def forecast_linear(self, scaled, h):
        """Forecast by the regression alone, (n_series, h); see `forecast`."""
        return self._further([], scaled, h)[0]

    def _further(self, thetas, scaled, h):
        beside = {} if self.regression is None else {"regression": self.regression}
        z, scale = self.recipe.forecast(thetas, scaled, **beside)
        blocks = [z]
        while len(blocks) * self.recipe.h < h:
            scaled = [s.followed_by(block) for s, block in zip(scaled, blocks[-1], strict=True)]
            blocks.append(self.recipe.forecast(thetas, scaled, **beside)[0])
        return np.concatenate(blocks, axis=1)[:, :h], scale


def _beyond(regression, data):
    return data if regression is None else data.beyond(regression)


def _train_members(recipe, plan, data, starts, *, n_jobs, verbose):
    """Train a member from each of `starts`, a function of a generator and the generator."""
    network = recipe.make_network()
    # One member alone gets all threads, several get one each.
    threads = n_jobs if len(starts) == 1 else 1

    def member(start, rng):
        theta = start(rng)
        history = train(
            network, theta, data, make_loss(recipe.loss), plan,
            rng=rng, n_jobs=threads, verbose=verbose,
        )  # fmt: skip
        return theta, history

    pool = Parallel(n_jobs=min(n_jobs, len(starts)), backend="threading")
    thetas, histories = zip(*pool(delayed(member)(*start) for start in starts), strict=True)
    return list(thetas), list(histories)
