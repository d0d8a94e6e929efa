"""How the estimators refuse parameters and data: one clear sentence each."""

import numpy as np
import pytest
from sequence_problems import quick, quick_classifier, ragged, sums

STEPS = {"return_sequences": True}


@pytest.fixture(name="sums")
def problem():
    return sums()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"cell": "lstmm"}, "cell='lstmm' is not known; accepted: .*Did you mean 'lstm'"),
        ({"loss": "mse"}, "loss='mse' is not known; accepted: 'squared_error'"),
        ({"loss": "cross_entropy"}, "loss='cross_entropy' is not known"),
        ({"loss": "quantile", "quantile": 1.0}, r"quantile must be a number in \(0, 1\), got 1.0"),
        ({"solver": "adamm"}, "solver='adamm' is not known.*Did you mean 'adam'"),
        ({"learning_rate": "cos"}, "learning_rate='cos' is not known"),
        ({"hidden_layer_sizes": ()}, "hidden_layer_sizes must be a non-empty tuple"),
        (
            {"hidden_layer_sizes": (8, -1)},
            r"hidden_layer_sizes\[1\] must be an integer of at least",
        ),
        ({"hidden_layer_sizes": (8.0,)}, r"hidden_layer_sizes\[0\] must be an integer"),
        ({"dropout": 1.0}, r"dropout must be a number in \[0, 1\), got 1.0"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1, got 0"),
        ({"max_iter": -5}, "max_iter must be an integer of at least 1, got -5"),
        ({"learning_rate_init": 0}, "learning_rate_init must be a number greater than 0, got 0"),
        ({"clip_norm": -1.0}, "clip_norm must be a number greater than 0, got -1.0"),
        ({"bptt_steps": 0}, "bptt_steps must be an integer of at least 1, got 0"),
        ({"bptt_steps": 2, "bidirectional": True}, "bptt_steps carries a state forward"),
        ({"n_channels": 3}, "n_channels=3 does not divide the 10 columns of X"),
        ({"early_stopping": True, "validation_fraction": 1.5}, "validation_fraction must be"),
        ({"random_state": "seed"}, "random_state must be None"),
        ({"warm_start": "yes"}, "warm_start must be True or False, got 'yes'"),
        ({"validation_fraction": 0}, r"validation_fraction must be a number in \(0, 1\), got 0"),
        ({"validation_split": "time"}, "validation_split='time' is not known; accepted: 'random'"),
        ({"loss": "quantile", "quantile": (0.1, 0.9)}, r"quantile must be a number .*got \(0.1"),
        ({"verbose": "yes"}, "verbose must be an integer of at least 0, got 'yes'"),
        ({"n_jobs": 1.5}, "n_jobs must be an integer, got 1.5"),
    ],
)
def test_bad_parameters_are_named(sums, parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        quick(**parameters).fit(*sums)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((0, 4)), np.zeros(0), "0 sample"),
        (np.zeros((3, 4)), np.zeros(2), "inconsistent numbers of samples.*X has 3.*y has 2"),
        (np.full((3, 4), np.nan), np.zeros(3), "Input X contains NaN"),
        (np.full((3, 4, 1), np.inf), np.zeros(3), "Input X contains infinity"),
        (np.zeros((3, 4, 1, 1)), np.zeros(3), r"dimensions \(n_samples, .*at most, got 4"),
        (np.zeros((3, 0, 1)), np.zeros(3), "at least one sample, time step and feature"),
        (np.zeros((3, 4)), np.full(3, np.nan), "Input y contains NaN"),
        ([np.zeros((3, 2)), np.zeros((3, 1))], [0, 1], "same number of features"),
    ],
)
def test_bad_data_are_named(X, y, message):
    with pytest.raises(ValueError, match=message):
        quick().fit(X, y)


def test_absurd_values_are_reported(sums):
    X, y = sums
    with pytest.raises(
        ValueError, match=r"training diverged in the first epoch.*learning_rate_init"
    ):
        quick().fit(X, y * np.float32(1e30))
    model = quick(max_iter=1).fit(X, y)
    assert np.isfinite(model.predict(X * np.float32(1e30))).all()


