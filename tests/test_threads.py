"""The same seed gives the same bits, whatever the number of threads; nothing global is touched."""

import numpy as np
import pytest

from tsrnn.cells import CELLS
from tsrnn.network import (
    Network,
    ParallelStreams,
    Plan,
    Sequences,
    loss_and_gradient,
    make_loss,
    predict,
    train,
    workers,
)
from tsrnn.network.bptt import row_shards

SQUARED = make_loss("squared_error")
N_TIMESTEPS, N_ROWS = 30, 130


def make_network(cell="gru", **options):
    return Network(2, (40, 20), 1, cell=cell, **options)


def make_data(network, batch_size=N_ROWS):
    """Sequences of unequal length, enough for several shards."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, N_TIMESTEPS, 2)).astype(np.float32)
    lengths = rng.integers(5, N_TIMESTEPS + 1, N_ROWS)
    lengths[0] = N_TIMESTEPS
    X[np.arange(N_TIMESTEPS) >= lengths[:, None]] = 0
    return Sequences(X, lengths, rng.normal(size=(N_ROWS, 1)), batch_size=batch_size)


def trained(network, data, n_jobs, seed=0, **plan):
    rng = np.random.default_rng(seed)
    theta = network.initial_theta(rng)
    history = train(network, theta, data, SQUARED, Plan(max_iter=2, **plan), rng=rng, n_jobs=n_jobs)
    return theta, history.losses


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("options", "plan"),
    [
        ({}, {}),
        ({"bidirectional": True, "dropout": 0.3}, {}),
        ({"dropout": 0.3}, {"bptt_steps": 8}),
    ],
    ids=["plain", "bidirectional-dropout", "truncated-dropout"],
)
def test_threads_change_no_bit(cell, options, plan):
    network = make_network(cell, **options)
    data = make_data(network)
    work = network.layout.size * N_TIMESTEPS
    assert len(row_shards(N_ROWS, work)) > 1, "else there is nothing to test"
    theta, losses = trained(network, data, 1, **plan)
    for n_jobs in (2, 3):
        other, other_losses = trained(network, data, n_jobs, **plan)
        np.testing.assert_array_equal(other, theta)
        assert other_losses == losses


def test_threads_change_no_bit_of_streams_with_a_carried_state():
    network = make_network("lstm")
    rng = np.random.default_rng(1)
    X = rng.normal(size=(64 * 60, 2)).astype(np.float32)
    data = ParallelStreams(X, X[:, :1], n_streams=64, chunk=20)
    assert len(row_shards(64, network.layout.size * 20)) > 1
    one, two = (trained(network, data, n_jobs)[0] for n_jobs in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("every_step", [False, True], ids=["last-step", "every-step"])
def test_threads_change_no_bit_of_a_prediction(every_step):
    network = make_network("lstm")
    data = make_data(network)
    if every_step:
        target = np.repeat(data.target[:, None], N_TIMESTEPS, axis=1)
        data = Sequences(data.X, data.lengths, target, batch_size=N_ROWS)
    theta = network.initial_theta(np.random.default_rng(0))
    with workers(2) as run:
        ((_, threaded),) = predict(network, theta, data, run=run)
    ((batch, plain),) = predict(network, theta, data)
    whole, _, _ = network.forward(theta, batch.x, batch.lengths, every_step=every_step)
    np.testing.assert_array_equal(threaded, plain)
    np.testing.assert_array_equal(plain, whole)


def test_shards_add_up_to_the_gradient_of_the_whole(monkeypatch):
    network = make_network("gru")
    (batch,) = make_data(network).batches()
    theta = network.initial_theta(np.random.default_rng(0), np.float64)
    batch = Sequences(
        batch.x.transpose(1, 0, 2).astype(float), batch.lengths, batch.target, batch_size=N_ROWS
    )._batch(np.arange(N_ROWS))
    sharded = loss_and_gradient(network, theta, SQUARED, batch)
    monkeypatch.setattr("tsrnn.network.bptt._WORK_PER_SHARD", 10**18)
    whole = loss_and_gradient(network, theta, SQUARED, batch)
    assert sharded[0] == pytest.approx(whole[0], rel=1e-12)
    np.testing.assert_allclose(sharded[1], whole[1], rtol=1e-9, atol=1e-12)
    assert not np.array_equal(sharded[1], whole[1]), "the sums are taken in another order"
    for one, other in zip(sharded[2], whole[2], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("n_rows", "work"), [(1, 1), (15, 10**9), (33, 10**9), (1000, 10**4), (64, 230_000), (0, 1)]
)
def test_shards_are_the_rows_in_order_and_not_too_small(n_rows, work):
    shards = row_shards(n_rows, work)
    rows = [row for shard in shards for row in range(n_rows)[shard]]
    assert rows == list(range(n_rows))
    sizes = [s.stop - s.start for s in shards]
    assert max(sizes) - min(sizes) <= 1
    assert len(shards) == 1 or min(sizes) >= 16


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_the_seed_decides(dropout):
    network = make_network("rnn", dropout=dropout)
    data = make_data(network, batch_size=16)
    first, again, other = (trained(network, data, 1, seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_numpys_global_generator_is_not_touched():
    network = make_network("rnn", dropout=0.3)
    before = np.random.get_state()  # noqa: NPY002
    trained(network, make_data(network, batch_size=16), 2)
    after = np.random.get_state()  # noqa: NPY002
    assert before[2:] == after[2:]
    np.testing.assert_array_equal(before[1], after[1])


def test_what_is_given_is_not_changed():
    network = make_network("lstm")
    data = make_data(network, batch_size=16)
    before = [a.copy() for a in (data.X, data.lengths, data.target, data.weight)]
    trained(network, data, 2)
    for old, new in zip(before, (data.X, data.lengths, data.target, data.weight), strict=True):
        np.testing.assert_array_equal(old, new)
