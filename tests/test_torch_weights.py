"""Weights from PyTorch and back: recorded outputs (golden_torch.npz) and, where it is, PyTorch."""

import pickle
import re

import make_golden as golden
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from test_golden import RECORDED, unflatten

from tsrnn import RNNClassifier, RNNRegressor
from tsrnn.cells import CELLS
from tsrnn.estimators._torch_names import SHAPED_LIKE

# Relative and absolute: some recorded float64 outputs are beyond 10, where float32 steps by 1e-6.
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-6}
dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=["f8", "f4"])
cells = pytest.mark.parametrize("cell", golden.CELLS)
structures = pytest.mark.parametrize("structure", golden.STRUCTURES)
heads = pytest.mark.parametrize("which", golden.HEADS)


def recorded_state(cell, structure, dtype=np.float64, recurrent="lstm.", head="fc."):
    """Return the state dict of a module that holds the recorded networks."""
    case = f"{cell}/{structure}"
    values = unflatten(case, RECORDED[f"{case}/theta"].astype(dtype))
    return {
        name.replace("head.", head) if name.startswith("head.") else f"{recurrent}{name}": value
        for name, value in values.items()
    }


def recorded_input(kind, dtype=np.float64):
    x = RECORDED["x"].astype(dtype).transpose(1, 0, 2)
    return [row[:n] for row, n in zip(x, golden.LENGTHS[kind], strict=True)]


def relu(cell):
    """Return what the shapes do not say."""
    return {"cell": cell} if cell == "rnn_relu" else {}


def plain_state(dtype=np.float32):
    return recorded_state("gru", "stacked", dtype)


def without(state, *names):
    return {name: value for name, value in state.items() if name not in names}


def test_every_cell_is_one_of_torch():
    assert set(SHAPED_LIKE) == set(CELLS)


@cells
@structures
@heads
@dtypes
@pytest.mark.parametrize("kind", golden.LENGTHS)
def test_outputs_are_those_recorded(cell, structure, which, dtype, kind):
    state = recorded_state(cell, structure, dtype)
    model = RNNRegressor.from_torch(state, return_sequences=which == "every", **relu(cell))
    sizes, bidirectional = golden.STRUCTURES[structure]
    assert (model.hidden_layer_sizes, model.bidirectional) == (sizes, bidirectional)
    assert (model.n_features_in_, model.n_outputs_) == (golden.N_FEATURES, golden.N_OUTPUTS)
    output = model.predict(recorded_input(kind, dtype))
    expected = RECORDED[f"{cell}/{structure}/{which}/{kind}/output"]
    tolerance = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype]}
    if which == "last":
        assert output.dtype == dtype
        np.testing.assert_allclose(output, expected, **tolerance)
        return
    for b, row in enumerate(output):
        np.testing.assert_allclose(row, expected[: len(row), b], **tolerance)


@cells
@structures
def test_there_and_back_is_the_same(cell, structure):
    state = recorded_state(cell, structure)
    back = RNNRegressor.from_torch(state, **relu(cell)).to_torch(recurrent="lstm", head="fc")
    assert list(back) == list(state)
    for name, value in back.items():
        np.testing.assert_array_equal(value, state[name])
        assert value.flags.writeable
        assert not np.shares_memory(value, state[name])


def test_default_names_are_those_of_the_recurrent_module_and_head():
    names = list(RNNRegressor.from_torch(plain_state()).to_torch())
    assert names[:2] == ["weight_ih_l0", "weight_hh_l0"]
    assert names[-2:] == ["head.weight", "head.bias"]


@pytest.mark.parametrize(
    ("recurrent", "head"), [("", ""), ("", "head."), ("body.rnn.", "body.out.linear.")]
)
def test_any_prefix_will_do(recurrent, head):
    state = recorded_state("lstm", "bidirectional_stacked", recurrent=recurrent, head=head)
    model = RNNRegressor.from_torch(state)
    assert list(model.to_torch(recurrent=recurrent, head=head)) == list(state)


