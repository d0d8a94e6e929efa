"""One network for all series of a panel: training, and forecasts from the last state."""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from tsrnn.forecasting.crops import Crops
from tsrnn.network import Network, Plan, make_loss, train

# Series that go through the network at once when forecasting.
_ROWS = 256


@dataclass(frozen=True)
class Recipe:
    """All that decides how the network sees and learns a panel.

    Parameters
    ----------
    h : int
        Horizon learnt, in steps.
    input_size, local_scale, first_step, crop, batch_size
        See `Crops`.
    network : dict
        Further arguments of `Network`.
    plan : Plan
    """

    h: int
    input_size: int
    local_scale: bool
    first_step: int
    crop: int
    batch_size: int
    network: dict
    plan: Plan

    def crops(self, scaled):
        """Return the training data of the series `scaled` (list of WorkingScale)."""
        return Crops(
            scaled,
            input_size=self.input_size,
            h=self.h,
            local_scale=self.local_scale,
            first_step=self.first_step,
            crop=self.crop,
            batch_size=self.batch_size,
        )

    def make_network(self, n_features):
        """Return the network."""
        return Network(n_features, n_outputs=self.h, **self.network)


class GlobalModel:
    """An ensemble of networks, each trained on all series; forecasts are their mean.

    Parameters
    ----------
    recipe : Recipe
    thetas : list of ndarray
        Parameters of each member.
    histories : list of History
    """

    def __init__(self, recipe, thetas, histories):
        self.recipe, self.thetas, self.histories = recipe, thetas, histories

    @classmethod
    def train(cls, recipe, data, seeds, *, n_jobs, verbose):
        """Train one member per seed, several members in threads.

        Parameters
        ----------
        recipe : Recipe
        data : Crops
        seeds : sequence of int
        n_jobs, verbose : int
        """
        network = recipe.make_network(data.n_features)
        # One member alone gets all threads, several get one each.
        threads = n_jobs if len(seeds) == 1 else 1

        def member(seed):
            rng = np.random.default_rng(seed)
            # A head of zeros makes the untrained network the (seasonal) naive forecast.
            theta = network.initial_theta(rng, zero_head=True)
            history = train(
                network, theta, data, make_loss("absolute_error"), recipe.plan,
                rng=rng, n_jobs=threads, verbose=verbose,
            )  # fmt: skip
            return theta, history

        pool = Parallel(n_jobs=n_jobs, backend="threading")
        thetas, histories = zip(*pool(delayed(member)(seed) for seed in seeds), strict=True)
        return cls(recipe, list(thetas), list(histories))

    def forecast(self, scaled):
        """Forecast the next `recipe.h` steps of each series on the working scale.

        Parameters
        ----------
        scaled : list of WorkingScale

        Returns
        -------
        z : ndarray of shape (n_series, h), float64
        scale : ndarray of shape (n_series,)
            The unit of `errors` at the end of each series.
        """
        crops = self.recipe.crops(scaled)
        z = np.empty((len(scaled), self.recipe.h))
        scales = np.empty(len(scaled))
        for start in range(0, len(scaled), _ROWS):
            rows = np.arange(start, min(start + _ROWS, len(scaled)))
            sizes = np.minimum(crops.lengths[rows], self.recipe.crop)
            batch, scale = crops.batch(rows, crops.lengths[rows] - sizes, sizes)
            output = self._mean_output(batch, every_step=False)
            scales[rows] = scale[sizes - 1, np.arange(len(rows))]
            last = np.array([scaled[row].z[-1] for row in rows])
            z[rows] = last[:, None] + output * scales[rows, None]
        return z, scales

    def errors(self, scaled, first_origins):
        """Return absolute errors of forecasts from past origins, in units of the scale there.

        Parameters
        ----------
        scaled : list of WorkingScale
        first_origins : ndarray of shape (n_series,)
            Forecasts are made from this time step and each later one.

        Returns
        -------
        ndarray of shape (n_errors, h)
            NaN where there is no observation to compare with.
        """
        crops = self.recipe.crops(scaled)
        parts = []
        for start in range(0, len(scaled), _ROWS):
            rows = np.arange(start, min(start + _ROWS, len(scaled)))
            ends = np.maximum(crops.lengths[rows] - 1, 1)
            sizes = np.minimum(ends, self.recipe.crop)
            batch, _ = crops.batch(rows, ends - sizes, sizes)
            steps = np.arange(sizes.max())[:, None] + (ends - sizes)
            after = (steps >= first_origins[rows]) & (steps < ends)
            error = np.abs(batch.target - self._mean_output(batch, every_step=True))
            error[batch.weight == 0] = np.nan
            parts.append(error[after])
        return np.concatenate(parts)

    def _mean_output(self, batch, *, every_step):
        network = self.recipe.make_network(batch.x.shape[2])
        outputs = [
            network.forward(theta, batch.x, batch.lengths, every_step=every_step)[0]
            for theta in self.thetas
        ]
        return np.mean(outputs, axis=0, dtype=np.float64)