@pytest.mark.parametrize(
    ("parameters", "X", "y", "weight", "message"),
    [
        ({}, ragged()[0], [1, 2, 3], None, "X has 4 sample.*y has 3"),
        (STEPS, ragged()[0], ragged()[1][:3], None, "y has 3 sequences, X has 4"),
        (STEPS, ragged()[0], ragged((3, 7, 2, 5))[1], None, r"y\[2\] must have 1 steps like X"),
        (STEPS, np.ones((3, 4)), np.ones(3), None, r"must have the shape .*\(3, 4\[, n_out"),
        (STEPS, np.ones((3, 4)), np.full((3, 4), np.nan), None, "every target is missing"),
        (STEPS, np.ones((3, 4)), np.ones((3, 4)), np.ones((3, 5)), "sample_weight must have the"),
        (STEPS, np.ones((3, 4)), np.ones((3, 4)), -np.ones((3, 4)), "Negative values"),
        (STEPS, np.ones((3, 4)), np.ones((3, 4)), np.zeros((3, 4)), "sample_weight is all zeros"),
        ({}, np.ones((3, 4)), np.ones(3), np.ones(4), "sample_weight.shape"),
        ({}, [[1.0, 2.0], [3.0]], [1, 2], None, "lists in X have unequal lengths"),
        ({}, *ragged()[:2], None, "y holds sequences of unequal length: set return_sequences"),
        ({}, [np.ones((3, 1)), np.ones((0, 1))], [1, 2], None, r"X\[1\] must have at least one"),
        ({}, [np.ones((3, 1)), np.full((2, 1), np.nan)], [1, 2], None, r"X\[1\] contains NaN"),
        ({"n_channels": 2}, [np.ones(4), np.ones(3)], [1, 2], None, r"divide the 3 values of X\[1"),
        ({}, np.ones((3, 4)), None, None, "requires y to be passed"),
        (
            {},
            np.ones((3, 4)),
            np.ones((3, 2, 2)),
            None,
            "y must have 1 or 2 dimensions, got 3",
        ),
    ],
)
def test_data_that_do_not_fit_together(parameters, X, y, weight, message):
    with pytest.raises(ValueError, match=message):
        quick(**parameters).fit(X, y, sample_weight=weight)


@pytest.mark.parametrize(
    ("parameters", "y", "message"),
    [
        ({}, [0, 0, 0, 0], "at least two classes, got only one class"),
        ({}, [[0, 1], [1], [0], [1, 1]], "unequal length: set return_sequences=True"),
        ({}, np.tile([0, 1, 2], (4, 1)), r"one label per sequence.*\(4, 3\): .* return_sequences"),
        ({}, [0, 1, np.nan, 1], "Input y contains NaN"),
        ({}, np.array(["a", None, "b", "a"], object), "Input y contains NaN or None"),
        (STEPS, np.full((4, 3), None), "y has no label at any time step"),
        (STEPS, np.zeros((4, 3, 2)), "one label per time step"),
        ({"class_weight": "balance"}, [0, 1, 0, 1], "class_weight must be .*got 'balance'"),
        ({"class_weight": {5: 1}}, [0, 1, 0, 1], r"class_weight has the labels \[5\]"),
        ({"class_weight": {1: -1}}, [0, 1, 0, 1], r"class_weight\[1\] must be .*at least 0"),
    ],
)
def test_labels_that_do_not_fit(parameters, y, message):
    with pytest.raises(ValueError, match=message):
        quick_classifier(**parameters).fit(np.zeros((4, 3)), y)


def test_another_number_of_features_or_channels(sums):
    X, y = sums
    with pytest.raises(ValueError, match=r"X has 2 feature\(s\) per time step.* expecting 1,"):
        quick(max_iter=1).fit(X, y).predict(X.reshape(120, 5, 2))
    model = quick(max_iter=1).fit(X.reshape(120, 5, 2), y)
    with pytest.raises(ValueError, match=r"with n_channels=1, X has 1 feature\(s\)"):
        model.predict(X)
    with pytest.raises(ValueError, match=r"y must have 1 output\(s\), got 2"):
        model.partial_fit(X.reshape(120, 5, 2), np.column_stack([y, y]))
    with pytest.raises(ValueError, match="values beyond the range of float32"):
        model.predict(np.full((1, 5, 2), 1e300))