def test_several_modules_are_stacked_in_their_order():
    """The order is that of the mapping, not of the alphabet; layers may be numbered through."""
    numbered = recorded_state("gru", "stacked_unequal")
    renamed = {
        re.sub(r"lstm\.(.*)_l(\d)", lambda m: f"{'ba'[int(m[2])]}.{m[1]}_l0", name): value
        for name, value in numbered.items()
    }
    model = RNNRegressor.from_torch(renamed)
    assert model.hidden_layer_sizes == (5, 4)
    x = recorded_input("ragged")
    np.testing.assert_array_equal(model.predict(x), RNNRegressor.from_torch(numbered).predict(x))
    assert list(model.to_torch(recurrent=["b", "a"], head="fc")) == list(renamed)


def test_an_estimator_takes_weights_in_place():
    state = plain_state()
    model = RNNRegressor("gru", (4, 4), random_state=0)
    assert model.from_torch(state) is model
    x = recorded_input("equal", np.float32)
    np.testing.assert_array_equal(model.predict(x), RNNRegressor.from_torch(state).predict(x))


def test_a_fitted_estimator_takes_other_weights_and_forgets_the_old():
    rng = np.random.default_rng(0)
    model = RNNRegressor("gru", (4, 4), max_iter=2, n_channels=2, random_state=0)
    model.fit(rng.normal(size=(20, 10)), rng.normal(size=20)).from_torch(plain_state())
    assert (model.loss_curve_, model.n_iter_, model.n_features_in_) == ([], 0, 3)
    fresh = RNNRegressor.from_torch(plain_state())
    x = recorded_input("equal", np.float32)
    np.testing.assert_array_equal(model.predict(x), fresh.predict(x))
    assert set(vars(model)) == set(vars(fresh))


@pytest.mark.parametrize("method", ["partial_fit", "fit"])
def test_training_goes_on_from_the_weights(method):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(64, 6, 3)).astype(np.float32)
    teacher = RNNRegressor.from_torch(plain_state())
    y = teacher.predict(X)
    parameters = {"warm_start": True, "max_iter": 3, "learning_rate_init": 1e-4, "random_state": 0}
    student = RNNRegressor.from_torch(plain_state(), **parameters)
    getattr(student, method)(X, y + 0.01)
    # Scratch weights are two orders of magnitude away.
    assert student.loss_curve_[0] < 2e-4
    assert student.best_loss_ == min(student.loss_curve_)
    assert any((student.coefs_[k] != v).any() for k, v in teacher.coefs_.items())


def test_rows_of_two_dimensions_may_have_any_length():
    X = np.random.default_rng(0).normal(size=(5, 8, 3)).astype(np.float32)
    model = RNNRegressor.from_torch(plain_state(), n_channels=3)
    np.testing.assert_array_equal(model.predict(X.reshape(5, 24)), model.predict(X))
    np.testing.assert_array_equal(model.predict(X[:, 2:].reshape(5, 18)), model.predict(X[:, 2:]))
    with pytest.raises(ValueError, match="expecting 3"):
        RNNRegressor.from_torch(plain_state()).predict(X.reshape(5, 24))


def test_one_output_is_predicted_in_one_dimension():
    state = plain_state()
    state["fc.weight"], state["fc.bias"] = state["fc.weight"][:1], state["fc.bias"][:1]
    X = np.zeros((3, 5, 3), np.float32)
    assert RNNRegressor.from_torch(state).predict(X).shape == (3,)
    model = RNNRegressor.from_torch(state, return_sequences=True)
    assert model.predict(X).shape == (3, 5)


