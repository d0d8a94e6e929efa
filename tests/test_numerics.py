"""Single precision beside double, and numbers that no sensible model has."""

import warnings

import numpy as np
import pytest

from tsrnn import RNNRegressor
from tsrnn.cells import CELLS
from tsrnn.network import Network, Plan, Sequences, make_loss, train

cells = pytest.mark.parametrize("cell", CELLS)


@cells
def test_training_in_single_precision_follows_double(cell):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(96, 20, 2))
    target = np.tanh(X[:, -5:, 0].sum(axis=1, keepdims=True) * X[:, -1:, 1])
    network = Network(2, (12, 9), 1, cell=cell)
    initial = network.initial_theta(np.random.default_rng(1), np.float64)
    curves = {}
    for dtype in (np.float32, np.float64):
        theta, lengths = initial.astype(dtype), np.full(len(X), X.shape[1])
        data = Sequences(X.astype(dtype), lengths, target.astype(dtype), batch_size=32)
        plan = Plan(max_iter=40, learning_rate_init=0.01, tol=0)
        loss = make_loss("squared_error")
        history = train(network, theta, data, loss, plan, rng=np.random.default_rng(2))
        curves[dtype] = np.array(history.losses)
    single, double = curves.values()
    assert double[-1] < 0.5 * double[0]
    np.testing.assert_allclose(single[:10], double[:10], rtol=1e-4)
    # Rounding errors grow along the way, but stay far below what training moves.
    np.testing.assert_allclose(single, double, rtol=0.05, atol=0.01 * double[0])


@cells
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_weights_and_inputs_end_in_numbers_or_in_an_error(cell, dtype):
    network = Network(2, (5, 3), 1, cell=cell)
    theta = network.initial_theta(np.random.default_rng(0), dtype)
    x = np.random.default_rng(1).normal(size=(30, 7, 2)).astype(dtype)
    for weights, inputs in ((1e30, 1), (1, 1e30), (1e30, 1e30)):
        with np.errstate(over="ignore", invalid="ignore"):
            huge = theta * dtype(weights)
        output, state, _ = network.forward(huge, x * dtype(inputs))
        assert output.shape == (7, 1)
        if cell in ("rnn", "gru"):
            # Bounded by their activations, whatever comes in; unless two infinities met.
            assert all((np.abs(s) <= 1).all() or np.isnan(s).any() for s in state)


@cells
def test_fit_and_predict_report_what_is_not_finite(cell):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 6)).astype(np.float32), rng.normal(size=40)
    settings = {"cell": cell, "hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        for inputs in (X, X * np.float32(1e30)):
            model = RNNRegressor(**settings, learning_rate_init=1e30, clip_norm=None)
            try:
                fine = np.isfinite(model.fit(inputs, y).predict(inputs)).all()
            except ValueError as error:
                fine = "finite" in str(error)
            assert fine
