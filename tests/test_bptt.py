"""Back-propagation through time, full and truncated, and one long series as parallel streams."""

import tracemalloc

import numpy as np
import pytest
import reference

from tsrnn.cells import CELLS
from tsrnn.network import (
    Batch,
    Network,
    ParallelStreams,
    Plan,
    Sequences,
    loss_and_gradient,
    make_loss,
    predict,
    train,
)

SQUARED = make_loss("squared_error")
cells = pytest.mark.parametrize("cell", CELLS)
heads = pytest.mark.parametrize("every_step", [False, True], ids=["last-step", "every-step"])


def make_case(cell, every_step=True, lengths=(7, 3, 5), seed=0, **options):
    rng = np.random.default_rng(seed)
    network = Network(3, (4, 2), 2, cell=cell, **options)
    theta = rng.normal(0, 0.5, network.layout.size)
    lengths = np.array(lengths)
    X = rng.normal(size=(len(lengths), max(lengths), 3))
    X[np.arange(max(lengths)) >= lengths[:, None]] = 0
    shape = (len(lengths), max(lengths), 2) if every_step else (len(lengths), 2)
    data = Sequences(X, lengths, rng.normal(size=shape), rng.random(shape), batch_size=9)
    (batch,) = data.batches()
    return network, theta, batch


# ---- truncation ----


def test_worked_by_hand():
    # One relu unit, h = relu(w x + u h_before), all biases 0, w = 1, u = 1/2, head v = 2:
    #   x = 1, 2, 3          h = 1, 2.5, 4.25          output v h = 2, 5, 8.5
    # Each target is 1.5 below its output: loss 1.5^2 = 2.25, and the mean over three steps has the
    # slope 2 * 1.5 / 3 = 1 at each output, so each h gets v = 2 from its own head.
    # Gradient a_t at the activation (all of them positive), a_t = 2 + u a_{t+1} within a chunk:
    #   full:      a = 3.5, 3, 2     k = 2: a = 3, 2 | 2     k = 1: a = 2 | 2 | 2
    # dw = sum a_t x_t, du = sum a_t h_{t-1} with h_0 = 0, db = sum a_t:
    expected = {
        None: (3.5 * 1 + 3 * 2 + 2 * 3, 3 * 1 + 2 * 2.5, 8.5),
        3: (15.5, 8.0, 8.5),
        2: (3 * 1 + 2 * 2 + 2 * 3, 2 * 1 + 2 * 2.5, 7.0),
        1: (2 * 1 + 2 * 2 + 2 * 3, 2 * 1 + 2 * 2.5, 6.0),
    }
    network = Network(1, (1,), 1, cell="rnn_relu")
    theta = np.zeros(network.layout.size)
    views = network.layout.views(theta)
    views["weight_ih_l0"][...], views["weight_hh_l0"][...] = 1.0, 0.5
    views["head.weight"][...] = 2.0
    x = np.array([1.0, 2.0, 3.0]).reshape(3, 1, 1)
    target = np.array([0.5, 3.5, 7.0]).reshape(3, 1, 1)
    batch = Batch(x, np.array([3]), target, np.ones((3, 1, 1)), every_step=True)
    for k, (dw, du, db) in expected.items():
        value, gradient, state = loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=k)
        got = network.layout.views(gradient)
        assert value == 2.25
        assert state[0].item() == 4.25
        assert got["weight_ih_l0"].item() == dw
        assert got["weight_hh_l0"].item() == du
        assert got["bias_ih_l0"].item() == got["bias_hh_l0"].item() == db
        # The head sees every h, however the time before it is cut: 1 + 2.5 + 4.25.
        assert got["head.weight"].item() == 7.75
        assert got["head.bias"].item() == 3.0


@cells
@heads
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("k", [7, 8, 1000])
def test_chunks_as_long_as_the_sequence_are_full_bptt(cell, every_step, bidirectional, k):
    network, theta, batch = make_case(cell, every_step, bidirectional=bidirectional)
    full = loss_and_gradient(network, theta, SQUARED, batch)
    chunked = loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=k)
    assert full[0] == chunked[0]
    np.testing.assert_array_equal(full[1], chunked[1])
    for one, other in zip(full[2], chunked[2], strict=True):
        np.testing.assert_array_equal(one, other)


