"""The encoder-decoder: it rebuilds what it knows, and the bits of a window are its own."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector
from tsrnn.detection.autoencoder import WindowAutoencoder
from tsrnn.detection.reconstruction import ReconstructionStream


def waves(n=1200, seed=0):
    draw = np.random.default_rng(seed)
    time = np.arange(n)[:, None]
    return np.sin(time / [4.0, 6.0]) + 0.1 * draw.normal(size=(n, 2))


def make(length=24, **parameters):
    defaults = {
        "plan": {"max_iter": 30},
        "batch_size": "auto",
        "dropout": 0.0,
        "random_state": 0,
        "n_jobs": 1,
        "verbose": 0,
    }
    return WindowAutoencoder(length, "gru", (16,), **defaults | parameters)


@pytest.fixture(scope="module")
def trained():
    values = waves()
    return make().fit(values, values, np.zeros(values.shape, bool))


def rebuilt(model, values, starts):
    blocks = list(model.rebuild(model.pack(), values, starts))
    return np.concatenate([windows for _, windows in blocks])


def test_rebuilds_windows_of_the_kind_it_knows_and_no_others(trained):
    starts = np.arange(0, 400, 7)
    errors = []
    for values in (waves(seed=1), np.random.default_rng(2).normal(size=(1200, 2))):
        windows = values[starts[:, None] + np.arange(24)]
        errors.append(np.mean((rebuilt(trained, values, starts) - windows) ** 2) / values.var())
    assert errors[0] < 0.15 < 0.5 < errors[1]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 11, 64])
def test_bits_of_a_window_do_not_depend_on_the_others(trained, n):
    values, starts = waves(seed=1), np.arange(64)
    together = rebuilt(trained, values, starts)
    np.testing.assert_array_equal(rebuilt(trained, values, starts[:n]), together[:n])


def test_stream_errors_are_means_over_what_was_observed(trained):
    values = waves(60, seed=3)
    missing = np.zeros(values.shape, bool)
    missing[30:40, 1] = True
    squares, expected = ReconstructionStream(trained, np.ones((24, 2))).push(
        values, values, missing
    )
    for row in (3, 35, 59):
        padded = np.concatenate((np.repeat(values[:1], 23, axis=0), values))
        known = np.concatenate((np.zeros((23, 2), bool), ~missing))[row : row + 24]
        window = rebuilt(trained, padded, np.array([row]))[0]
        error = (padded[row : row + 24] - window) ** 2
        np.testing.assert_allclose(squares[row], np.nanmean(np.where(known, error, np.nan), axis=0))
        np.testing.assert_array_equal(expected[row], window[-1])


def test_gaps_are_neither_learnt_nor_scored(trained):
    values = waves(60, seed=3)
    missing = np.ones(values.shape, bool)
    squares, _ = ReconstructionStream(trained, np.ones((24, 2))).push(values, values, missing)
    assert np.isnan(squares).all()
    # Values that are marked as missing do not matter for the weights as targets.
    absurd, hidden = waves(), np.zeros((1200, 2), bool)
    hidden[100:120, 0] = True
    absurd[hidden] = 1e6
    models = [make(plan={"max_iter": 1}).fit(waves(), y, hidden) for y in (waves(), absurd)]
    np.testing.assert_array_equal(models[0].theta_, models[1].theta_)


@pytest.mark.parametrize("causal", [False, True])
def test_finds_a_shape_that_keeps_the_level_and_says_what_was_expected(causal):
    values = waves(2600)
    values[2300:2330, 0] = values[2300, 0]
    index = pd.date_range("2024", periods=len(values), freq="min")
    X = pd.DataFrame(10 + 5 * values, index=index, columns=["flow", "level"])
    detector = RNNDetector("reconstruct", causal=causal, random_state=0).fit(X[:1800])
    table = detector.scores(X[1800:])
    events = detector.detect(X[1800:])
    assert len(events) == 1
    assert events["channels"][0][0] == "flow"
    near = pd.Timedelta(minutes=70)
    assert index[2300] - near < events["peak"][0] < index[2330] + near
    usual = table[:400]
    error = (usual["flow_expected"] - X["flow"][1800:2200]).std()
    assert error < 0.5 * X["flow"][1800:2200].std()


@pytest.mark.parametrize("n_rows", [1, 5, 70])
def test_scores_logs_shorter_than_a_window(n_rows):
    values = waves(900)
    detector = RNNDetector("reconstruct", max_iter=3, random_state=0).fit(values)
    assert np.isfinite(detector.scores(values[:n_rows])).all(axis=None)
    assert RNNDetector("reconstruct", max_iter=1, random_state=0).fit(values[:8]).n_iter_ == 1


TRAINING = {
    "dropout": (0.5, 1.0),
    "solver": ("sgd", "lbfgs"),
    "learning_rate_init": (0.001, 0.0),
    "alpha": (0.5, -1.0),
    "batch_size": (16, 0),
    "clip_norm": (0.01, 0.0),
}


@pytest.mark.parametrize("name", TRAINING)
def test_networks_are_trained_as_asked(name):
    other, refused = TRAINING[name]
    values, sizes = waves(400), {"hidden_layer_sizes": (8, 8), "max_iter": 2, "random_state": 0}
    usual = RNNDetector("reconstruct", **sizes).fit(values)
    detector = RNNDetector("reconstruct", **sizes, **{name: other}).fit(values)
    assert not np.array_equal(detector.score_samples(values), usual.score_samples(values))
    with pytest.raises(ValueError, match=name):
        RNNDetector("memory", **{name: refused}).fit(values)
