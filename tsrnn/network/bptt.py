"""Back-propagation through time, full and truncated, over fixed shards of a batch's rows.

Full: Werbos (1990), Proceedings of the IEEE 78. Truncated: a sequence is processed in chunks of
``bptt_steps`` time steps; the state is carried from chunk to chunk, the gradient is not (Williams
and Peng 1990, Neural Computation 2).
"""

import contextlib
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tsrnn.network.packed import Packed
from tsrnn.network.workspace import FRESH, Workspace

# A shard is worth a thread from about this many multiply-adds on (parameters x time steps x rows).
_WORK_PER_SHARD = 5_000_000
_MIN_ROWS_PER_SHARD = 16
# The same where nothing is kept for a backward pass; less is mostly calls from Python.
_WORK_PER_FORWARD_SHARD = 30_000_000
_MIN_ROWS_PER_FORWARD_SHARD = 64
# There, values of a layer's output that are held at a time, and time steps at least.
_HELD_VALUES = 1_048_576
_MIN_STEPS = 8


@contextlib.contextmanager
def workers(n_jobs):
    """Give a `map` that runs in `n_jobs` threads, this one among them; kernels hold no GIL."""
    if n_jobs == 1:
        yield map
        return
    with ThreadPoolExecutor(n_jobs - 1) as pool:

        def run(function, *columns):
            calls = list(zip(*columns, strict=True))
            results = [None] * len(calls)
            # All threads draw from one iterator, so that none waits while there is work.
            todo = iter(range(len(calls)))

            def work():
                for i in todo:
                    results[i] = function(*calls[i])

            helpers = [pool.submit(work) for _ in range(min(n_jobs, len(calls)) - 1)]
            work()
            for helper in helpers:
                helper.result()
            return results

        yield run


