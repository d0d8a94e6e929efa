"""The detector's recurrent part: used where it helps, silent where it does not."""

import numpy as np
import pytest

from tsrnn import RNNDetector
from tsrnn.detection.recurrent import RecurrentResidual


def make(**parameters):
    defaults = {"plan": {}, "batch_size": "auto", "random_state": 0, "n_jobs": None, "verbose": 0}
    return RecurrentResidual("gru", (16,), **defaults | parameters)


def remembered(n, seed=0):
    """Signs, and a residual that is the product of the last two: no linear model forecasts it."""
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(n, 1))
    residuals = np.zeros((n, 1))
    residuals[2:] = signs[1:-1] * signs[:-2]
    return signs, residuals


def test_it_learns_what_no_linear_model_can():
    inputs, residuals = remembered(4000)
    model = make().fit(inputs, residuals, 3000)
    assert model.is_used_
    error = residuals - model.predict(inputs)
    assert np.mean(error[3000:] ** 2) < 0.2


def test_noise_is_not_forecast():
    rng = np.random.default_rng(0)
    inputs, residuals = rng.normal(size=(1500, 2)), rng.normal(size=(1500, 1))
    model = make().fit(inputs, residuals, 1500)
    out = model.predict(inputs)
    assert out.shape == (1500, 1)
    if not model.is_used_:
        np.testing.assert_array_equal(out, 0)
    assert np.mean((residuals - out)[1200:] ** 2) <= 1.02 * np.mean(residuals[1200:] ** 2)


def test_a_forecast_looks_at_no_row_but_those_before():
    inputs, residuals = remembered(1000)
    model = make(plan={"max_iter": 5}).fit(inputs, residuals, 1000)
    changed = inputs.copy()
    changed[600:] = 50.0
    before, after = model.predict(inputs), model.predict(changed)
    np.testing.assert_array_equal(before[:601], after[:601])
    assert (before[601:] != after[601:]).any()


def test_rows_after_the_training_rows_and_unknown_residuals_are_not_learnt_from():
    inputs, residuals = remembered(900)
    other_inputs, other = inputs.copy(), residuals.copy()
    other_inputs[600:], other[600:] = 9.0, -7.0
    unknown = residuals.copy()
    unknown[::5] = np.nan
    first = make(plan={"max_iter": 3}).fit(inputs, residuals, 600)
    second = make(plan={"max_iter": 3}).fit(other_inputs, other, 600)
    np.testing.assert_array_equal(first.theta_, second.theta_)
    assert np.isfinite(make(plan={"max_iter": 3}).fit(inputs, unknown, 900).predict(inputs)).all()


@pytest.mark.parametrize("n_train", [2, 3])
def test_too_few_rows_leave_the_linear_part_alone(n_train):
    model = make().fit(np.ones((20, 1)), np.full((20, 1), np.nan), n_train)
    assert not model.is_used_
    np.testing.assert_array_equal(model.predict(np.ones((20, 1))), 0)


def test_blocks_carry_the_state(monkeypatch):
    inputs, residuals = remembered(500)
    model = make(plan={"max_iter": 5}).fit(inputs, residuals, 500)
    model.is_used_ = True
    whole = model.predict(inputs)
    monkeypatch.setattr("tsrnn.detection.recurrent._PREDICT_ROWS", 37)
    np.testing.assert_allclose(model.predict(inputs), whole, rtol=1e-6, atol=1e-7)


def test_same_seed_same_bits_for_any_number_of_threads():
    inputs, residuals = remembered(3000)
    one, two = (make(n_jobs=n, plan={"max_iter": 3}).fit(inputs, residuals, 3000) for n in (1, 2))
    np.testing.assert_array_equal(one.theta_, two.theta_)
    other = make(random_state=1, plan={"max_iter": 3}).fit(inputs, residuals, 3000)
    assert (one.theta_ != other.theta_).any()


def test_the_detector_finds_what_only_the_network_can_expect():
    """Where the product rule is broken, the values look as ever: only their order is wrong."""
    signs, product = remembered(5000, seed=3)
    noise = 0.05 * np.random.default_rng(1).normal(size=product.shape)
    X = np.hstack([signs, product + noise])
    X[4200:4300, 1] *= -1
    detector = RNNDetector(method="forecast", target_channels=["x1"], smoothing=20, random_state=0)
    scores = detector.fit(X[:4000]).scores(X[4000:])["score"].to_numpy()
    assert 200 <= scores.argmax() < 300
    assert scores[210:290].min() > 3 * np.median(scores)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"cell": "gruu"}, "cell='gruu' is not known.*Did you mean 'gru'"),
        ({"hidden_layer_sizes": (0,)}, r"hidden_layer_sizes\[0\] must be an integer of at least 1"),
        ({"max_iter": 0}, "max_iter must be an integer of at least 1, got 0"),
        ({"random_state": "x"}, "random_state must be None"),
        ({"verbose": -1}, "verbose must be an integer of at least 0"),
    ],
)
def test_bad_parameters_of_the_network_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        RNNDetector(**parameters).fit(np.random.default_rng(0).normal(size=(60, 2)))


@pytest.mark.parametrize(
    "given", [{"plan": {"max_iter": 3, "alpha": 0.5}}, {"batch_size": 2}, {"dropout": 0.5}]
)
def test_it_is_trained_as_asked(given):
    inputs, residuals = remembered(600)
    usual, other = (
        RecurrentResidual(
            "gru", (8, 8), random_state=0, n_jobs=None, verbose=0,
            **{"plan": {"max_iter": 3}, "batch_size": "auto"} | parameters,
        ).fit(inputs, residuals, 500)
        for parameters in ({}, given)
    )  # fmt: skip
    assert not np.allclose(usual.theta_, other.theta_)


def test_the_detector_hands_on_how_to_train_it():
    part = RNNDetector(dropout=0.1, solver="sgd", batch_size=4)._recurrent_part(0)
    assert part.network == {"dropout": 0.1}
    assert part.plan == {"solver": "sgd", "alpha": 0.0, "clip_norm": 1.0}
    assert part.batch_size == 4
