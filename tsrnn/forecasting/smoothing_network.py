"""A network under exponential smoothing whose coefficients it learns for each series: ES-RNN."""

from dataclasses import dataclass

import numpy as np

from tsrnn._validation import check_int
from tsrnn.kernels.smoothing import look, look_back, smooth, smooth_back
from tsrnn.network import Layout, Network
from tsrnn.network.workspace import FRESH

# Columns of `x` before those that are handed on to the network.
VALUE, OBSERVED, SCALE, ROW, PHASE, FIRST = range(6)
N_COLUMNS = 6
# Coefficients to start from: nearly the last value, a season that changes slowly.
_START = {"level": 0.8, "season": 0.1}


@dataclass(frozen=True)
class PackedSmoothing:
    """Coefficients of all series, those of an unknown one last, and the packed network."""

    network: object
    level: np.ndarray
    season: np.ndarray
    start: np.ndarray


@dataclass
class SmoothingTape:
    """What `SmoothingNetwork.backward` needs of `SmoothingNetwork.forward`."""

    network: object
    rows: np.ndarray
    smoothed: tuple
    scale: np.ndarray
    bend: np.ndarray


class SmoothingNetwork:
    """ES-RNN [1]_: a network for what exponential smoothing, learnt with it, leaves to forecast.

    For each series, a smoothing coefficient of the level, one of the season and the first season
    are parameters beside the shared network's; gradients reach them through the recursion, see
    `tsrnn.kernels.smoothing`. At each step the network sees the last `window` values relative to
    season and level, and its output is added to level and season of the steps ahead. On logarithms
    this additive form is the multiplicative one of [1]_.

    A series that is not among the `n_series` gets the median coefficients, and no change of season.

    The last output, beside `h` forecasts, is the second difference of the level at the step, which
    a loss with a target of zero keeps small: the level-wiggliness penalty of [1]_.

    It takes the place of `Network` in training; theta is passed.

    Parameters
    ----------
    h : int
        Steps to forecast at each step.
    window : int
        Values that the network sees at each step.
    season_length : int
        1 for no season.
    n_series : int
    n_inputs : int
        What else the network sees at each step.
    squared : bool
        Whether the last output is squared, for losses that are not.
    **network
        Further arguments of `Network`.

    References
    ----------
    .. [1] Smyl, S. (2020). A hybrid method of exponential smoothing and recurrent neural networks
           for time series forecasting. International Journal of Forecasting, 36(1), 75-85.

    Examples
    --------
    >>> import numpy as np
    >>> network = SmoothingNetwork(2, 4, 12, 5, 0, squared=True, hidden_layer_sizes=(8,))
    >>> sorted(set(network.layout.shapes) - set(network.network.layout.shapes))
    ['smoothing.level', 'smoothing.season', 'smoothing.start']
    """

    bidirectional = False

    def __init__(self, h, window, season_length, n_series, n_inputs, *, squared, **network):
        self.h, self.window = check_int("h", h, 1), check_int("window", window, 1)
        self.season_length = check_int("season_length", season_length, 1)
        self.n_series, self.squared = check_int("n_series", n_series, 1), squared
        self.network = Network(window + n_inputs, n_outputs=h, **network)
        self.n_features, self.n_outputs = N_COLUMNS + n_inputs, h + 1
        self.hidden_layer_sizes = self.network.hidden_layer_sizes
        self.dropout = self.network.dropout
        shapes = self.network.layout.shapes | {"smoothing.level": (n_series,)}
        if season_length > 1:
            shapes["smoothing.season"] = (n_series,)
            shapes["smoothing.start"] = (n_series, season_length)
        self.layout = Layout(shapes)

    @property
    def n_before(self):
        """Steps of `x` before the first that the network sees."""
        return self.window - 1

    def initial_theta(self, rng, dtype=np.float32, zero_head=False):
        """Draw initial parameters, see `Network.initial_theta`."""
        theta = np.zeros(self.layout.size, dtype)
        shared = self.network.layout.size
        theta[:shared] = self.network.initial_theta(rng, dtype, zero_head)
        views = self.layout.views(theta)
        for name, share in _START.items():
            if f"smoothing.{name}" in views:
                views[f"smoothing.{name}"][...] = np.log(share / (1 - share))
        return theta

    def pack(self, theta, *, turned=False):
        """Return `theta` as `forward` reads it, see `Network.pack`."""
        views, n, m = self.layout.views(theta), self.n_series, self.season_length
        level, season = np.zeros((2, n + 1), theta.dtype)
        start = np.zeros((n + 1, m), theta.dtype)
        level[:n] = _sigmoid(views["smoothing.level"])
        level[n] = np.median(level[:n])
        if m > 1:
            season[:n] = _sigmoid(views["smoothing.season"])
            season[n] = np.median(season[:n])
            start[:n] = views["smoothing.start"]
        shared = theta[: self.network.layout.size]
        return PackedSmoothing(self.network.pack(shared, turned=turned), level, season, start)

    def forward(
        self, theta, x, lengths=None, state=None, *,
        every_step=False, rng=None, workspace=FRESH, keep_tape=True,
    ):  # fmt: skip
        """Run smoothing and network.

        Parameters
        ----------
        theta : ndarray of shape (layout.size,) or PackedSmoothing
        x : ndarray of shape (n_before + n_timesteps, n_rows, n_features)
            Columns: value; whether it was observed; what outputs are in units of; and, of the row,
            the place of the series (-1 unknown), the phase of the season at the first of these
            steps, and the first that is of the series; then the further inputs. Of those before
            `n_timesteps` only value and observed count.
        lengths : ndarray of shape (n_rows,), int64, optional
            Valid steps of each row behind the first `n_before`; default all.
        state : None
            Rows do not go on where others ended.
        every_step, rng, workspace, keep_tape
            As in `Network.forward`.

        Returns
        -------
        output : ndarray of shape (n_rows, h + 1) or (n_timesteps, n_rows, h + 1)
            Forecasts relative to the value at the step, and the second difference of the level.
        state : list of ndarray
        tape : SmoothingTape or None

        Raises
        ------
        ValueError
            If `x` has another number of features: kernels do not check what they read.
        """
        if x.shape[2] != self.n_features:
            raise ValueError(f"x must have {self.n_features} features, got {x.shape[2]}")
        packed = theta if isinstance(theta, PackedSmoothing) else self.pack(theta)
        n_rows, n_before, dtype = x.shape[1], self.n_before, x.dtype
        n_timesteps = len(x) - n_before
        if lengths is None:
            lengths = np.full(n_rows, n_timesteps, np.int64)
        z = np.ascontiguousarray(x[:, :, VALUE].T)
        observed = np.ascontiguousarray(x[:, :, OBSERVED].T > 0)
        scale = x[n_before:, :, SCALE].copy()
        rows, phase, first = (x[0, :, k].astype(np.int64) for k in (ROW, PHASE, FIRST))
        rows[rows < 0] = self.n_series
        stop = n_before + lengths
        level = np.zeros_like(z)
        season = np.zeros((n_rows, z.shape[1] + self.season_length), dtype)
        a, g = packed.level[rows], packed.season[rows]
        smooth(z, observed, first, stop, a, g, packed.start[rows], phase, level, season)
        seen = np.empty((n_timesteps, n_rows, self.network.n_features), dtype)
        seen[:, :, self.window :] = x[n_before:, :, N_COLUMNS:]
        base = np.empty((n_timesteps, n_rows, self.h), dtype)
        bend = np.empty((n_timesteps, n_rows), dtype)
        look(z, first, stop, level, season, scale, n_before, self.window, seen, base, bend)
        output, state, tape = self.network.forward(
            packed.network, seen, lengths,
            every_step=every_step, rng=rng, workspace=workspace, keep_tape=keep_tape,
        )  # fmt: skip
        penalised = (bend**2 if self.squared else bend)[..., None]
        if not every_step:
            at = lengths - 1, np.arange(n_rows)
            base, penalised = base[at], penalised[at]
        output = np.concatenate([output + base, penalised], axis=-1)
        if not keep_tape:
            return output, state, None
        smoothed = (z, observed, first, stop, a, g, phase, level, season)
        return output, state, SmoothingTape(tape, rows, smoothed, scale, bend)

    def backward(self, theta, gradient, tape, d_output):
        """Add the gradient of a loss with respect to `theta`, of a forward pass at every step."""
        packed = theta if isinstance(theta, PackedSmoothing) else self.pack(theta, turned=True)
        shared, d_views = self.network.layout.size, self.layout.views(gradient)
        d_base = np.ascontiguousarray(d_output[..., : self.h])
        d_bend = d_output[..., self.h] * (2 * tape.bend if self.squared else 1)
        d_seen = self.network.backward(
            packed.network, gradient[:shared], tape.network, d_base, input_too=True
        )
        z, observed, first, stop, a, g, phase, level, season = tape.smoothed
        d_level, d_season = np.zeros_like(level), np.zeros_like(season)
        look_back(
            first, stop, tape.scale, self.n_before, self.window,
            np.ascontiguousarray(d_seen), d_base, d_bend, d_level, d_season,
        )  # fmt: skip
        d_a, d_g = np.empty_like(a), np.empty_like(g)
        d_start = np.empty((len(a), self.season_length), a.dtype)
        smooth_back(
            z, observed, first, stop, a, g, phase, level, season, d_level, d_season,
            d_a, d_g, d_start,
        )  # fmt: skip
        known = tape.rows < self.n_series
        rows = tape.rows[known]
        np.add.at(d_views["smoothing.level"], rows, (d_a * a * (1 - a))[known])
        if self.season_length > 1:
            np.add.at(d_views["smoothing.season"], rows, (d_g * g * (1 - g))[known])
            np.add.at(d_views["smoothing.start"], rows, d_start[known])


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))
