"""A recurrent network that reads a series segment by segment and writes all next ones at once."""

from dataclasses import dataclass

import numpy as np

from tsrnn._validation import check_choice, check_int, check_real
from tsrnn.cells import CELLS
from tsrnn.network.dropout import drop
from tsrnn.network.initialization import glorot_uniform, initial_layer
from tsrnn.network.layer import (
    PARAMETERS,
    input_gradient,
    layer_backward,
    layer_forward,
    layer_shapes,
)
from tsrnn.network.layout import Layout
from tsrnn.network.linear import linear_backward, linear_forward
from tsrnn.network.packed import PackedLayer, pack, pack_layer, pack_turned, writeable
from tsrnn.network.workspace import FRESH


@dataclass(frozen=True)
class PackedSegments:
    """Parameters in the form that the kernels read; ``turned`` for the backward pass, or None."""

    embed: np.ndarray
    layer: PackedLayer
    head: np.ndarray
    turned: tuple | None
    views: dict


@dataclass
class SegmentTape:
    """What `SegmentNetwork.backward` needs of `SegmentNetwork.forward`."""

    x: np.ndarray
    embedded: np.ndarray
    encoder: object
    decoder: object
    top: np.ndarray
    mask: object


class SegmentNetwork:
    """SegRNN [1]_: one step per segment, and every output segment from the last state in parallel.

    A segment of ``segment`` values is embedded by a linear layer and ReLU and read by one recurrent
    layer. From its last state the same cell takes one step for each output segment, whose input is
    a learnt embedding of the segment's position; a linear layer turns it into values. Horizons are
    so never fed back, and there are as few sequential steps as segments.

    It takes the place of `Network` in training; theta is passed.

    Parameters
    ----------
    segment : int
        Values per segment.
    n_outputs : int
        Horizon; the last output segment may be cut short.
    n_units : int
        Units of the embedding and of the recurrent layer.
    cell : str, default "gru"
        Name in `tsrnn.cells.CELLS`.
    dropout : float in [0, 1), default 0.0
        Share of the decoder's units dropped while training.

    References
    ----------
    .. [1] Lin, S., Lin, W., Wu, W., Zhao, F., Mo, R., & Zhang, H. (2023). SegRNN: segment recurrent
           neural network for long-term time series forecasting. arXiv:2308.11200.

    Examples
    --------
    >>> import numpy as np
    >>> network = SegmentNetwork(4, 6, 8)
    >>> theta = network.initial_theta(np.random.default_rng(0))
    >>> network.forward(theta, np.ones((3, 5, 4), np.float32))[0].shape
    (5, 6)
    """

    bidirectional = False

    def __init__(self, segment, n_outputs, n_units, *, cell="gru", dropout=0.0):
        self.cell = CELLS[check_choice("cell", cell, CELLS)]
        self.segment = self.n_features = check_int("segment", segment, 1)
        self.n_outputs = check_int("n_outputs", n_outputs, 1)
        self.n_units = check_int("n_units", n_units, 1)
        self.hidden_layer_sizes = (self.n_units,)
        self.dropout = check_real("dropout", dropout, 0, 1, open_maximum=True)
        self.n_segments = -(-self.n_outputs // self.segment)
        n, w = self.n_units, self.segment
        shapes = {"embed.weight": (n, w), "embed.bias": (n,)}
        shapes |= {f"{k}_l0": s for k, s in layer_shapes(self.cell, n, n).items()}
        shapes |= {"position": (self.n_segments, n), "head.weight": (w, n), "head.bias": (w,)}
        self.layout = Layout(shapes)

    def initial_theta(self, rng, dtype=np.float32, zero_head=False):
        """Draw initial parameters, see `Network.initial_theta`."""
        theta = np.zeros(self.layout.size, dtype)
        views = self.layout.views(theta)
        views["embed.weight"][...] = glorot_uniform(rng, views["embed.weight"].shape)
        initial = initial_layer(rng, self.cell, self.n_units, self.n_units)
        for name, value in zip(PARAMETERS, initial, strict=True):
            views[f"{name}_l0"][...] = value
        views["position"][...] = rng.standard_normal(views["position"].shape)
        if not zero_head:
            views["head.weight"][...] = glorot_uniform(rng, views["head.weight"].shape)
        return theta

    def pack(self, theta, *, turned=False):
        """Return `theta` as `forward` reads it, see `Network.pack`."""
        views = self.layout.views(writeable(theta))
        embed, head = views["embed.weight"], views["head.weight"]
        return PackedSegments(
            pack(embed),
            pack_layer(self.cell, _recurrent(views), turned=turned),
            pack(head),
            (pack_turned(embed), pack_turned(head)) if turned else None,
            views,
        )

    def forward(
        self, theta, x, lengths=None, state=None, *,
        every_step=False, rng=None, workspace=FRESH, keep_tape=True,
    ):  # fmt: skip
        """Run the network.

        Parameters
        ----------
        theta : ndarray of shape (layout.size,) or PackedSegments
        x : ndarray of shape (n_segments, n_rows, segment)
            C-contiguous, dtype of `theta`.
        lengths : ndarray of shape (n_rows,), int64, optional
            Valid segments of each row; default all.
        state, every_step
            As `Network.forward` has them; only their defaults are possible.
        rng : numpy.random.Generator, optional
            Source of the dropout masks. Without it nothing is dropped.
        workspace : Workspace, optional
        keep_tape : bool, default True

        Returns
        -------
        output : ndarray of shape (n_rows, n_outputs)
        state : list of ndarray of shape (n_states, n_rows, n_units)
        tape : SegmentTape or None

        Raises
        ------
        ValueError
            If the segments of `x` have another length: kernels do not check what they read.
        """
        n_timesteps, n_rows, size = x.shape
        if size != self.segment:
            raise ValueError(f"x must have segments of {self.segment} values, got {size}")
        packed = theta if isinstance(theta, PackedSegments) else self.pack(theta)
        views = packed.views
        if lengths is None:
            lengths = np.full(n_rows, n_timesteps, np.int64)
        x = x.reshape(-1, size)
        embedded = linear_forward(packed.embed, views["embed.bias"], x)
        np.maximum(embedded, 0, out=embedded)
        _, last, encoder = layer_forward(
            self.cell, packed.layer, embedded.reshape(n_timesteps, n_rows, -1), lengths, False,
            None, workspace, "encoder", keep="tape" if keep_tape else "state",
        )  # fmt: skip
        n_decoded = n_rows * self.n_segments
        positions = np.tile(views["position"], (n_rows, 1))[None]
        start = np.repeat(last, self.n_segments, axis=1)
        top, _, decoder = layer_forward(
            self.cell, packed.layer, positions, np.ones(n_decoded, np.int64), False, start,
            workspace, "decoder", keep="tape" if keep_tape else "output",
        )  # fmt: skip
        # A copy: kernels are compiled for one array layout.
        top, mask = drop(top[0].copy(), self.dropout, rng)
        output = linear_forward(packed.head, views["head.bias"], top)
        tape = SegmentTape(x, embedded, encoder, decoder, top, mask) if keep_tape else None
        return output.reshape(n_rows, -1)[:, : self.n_outputs], [last], tape

    def backward(self, theta, gradient, tape, d_output):
        """Add the gradient of a loss with respect to `theta`, see `Network.backward`."""
        packed = theta if isinstance(theta, PackedSegments) else self.pack(theta, turned=True)
        d_views = self.layout.views(gradient)
        n_timesteps, n_rows, n_units = tape.encoder.x.shape
        n_decoded, dtype = n_rows * self.n_segments, d_output.dtype
        d_head = np.zeros((n_rows, self.n_segments * self.segment), dtype)
        d_head[:, : self.n_outputs] = d_output
        d_top = linear_backward(
            packed.turned[1], tape.top, d_head.reshape(n_decoded, -1),
            d_views["head.weight"], d_views["head.bias"],
        )  # fmt: skip
        if tape.mask is not None:
            d_top *= tape.mask
        d_parameters = _recurrent(d_views)
        n_states = tape.encoder.states.shape[0]
        d_start = np.zeros((n_states, n_decoded, n_units), dtype)
        d_gates = layer_backward(
            self.cell, packed.layer, d_parameters, tape.decoder,
            np.ones(n_decoded, np.int64), False, d_top[None], d_start,
        )  # fmt: skip
        d_position = input_gradient(packed.layer, d_gates)
        d_views["position"][...] += d_position.reshape(n_rows, self.n_segments, -1).sum(axis=0)
        d_last = d_start.reshape(n_states, n_rows, self.n_segments, -1).sum(axis=2)
        d_gates = layer_backward(
            self.cell, packed.layer, d_parameters, tape.encoder,
            np.full(n_rows, n_timesteps, np.int64), False, np.empty((0, n_rows, n_units), dtype),
            d_last,
        )  # fmt: skip
        d_embedded = input_gradient(packed.layer, d_gates).reshape(-1, n_units)
        d_embedded *= tape.embedded > 0
        linear_backward(
            packed.turned[0], tape.x, d_embedded, d_views["embed.weight"], d_views["embed.bias"]
        )


def _recurrent(views):
    return tuple([views[f"{name}_l0"] for name in PARAMETERS])