@cells
@heads
@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_truncation_changes_the_gradient_not_the_loss(cell, every_step, k):
    network, theta, batch = make_case(cell, every_step)
    full = loss_and_gradient(network, theta, SQUARED, batch)
    chunked = loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=k)
    assert chunked[0] == pytest.approx(full[0], rel=1e-12)
    for one, other in zip(full[2], chunked[2], strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.allclose(full[1], chunked[1], rtol=1e-3)


@cells
@heads
@pytest.mark.parametrize("k", [1, 3])
def test_the_gradient_is_that_of_chunks_from_states_held_constant(cell, every_step, k):
    network, theta, batch = make_case(cell, every_step)
    chunks = [batch.chunk(start, min(start + k, 7)) for start in range(0, 7, k)]
    states = [None]
    for chunk in chunks:
        states.append(network.forward(theta, chunk.x, chunk.lengths, states[-1])[1])
    share = [chunk.weight.sum() / batch.weight.sum() for chunk in chunks]

    def loss_from_constant_states(theta):
        return sum(
            s * loss_and_gradient(network, theta, SQUARED, chunk, state=state)[0]
            for s, chunk, state in zip(share, chunks, states[:-1], strict=True)
            if s > 0
        )

    _, gradient, _ = loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=k)
    expected = reference.gradient_by_differences(loss_from_constant_states, theta)
    np.testing.assert_allclose(gradient, expected, rtol=2e-6, atol=2e-8)


@cells
def test_earlier_inputs_reach_a_chunk_by_the_carried_state_alone(cell):
    network, theta, batch = make_case(cell, every_step=False, lengths=(7, 7, 7))
    k = 3  # The only target, at step 7, is in the last chunk, of one step.
    _, last_state, _ = network.forward(theta, batch.x[:6])
    alone = loss_and_gradient(network, theta, SQUARED, batch.chunk(6, 7), state=last_state)
    whole = loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=k)
    np.testing.assert_array_equal(whole[1], alone[1])
    full = loss_and_gradient(network, theta, SQUARED, batch)
    assert not np.allclose(full[1], alone[1], rtol=1e-3)


def test_a_chunk_keeps_the_targets_that_end_in_it():
    _, _, batch = make_case("rnn", every_step=False, lengths=(7, 3, 5))
    ends_in = [batch.chunk(start, start + 3).weight.any(axis=1) for start in (0, 3, 6)]
    np.testing.assert_array_equal(
        ends_in, [[False, True, False], [False, False, True], [True, False, False]]
    )
    np.testing.assert_array_equal(batch.chunk(3, 6).lengths, [3, 0, 2])


def test_bidirectional_cannot_be_truncated():
    network, theta, batch = make_case("gru", bidirectional=True)
    with pytest.raises(ValueError, match="at least 7, the longest sequence; got 6"):
        loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=6)


# ---- one long series ----


def make_series(n_timesteps, n_features=2, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n_timesteps, n_features)), rng.normal(size=(n_timesteps, 1))


@pytest.mark.parametrize(
    ("n_timesteps", "n_streams", "chunk"),
    [(12, 3, 2), (13, 3, 2), (10, 4, 2), (10, 3, 7), (5, 1, 5), (5, 2, 9), (101, 8, 4), (1, 4, 4)],
)
def test_streams_hold_every_step_once_and_in_order(n_timesteps, n_streams, chunk):
    X, target = np.arange(1.0, n_timesteps + 1)[:, None], -np.arange(1.0, n_timesteps + 1)[:, None]
    data = ParallelStreams(X, target, n_streams=n_streams, chunk=chunk)
    batches = list(data.batches())
    assert len(batches) == data.n_batches
    assert [b.continues for b in batches] == [False] + [True] * (len(batches) - 1)
    n_rows = batches[0].x.shape[1]
    assert 1 <= n_rows <= n_streams
    streams = [[] for _ in range(n_rows)]
    for batch in batches:
        assert batch.every_step
        assert len(batch.x) <= chunk
        for row, length in enumerate(batch.lengths):
            streams[row].extend(batch.x[:length, row, 0])
            np.testing.assert_array_equal(batch.target[:length, row], -batch.x[:length, row])
            assert (batch.weight[:length, row] == 1).all()
            assert not batch.weight[length:, row].any()
            assert not batch.x[length:, row].any()
    np.testing.assert_array_equal(np.concatenate(streams), X[:, 0])


