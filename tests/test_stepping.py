"""Step by step: the numbers of `predict`, whatever the estimator and the kind of target."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from tsrnn import RNNClassifier, RNNRegressor
from tsrnn.cells import CELLS

N_TIMESTEPS = 7
ESTIMATORS = {"regressor": RNNRegressor, "classifier": RNNClassifier}


def make(kind, return_sequences=True, cell="lstm", dtype=np.float32):
    """Return a fitted network of unequal layers and the X (9, 7, 3) it was fitted to."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(9, N_TIMESTEPS, 3)).astype(dtype)
    y = np.cumsum(X[:, :, 0], axis=1)
    y = (
        np.where(y > 0.5, "high", np.where(y < -0.5, "low", "middle"))
        if kind == "classifier"
        else y
    )
    model = ESTIMATORS[kind](
        cell, (5, 4), return_sequences=return_sequences, max_iter=3, random_state=0
    )
    return model.fit(X, y if return_sequences else y[:, -1]), X


def walk(step, X):
    """Return what `step` says after each time step, (n_samples, n_timesteps, ...)."""
    state, said = None, []
    for x in X.transpose(1, 0, 2):
        answer, state = step(x, state)
        said.append(answer)
    return np.stack(said, axis=1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", ESTIMATORS)
def test_steps_equal_predict_at_every_time_step(kind, cell):
    model, X = make(kind, cell=cell)
    whole = model.predict(X)
    steps = walk(model.predict_step, X)
    assert steps.dtype == whole.dtype
    if kind == "classifier":
        np.testing.assert_array_equal(steps, whole)
        probability = walk(model.predict_proba_step, X)
        np.testing.assert_allclose(probability, model.predict_proba(X), rtol=1e-5)
        np.testing.assert_allclose(probability.sum(axis=-1), 1, rtol=1e-6)
    else:
        np.testing.assert_allclose(steps, whole, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_one_target_per_sequence_is_that_of_the_sequence_so_far(kind):
    model, X = make(kind, return_sequences=False, dtype=np.float64)
    method = "predict_proba" if kind == "classifier" else "predict"
    steps = walk(getattr(model, f"{method}_step"), X)
    for t in range(N_TIMESTEPS):
        np.testing.assert_allclose(steps[:, t], getattr(model, method)(X[:, : t + 1]), rtol=1e-9)


def test_several_outputs_keep_their_axis():
    X = np.random.default_rng(0).normal(size=(6, 5, 2))
    model = RNNRegressor(max_iter=1, random_state=0).fit(X, X[:, -1])
    y, _ = model.predict_step(X[:, 0])
    np.testing.assert_allclose(y, model.predict(X[:, :1]))
    assert y.shape == (6, 2)


def test_rows_of_two_dimensional_data_are_read_a_channel_set_at_a_time():
    rows = np.random.default_rng(0).normal(size=(8, 6))
    model = RNNRegressor(n_channels=2, max_iter=1, random_state=0).fit(rows, rows[:, 0])
    steps = walk(model.predict_step, rows.reshape(8, 3, 2))
    np.testing.assert_allclose(steps[:, -1], model.predict(rows))


def test_a_state_can_be_continued_in_several_ways():
    model, X = make("regressor")
    _, state = model.predict_step(X[:, 0])
    kept = [s.copy() for s in state]
    first, _ = model.predict_step(X[:, 1], state)
    other, _ = model.predict_step(X[:, 2], state)
    again, _ = model.predict_step(X[:, 1], state)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    for before, after in zip(kept, state, strict=True):
        np.testing.assert_array_equal(before, after)


def test_what_is_given_is_not_changed():
    model, X = make("regressor")
    x = X[:, 0].copy()
    x.flags.writeable = False
    model.predict_step(x)
    np.testing.assert_array_equal(x, X[:, 0])


def test_only_a_classifier_has_probabilities():
    assert not hasattr(RNNRegressor(), "predict_proba_step")
    assert hasattr(RNNClassifier(), "predict_proba_step")


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(3), r"shape \(n_samples, n_features\) = \(n_samples, 3\), got \(3,\)"),
        (np.zeros((2, 4)), r"got \(2, 4\)"),
        (np.zeros((0, 3)), r"got \(0, 3\)"),
        (np.zeros((2, 5, 3)), r"got \(2, 5, 3\)"),
        (np.full((2, 3), np.nan), "x must be finite"),
        (np.full((2, 3), -np.inf), "x must be finite as float32"),
        (np.full((2, 3), 1e300), "x must be finite as float32"),
        ([["a", "b", "c"]], "could not convert string to float"),
    ],
)
def test_a_bad_time_step_is_named(x, message):
    model, _ = make("regressor")
    with pytest.raises(ValueError, match=message):
        model.predict_step(x)


@pytest.mark.parametrize(
    "change", [lambda s: s[:1], lambda s: s[0], lambda s: [a[:, :1] for a in s]]
)
def test_a_state_of_another_network_or_batch_is_refused(change):
    model, X = make("classifier")
    _, state = model.predict_step(X[:, 0])
    with pytest.raises(ValueError, match=r"state must be .* \[\(2, 9, 5\), \(2, 9, 4\)\]; got"):
        model.predict_step(X[:, 1], change(state))


def test_a_network_that_reads_backwards_has_no_steps():
    X = np.random.default_rng(0).normal(size=(6, 5, 2))
    model = RNNRegressor(bidirectional=True, max_iter=1, random_state=0).fit(X, X[:, 0, 0])
    with pytest.raises(ValueError, match="bidirectional=False"):
        model.predict_step(X[:, 0])


@pytest.mark.parametrize("estimator", ESTIMATORS.values())
def test_steps_need_a_fitted_network(estimator):
    with pytest.raises(NotFittedError):
        estimator().predict_step([[1.0]])
