"""The two ways a network sees and learns a panel: step by step, or segment by segment."""

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.crops import Crops, Sight
from tsrnn.forecasting.segment_network import SegmentNetwork
from tsrnn.forecasting.segment_windows import SegmentWindows, last_windows
from tsrnn.forecasting.window_regression import WindowRegression
from tsrnn.network import Network, Plan

# Series that go through the network at once when forecasting.
_ROWS = 256


@dataclass(frozen=True)
class StepRecipe:
    """One time step of the network per time step of the series, loss at each of them.

    Parameters
    ----------
    sight : Sight
    crop, batch_size : int
        See `Crops`.
    network : dict
        Further arguments of `Network`.
    plan : Plan
    loss : str
        Name in `tsrnn.network.LOSSES`.
    """

    sight: Sight
    crop: int
    batch_size: int
    network: dict
    plan: Plan
    loss: str
    # What is learnt before the networks, which then add to it; here they add to the last value.
    regression = None

    @property
    def h(self):
        """Steps forecast at once."""
        return self.sight.h

    @property
    def input_size(self):
        """Values seen at each step."""
        return self.sight.input_size

    def data(self, scaled):
        """Return the training data of the series `scaled` (list of WorkingScale)."""
        return Crops(scaled, self.sight, crop=self.crop, batch_size=self.batch_size)

    def make_network(self):
        """Return the network."""
        return Network(self.sight.n_features, n_outputs=self.h, **self.network)

    def forecast(self, thetas, scaled):
        """Forecast the next `h` steps of each series on the working scale.

        Parameters
        ----------
        thetas : list of ndarray
        scaled : list of WorkingScale

        Returns
        -------
        z : ndarray of shape (n_series, h), float64
        scale : ndarray of shape (n_series,)
        """
        network = self.make_network()
        z, scale = np.empty((len(scaled), self.h)), np.empty(len(scaled))
        # Alike long ones together: the network runs no steps beyond the end of a series.
        order = np.argsort([len(s.z) for s in scaled], kind="stable")
        for start in range(0, len(scaled), _ROWS):
            done = order[start : start + _ROWS]
            # The network sees no more than a crop, what is before may not even be looked at.
            some = [scaled[i].tail(self._n_seen) for i in done]
            crops = self.data(some)
            rows = np.arange(len(some))
            sizes = np.minimum(crops.lengths, self.crop)
            batch, unit = crops.batch(rows, crops.lengths - sizes, sizes)
            output = mean_output(network, thetas, batch)[:, : self.h]
            scale[done] = unit[sizes - 1, rows]
            last = np.array([s.z[-1] for s in some])
            z[done] = last[:, None] + output * scale[done, None]
        return z, scale

    def units(self, scaled):
        """Return the `scale` of `forecast`, without running networks."""
        scale = np.empty(len(scaled))
        for start in range(0, len(scaled), _ROWS):
            crops = self.data([s.tail(self._n_seen) for s in scaled[start : start + _ROWS]])
            rows = np.arange(len(crops.lengths))
            last = crops.batch(rows, crops.lengths - 1, np.ones(len(rows), int))[1]
            scale[start : start + _ROWS] = last[0]
        return scale

    @property
    def _n_seen(self):
        return self.crop + max(self.sight.input_size, self.sight.season_length)


@dataclass(frozen=True)
class SegmentRecipe:
    """SegRNN: one time step of the network per segment of the series, one loss per window.

    The networks learn what a linear regression on the window leaves.

    Parameters
    ----------
    h : int
    input_size : int
        A multiple of the segment.
    segment : int
    batch_size, n_windows : int
        See `SegmentWindows`.
    network : dict
        Further arguments of `SegmentNetwork`.
    plan : Plan
    loss : str
    """

    h: int
    input_size: int
    segment: int
    batch_size: int
    n_windows: int
    network: dict
    plan: Plan
    loss: str
    regression = WindowRegression

    def data(self, scaled):
        """Return the training data of the series `scaled` (list of WorkingScale)."""
        return SegmentWindows(
            scaled,
            h=self.h,
            input_size=self.input_size,
            segment=self.segment,
            batch_size=self.batch_size,
            n_windows=self.n_windows,
        )

    def make_network(self):
        """Return the network."""
        return SegmentNetwork(self.segment, self.h, **self.network)

    def forecast(self, thetas, scaled, regression=None):
        """Forecast the next `h` steps, see `StepRecipe.forecast`.

        By `regression` (WindowRegression) alone if there are no `thetas`.
        """
        network = self.make_network()
        z, scale = np.empty((len(scaled), self.h)), np.empty(len(scaled))
        for start in range(0, len(scaled), _ROWS):
            some = scaled[start : start + _ROWS]
            batch, last = last_windows(some, self.input_size, self.segment)
            done = slice(start, start + len(some))
            scale[done] = self.units(some)
            output = mean_output(network, thetas, batch) if thetas else 0.0
            if regression is not None:
                output = output + regression.output(batch)
            z[done] = last + output * scale[done, None]
        return z, scale

    def units(self, scaled):
        """Return the `scale` of `forecast`, without running networks."""
        return np.array([s.spread for s in scaled])


def mean_output(network, thetas, batch):
    """Return the mean of the networks' last outputs for one batch, float64."""
    outputs = [
        network.forward(theta, batch.x, batch.lengths, keep_tape=False)[0] for theta in thetas
    ]
    return np.mean(outputs, axis=0, dtype=np.float64)