def test_a_target_that_is_not_known_is_masked_in_every_kind_of_data():
    X, target = make_series(10)
    weight = np.full((10, 1), 3.0)
    target[4] = np.nan
    streams = ParallelStreams(X, target, weight, n_streams=2, chunk=5)
    (batch,) = streams.batches()
    assert batch.weight[:, :, 0].sum() == 9 * 3
    assert batch.weight[4, 0] == 0
    assert np.isfinite(batch.target).all()
    sequences = Sequences(X[None], np.array([8]), target[None], batch_size=1)
    (batch,) = sequences.batches()
    np.testing.assert_array_equal(batch.weight[:, 0, 0], [1, 1, 1, 1, 0, 1, 1, 1])
    assert np.isfinite(batch.target).all()


@cells
def test_the_state_is_carried_from_batch_to_batch(cell):
    X, target = make_series(23)
    network = Network(2, (4, 3), 1, cell=cell)
    theta = np.random.default_rng(1).normal(0, 0.5, network.layout.size)
    data = ParallelStreams(X, target, n_streams=3, chunk=4)
    got = [[], [], []]
    for batch, output in predict(network, theta, data):
        for row, length in enumerate(batch.lengths):
            got[row].extend(output[:length, row])
    # Streams of ceil(23 / 3) = 8 steps, the last one shorter: each as if run in one go.
    for row, start in enumerate((0, 8, 16)):
        whole, _, _ = network.forward(theta, X[start : start + 8, None], every_step=True)
        np.testing.assert_array_equal(got[row], whole[:, 0])


def test_training_carries_the_state_too_and_forgets_it_at_the_next_epoch():
    X, target = make_series(40)
    network = Network(2, (4,), 1, cell="lstm")
    data = ParallelStreams(X, target, n_streams=2, chunk=5)
    # A rate too small to move a weight: the loss of every epoch is that of the streams as a whole.
    theta = network.initial_theta(np.random.default_rng(0), np.float64)
    history = train(
        network, theta.copy(), data, SQUARED, Plan(max_iter=2, learning_rate_init=1e-300, tol=0),
        rng=np.random.default_rng(0),
    )  # fmt: skip
    whole, _, _ = network.forward(theta, np.stack([X[:20], X[20:]], axis=1).copy(), every_step=True)
    expected = np.mean((np.stack([target[:20], target[20:]], axis=1) - whole) ** 2)
    np.testing.assert_allclose(history.losses, [expected, expected], rtol=1e-12)


def test_a_long_series_in_streams_takes_the_memory_of_a_chunk():
    def peak(n_timesteps):
        X, target = make_series(n_timesteps)
        network = Network(2, (64,), 1, cell="gru")
        theta = network.initial_theta(np.random.default_rng(0), np.float64)
        data = ParallelStreams(X, target, n_streams=4, chunk=25)
        plan = Plan(max_iter=1)
        train(network, theta.copy(), data, SQUARED, plan, rng=np.random.default_rng(0))
        tracemalloc.start()
        train(network, theta, data, SQUARED, plan, rng=np.random.default_rng(0))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    short, long = peak(500), peak(10_000)
    # The interpreter's own free lists may add to it; the length is 20 times as much.
    assert long < 2 * short, f"{short} bytes for 500 steps, {long} for 10 000"


def test_a_long_sequence_in_chunks_takes_the_memory_of_a_chunk():
    def peak(n_timesteps, k):
        X, target = make_series(n_timesteps)
        (batch,) = Sequences(X[None], np.array([n_timesteps]), target[None], batch_size=1).batches()
        network = Network(2, (64,), 1, cell="gru")
        theta = network.initial_theta(np.random.default_rng(0), np.float64)
        tracemalloc.start()
        loss_and_gradient(network, theta, SQUARED, batch, bptt_steps=k)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50, 25)  # Whatever is made once, kernels included, is made here.
    short, long = peak(500, 25), peak(20_000, 25)
    # The interpreter's own free lists may add to it; the length is 40 times as much.
    assert long < 2 * short
    assert long < 0.05 * peak(5000, None)


def test_bidirectional_cannot_carry_a_state():
    X, target = make_series(20)
    network = Network(2, (4,), 1, bidirectional=True)
    theta = network.initial_theta(np.random.default_rng(0), np.float64)
    data = ParallelStreams(X, target, n_streams=2, chunk=5)
    with pytest.raises(ValueError, match="set bidirectional=False"):
        train(network, theta, data, SQUARED, Plan(max_iter=1), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="set bidirectional=False"):
        list(predict(network, theta, data))
