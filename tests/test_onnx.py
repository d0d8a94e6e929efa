"""ONNX files: the numbers by the operators' specification, and by onnxruntime where it is."""

import doctest
import json
import sys

import numpy as np
import onnx_reference
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import tsrnn
from tsrnn import RNNClassifier, RNNForecaster, RNNRegressor
from tsrnn.cells import CELLS
from tsrnn.network import Network
from tsrnn.onnx_export.estimator_graph import estimator_graph
from tsrnn.onnx_export.graph import OPERATORS

N_FEATURES = 3
SHAPES = [(6, 7), (1, 1), (2, 40), (33, 2)]
cells = pytest.mark.parametrize("cell", CELLS)
structures = pytest.mark.parametrize(
    ("sizes", "bidirectional"),
    [((5,), False), ((5, 4), False), ((4,), True), ((4, 3, 2), True)],
)
heads = pytest.mark.parametrize("every_step", [False, True], ids=["last", "every"])
kinds = pytest.mark.parametrize("kind", [RNNRegressor, RNNClassifier])


def make_model(kind=RNNRegressor, cell="gru", sizes=(5,), *, n_outputs=2, seed=0, dtype="float32",
               bidirectional=False, every_step=False, **parameters):  # fmt: skip
    """Return a fitted model with weights drawn at random."""
    network = Network(N_FEATURES, sizes, n_outputs, cell=cell, bidirectional=bidirectional)
    rng = np.random.default_rng(seed)
    state = {
        name: rng.normal(0, 0.7, shape).astype(dtype)
        for name, shape in network.layout.shapes.items()
    }
    return kind.from_torch(state, cell=cell, return_sequences=every_step, **parameters)


def sequences(shape, seed=1, dtype="float32"):
    return np.random.default_rng(seed).normal(size=(*shape, N_FEATURES)).astype(dtype)


def expected_outputs(model, X):
    if isinstance(model, RNNClassifier):
        return {"label": model.predict(X), "probabilities": model.predict_proba(X)}
    return {"prediction": model.predict(X)}


def assert_same(found, expected):
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert found[name].shape == value.shape
        if name == "label":
            np.testing.assert_array_equal(found[name], value)
        else:
            np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=2e-6)


def run_file(path, X):
    """Return name -> array of the outputs that onnxruntime gives."""
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"X": X}), strict=True))


@pytest.fixture
def exported(tmp_path):
    """Return a function: model -> path of its file."""
    pytest.importorskip("onnx")

    def export(model):
        path = tmp_path / "model.onnx"
        tsrnn.export_onnx(model, path)
        return path

    return export


def test_every_cell_has_an_operator():
    assert set(OPERATORS) == set(CELLS)


@cells
@structures
@heads
@kinds
def test_graph_computes_what_the_model_does(cell, sizes, bidirectional, every_step, kind):
    model = make_model(
        kind, cell, sizes, bidirectional=bidirectional, every_step=every_step, n_outputs=3
    )
    X = sequences((4, 6))
    assert_same(onnx_reference.run(estimator_graph(model), X=X), expected_outputs(model, X))


@cells
@structures
@heads
@kinds
def test_onnxruntime_gives_the_same_numbers(cell, sizes, bidirectional, every_step, kind, exported):
    model = make_model(
        kind, cell, sizes, bidirectional=bidirectional, every_step=every_step, n_outputs=3
    )
    path = exported(model)
    for shape in SHAPES:
        X = sequences(shape)
        assert_same(run_file(path, X), expected_outputs(model, X))


@heads
def test_one_output_has_the_shape_of_predict(every_step, exported):
    model = make_model(n_outputs=1, every_step=every_step)
    X = sequences((4, 6))
    assert model.predict(X).ndim == 1 + every_step
    assert_same(onnx_reference.run(estimator_graph(model), X=X), expected_outputs(model, X))
    assert_same(run_file(exported(model), X), expected_outputs(model, X))


@pytest.mark.parametrize(
    "classes",
    [["no", "perhaps", "yes"], [3, 5, 900], [-0.5, 0.25, 1.5], np.array(["a", "b", "ü"], object)],
    ids=["text", "int", "float", "object"],
)
def test_labels_come_out_as_they_are(classes, exported):
    model = make_model(RNNClassifier, n_outputs=3, classes=classes)
    X = sequences((20, 6))
    label = run_file(exported(model), X)["label"]
    assert label.tolist() == model.predict(X).tolist()
    assert len(set(label.tolist())) > 1