def test_classes_name_the_outputs_whatever_their_order():
    state = recorded_state("lstm", "single")
    X = np.random.default_rng(0).normal(size=(40, 5, 3))
    logits = RNNRegressor.from_torch(state).predict(X)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    default = RNNClassifier.from_torch(state)
    assert default.classes_.tolist() == [0, 1]
    np.testing.assert_allclose(default.predict_proba(X), expected, rtol=1e-12)
    model = RNNClassifier.from_torch(state, classes=["up", "down"])
    assert model.classes_.tolist() == ["down", "up"]
    np.testing.assert_allclose(model.predict_proba(X), expected[:, ::-1], rtol=1e-12)
    right = np.array(["up", "down"])[logits.argmax(axis=1)]
    assert model.predict(X).tolist() == right.tolist()
    assert set(right) == {"up", "down"}
    model.partial_fit(X, right)
    assert model.score(X, right) > 0.9


def test_a_fitted_classifier_keeps_its_classes():
    X = np.random.default_rng(0).normal(size=(20, 5, 3))
    model = RNNClassifier("lstm", (4,), max_iter=1, random_state=0).fit(X, ["a", "b"] * 10)
    assert model.from_torch(recorded_state("lstm", "single")).classes_.tolist() == ["a", "b"]


def test_it_is_a_fitted_estimator_like_any_other():
    model = RNNRegressor.from_torch(plain_state(), n_jobs=2)
    X = np.zeros((3, 5, 3), np.float32)
    expected = model.predict(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), expected)
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        clone(model).predict(X)
    with pytest.raises(NotFittedError):
        clone(model).to_torch()


def test_whole_numbers_and_half_precision_become_float32():
    state = {name: np.round(value).astype(int) for name, value in plain_state().items()}
    assert RNNRegressor.from_torch(state).coefs_["head.bias"].dtype == np.float32
    state = {name: value.astype(np.float16) for name, value in plain_state().items()}
    assert RNNRegressor.from_torch(state).coefs_["head.bias"].dtype == np.float32


