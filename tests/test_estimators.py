"""What the parameters of RNNRegressor and RNNClassifier do."""

import numpy as np
import pytest
from sequence_problems import quick, quick_classifier, sums
from sklearn.utils.class_weight import compute_class_weight

from tsrnn import RNNClassifier, RNNRegressor
from tsrnn.cells import CELLS
from tsrnn.network import SOLVERS
from tsrnn.network.schedules import SCHEDULES


@pytest.fixture(name="sums")
def problem():
    return sums()


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns(sums, cell):
    X, y = sums
    assert quick(cell=cell, max_iter=40).fit(X, y).score(X, y) > 0.9


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_solver_and_schedule_lowers_the_loss(sums, solver, schedule):
    curve = quick(solver=solver, learning_rate=schedule, alpha=1e-3).fit(*sums).loss_curve_
    assert curve[-1] < 0.7 * curve[0]


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_every_loss_learns(sums, loss):
    X, y = sums
    assert quick(loss=loss, max_iter=40).fit(X, y).score(X, y) > 0.8


def test_quantile_loss_covers_its_share():
    rng = np.random.default_rng(1)
    X = np.zeros((400, 2), np.float32)
    y = rng.normal(size=400)
    model = quick(loss="quantile", quantile=0.9, max_iter=60).fit(X, y)
    assert np.mean(y <= model.predict(X)) == pytest.approx(0.9, abs=0.03)


def test_textbook_network_has_64_32_units_and_a_softmax():
    X = np.cumsum(np.random.default_rng(0).normal(size=(90, 8)), axis=1)
    y = np.digitize(X[:, -1] - X[:, 0], [-1, 1])
    model = RNNClassifier("lstm", (64, 32), max_iter=15, learning_rate_init=0.01, random_state=0)
    probability = model.fit(X, y).predict_proba(X)
    assert model.coefs_["weight_ih_l0"].shape == (256, 1)
    assert model.coefs_["weight_ih_l1"].shape == (128, 64)
    assert model.coefs_["head.weight"].shape == (3, 32)
    np.testing.assert_allclose(probability.sum(axis=1), 1, rtol=1e-12)
    assert model.score(X, y) > 0.9


def test_one_long_series_trains_in_parallel_streams_with_carried_state():
    """The target at t is the input 5 steps before: chunks of 3 steps see it in the state only."""
    x = np.random.default_rng(0).choice([-1.0, 1.0], size=(6000, 1)).astype(np.float32)
    y = np.roll(x, 2, axis=0)
    y[:2] = np.nan
    model = quick(
        return_sequences=True, bptt_steps=3, batch_size=8, max_iter=8, learning_rate_init=0.02
    ).fit(x[None], y[None])
    assert model.loss_curve_[-1] < 0.05
    chunked = model.predict(x[None])
    assert np.mean((chunked[0, 2:] - y[2:]) ** 2) < 0.1


def test_per_step_labels():
    """Label each step by the sign of the value before it."""
    X = np.random.default_rng(0).normal(size=(60, 9, 1)).astype(np.float32)
    y = np.where(np.roll(X[:, :, 0], 1, axis=1) > 0, "up", "down")
    model = RNNClassifier(
        return_sequences=True, max_iter=30, learning_rate_init=0.02, random_state=0
    ).fit(X, y)
    assert np.mean(model.predict(X)[:, 1:] == y[:, 1:]) > 0.95
    assert model.predict_proba(X).shape == (60, 9, 2)


def test_class_weight_moves_the_decision():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 1, (180, 3)), rng.normal(0.7, 1, (20, 3))])
    y = np.repeat([0, 1], [180, 20])
    parameters = {"max_iter": 20, "learning_rate_init": 0.01, "random_state": 0}
    plain = RNNClassifier(**parameters).fit(X, y).predict(X).mean()
    balanced = RNNClassifier(class_weight="balanced", **parameters).fit(X, y).predict(X).mean()
    assert plain < 0.15 < balanced