def test_bool_labels_come_out_as_they_are(exported):
    model = make_model(RNNClassifier, classes=[False, True])
    X = sequences((20, 6))
    assert run_file(exported(model), X)["label"].tolist() == model.predict(X).tolist()


def test_float64_models_are_rounded_to_float32(exported):
    model = make_model(RNNRegressor, "lstm", (6, 5), dtype="float64")
    X = sequences((9, 30), dtype="float64")
    expected = model.predict(X)
    assert expected.dtype == np.float64
    found = run_file(exported(model), X.astype("float32"))["prediction"]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=3e-6)


def test_models_fitted_on_rows_take_three_dimensions(exported):
    rows = np.random.default_rng(0).normal(size=(30, 12)).astype("float32")
    model = RNNRegressor(n_channels=2, max_iter=2, random_state=0).fit(rows, rows.sum(axis=1))
    found = run_file(exported(model), rows.reshape(30, -1, 2))
    assert_same(found, {"prediction": model.predict(rows)})


def test_file_says_what_it_is(exported):
    model = make_model(RNNClassifier, "lstm", (4, 3), bidirectional=True, classes=["no", "yes"])
    path = exported(model)
    import onnx

    proto = onnx.load(path)
    assert (proto.producer_name, proto.producer_version) == ("tsrnn", tsrnn.__version__)
    assert [(o.domain, o.version) for o in proto.opset_import] == [("", 9)]
    assert proto.ir_version == 4
    assert {p.key: json.loads(p.value) for p in proto.metadata_props} == {
        "estimator": "RNNClassifier",
        "cell": "lstm",
        "hidden_layer_sizes": [4, 3],
        "bidirectional": True,
        "return_sequences": False,
        "classes": ["no", "yes"],
    }
    assert [node.op_type for node in proto.graph.node].count("LSTM") == 2
    (x,) = proto.graph.input
    dimensions = [d.dim_param or d.dim_value for d in x.type.tensor_type.shape.dim]
    assert dimensions == ["n_samples", "n_timesteps", N_FEATURES]


def test_only_standard_operators_are_used():
    for cell in CELLS:
        model = make_model(RNNClassifier, cell, (4, 3), bidirectional=True, every_step=True)
        used = {node.operator for node in estimator_graph(model).nodes}
        assert used <= {"RNN", "LSTM", "GRU", *onnx_reference.OPERATORS}


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (RNNForecaster(h=3), "RNNForecaster"),
        (make_pipeline(StandardScaler(), RNNRegressor()), "Pipeline"),
        (RNNRegressor, "the class RNNRegressor"),
        ("model", "str"),
    ],
)
def test_other_models_are_refused(model, name, tmp_path):
    with pytest.raises(TypeError, match=f"fitted RNNRegressor or RNNClassifier, got {name}"):
        tsrnn.export_onnx(model, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_models_that_cannot_be_exported_leave_nothing(tmp_path):
    pytest.importorskip("onnx")
    huge = make_model(dtype="float64")
    huge.theta_[3] = 1e60
    path = tmp_path / "model.onnx"
    with pytest.raises(ValueError, match="weight_ih_l0 has weights too large for float32"):
        tsrnn.export_onnx(huge, path)
    odd = make_model(RNNClassifier)
    odd.classes_ = np.array([(1,), (2,)], dtype=object)
    with pytest.raises(TypeError, match="labels must be text, numbers or bools"):
        tsrnn.export_onnx(odd, path)
    with pytest.raises(NotFittedError):
        tsrnn.export_onnx(RNNRegressor(), path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        tsrnn.export_onnx(make_model(), tmp_path / "nowhere" / "model.onnx")


def test_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"pip install 'tsrnn\[onnx\]'"):
        tsrnn.export_onnx(make_model(), tmp_path / "model.onnx")


def test_a_file_that_is_there_is_replaced(exported):
    first = exported(make_model(seed=0)).read_bytes()
    path = exported(make_model(seed=1))
    assert path.read_bytes() != first
    assert [p.name for p in path.parent.iterdir()] == ["model.onnx"]


def test_example_runs_where_onnxruntime_is(monkeypatch, tmp_path):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    monkeypatch.chdir(tmp_path)
    text = tsrnn.export_onnx.__doc__.replace("# doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {}, "export_onnx", None, None)
    result = doctest.DocTestRunner().run(example)
    assert result.failed == 0
    assert result.attempted == len(example.examples) > 5
