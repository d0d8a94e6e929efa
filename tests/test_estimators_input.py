"""What the estimators take as X, y and weights."""

import numpy as np
import pandas as pd
import pytest
from sequence_problems import quick, quick_classifier, ragged, sums
from sklearn.metrics import r2_score


@pytest.fixture(name="sums")
def problem():
    return sums()


def test_two_dimensional_rows_are_time_major(sums):
    _, y = sums
    X = np.random.default_rng(3).normal(size=(120, 5, 2)).astype(np.float32)
    flat = quick(n_channels=2).fit(X.reshape(120, 10), y)
    deep = quick().fit(X, y)
    np.testing.assert_array_equal(flat.predict(X.reshape(120, 10)), deep.predict(X))
    assert (flat.n_features_in_, deep.n_features_in_) == (10, 2)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
def test_ragged_batch_equals_each_sequence_alone(bidirectional, return_sequences):
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 2)) for n in (3, 7, 1, 5)]
    y = [x.sum(axis=1) for x in X] if return_sequences else [x.sum() for x in X]
    model = quick(
        bidirectional=bidirectional,
        return_sequences=return_sequences,
        hidden_layer_sizes=(4, 3),
        max_iter=3,
    ).fit(X, y)
    together = model.predict(X)
    for i, x in enumerate(X):
        np.testing.assert_array_equal(model.predict([x])[0], together[i])


def test_several_outputs_keep_their_shape(sums):
    X, y = sums
    model = quick(max_iter=2).fit(X, np.column_stack([y, -y]))
    assert model.predict(X).shape == (120, 2)
    assert model.n_outputs_ == 2
    assert quick(max_iter=2).fit(X, y[:, None]).predict(X).shape == (120, 1)


# ---- shapes ----


def test_other_lengths_at_predict(sums):
    X, y = sums
    longer = np.random.default_rng(1).normal(size=(7, 25)).astype(np.float32)
    deep = quick(max_iter=2).fit(X[:, :, None], y)
    expected = deep.predict(longer[:, :, None])
    np.testing.assert_array_equal(deep.predict(list(longer[:, :, None])), expected)
    np.testing.assert_array_equal(deep.predict(longer), expected)
    flat = quick(max_iter=2).fit(X, y)
    np.testing.assert_array_equal(flat.predict(longer[:, :, None]), expected)
    with pytest.raises(ValueError, match="X has 25 features, but RNNRegressor is expecting 10"):
        flat.predict(longer)


def test_the_forms_of_input_agree():
    X = np.random.default_rng(0).normal(size=(12, 4, 2))
    y = X[:, -1].sum(axis=1)
    expected = quick(n_channels=2).fit(X, y).predict(X)
    object_array = np.empty(12, object)
    object_array[:] = list(X)
    forms = [
        X.tolist(),
        list(X),
        tuple(X),
        object_array,
        X.reshape(12, 8),
        X.reshape(12, 8).tolist(),
        list(X.reshape(12, 8)),
        [pd.DataFrame(x) for x in X],
        pd.DataFrame(X.reshape(12, 8)),
    ]
    for form in forms:
        model = quick(n_channels=2).fit(form, y)
        np.testing.assert_array_equal(model.predict(form), expected)


def test_flat_rows_of_unequal_length():
    X, _ = ragged()
    y = [0.0, 1.0, 2.0, 3.0]
    flat = [x.ravel() for x in X]
    np.testing.assert_array_equal(
        quick(n_channels=2).fit(flat, y).predict(flat), quick().fit(X, y).predict(X)
    )


# ---- masks, weights and scores per step ----


def test_steps_are_masked_by_nan_or_by_weight(sums):
    X, _ = sums
    y = np.cumsum(X, axis=1)
    hidden = np.random.default_rng(2).uniform(size=X.shape) < 0.3
    plan = {"return_sequences": True, "max_iter": 3}
    by_nan = quick(**plan).fit(X, np.where(hidden, np.nan, y))
    wrong = np.where(hidden, 1e3, y)
    by_weight = quick(**plan).fit(X, wrong, sample_weight=~hidden)
    assert by_nan.loss_curve_ == by_weight.loss_curve_
    expected = r2_score(y[~hidden], by_nan.predict(X)[~hidden])
    assert by_nan.score(X, np.where(hidden, np.nan, y)) == pytest.approx(expected, abs=1e-6)
    assert by_nan.score(X, wrong, sample_weight=~hidden) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_labels_may_be_missing(missing):
    X, sums_of_steps = ragged((4, 6, 5))
    y = [np.where(s > 0, "up", "down").astype(object) for s in sums_of_steps]
    weight = [np.ones(len(s)) for s in y]
    y[1][2:4], weight[1][2:4] = missing, 0
    whole = [np.where(s > 0, "up", "down") for s in sums_of_steps]
    plan = {"return_sequences": True, "max_iter": 3}
    masked = quick_classifier(**plan).fit(X, y)
    weighted = quick_classifier(**plan).fit(X, whole, sample_weight=weight)
    assert masked.classes_.tolist() == ["down", "up"]
    assert masked.loss_curve_ == weighted.loss_curve_
    right = np.concatenate([p == t for p, t in zip(masked.predict(X), whole, strict=True)])
    known = np.concatenate(weight) > 0
    assert masked.score(X, y) == pytest.approx(right[known].mean())
    assert masked.score(X, whole, weight) == pytest.approx(right[known].mean())
    assert masked.score(X, whole) == pytest.approx(right.mean())


def test_an_output_may_be_unknown_where_another_is_known(sums):
    X, _ = sums
    y = np.stack([X, -X], axis=2)
    y[:, ::2, 0] = np.nan
    y[:60, :, 1] = np.nan
    model = quick(return_sequences=True, early_stopping=True, max_iter=2).fit(X, y)
    out = model.predict(X)
    expected = [
        r2_score(y[:, 1::2, 0].ravel(), out[:, 1::2, 0].ravel()),
        r2_score(y[60:, :, 1].ravel(), out[60:, :, 1].ravel()),
    ]
    assert model.score(X, y) == pytest.approx(np.mean(expected), abs=1e-5)


def test_early_stopping_and_score_take_ragged_steps():
    X, y = ragged((3, 7, 1, 5, 4, 6))
    model = quick(return_sequences=True, early_stopping=True, max_iter=3).fit(X, y)
    flat = np.concatenate(y), np.concatenate(model.predict(X))
    assert model.score(X, y) == pytest.approx(r2_score(*flat))


@pytest.mark.parametrize(
    "labels",
    [
        ["b", "a"],
        [True, False],
        [7, -1],
        [2.0, 1.0],
        pd.Series(["b", "a"]),
        pd.Series(["b", "a"], dtype="category"),
        pd.Series(["b", "a"], dtype=object),
    ],
    ids=["text", "bool", "int", "float", "Series", "categories", "objects"],
)
def test_any_labels(labels, sums):
    X, y = sums
    given = np.asarray(labels)[(y > 0).astype(int)]
    if isinstance(labels, pd.Series):
        given = labels.iloc[(y > 0).astype(int)]
    model = quick_classifier(max_iter=25).fit(X, given)
    assert model.classes_.tolist() == sorted(np.asarray(labels).tolist())
    assert set(model.predict(X).tolist()) == set(model.classes_.tolist())
    assert model.score(X, given) > 0.8