def test_sample_weight_of_zero_is_as_if_absent(sums):
    X, y = sums
    weight = np.r_[np.ones(60), np.zeros(60)]
    wrong = np.where(weight > 0, y, 1e3)
    alone = quick(shuffle=False, batch_size=60).fit(X[:60], y[:60])
    masked = quick(shuffle=False, batch_size=60).fit(X, wrong, sample_weight=weight)
    np.testing.assert_allclose(masked.predict(X), alone.predict(X), rtol=1e-5, atol=1e-6)


def test_same_seed_same_bits_for_any_number_of_threads():
    X = np.random.default_rng(0).normal(size=(96, 30, 2)).astype(np.float32)
    y = X.sum(axis=(1, 2))

    def fitted(n_jobs, seed=0):
        model = RNNRegressor(
            "lstm", (48,), batch_size=96, max_iter=3, random_state=seed, n_jobs=n_jobs
        )
        return model.fit(X, y).predict(X)

    state = np.random.get_state()[1].copy()  # noqa: NPY002
    one = fitted(1)
    np.testing.assert_array_equal(one, fitted(2))
    assert (one != fitted(1, seed=1)).any()
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_coefs_are_read_only(sums):
    model = quick(max_iter=1).fit(*sums)
    with pytest.raises(ValueError, match="read-only"):
        model.coefs_["head.bias"][:] = 0


def test_balanced_classes_weigh_the_same_in_total(sums):
    X, _ = sums
    y = np.repeat(["a", "b", "c"], [90, 20, 10])
    model = quick_classifier(class_weight="balanced", max_iter=3).fit(X, y)
    np.testing.assert_array_equal(model.class_count_, [90, 20, 10])
    weight = compute_class_weight("balanced", classes=np.unique(y), y=y)
    by_hand = quick_classifier(class_weight=dict(zip("abc", weight, strict=True)), max_iter=3)
    np.testing.assert_array_equal(model.predict_proba(X), by_hand.fit(X, y).predict_proba(X))
    as_samples = quick_classifier(max_iter=3).fit(
        X, y, sample_weight=np.repeat(weight, [90, 20, 10])
    )
    np.testing.assert_allclose(model.predict_proba(X), as_samples.predict_proba(X), rtol=1e-5)


def test_partial_fit_balances_the_labels_of_all_calls(sums):
    X, _ = sums
    y = np.repeat([0, 1], [90, 30])
    model = quick_classifier(class_weight="balanced")
    model.partial_fit(X[:60], y[:60], classes=[0, 1]).partial_fit(X[60:], y[60:])
    np.testing.assert_array_equal(model.class_count_, [90, 30])
    by_hand = quick_classifier(class_weight={0: 60 / (2 * 60), 1: 1})
    by_hand.partial_fit(X[:60], y[:60], classes=[0, 1])
    by_hand.set_params(class_weight={0: 120 / (2 * 90), 1: 120 / (2 * 30)})
    by_hand.partial_fit(X[60:], y[60:])
    np.testing.assert_array_equal(model.predict_proba(X), by_hand.predict_proba(X))


def test_balanced_counts_labelled_steps_only():
    """Padding and missing labels are in no class."""
    X = [np.ones((n, 1)) for n in (2, 5)]
    y = [np.array(["a", "b"], object), np.array(["b", "b", None, "b", "b"], object)]
    model = quick_classifier(return_sequences=True, class_weight="balanced", max_iter=1)
    assert model.fit(X, y).class_count_.tolist() == [1, 5]


def test_logarithms_of_probabilities_are_finite(sums):
    X, y = sums
    model = quick_classifier(max_iter=3).fit(X, y > 0)
    np.testing.assert_allclose(
        model.predict_log_proba(X), np.log(model.predict_proba(X)), rtol=1e-5, atol=1e-6
    )
    model.theta_ *= 1000
    assert (model.predict_proba(X) == 0).any()
    assert np.isfinite(model.predict_log_proba(X)).all()
