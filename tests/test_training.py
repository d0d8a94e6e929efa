"""The training loop: when it stops, what it keeps, what it says."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from tsrnn.network import (
    SCHEDULES,
    SOLVERS,
    Network,
    Plan,
    Sequences,
    loss_and_gradient,
    make_loss,
    mean_loss,
    train,
)

SQUARED = make_loss("squared_error")


def make_problem(n_samples=40, batch_size=8, dtype=np.float64, cell="gru", seed=0, **options):
    """Sequences whose target is a weighted sum of their steps, and a network for them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, 6, 2)).astype(dtype)
    target = (X[:, :, 0] @ np.linspace(0.1, 0.6, 6))[:, None]
    data = Sequences(X, np.full(n_samples, 6), target, batch_size=batch_size)
    network = Network(2, (6,), 1, cell=cell, **options)
    return network, network.initial_theta(rng, dtype), data


def run(network, theta, data, seed=0, score=None, verbose=0, **plan):
    plan = Plan(**{"learning_rate_init": 0.02, "max_iter": 10, "tol": 0.0} | plan)
    rng = np.random.default_rng(seed)
    return train(network, theta, data, SQUARED, plan, rng=rng, score=score, verbose=verbose)


# ---- learning ----


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("learning_rate", SCHEDULES)
def test_every_solver_and_schedule_learns(solver, learning_rate):
    network, theta, data = make_problem()
    before = mean_loss(network, theta, data, SQUARED)
    history = run(network, theta, data, solver=solver, learning_rate=learning_rate, max_iter=40)
    assert history.n_iter == len(history.losses) == 40
    assert history.scores == []
    assert history.best_loss == min(history.losses)
    assert mean_loss(network, theta, data, SQUARED) < 0.2 * before


def test_training_is_the_solver_applied_to_clipped_gradients_of_decayed_weights():
    network, theta, data = make_problem(n_samples=8, cell="lstm")
    expected = theta.copy()
    run(
        network, theta, data, max_iter=3, learning_rate="cosine", alpha=0.1, clip_norm=0.05,
        shuffle=False,
    )  # fmt: skip
    solver = SOLVERS["adam"](theta.size, theta.dtype)
    (batch,) = data.batches()
    for epoch in range(3):
        _, gradient, _ = loss_and_gradient(network, expected, SQUARED, batch)
        norm = np.linalg.norm(gradient)
        assert norm > 0.05
        rate = 0.02 * SCHEDULES["cosine"](epoch / 3, [])
        for name, view in network.layout.views(expected).items():
            if "weight" in name:
                view *= 1 - rate * 0.1
        solver.step(expected, gradient * 0.05 / norm, rate)
    np.testing.assert_allclose(theta, expected, rtol=1e-12)


def test_the_loss_of_an_epoch_weighs_batches_by_their_weight():
    network, theta, data = make_problem(n_samples=20, batch_size=16)
    data.weight[:16] = 0.25
    history = run(network, theta.copy(), data, max_iter=1, learning_rate_init=1e-300)
    outputs, _, _ = network.forward(theta, data.X.transpose(1, 0, 2).copy())
    error = data.target - outputs
    expected = np.sum(data.weight * error**2) / np.sum(data.weight)
    assert history.losses[0] == pytest.approx(expected, rel=1e-12)
    assert mean_loss(network, theta, data, SQUARED) == pytest.approx(expected, rel=1e-12)


def test_a_solver_passed_in_goes_on_where_it_was():
    network, theta, data = make_problem()
    halves, whole = theta.copy(), theta
    run(network, whole, data, max_iter=4, shuffle=False)
    solver = SOLVERS["adam"](theta.size, theta.dtype)
    plan = Plan(learning_rate_init=0.02, max_iter=2, tol=0.0, shuffle=False)
    for _ in range(2):
        rng = np.random.default_rng(0)
        train(network, halves, data, SQUARED, plan, rng=rng, solver=solver)
    np.testing.assert_array_equal(halves, whole)


