"""Dilated and residual stacks in the scikit-learn estimators: steps, streams, files, refusals."""

import numpy as np
import pytest

import tsrnn
from tsrnn import RNNClassifier, RNNRegressor, export_onnx

STACK = {"hidden_layer_sizes": (5, 5), "dilations": (2, 3), "residual": True}


def sequences():
    X = np.random.default_rng(0).normal(size=(9, 7, 2))
    return X, np.cumsum(X[:, :, 0], axis=1)


def fitted(cls=RNNRegressor, **parameters):
    X, y = sequences()
    model = cls("gru", **STACK | parameters, return_sequences=True, max_iter=3, random_state=0)
    return model.fit(X, y if cls is RNNRegressor else y > 0)


@pytest.mark.parametrize("cls", [RNNRegressor, RNNClassifier])
def test_steps_with_a_carried_state_equal_predict(cls):
    model, (X, _) = fitted(cls), sequences()
    whole, state = model.predict(X), None
    for t in range(X.shape[1]):
        step, state = model.predict_step(X[:, t], state)
        np.testing.assert_allclose(step, whole[:, t], rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="state must be what the step before returned"):
        model.predict_step(X[:, 0], [s[:, :, :5] for s in state])


def test_one_long_series_is_learnt_in_chunks_with_a_carried_state():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 600, 1))
    y = np.roll(x[..., 0], 4, axis=1)
    model = RNNRegressor(
        "rnn", (8,), dilations=(4,), return_sequences=True, bptt_steps=3, batch_size=4,
        learning_rate_init=0.02, max_iter=60, random_state=0,
    )  # fmt: skip
    # Four steps back is beyond a chunk of three, but one step of a recurrence that long.
    assert model.fit(x, y).score(x, y) > 0.5


def test_ragged_rows_stand_alone():
    model, (X, _) = fitted(), sequences()
    together = model.predict([X[0], X[1, :4], X[2, :1]])
    for got, alone in zip(together, (X[0], X[1, :4], X[2, :1]), strict=True):
        np.testing.assert_allclose(got, model.predict(alone[None])[0], rtol=1e-12)


def test_a_model_file_keeps_the_stack(tmp_path):
    model, (X, _) = fitted(), sequences()
    model.save(tmp_path / "model.tsrnn")
    np.testing.assert_array_equal(tsrnn.load(tmp_path / "model.tsrnn").predict(X), model.predict(X))


@pytest.mark.parametrize("plain", [{"dilations": None}, {"residual": False}])
def test_files_of_others_have_no_such_layers(plain, tmp_path):
    model = fitted(**plain)
    with pytest.raises(ValueError, match="model must have dilations=None and residual=False"):
        export_onnx(model, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="neither dilations nor residual connections, got"):
        model.to_torch()
    weights = fitted(dilations=None, residual=False).to_torch()
    with pytest.raises(ValueError, match="neither dilations nor residual connections, got"):
        model.from_torch(weights)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"dilations": (2,)}, ValueError, r"one entry for each of the 2 layer\(s\)"),
        ({"dilations": "auto"}, TypeError, "dilations must be None or a tuple"),
        ({"hidden_layer_sizes": (5, 4)}, ValueError, "residual=True adds outputs of layers"),
    ],
)
def test_bad_parameters_are_named(parameters, error, message):
    with pytest.raises(error, match=message):
        fitted(**parameters)