def changed(**values):
    """Return the plain state dict with "_" for "." in the names of changed values."""
    return plain_state() | {name.replace("__", "."): value for name, value in values.items()}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (
            without(plain_state(), "lstm.bias_hh_l1", "lstm.bias_ih_l0"),
            "state_dict lacks 'lstm.bias_ih_l0', 'lstm.bias_hh_l1'; for modules with bias=False",
        ),
        (
            changed(lstm__bias_ih_l9=0),
            "state_dict lacks 'lstm.weight_ih_l2', 'lstm.weight_hh_l2', ",
        ),
        (without(plain_state(), "lstm.weight_hh_l0"), "state_dict lacks 'lstm.weight_hh_l0'"),
        (without(plain_state(), "fc.bias"), "state_dict lacks 'fc.bias'; for modules with"),
        (
            without(plain_state(), "fc.bias", "fc.weight"),
            "must hold one torch.nn.Linear ('weight' and 'bias', with any prefix) beside the "
            "recurrent layers, got none",
        ),
        (changed(out__weight=np.zeros((1, 1))), "must hold one torch.nn.Linear"),
        (changed(lstm__weight_hr_l0=0), "layers and one Linear, got also 'lstm.weight_hr_l0'"),
        (
            {"fc.weight": np.zeros((1, 1)), "fc.bias": np.zeros(1)},
            "must hold the parameters of a torch.nn.RNN, LSTM or GRU ('weight_ih_l0', ...) and",
        ),
        ({}, "must hold the parameters of a torch.nn.RNN"),
        (changed(lstm__bias_ih_l1=np.zeros(3)), "['lstm.bias_ih_l1'] must have the shape (12,)"),
        (changed(fc__weight=np.zeros((2, 9))), "['fc.weight'] must have the shape (2, 4)"),
        (changed(fc__weight=np.zeros(4)), "['fc.weight'] must have 2 dimensions, got 1"),
        (changed(lstm__weight_ih_l0=1.0), "['lstm.weight_ih_l0'] must have 2 dimensions, got 0"),
        (
            changed(lstm__weight_hh_l1=np.zeros((8, 4))),
            "['lstm.weight_hh_l1'] must have the shape (G * n_units, n_units) with G = 1 (RNN), 3 "
            "(GRU) or 4 (LSTM), got (8, 4)",
        ),
        (
            changed(lstm__weight_hh_l1=np.zeros((16, 4))),
            "one kind of cell, got 'gru' in 'lstm.weight_hh_l0', 'lstm' in 'lstm.weight_hh_l1'",
        ),
        (changed(fc__bias=[0, np.nan]), "['fc.bias'] holds values that are not finite"),
    ],
)
def test_what_does_not_fit_is_named(state, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        RNNRegressor.from_torch(state)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (list(plain_state().items()), "must be a mapping of names to arrays, got list"),
        ({0: np.zeros(2)}, "the keys of state_dict must be text, got 0"),
        (changed(fc__bias=["a", "b"]), "['fc.bias'] must hold real numbers, got <U1"),
        (changed(fc__bias=[1j, 2j]), "['fc.bias'] must hold real numbers, got complex128"),
        (changed(fc__bias=[[1], [1, 2]]), "['fc.bias'] does not become an array"),
    ],
)
def test_what_is_no_state_dict_is_named(state, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        RNNRegressor.from_torch(state)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"cell": "lstm"}, "cell='lstm' does not agree with state_dict, which holds 'gru'"),
        ({"hidden_layer_sizes": 4}, "hidden_layer_sizes=4 does not agree .* holds \\(4, 4\\)"),
        ({"bidirectional": True}, "bidirectional=True does not agree .* holds False"),
        ({"solver": "adamm"}, "solver='adamm' is not known"),
        ({"loss": "mse"}, "loss='mse' is not known"),
        ({"cells": "gru"}, "unexpected keyword argument 'cells'"),
    ],
)
def test_parameters_must_agree(parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        RNNRegressor.from_torch(plain_state(), **parameters)


def test_an_estimator_has_its_own_parameters():
    model = RNNRegressor("gru", (4, 4))
    with pytest.raises(TypeError, match=r"n_jobs: parameters are for RNNRegressor\.from_torch"):
        model.from_torch(plain_state(), n_jobs=2)
    with pytest.raises(ValueError, match=r"RNNRegressor\.from_torch\(state_dict\), on the class"):
        RNNRegressor().from_torch(plain_state())
    assert not hasattr(model, "theta_")


@pytest.mark.parametrize("classes", [["a"], ["a", "a"], [0, 1, 2], [["a", "b"]], "ab"])
def test_classes_must_be_one_for_each_output(classes):
    with pytest.raises(ValueError, match="classes must be 2 different labels, one for each output"):
        RNNClassifier.from_torch(plain_state(), classes=classes)


def test_a_sigmoid_is_no_softmax():
    state = plain_state()
    state["fc.weight"], state["fc.bias"] = state["fc.weight"][:1], state["fc.bias"][:1]
    with pytest.raises(ValueError, match="a head with one output gives no classes"):
        RNNClassifier.from_torch(state)
    # The remedy that the message names gives the sigmoid's probability.
    X = np.random.default_rng(0).normal(size=(6, 5, 3)).astype(np.float32)
    logit = RNNRegressor.from_torch(state).predict(X)
    state["fc.weight"] = np.vstack([np.zeros((1, 4), np.float32), state["fc.weight"]])
    state["fc.bias"] = np.r_[np.float32(0), state["fc.bias"]]
    probability = RNNClassifier.from_torch(state).predict_proba(X)[:, 1]
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-logit)), rtol=1e-5)


def test_a_failure_leaves_the_model_as_it_was():
    X = np.zeros((3, 5, 3), np.float32)
    model = RNNRegressor.from_torch(plain_state())
    before, expected = dict(vars(model)), model.predict(X)
    for state in (recorded_state("lstm", "single"), without(plain_state(), "fc.bias")):
        with pytest.raises(ValueError, match="state_dict"):
            model.from_torch(state)
        assert vars(model) == before
    model.set_params(loss="mse")
    with pytest.raises(ValueError, match="loss='mse' is not known"):
        model.from_torch({name: value * 2 for name, value in plain_state().items()})
    model.set_params(loss="squared_error")
    np.testing.assert_array_equal(model.predict(X), expected)