def test_batches_come_in_a_new_order_every_epoch_that_the_seed_fixes():
    _, _, data = make_problem(n_samples=10, batch_size=3)

    def order(rng):
        return [batch.target.ravel().tolist() for batch in data.batches(rng)]

    in_order = order(None)
    assert np.concatenate(in_order).tolist() == data.target.ravel().tolist()
    assert [len(batch) for batch in in_order] == [3, 3, 3, 1]
    rng = np.random.default_rng(0)
    first, second = order(rng), order(rng)
    assert first == order(np.random.default_rng(0))
    assert first != second
    assert first != in_order
    assert sorted(np.concatenate(first)) == sorted(np.concatenate(in_order))


def test_without_shuffle_the_order_of_batches_does_not_depend_on_the_seed():
    network, theta, data = make_problem()
    other, shuffled = theta.copy(), theta.copy()
    run(network, theta, data, seed=0, shuffle=False)
    run(network, other, data, seed=1, shuffle=False)
    run(network, shuffled, data, seed=1)
    np.testing.assert_array_equal(theta, other)
    assert not np.array_equal(theta, shuffled)


# ---- stopping ----


class Score:
    """Gives listed scores, and remembers the weights it was asked about."""

    def __init__(self, *scores):
        self.scores, self.seen = list(scores), []

    def __call__(self, theta):
        self.seen.append(theta.copy())
        return self.scores[len(self.seen) - 1]


def test_early_stopping_restores_the_weights_of_the_best_score():
    network, theta, data = make_problem()
    score = Score(0.1, 0.5, 0.9, 0.8, 0.85, 0.7, 1.0)
    history = run(network, theta, data, score=score, max_iter=7, n_iter_no_change=3)
    assert history.scores == [0.1, 0.5, 0.9, 0.8, 0.85, 0.7]
    assert history.n_iter == len(history.losses) == 6
    np.testing.assert_array_equal(theta, score.seen[2])


def test_the_best_weights_come_back_also_when_the_epochs_run_out():
    network, theta, data = make_problem()
    score = Score(0.1, 0.9, 0.5)
    run(network, theta, data, score=score, max_iter=3)
    np.testing.assert_array_equal(theta, score.seen[1])


def test_later_epochs_that_overfit_are_undone():
    # Pure noise: whatever is learned of the training targets makes fresh ones worse.
    rng = np.random.default_rng(0)
    network, theta, _ = make_problem()
    seen, fresh = (
        Sequences(rng.normal(size=(20, 6, 2)), np.full(20, 6), rng.normal(size=(20, 1)),
                  batch_size=20)
        for _ in range(2)
    )  # fmt: skip
    history = run(
        network, theta, seen, score=lambda t: -mean_loss(network, t, fresh, SQUARED),
        max_iter=60, n_iter_no_change=60,
    )  # fmt: skip
    best = max(history.scores)
    assert history.scores[-1] < best - 0.1, "the last epochs are worse"
    assert -mean_loss(network, theta, fresh, SQUARED) == best


def test_an_improvement_smaller_than_tol_does_not_count_but_is_kept():
    network, theta, data = make_problem()
    score = Score(0.5, 0.51, 0.52, 0.53)
    history = run(network, theta, data, score=score, max_iter=9, tol=0.1, n_iter_no_change=3)
    assert history.n_iter == 4
    np.testing.assert_array_equal(theta, score.seen[3])


def test_without_validation_the_training_loss_stops_and_the_last_weights_stay():
    network, theta, data = make_problem()
    short, long = theta.copy(), theta.copy()
    history = run(network, short, data, max_iter=50, tol=1e9, n_iter_no_change=4)
    # The first epoch is an improvement on nothing at all; four are none.
    assert history.n_iter == 5
    run(network, long, data, max_iter=5)
    np.testing.assert_array_equal(short, long)


def test_a_score_that_is_not_a_number_is_never_the_best():
    network, theta, data = make_problem()
    score = Score(np.nan, 0.3, np.nan, 0.2)
    run(network, theta, data, score=score, max_iter=4)
    np.testing.assert_array_equal(theta, score.seen[1])


# ---- divergence ----


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f4", "f8"])
def test_divergence_in_the_first_epoch_is_an_error_with_a_remedy(dtype):
    network, theta, data = make_problem(cell="rnn_relu", dtype=dtype)
    with pytest.raises(ValueError, match=r"first epoch.*lower learning_rate_init \(it is 1e\+80"):
        run(network, theta, data, solver="sgd", learning_rate_init=1e80, clip_norm=None)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f4", "f8"])
