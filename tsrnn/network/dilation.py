"""A layer whose recurrence reaches several steps back: the same cell on interleaved sub-sequences.

With dilation d the state of step t follows that of step t - d [1]_. The steps t, t + d, t + 2 d and
so on are a sequence of their own, and d of them lie side by side as further rows: an array of
(n_timesteps, n_rows) is read as (n_timesteps / d, d * n_rows), for which the kernels of plain
layers serve. What such a layer carries from one part of a sequence to the next is the state of its
last d steps, the latest last, (n_states, n_rows, d * n_units).

References
----------
.. [1] Chang, S., Zhang, Y., Han, W., Yu, M., Guo, X., Tan, W., Cui, X., Witbrock, M.,
       Hasegawa-Johnson, M., & Huang, T. S. (2017). Dilated recurrent neural networks. Advances in
       Neural Information Processing Systems, 30.
"""

import numpy as np

from tsrnn._validation import check_int
from tsrnn.network.layer import layer_backward, layer_forward


def check_dilations(dilations, n_layers):
    """Return `dilations` as a tuple of positive ints, one per layer; None is 1 for all."""
    if dilations is None:
        return (1,) * n_layers
    if not isinstance(dilations, tuple | list | np.ndarray):
        raise TypeError(
            f"dilations must be None or a tuple of positive integers, got {dilations!r}"
        )
    if len(dilations) != n_layers:
        raise ValueError(
            f"dilations must have one entry for each of the {n_layers} layer(s) of "
            f"hidden_layer_sizes, got {dilations!r}"
        )
    return tuple(check_int(f"dilations[{i}]", d, 1) for i, d in enumerate(dilations))


class Folding:
    """How a batch is read as d interleaved sub-sequences, in one direction.

    Parameters
    ----------
    dilation : int
    n_timesteps : int
    lengths : ndarray of shape (n_rows,), int64
    reverse : bool
    """

    def __init__(self, dilation, n_timesteps, lengths, reverse):
        self.dilation, self.n_timesteps, self.n_rows = dilation, n_timesteps, len(lengths)
        # Sub-sequences that start beyond the end have no steps.
        self.n_phases = min(dilation, n_timesteps)
        phases = np.arange(self.n_phases)[:, None]
        self.lengths = np.maximum(-(-(lengths - phases) // dilation), 0).reshape(-1)
        # Which sub-sequence the states of the last d steps belong to, before and after the batch.
        nth, n_read = np.arange(dilation), lengths[:, None]
        if reverse:
            self.before = (n_read - 1 - nth) % dilation
            self.after = np.broadcast_to(dilation - 1 - nth, self.before.shape)
        else:
            self.before = np.broadcast_to(nth, (self.n_rows, dilation))
            self.after = (n_read + nth) % dilation

    def fold(self, x):
        """Return `x` (n_timesteps, n_rows, n), with zeros behind, side by side."""
        missing = -self.n_timesteps % self.n_phases
        if missing:
            x = np.concatenate([x, np.zeros((missing, *x.shape[1:]), x.dtype)])
        return x.reshape(-1, self.n_phases * self.n_rows, x.shape[2])

    def unfold(self, folded):
        """Return what `fold` was given."""
        return folded.reshape(-1, self.n_rows, folded.shape[2])[: self.n_timesteps]

    def split(self, state):
        """Return a carried state by sub-sequence, (n_states, d, n_rows, n_units)."""
        n_states = len(state)
        by_step = state.reshape(n_states, self.n_rows, self.dilation, -1)
        split = np.empty_like(by_step)
        split[:, np.arange(self.n_rows)[:, None], self.before] = by_step
        return np.ascontiguousarray(split.transpose(0, 2, 1, 3))

    def join(self, split):
        """Return the state to carry on, from that of each sub-sequence."""
        by_row = split.transpose(0, 2, 1, 3)[:, np.arange(self.n_rows)[:, None], self.after]
        return by_row.reshape(len(split), self.n_rows, -1)

    def as_rows(self, split):
        """Return the states of the sub-sequences that have steps as rows of a batch."""
        return split[:, : self.n_phases].reshape(len(split), -1, split.shape[3])


def dilated_forward(
    cell, packed, x, lengths, reverse, initial_state, workspace, name, *, dilation, keep
):
    """Run one layer in one direction, as `layer_forward`, the recurrence `dilation` steps long.

    States have the shape (n_states, n_rows, dilation * n_units), the latest step last.
    """
    if dilation == 1:
        return layer_forward(
            cell, packed, x, lengths, reverse, initial_state, workspace, name, keep=keep
        )
    folding = Folding(dilation, len(x), lengths, reverse)
    n_units = packed.weight_hh.shape[2]
    if initial_state is None:
        split = np.zeros((cell.n_states, dilation, len(lengths), n_units), x.dtype)
    else:
        split = folding.split(initial_state)
    output, last, tape = layer_forward(
        cell, packed, folding.fold(x), folding.lengths, reverse, folding.as_rows(split),
        workspace, name, keep=keep,
    )  # fmt: skip
    n_states, n_phases = len(split), folding.n_phases
    split[:, :n_phases] = last.reshape(n_states, n_phases, len(lengths), n_units)
    return None if output is None else folding.unfold(output), folding.join(split), tape


def dilated_backward(
    cell, packed, gradients, tape, lengths, reverse, d_output, d_last, *, dilation, n_timesteps
):
    """Back-propagate through `dilated_forward`.

    Parameters
    ----------
    d_output : ndarray of shape (n_timesteps, n_rows, n_units) or (0, n_rows, n_units)
        Gradient with respect to the output; empty where it is zero.
    d_last : ndarray of shape (n_rows, n_units)
        Gradient with respect to the output at the last step that was read.

    Returns
    -------
    d_gates : ndarray
        As `layer_backward` has it, of the sub-sequences.
    unfold : callable
        Brings the gradient with respect to their input back to that of the whole.
    """
    n_units = tape.states.shape[3]
    if dilation == 1:
        d_state = np.zeros((cell.n_states, *d_last.shape), d_last.dtype)
        d_state[0] = d_last
        d_gates = layer_backward(cell, packed, gradients, tape, lengths, reverse, d_output, d_state)
        return d_gates, lambda d_x: d_x
    folding = Folding(dilation, n_timesteps, lengths, reverse)
    split = np.zeros((cell.n_states, dilation, len(lengths), n_units), d_last.dtype)
    split[0, folding.after[:, -1], np.arange(len(lengths))] = d_last
    if len(d_output):
        d_output = folding.fold(d_output)
    else:
        d_output = np.empty((0, folding.n_phases * len(lengths), n_units), d_last.dtype)
    d_gates = layer_backward(
        cell, packed, gradients, tape, folding.lengths, reverse, d_output,
        np.ascontiguousarray(folding.as_rows(split)),
    )  # fmt: skip
    return d_gates, folding.unfold