def test_the_mapping_is_not_changed():
    state = recorded_state("lstm", "single")
    copy = {name: value.copy() for name, value in state.items()}
    model = RNNClassifier.from_torch(state, classes=["b", "a"])
    model.partial_fit(np.ones((4, 5, 3)), ["a", "b", "a", "b"])
    assert all((state[name] == value).all() for name, value in copy.items())


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        ({"recurrent": ["a"]}, ValueError, r"one module, or one for each of the 2 layer\(s\)"),
        ({"recurrent": ["a", "a"]}, ValueError, "recurrent must name different modules"),
        ({"recurrent": 3}, TypeError, "recurrent and head must be text, got 3 and 'head'"),
        ({"head": None}, TypeError, "recurrent and head must be text"),
    ],
)
def test_bad_names_are_named(names, error, message):
    with pytest.raises(error, match=message):
        RNNRegressor.from_torch(plain_state()).to_torch(**names)


def torch_module(kind, n_layers, bidirectional, n_outputs=2, **options):
    """Return a module as users write them: batch first, dropout, a head on the last states."""
    torch = pytest.importorskip("torch")
    torch_generator = torch.random.get_rng_state()
    torch.manual_seed(0)

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = getattr(torch.nn, kind)(
                3, 6, n_layers, batch_first=True, bidirectional=bidirectional,
                dropout=0.2 if n_layers > 1 else 0.0, **options,
            )  # fmt: skip
            self.fc = torch.nn.Linear(6 * (1 + bidirectional), n_outputs)

        def forward(self, x):
            every, state = self.body(x)
            h_n = state[0] if isinstance(state, tuple) else state
            last = torch.cat([h_n[-2], h_n[-1]], dim=1) if bidirectional else h_n[-1]
            return self.fc(last), self.fc(every)

    net = Net().eval()
    torch.random.set_rng_state(torch_generator)
    return net


@pytest.mark.parametrize(
    ("kind", "options"),
    [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {})],
    ids=["rnn", "rnn_relu", "lstm", "gru"],
)
@pytest.mark.parametrize("n_layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_live_there_and_back(kind, options, n_layers, bidirectional):
    torch = pytest.importorskip("torch")
    net = torch_module(kind, n_layers, bidirectional, **options)
    X = np.random.default_rng(0).normal(size=(7, 40, 3)).astype(np.float32)
    with torch.no_grad():
        last, every = (output.numpy() for output in net(torch.from_numpy(X)))
    parameters = {"cell": "rnn_relu"} if options else {}
    model = RNNRegressor.from_torch(net.state_dict(), **parameters)
    np.testing.assert_allclose(model.predict(X), last, rtol=0, atol=1e-6)
    steps = RNNRegressor.from_torch(net.state_dict(), return_sequences=True, **parameters)
    np.testing.assert_allclose(steps.predict(X), every, rtol=0, atol=1e-6)
    assert (np.abs(last - every[:, -1]).max() > 1e-3) == bidirectional

    model.partial_fit(X, last + 1)
    weights = model.to_torch(recurrent="body", head="fc")
    net.load_state_dict({name: torch.as_tensor(value) for name, value in weights.items()})
    with torch.no_grad():
        output = net(torch.from_numpy(X))[0].numpy()
    assert np.abs(output - last).max() > 1e-4
    np.testing.assert_allclose(model.predict(X), output, rtol=0, atol=1e-6)


def test_live_parameters_that_need_a_gradient_are_refused_with_a_remedy():
    net = torch_module("GRU", 1, False)
    with pytest.raises(TypeError, match=r"does not become an array: .*detach\(\)"):
        RNNRegressor.from_torch(dict(net.named_parameters()))
    with pytest.raises(TypeError, match=r"got Net: pass its state_dict\(\)"):
        RNNRegressor.from_torch(net)
