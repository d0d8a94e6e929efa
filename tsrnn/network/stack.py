"""Stacked, optionally bidirectional recurrent layers under a linear head."""

import numpy as np

from tsrnn._validation import check_bool, check_choice, check_int, check_real
from tsrnn.cells import CELLS
from tsrnn.network.backward import layers_backward
from tsrnn.network.dilation import check_dilations, dilated_forward
from tsrnn.network.dropout import drop
from tsrnn.network.initialization import glorot_uniform, initial_layer
from tsrnn.network.layer import PARAMETERS, check_layer_sizes, layer_shapes
from tsrnn.network.layout import Layout
from tsrnn.network.linear import linear_backward, linear_forward
from tsrnn.network.packed import Packed, pack, pack_layer, pack_turned, writeable
from tsrnn.network.tape import Tape
from tsrnn.network.workspace import FRESH


class Network:
    """A recurrent network over batches of sequences. It holds no parameters: `theta` is passed.

    Parameters
    ----------
    n_features : int
        Inputs per time step.
    hidden_layer_sizes : tuple of int
        Units of each stacked layer, first to last.
    n_outputs : int
    cell : str, default "gru"
        Name in `tsrnn.cells.CELLS`.
    bidirectional : bool, default False
        Add a second recurrence that reads each sequence from its end; its units are concatenated.
    dropout : float in [0, 1), default 0.0
        Share of a layer's outputs dropped before the next layer while training.
    dilations : tuple of int, optional
        How many steps the recurrence of each layer reaches back; default 1 for all.
    residual : bool, default False
        Add to the output of every layer but the first what it read, before dropout; layers are then
        of one size.

    Attributes
    ----------
    layout : Layout
        Names (PyTorch's: ``weight_ih_l0``, ``bias_hh_l1_reverse``, ``head.weight``, ...), shapes
        and places of the parameters in `theta`.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range or the cell is not known.

    Examples
    --------
    >>> import numpy as np
    >>> network = Network(3, (8, 4), 2, cell="lstm")
    >>> theta = network.initial_theta(np.random.default_rng(0))
    >>> x = np.ones((5, 1, 3), np.float32)
    >>> output, state, tape = network.forward(theta, x)
    >>> output.shape
    (1, 2)
    """

    def __init__(
        self,
        n_features,
        hidden_layer_sizes,
        n_outputs,
        *,
        cell="gru",
        bidirectional=False,
        dropout=0.0,
        dilations=None,
        residual=False,
    ):
        self.cell = CELLS[check_choice("cell", cell, CELLS)]
        self.n_features = check_int("n_features", n_features, 1)
        self.n_outputs = check_int("n_outputs", n_outputs, 1)
        self.hidden_layer_sizes = check_layer_sizes(hidden_layer_sizes)
        self.bidirectional = check_bool("bidirectional", bidirectional)
        self.dropout = check_real("dropout", dropout, 0, 1, open_maximum=True)
        self.dilations = check_dilations(dilations, len(self.hidden_layer_sizes))
        self.residual = check_bool("residual", residual)
        if self.residual and len(set(self.hidden_layer_sizes)) > 1:
            raise ValueError(
                "residual=True adds outputs of layers, which hidden_layer_sizes must give one "
                f"size, got {self.hidden_layer_sizes}"
            )
        self.layout = Layout(self._shapes())

    @property
    def plain(self):
        """Whether layers read the step before and nothing else, as in other libraries."""
        return set(self.dilations) == {1} and not self.residual

    @property
    def suffixes(self):
        """Ends of the parameters' names, one per direction."""
        return ("", "_reverse") if self.bidirectional else ("",)

    def _shapes(self):
        shapes, n_inputs = {}, self.n_features
        for i, n_units in enumerate(self.hidden_layer_sizes):
            for suffix in self.suffixes:
                for name, shape in layer_shapes(self.cell, n_inputs, n_units).items():
                    shapes[f"{name}_l{i}{suffix}"] = shape
            n_inputs = n_units * len(self.suffixes)
        return shapes | {"head.weight": (self.n_outputs, n_inputs), "head.bias": (self.n_outputs,)}

    def initial_theta(self, rng, dtype=np.float32, zero_head=False):
        """Draw initial parameters.

        Parameters
        ----------
        rng : numpy.random.Generator
        dtype : float32 or float64
        zero_head : bool, default False
            Start with an output of zero, where zero is already a good forecast.

        Returns
        -------
        ndarray of shape (layout.size,)
        """
        theta = np.zeros(self.layout.size, dtype)
        views = self.layout.views(theta)
        for i, n_units in enumerate(self.hidden_layer_sizes):
            for suffix in self.suffixes:
                names = [f"{name}_l{i}{suffix}" for name in PARAMETERS]
                n_inputs = views[names[0]].shape[1]
                initial = initial_layer(rng, self.cell, n_inputs, n_units)
                for name, value in zip(names, initial, strict=True):
                    views[name][...] = value
        if not zero_head:
            views["head.weight"][...] = glorot_uniform(rng, views["head.weight"].shape)
        return theta

    def pick(self, views, layer, suffix):
        """Return the parameters of one layer in one direction."""
        at = f"_l{layer}{suffix}"
        return tuple([views[name + at] for name in PARAMETERS])

    def pack(self, theta, *, turned=False):
        """Return `theta` as `forward` and `step` read it, to be given to them in its place.

        Saves time where parameters serve more than once; later changes of `theta` do not show.
        With `turned`, for `backward` too.
        """
        views = self.layout.views(writeable(theta))
        layers = [
            pack_layer(self.cell, self.pick(views, i, suffix), turned=turned)
            for i in range(len(self.hidden_layer_sizes))
            for suffix in self.suffixes
        ]
        weight, bias = views["head.weight"], views["head.bias"].copy()
        return Packed(layers, pack(weight), bias, pack_turned(weight) if turned else None)

    def forward(
        self,
        theta,
        x,
        lengths=None,
        state=None,
        *,
        every_step=False,
        rng=None, workspace=FRESH, keep_tape=True,
    ):  # fmt: skip
        """Run the network.

        Parameters
        ----------
        theta : ndarray of shape (layout.size,) or Packed
        x : ndarray of shape (n_timesteps, n_rows, n_features)
            C-contiguous, dtype of `theta`, finite at padded steps too.
        lengths : ndarray of shape (n_rows,), int64, optional
            Valid steps of each row; default all.
        state : list of ndarray, optional
            What an earlier call returned, to continue it; default zeros.
        every_step : bool, default False
            Outputs for every time step in place of the last one.
        rng : numpy.random.Generator, optional
            Source of the dropout masks. Without it nothing is dropped.
        workspace : Workspace, optional
            Where the arrays of the tape come from; the tape is then valid until the next forward
            pass with it. Default new arrays.
        keep_tape : bool, default True
            False saves memory and time where no backward pass follows.

        Returns
        -------
        output : ndarray of shape (n_rows, n_outputs) or (n_timesteps, n_rows, n_outputs)
            Undefined at padded steps.
        state : list of ndarray of shape (n_states, n_rows, dilation * n_units)
            One per layer and direction.
        tape : Tape or None
            For `backward`.

        Raises
        ------
        ValueError
            If `x` has another number of features: kernels do not check what they read.
        """
        if x.shape[2] != self.n_features:
            raise ValueError(f"x must have {self.n_features} feature(s), got {x.shape[2]}")
        if lengths is None:
            lengths = np.full(x.shape[1], x.shape[0], np.int64)
        packed = theta if isinstance(theta, Packed) else self.pack(theta)
        tapes, dropped, states, n_timesteps = [], [], [], len(x)
        n_layers = len(self.hidden_layer_sizes)
        for i in range(n_layers):
            keep = "output" if every_step or i < n_layers - 1 else "state"
            below = x
            if i > 0:
                x, mask = drop(x, self.dropout, rng)
                dropped.append(mask)
            outputs = []
            for suffix in self.suffixes:
                initial = None if state is None else state[len(states)]
                output, last, tape = dilated_forward(
                    self.cell, packed.layers[len(states)], x, lengths, bool(suffix), initial,
                    workspace, (i, suffix), dilation=self.dilations[i],
                    keep="tape" if keep_tape else keep,
                )  # fmt: skip
                outputs.append(output)
                states.append(last)
                tapes.append(tape)
            if keep_tape or keep == "output":
                x = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=2)
                if self.residual and i > 0:
                    x = x + below
        top = x.reshape(-1, x.shape[2]) if every_step else self._last_outputs(states)
        output = linear_forward(packed.head_weight, packed.head_bias, top)
        output = output.reshape(*x.shape[:2], -1) if every_step else output
        tape = Tape(tapes, dropped, top, lengths, n_timesteps, every_step) if keep_tape else None
        return output, states, tape

    def _last_outputs(self, states):
        """Return what the head reads of the last states, (n_rows, n_inputs)."""
        n_directions, n_units = len(self.suffixes), self.hidden_layer_sizes[-1]
        # Without residual connections the top layer's; with them those of all layers, added up.
        kept = states if self.residual else states[-n_directions:]
        # A copy also where there is one direction: kernels are compiled for one array layout.
        top = np.concatenate([s[0, :, -n_units:] for s in kept[:n_directions]], axis=1)
        for i in range(n_directions, len(kept), n_directions):
            above = kept[i : i + n_directions]
            top += np.concatenate([s[0, :, -n_units:] for s in above], axis=1)
        return top

    def step(self, theta, x, state=None):
        """Take one time step: what a stream needs.

        Parameters
        ----------
        theta : ndarray of shape (layout.size,) or Packed
        x : ndarray of shape (n_rows, n_features)
            C-contiguous, dtype of `theta`.
        state : list of ndarray, optional
            What the step before returned; default zeros.

        Returns
        -------
        output : ndarray of shape (n_rows, n_outputs)
        state : list of ndarray of shape (n_states, n_rows, n_units)

        Raises
        ------
        ValueError
            If the network is bidirectional: the end of a stream is not known.
        """
        if self.bidirectional:
            raise ValueError("step reads forward in time only; set bidirectional=False")
        output, state, _ = self.forward(theta, x[None], state=state, keep_tape=False)
        return output, state

    def backward(self, theta, gradient, tape, d_output, *, input_too=False):
        """Add the gradient of a loss with respect to `theta`.

        Parameters
        ----------
        theta : ndarray of shape (layout.size,) or Packed
            Turned too.
        gradient : ndarray of shape (layout.size,)
            Added to.
        tape : Tape
            Of the forward pass.
        d_output : ndarray
            Gradient with respect to the forward pass's output, of its shape; zero at padded steps.
        input_too : bool, default False
            Return the gradient with respect to `x` too, of its shape; without it None.
        """
        packed = theta if isinstance(theta, Packed) else self.pack(theta, turned=True)
        d_views = self.layout.views(gradient)
        d_top = linear_backward(
            packed.head_turned, tape.top, d_output.reshape(-1, self.n_outputs),
            d_views["head.weight"], d_views["head.bias"],
        )  # fmt: skip
        return layers_backward(self, packed.layers, d_views, tape, d_top, input_too=input_too)