def test_targets_beyond_all_bounds_are_an_error_at_once(dtype):
    network, theta, data = make_problem(dtype=dtype)
    data.target[3] = np.finfo(dtype).max
    with pytest.raises(ValueError, match="first epoch"):
        run(network, theta, data)


# One batch an epoch: the loss of an epoch is finite, its step is what blows up.
@pytest.mark.parametrize("rate", [1.0, 1e10, 1e100])
def test_divergence_later_is_a_warning_and_the_best_weights_are_kept(rate):
    network, theta, data = make_problem(cell="rnn_relu", dtype=np.float32, batch_size=40)
    with pytest.warns(ConvergenceWarning, match="diverged in epoch.*clip_norm") as caught:
        history = run(
            network, theta, data, solver="sgd", learning_rate_init=rate, clip_norm=None, max_iter=99
        )
    assert [w.category for w in caught] == [ConvergenceWarning]
    assert caught[0].filename == __file__
    assert 1 <= history.n_iter < 99
    assert np.isfinite(history.losses).all()
    assert mean_loss(network, theta, data, SQUARED) == pytest.approx(history.best_loss, rel=1e-5)


def test_divergence_after_good_epochs_keeps_the_best_score():
    network, theta, data = make_problem(n_samples=20, batch_size=20)
    score = Score(0.2, 0.9, 0.5)

    def breaks_after_three(output, target, weight):
        value, gradient = SQUARED(output, target, weight)
        return (value if len(score.seen) < 3 else np.inf), gradient

    with pytest.warns(ConvergenceWarning, match="diverged in epoch 4"):
        history = train(
            network, theta, data, breaks_after_three, Plan(max_iter=9),
            rng=np.random.default_rng(0), score=score,
        )  # fmt: skip
    assert history.scores == [0.2, 0.9, 0.5]
    np.testing.assert_array_equal(theta, score.seen[1])


def test_clipping_prevents_the_divergence():
    network, theta, data = make_problem(cell="rnn_relu", batch_size=40)
    history = run(network, theta, data, solver="sgd", learning_rate_init=0.05, clip_norm=0.1)
    assert history.n_iter == 10
    assert history.losses[-1] < history.losses[0]


# ---- what is said ----


def test_training_is_silent_unless_asked(capfd):
    network, theta, data = make_problem()
    run(network, theta, data, max_iter=2)
    assert capfd.readouterr() == ("", "")


def test_verbose_shows_progress_on_standard_error(capfd):
    network, theta, data = make_problem()
    run(network, theta, data, max_iter=2, verbose=1, score=lambda theta: 0.25)
    out, err = capfd.readouterr()
    assert out == ""
    for said in ("training", "10/10", "epoch=2", "loss=", "score=0.25"):
        assert said in err


# ---- arguments ----


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"solver": "adams"}, ValueError, "solver='adams'.*Did you mean 'adam'"),
        ({"learning_rate": "cosin"}, ValueError, "learning_rate='cosin'.*'one_cycle'"),
        ({"learning_rate_init": 0}, ValueError, "learning_rate_init must be .* greater than 0"),
        ({"learning_rate_init": np.nan}, ValueError, "learning_rate_init must be"),
        ({"alpha": -1}, ValueError, "alpha must be .* of at least 0, got -1"),
        ({"max_iter": 0}, ValueError, "max_iter must be .* of at least 1, got 0"),
        ({"max_iter": 2.5}, TypeError, "max_iter must be an integer"),
        ({"tol": -1e-9}, ValueError, "tol must be"),
        ({"n_iter_no_change": 0}, ValueError, "n_iter_no_change must be"),
        ({"clip_norm": 0}, ValueError, "clip_norm must be .* greater than 0"),
        ({"bptt_steps": 0}, ValueError, "bptt_steps must be"),
        ({"bptt_steps": True}, TypeError, "bptt_steps must be"),
    ],
)
def test_a_plan_names_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        Plan(**arguments)
