"""The estimators inside scikit-learn's meta-estimators and tools, an example each."""

import numpy as np
import pytest
from sequence_problems import quick, quick_classifier, ragged, sums
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import StackingClassifier, VotingRegressor
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    learning_curve,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler


@pytest.fixture(scope="module")
def problem():
    return sums()


@pytest.fixture(scope="module")
def series():
    """Windows of one series in order of time, and the value after each."""
    t = np.arange(260)
    x = np.sin(t / 5) + 0.1 * np.random.default_rng(0).normal(size=len(t))
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.float32), 13)
    return windows[:, :-1], windows[:, -1]


def test_pipeline_with_a_scaler_and_pca(problem):
    X, y = problem
    # Targets of a linear kind survive the rotation, components in place of time steps or not.
    pipeline = make_pipeline(MinMaxScaler(), PCA(10), StandardScaler(), quick(max_iter=60))
    assert pipeline.fit(X, y).score(X, y) > 0.8
    assert len(cross_val_score(make_pipeline(StandardScaler(), quick()), X, y, cv=3)) == 3


def test_cross_validated_probabilities_of_a_pipeline(problem):
    X, y = problem
    pipeline = make_pipeline(StandardScaler(), quick_classifier(max_iter=30))
    probability = cross_val_predict(pipeline, X, y > 0, cv=3, method="predict_proba")
    assert np.mean((probability[:, 1] > 0.5) == (y > 0)) > 0.85


def test_grid_search_over_splits_in_time_in_two_processes(series):
    X, y = series
    grid = {"hidden_layer_sizes": [(8,), (16,)], "max_iter": [1, 30]}
    search = GridSearchCV(quick(), grid, cv=TimeSeriesSplit(3), n_jobs=2).fit(X, y)
    assert search.best_params_["max_iter"] == 30
    assert search.best_score_ > 0.8
    # Read-only memory in another process gives the numbers of this one.
    here = GridSearchCV(quick(), grid, cv=TimeSeriesSplit(3)).fit(X, y)
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], here.cv_results_["mean_test_score"]
    )


def test_halving_grid_search_spends_epochs_on_the_best(series):
    X, y = series
    search = HalvingGridSearchCV(
        make_pipeline(StandardScaler(), quick()),
        {"rnnregressor__learning_rate_init": [1e-6, 0.003, 0.02]},
        resource="rnnregressor__max_iter",
        min_resources=4,
        max_resources=36,
        factor=3,
        cv=TimeSeriesSplit(3),
        n_jobs=2,
    ).fit(X, y)
    assert search.n_resources_[-1] > search.n_resources_[0] == 4
    assert search.best_params_["rnnregressor__learning_rate_init"] > 1e-6


def test_search_over_ragged_sequences_with_a_target_per_step():
    X, y = ragged((3, 7, 4, 5, 6, 8))
    network = quick(return_sequences=True, max_iter=60, learning_rate_init=0.02)
    search = GridSearchCV(network, {"cell": ["rnn", "gru"]}, cv=3).fit(X, y)
    assert search.best_score_ > 0
    labels = [np.where(steps > 0, "up", "down") for steps in y]
    labelling = quick_classifier(return_sequences=True, max_iter=30)
    assert cross_val_score(labelling, X, labels, cv=TimeSeriesSplit(2)).mean() > 0.5


def test_transformed_target(problem):
    X, y = problem
    network = TransformedTargetRegressor(quick(max_iter=40), func=np.log, inverse_func=np.exp)
    target = np.exp(y.astype(float) / 2)
    assert network.fit(X, target).score(X, target) > 0.8
    assert network.predict(X).min() > 0
    scaled = TransformedTargetRegressor(quick(max_iter=40), transformer=StandardScaler())
    assert scaled.fit(X, 1000 + 50 * y).score(X, 1000 + 50 * y) > 0.9


def test_voting(problem):
    X, y = problem
    models = [("rnn", quick(max_iter=20)), ("linear", LinearRegression())]
    vote = VotingRegressor(models).fit(X, y, sample_weight=np.ones(len(y)))
    members = [model.predict(X) for model in vote.estimators_]
    np.testing.assert_allclose(vote.predict(X), np.mean(members, axis=0), rtol=1e-6)


def test_stacking(problem):
    X, y = problem
    label = np.where(np.abs(y) > 1.5, "far", "near")
    stack = StackingClassifier(
        [("rnn", quick_classifier(max_iter=40)), ("logistic", LogisticRegression())], cv=3
    ).fit(X, label)
    # |y| is nothing that the linear model could tell.
    assert stack.score(X, label) > LogisticRegression().fit(X, label).score(X, label) + 0.1


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration(problem, method):
    X, y = problem
    calibrated = CalibratedClassifierCV(quick_classifier(max_iter=20), method=method, cv=3)
    probability = calibrated.fit(X, y > 0).predict_proba(X)
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    assert calibrated.score(X, y > 0) > 0.85


def test_permutation_importance_finds_the_last_three_steps(problem):
    X, y = problem
    model = quick(max_iter=60).fit(X, y)
    importance = permutation_importance(model, X, y, n_repeats=3, random_state=0).importances_mean
    assert sorted(np.argsort(importance)[-3:]) == [7, 8, 9]


def test_learning_curve_rises(problem):
    X, y = problem
    sizes, _, scores = learning_curve(quick(max_iter=30), X, y, train_sizes=[10, 80], cv=3)
    assert sizes.tolist() == [10, 80]
    assert scores[1].mean() > scores[0].mean()
    # Passes over more and more data, each going on from the one before.
    _, _, scores = learning_curve(
        quick(), X, y, train_sizes=[20, 80], cv=3, exploit_incremental_learning=True
    )
    assert np.isfinite(scores).all()