def row_shards(n_rows, work_per_row, *, backward=True):
    """Return slices that divide `n_rows`, a function of the work alone.

    The number of threads has no say, and partial results are added in shard order, so that results
    are the same bits for any `n_jobs`.
    """
    work, least = _WORK_PER_SHARD, _MIN_ROWS_PER_SHARD
    if not backward:
        work, least = _WORK_PER_FORWARD_SHARD, _MIN_ROWS_PER_FORWARD_SHARD
    rows = max(least, work // max(int(work_per_row), 1))
    n_shards = max(n_rows // rows, 1)
    edges = [n_rows * i // n_shards for i in range(n_shards + 1)]
    return [slice(a, b) for a, b in itertools.pairwise(edges)]


def loss_and_gradient(
    network,
    theta,
    loss,
    batch,
    *,
    bptt_steps=None,
    state=None,
    rng=None,
    run=map,
    workspace=FRESH,
):
    """Return the weighted mean loss over a batch, its gradient and the state after the batch.

    Parameters
    ----------
    network : Network
    theta : ndarray of shape (layout.size,)
    loss : callable
        See `tsrnn.network.losses`.
    batch : Batch
        Without any weight above zero, the loss and the gradient are zero.
    bptt_steps : int, optional
        Chunk length in time steps; default the whole sequence.
    state : list of ndarray, optional
        State to start from; default zeros. No gradient flows into it.
    rng : numpy.random.Generator, optional
        Turns dropout on.
    run : callable, default map
        What runs the shards, see `workers`.
    workspace : Workspace, optional
        Memory to use again from batch to batch.

    Returns
    -------
    value : float
    gradient : ndarray of shape (layout.size,)
    state : list of ndarray of shape (n_states, n_rows, n_units)

    Raises
    ------
    ValueError
        If the network is bidirectional and a state would have to be carried: a sequence is longer
        than `bptt_steps`, or the batch continues the one before.
    """
    n_timesteps, n_rows, _ = batch.x.shape
    steps = n_timesteps if bptt_steps is None else bptt_steps
    if network.bidirectional and steps < n_timesteps:
        raise ValueError(
            "bptt_steps carries a state forward in time, which bidirectional=True has not: set "
            f"bptt_steps=None or at least {n_timesteps}, the longest sequence; got {bptt_steps}"
        )
    _check_continues(network, batch)
    total = batch.total_weight
    shards = row_shards(n_rows, network.layout.size * n_timesteps)
    # One stream of dropout masks per shard, whatever the thread that runs it.
    seeds = [None] * len(shards) if rng is None else rng.integers(2**63, size=len(shards))

    packed = network.pack(theta, turned=True)

    def shard_gradient(shard, seed):
        part = batch if len(shards) == 1 else batch.rows(shard)
        start = None if state is None else [s[:, shard] for s in state]
        masks = None if seed is None else np.random.default_rng(seed)
        return _chunked(network, packed, loss, part, steps, total, start, masks, workspace)

    parts = list(run(shard_gradient, shards, seeds))
    if len(parts) == 1:
        return parts[0]
    values, gradients, states = zip(*parts, strict=True)
    gradient = gradients[0]
    for partial in gradients[1:]:
        gradient += partial
    return sum(values), gradient, [np.concatenate(s, axis=1) for s in zip(*states, strict=True)]


def _check_continues(network, batch):
    if network.bidirectional and batch.continues:
        raise ValueError(
            "one series in several chunks carries a state forward in time, which "
            "bidirectional=True has not: set bidirectional=False"
        )


def _chunked(network, packed, loss, batch, steps, total_weight, state, rng, workspace):
    gradient = np.zeros(network.layout.size, batch.x.dtype)
    value = 0.0
    for start in range(0, len(batch.x), steps):
        chunk = batch.chunk(start, min(start + steps, len(batch.x)))
        output, state, tape = network.forward(
            packed, chunk.x, chunk.lengths, state,
            every_step=batch.every_step, rng=rng, workspace=workspace,
        )  # fmt: skip
        if not (chunk.total_weight > 0):
            continue
        weight = chunk.weight / chunk.weight.dtype.type(total_weight)
        # What overflows shows in the loss, which the training loop checks.
        with np.errstate(over="ignore", invalid="ignore"):
            part, d_output = loss(output, chunk.target, weight)
        value += part
        network.backward(packed, gradient, tape, d_output)
    return value, gradient, state


def predict(network, theta, data, *, run=map):
    """Yield (batch, output) over one pass of `data`, in its order; states carried as they are.

    Parameters
    ----------
    network : Network
    theta : ndarray of shape (layout.size,)
    data : Sequences or alike
    run : callable, default map
        What runs the shards, see `workers`.

    Yields
    ------
    batch : Batch
    output : ndarray of shape (n_rows, n_outputs) or (n_timesteps, n_rows, n_outputs)

    Raises
    ------
    ValueError
        If the network is bidirectional and a batch continues the one before.
    """
    state, workspace, packed = None, Workspace(), network.pack(theta)
    for batch in data.batches():
        _check_continues(network, batch)
        start = state if batch.continues else None
        output, state = forward(network, packed, batch, start, run=run, workspace=workspace)
        yield batch, output


def forward(network, theta, batch, state=None, *, run=map, workspace=FRESH):
    """Return the outputs and the last state for one batch, computed in row shards."""
    packed = theta if isinstance(theta, Packed) else network.pack(theta)
    n_timesteps, n_rows, _ = batch.x.shape
    work = network.layout.size * n_timesteps
    shards = row_shards(n_rows, work, backward=False)

    def shard_forward(shard):
        part = batch if len(shards) == 1 else batch.rows(shard)
        start = None if state is None else [s[:, shard] for s in state]
        return _forward_in_pieces(network, packed, part, start, workspace)

    outputs, states = zip(*run(shard_forward, shards), strict=True)
    axis = 1 if batch.every_step else 0
    return np.concatenate(outputs, axis), [
        np.concatenate(s, axis=1) for s in zip(*states, strict=True)
    ]


def _forward_in_pieces(network, packed, batch, state, workspace):
    """Run a part of the time steps at a time, so that memory does not grow with their number."""
    n_timesteps, n_rows, _ = batch.x.shape
    steps = n_timesteps
    if not network.bidirectional:
        widest = max(network.hidden_layer_sizes)
        steps = max(_HELD_VALUES // (n_rows * widest), _MIN_STEPS)
    outputs = []
    for start in range(0, n_timesteps, steps):
        piece = batch.chunk(start, min(start + steps, n_timesteps))
        output, state, _ = network.forward(
            packed, piece.x, piece.lengths, state,
            every_step=batch.every_step, workspace=workspace, keep_tape=False,
        )  # fmt: skip
        outputs.append(output)
    # The last output of a row that ended in an earlier piece is that of the state it kept.
    return np.concatenate(outputs) if batch.every_step else outputs[-1], state
