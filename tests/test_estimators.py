"""The scikit-learn estimators: conformance, shapes, and what each parameter does."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from tsrnn import RNNClassifier, RNNRegressor
from tsrnn.cells import CELLS
from tsrnn.network import SOLVERS
from tsrnn.network.schedules import SCHEDULES


@parametrize_with_checks(
    [
        RNNRegressor(random_state=0),
        RNNClassifier(random_state=0),
        RNNRegressor("lstm", (8, 4), bidirectional=True, learning_rate_init=0.01, random_state=0),
    ]
)
def test_sklearn_checks(estimator, check):
    check(estimator)


@pytest.fixture
def sums():
    """Windows whose target is the sum of the last three values."""
    X = np.random.default_rng(0).normal(size=(120, 10)).astype(np.float32)
    return X, X[:, -3:].sum(axis=1)


def quick(**parameters):
    return RNNRegressor(
        **{"max_iter": 12, "learning_rate_init": 0.01, "random_state": 0} | parameters
    )


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns(sums, cell):
    X, y = sums
    assert quick(cell=cell, max_iter=40).fit(X, y).score(X, y) > 0.9


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_solver_and_schedule_lowers_the_loss(sums, solver, schedule):
    curve = quick(solver=solver, learning_rate=schedule, alpha=1e-3).fit(*sums).loss_curve_
    assert curve[-1] < 0.7 * curve[0]


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_every_loss_learns(sums, loss):
    X, y = sums
    assert quick(loss=loss, max_iter=40).fit(X, y).score(X, y) > 0.8


def test_quantile_loss_covers_its_share():
    rng = np.random.default_rng(1)
    X = np.zeros((400, 2), np.float32)
    y = rng.normal(size=400)
    model = quick(loss="quantile", quantile=0.9, max_iter=60).fit(X, y)
    assert np.mean(y <= model.predict(X)) == pytest.approx(0.9, abs=0.03)


def test_textbook_network_has_64_32_units_and_a_softmax():
    X = np.cumsum(np.random.default_rng(0).normal(size=(90, 8)), axis=1)
    y = np.digitize(X[:, -1] - X[:, 0], [-1, 1])
    model = RNNClassifier("lstm", (64, 32), max_iter=15, learning_rate_init=0.01, random_state=0)
    probability = model.fit(X, y).predict_proba(X)
    assert model.coefs_["weight_ih_l0"].shape == (256, 1)
    assert model.coefs_["weight_ih_l1"].shape == (128, 64)
    assert model.coefs_["head.weight"].shape == (3, 32)
    np.testing.assert_allclose(probability.sum(axis=1), 1, rtol=1e-12)
    assert model.score(X, y) > 0.9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_of_X_decides(sums, dtype):
    X, y = sums
    model = quick(max_iter=1).fit(X.astype(dtype), y)
    assert model.predict(X.astype(dtype)).dtype == dtype
    assert model.coefs_["head.bias"].dtype == dtype


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


def test_one_long_series_trains_in_parallel_streams_with_carried_state():
    """The target at t is the input 5 steps before: chunks of 3 steps see it in the state only."""
    x = np.random.default_rng(0).choice([-1.0, 1.0], size=(6000, 1)).astype(np.float32)
    y = np.roll(x, 2, axis=0)
    y[:2] = np.nan
    model = quick(
        return_sequences=True, bptt_steps=3, batch_size=8, max_iter=8, learning_rate_init=0.02
    ).fit(x[None], y[None])
    assert model.loss_curve_[-1] < 0.05
    chunked = model.predict(x[None])
    assert np.mean((chunked[0, 2:] - y[2:]) ** 2) < 0.1


def test_several_outputs_keep_their_shape(sums):
    X, y = sums
    model = quick(max_iter=2).fit(X, np.column_stack([y, -y]))
    assert model.predict(X).shape == (120, 2)
    assert model.n_outputs_ == 2
    assert quick(max_iter=2).fit(X, y[:, None]).predict(X).shape == (120, 1)


def test_per_step_labels():
    """Label each step by the sign of the value before it."""
    X = np.random.default_rng(0).normal(size=(60, 9, 1)).astype(np.float32)
    y = np.where(np.roll(X[:, :, 0], 1, axis=1) > 0, "up", "down")
    model = RNNClassifier(
        return_sequences=True, max_iter=30, learning_rate_init=0.02, random_state=0
    ).fit(X, y)
    assert np.mean(model.predict(X)[:, 1:] == y[:, 1:]) > 0.95
    assert model.predict_proba(X).shape == (60, 9, 2)


def test_class_weight_moves_the_decision():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 1, (180, 3)), rng.normal(0.7, 1, (20, 3))])
    y = np.repeat([0, 1], [180, 20])
    parameters = {"max_iter": 20, "learning_rate_init": 0.01, "random_state": 0}
    plain = RNNClassifier(**parameters).fit(X, y).predict(X).mean()
    balanced = RNNClassifier(class_weight="balanced", **parameters).fit(X, y).predict(X).mean()
    assert plain < 0.15 < balanced


def test_sample_weight_of_zero_is_as_if_absent(sums):
    X, y = sums
    weight = np.r_[np.ones(60), np.zeros(60)]
    wrong = np.where(weight > 0, y, 1e3)
    alone = quick(shuffle=False, batch_size=60).fit(X[:60], y[:60])
    masked = quick(shuffle=False, batch_size=60).fit(X, wrong, sample_weight=weight)
    np.testing.assert_allclose(masked.predict(X), alone.predict(X), rtol=1e-5, atol=1e-6)


def test_early_stopping_restores_the_best(sums):
    X, y = sums
    model = quick(early_stopping=True, max_iter=60, n_iter_no_change=3, validation_fraction=0.2)
    model.fit(X, y + np.random.default_rng(1).normal(size=120))
    assert len(model.validation_scores_) == model.n_iter_ < 60
    assert np.argmax(model.validation_scores_) < model.n_iter_ - 1


def test_warm_start_and_partial_fit_go_on(sums):
    X, y = sums
    model = quick(warm_start=True, max_iter=3).fit(X, y)
    first = list(model.loss_curve_)
    model.fit(X, y)
    assert model.loss_curve_[:3] == first
    assert model.loss_curve_[3] < first[0]
    online = quick()
    for _ in range(4):
        online.partial_fit(X, y)
    assert online.n_iter_ == 4
    assert online.loss_curve_[-1] < online.loss_curve_[0]


def test_partial_fit_of_the_classifier_wants_the_classes_first():
    X = np.zeros((4, 3), np.float32)
    with pytest.raises(ValueError, match="classes must be given on the first call"):
        RNNClassifier().partial_fit(X, [0, 1, 0, 1])
    model = RNNClassifier().partial_fit(X, [0, 1, 0, 1], classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (4, 3)
    with pytest.raises(ValueError, match="classes must stay"):
        model.partial_fit(X, [0, 1, 0, 1], classes=[0, 1])


def test_same_seed_same_bits_for_any_number_of_threads():
    X = np.random.default_rng(0).normal(size=(96, 30, 2)).astype(np.float32)
    y = X.sum(axis=(1, 2))

    def fitted(n_jobs, seed=0):
        model = RNNRegressor(
            "lstm", (48,), batch_size=96, max_iter=3, random_state=seed, n_jobs=n_jobs
        )
        return model.fit(X, y).predict(X)

    state = np.random.get_state()[1].copy()  # noqa: NPY002
    one = fitted(1)
    np.testing.assert_array_equal(one, fitted(2))
    assert (one != fitted(1, seed=1)).any()
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_in_company_of_scikit_learn(sums):
    X, y = sums
    pipeline = make_pipeline(StandardScaler(), quick(max_iter=8))
    assert len(cross_val_score(pipeline, X, y, cv=3)) == 3
    search = GridSearchCV(quick(max_iter=3), {"cell": ["rnn", "gru"]}, cv=2).fit(X, y)
    assert search.best_params_["cell"] in ("rnn", "gru")


def test_clone_and_pickle(sums):
    X, y = sums
    model = quick(max_iter=2).fit(X, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    with pytest.raises(NotFittedError):
        clone(model).predict(X)


def test_coefs_are_read_only(sums):
    model = quick(max_iter=1).fit(*sums)
    with pytest.raises(ValueError, match="read-only"):
        model.coefs_["head.bias"][:] = 0


def test_progress_bar_only_when_verbose(sums, capsys):
    quick(max_iter=2).fit(*sums)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
    quick(max_iter=2, verbose=1).fit(*sums)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "loss" in captured.err


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
        (np.zeros((3, 4, 1, 1)), np.zeros(3), "dim"),
        (np.zeros((3, 0, 1)), np.zeros(3), "at least one sample, time step and feature"),
        (np.zeros((3, 4)), np.full(3, np.nan), "Input y contains NaN"),
        ([np.zeros((3, 2)), np.zeros((3, 1))], [0, 1], "same number of features"),
    ],
)
def test_bad_data_are_named(X, y, message):
    with pytest.raises(ValueError, match=message):
        quick().fit(X, y)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_fit_that_fails_leaves_the_model_as_it_was(sums, method):
    X, y = sums
    model = quick(max_iter=2).fit(X, y)
    before, once_more = model.predict(X), quick(max_iter=2).fit(X, y).partial_fit(X, y)
    with pytest.raises(ValueError, match="training diverged"):
        getattr(model, method)(X, y * np.float32(1e30))
    with pytest.raises(ValueError, match="Input X contains NaN"):
        getattr(model, method)(X * np.nan, y)
    np.testing.assert_array_equal(model.predict(X), before)
    # The solver's memory too: training goes on as if nothing had happened.
    np.testing.assert_array_equal(model.partial_fit(X, y).predict(X), once_more.predict(X))


def test_a_failed_refit_of_another_size_leaves_the_model_as_it_was(sums):
    X, y = sums
    model = quick(max_iter=2).fit(X, y)
    before = model.predict(X)
    model.set_params(hidden_layer_sizes=(2,))
    with pytest.raises(ValueError, match="training diverged"):
        model.fit(X[:, :4], np.column_stack([y, y]) * np.float32(1e30))
    model.set_params(hidden_layer_sizes=(32,))
    np.testing.assert_array_equal(model.predict(X), before)
    assert model.partial_fit(X, y).n_iter_ == 3


def test_absurd_values_are_reported(sums):
    X, y = sums
    with pytest.raises(
        ValueError, match=r"training diverged in the first epoch.*learning_rate_init"
    ):
        quick().fit(X, y * np.float32(1e30))
    model = quick(max_iter=1).fit(X, y)
    assert np.isfinite(model.predict(X * np.float32(1e30))).all()
