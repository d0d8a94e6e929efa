"""RNNRegressor and RNNClassifier keep scikit-learn's contract, whatever their parameters."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sequence_problems import ragged, sums
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from tsrnn import RNNClassifier, RNNRegressor

ESTIMATORS = [RNNRegressor, RNNClassifier]
estimators = pytest.mark.parametrize("Estimator", ESTIMATORS)
INSTANCES = [
    RNNRegressor(random_state=0),
    RNNClassifier(random_state=0),
    RNNRegressor(
        "lstm", (8, 4), bidirectional=True, learning_rate_init=0.02, max_iter=50, random_state=0
    ),
    RNNRegressor(
        "rnn", 16, loss="huber", bptt_steps=2, solver="rmsprop", learning_rate="cosine",
        learning_rate_init=0.01, batch_size=50, shuffle=False, max_iter=40, random_state=0,
    ),
    RNNClassifier(
        "lstm", 8, bidirectional=True, class_weight="balanced", alpha=1e-3, n_jobs=2,
        learning_rate="one_cycle", learning_rate_init=0.02, clip_norm=None, max_iter=30,
        random_state=0,
    ),
]  # fmt: skip
# A row that weighs two is not two rows to what is drawn row by row.
DRAWN = [
    RNNRegressor(
        "rnn", 16, early_stopping=True, validation_split="temporal", validation_fraction=0.2,
        n_iter_no_change=40, learning_rate_init=0.01, max_iter=40, random_state=0,
    ),
    RNNClassifier(
        "rnn", (8, 8), dropout=0.1, early_stopping=True, n_iter_no_change=30, tol=0.0,
        learning_rate_init=0.02, max_iter=30, random_state=0,
    ),
]  # fmt: skip


@parametrize_with_checks(INSTANCES)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@parametrize_with_checks(
    DRAWN,
    expected_failed_checks=lambda estimator: {
        "check_sample_weight_equivalence_on_dense_data": "held-out rows and dropout are drawn"
    },
)
def test_scikit_learn_checks_where_rows_are_drawn(estimator, check):
    check(estimator)


# ---- tags, names, routing ----


@estimators
def test_tags_say_what_is_taken(Estimator):
    tags = get_tags(Estimator())
    assert tags.input_tags.two_d_array
    assert tags.input_tags.three_d_array
    assert not tags.input_tags.allow_nan
    assert not tags.input_tags.sparse
    assert tags.target_tags.required
    assert tags.target_tags.multi_output == (Estimator is RNNRegressor)
    assert not tags.non_deterministic


@estimators
def test_names_of_columns_are_kept_and_checked(Estimator):
    X, y = sums(40)
    frame = pd.DataFrame(X, columns=[f"lag{i}" for i in range(10, 0, -1)])
    model = Estimator(max_iter=1, random_state=0).fit(frame, y > 0)
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[frame.columns[::-1]])
    model.fit(X, y > 0)
    assert not hasattr(model, "feature_names_in_")


def test_names_of_features_in_a_list_of_frames_are_kept_and_checked():
    X, _ = ragged()
    frames = [pd.DataFrame(x, columns=["flow", "heat"]) for x in X]
    y = [0.0, 1.0, 2.0, 3.0]
    model = RNNRegressor(max_iter=2, random_state=0).fit(frames, y)
    assert model.feature_names_in_.tolist() == ["flow", "heat"]
    np.testing.assert_array_equal(
        model.predict(frames), RNNRegressor(max_iter=2, random_state=0).fit(X, y).predict(X)
    )
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict([*frames[:3], frames[3][["heat", "flow"]]])


def test_a_pipeline_may_put_out_pandas():
    X, y = sums(40)
    frame = pd.DataFrame(X).add_prefix("lag")
    network = RNNRegressor(max_iter=2, random_state=0)
    pipeline = make_pipeline(StandardScaler(), network).set_output(transform="pandas")
    pipeline.fit(frame, y)
    assert pipeline[-1].feature_names_in_.tolist() == frame.columns.tolist()
    plain = make_pipeline(StandardScaler(), clone(network)).fit(X, y)
    np.testing.assert_allclose(pipeline.predict(frame), plain.predict(X), rtol=1e-5)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
@estimators
def test_sample_weight_is_routed_through_a_pipeline(Estimator):
    X, y = sums(40)
    y = y > 0
    weight = np.random.default_rng(1).uniform(size=40)
    network = Estimator(max_iter=3, random_state=0).set_fit_request(sample_weight=True)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    routed = make_pipeline(scaler, network).fit(X, y, sample_weight=weight)
    scaled = StandardScaler().fit_transform(X)
    alone = clone(network).fit(scaled, y, sample_weight=weight)
    unweighted = clone(network).fit(scaled, y)
    np.testing.assert_array_equal(routed.predict(X), alone.predict(scaled))
    assert alone.loss_curve_ != unweighted.loss_curve_


@pytest.mark.usefixtures("routing")
def test_sample_weight_is_routed_through_a_search_to_fit_and_score():
    X, y = sums(60)
    # Rows of weight 0 have nonsense targets, which would spoil fit and score alike.
    weight = np.tile([1.0, 1.0, 0.0], 20)
    wrong = np.where(weight > 0, y, 1e3)
    network = RNNRegressor(max_iter=40, learning_rate_init=0.02, random_state=0)
    network.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    search = GridSearchCV(network, {"hidden_layer_sizes": [(16,)]}, cv=3)
    assert search.fit(X, wrong, sample_weight=weight).best_score_ > 0.7


# ---- memory and copies ----


@pytest.mark.parametrize("shape", [(60, 10), (60, 5, 2)], ids=["2-D", "3-D"])
@estimators
def test_memory_mapped_and_read_only_input(Estimator, shape, tmp_path):
    X, y = sums(60)
    y = (y > 0).astype(np.float32)
    X = X.reshape(shape)
    weight = np.random.default_rng(0).uniform(size=60)
    model = Estimator(max_iter=3, random_state=0)
    expected = clone(model).fit(X, y, sample_weight=weight).predict(X)
    mapped = []
    for i, array in enumerate((X, y, weight)):
        np.save(tmp_path / f"{i}.npy", array)
        mapped.append(np.load(tmp_path / f"{i}.npy", mmap_mode="r"))
    before = mapped[0].copy()
    np.testing.assert_array_equal(
        clone(model).fit(*mapped[:2], sample_weight=mapped[2]).predict(mapped[0]), expected
    )
    np.testing.assert_array_equal(mapped[0], before)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_what_the_caller_passes_is_not_written_to(early_stopping):
    X, _ = sums(20)
    steps = X.astype(float)
    steps[:, 3] = np.nan
    arrays = [X, steps, np.ones(20)]
    for array in arrays:
        array.flags.writeable = False
    model = RNNRegressor(
        return_sequences=True, early_stopping=early_stopping, max_iter=2, random_state=0
    )
    assert np.isfinite(model.fit(*arrays).predict(X)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@estimators
def test_the_dtype_of_X_is_kept(Estimator, dtype):
    X, y = sums(40)
    model = Estimator(max_iter=1, random_state=0).fit(X.astype(dtype), y > 0)
    assert model.coefs_["head.bias"].dtype == dtype
    # Also where the input of predict has another.
    for other in (np.float32, np.float64, int):
        name = "predict" if Estimator is RNNRegressor else "predict_proba"
        assert getattr(model, name)(X.astype(other)).dtype == dtype


def test_integers_and_numbers_in_lists():
    y = [0.0, 1.0, 2.0]
    assert RNNRegressor(max_iter=1).fit(np.arange(12).reshape(3, 4), y).theta_.dtype == np.float32
    assert RNNRegressor(max_iter=1).fit([[0, 1], [2, 3], [4, 5]], y).theta_.dtype == np.float64


@estimators
def test_clone_pickle_and_joblib(Estimator, tmp_path):
    X, y = sums(40)
    model = Estimator(max_iter=2, random_state=0).fit(X, y > 0)
    expected = model.predict(X)
    joblib.dump(model, tmp_path / "model")
    for copy in (
        pickle.loads(pickle.dumps(model)),
        joblib.load(tmp_path / "model"),
        # Weights in a memory map are read-only.
        joblib.load(tmp_path / "model", mmap_mode="r"),
    ):
        np.testing.assert_array_equal(copy.predict(X), expected)
        # The solver's memory travels too.
        again = clone(model).fit(X, y > 0).partial_fit(X, y > 0)
        np.testing.assert_array_equal(copy.partial_fit(X, y > 0).predict(X), again.predict(X))
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        clone(model).predict(X)
