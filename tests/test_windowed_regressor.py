"""WindowedRegressor: causality, what each row is predicted from, scikit-learn's company."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from tsrnn import RNNRegressor, WindowedRegressor


class Recorder(LinearRegression):
    """Keeps what it was fitted to and shown."""

    def fit(self, X, y, sample_weight=None):
        self.X_, self.y_, self.weight_ = X.copy(), y.copy(), sample_weight
        return super().fit(X, y, sample_weight)

    def predict(self, X):
        self.seen_ = X.copy()
        return super().predict(X)


@pytest.fixture
def wave():
    """Two columns that lag behind each other, and a target."""
    t = np.arange(60.0)
    X = np.column_stack([np.sin(t / 3), np.cos(t / 5)])
    return X, X[:, 0] * 2 + t / 60


@pytest.mark.parametrize("horizon", [0, 1, 4])
def test_windows_and_targets_by_hand(horizon):
    """y[t] is learnt from the rows t-horizon-2 to t-horizon."""
    X = np.arange(40.0).reshape(20, 2)
    model = WindowedRegressor(Recorder(), window=3, horizon=horizon).fit(X, np.arange(20) * 10)
    inner = model.estimator_
    expected = [X[t - horizon - 2 : t - horizon + 1].ravel() for t in range(2 + horizon, 20)]
    np.testing.assert_array_equal(inner.X_, expected)
    np.testing.assert_array_equal(inner.y_, np.arange(2 + horizon, 20) * 10)
    model.predict(X)
    padded = [
        X[np.maximum(np.arange(t - horizon - 2, t - horizon + 1), 0)].ravel()
        for t in range(horizon, 20)
    ]
    np.testing.assert_array_equal(inner.seen_, padded)


def test_short_series_are_learnt_from_incomplete_windows():
    X = np.arange(5.0)[:, None]
    model = WindowedRegressor(Recorder(), window=4, horizon=1).fit(X, X[:, 0])
    expected = [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 2], [0, 1, 2, 3]]
    np.testing.assert_array_equal(model.estimator_.X_, expected)


def test_rows_before_any_window_are_predicted_from_the_mean_row(wave):
    X, y = wave
    model = WindowedRegressor(Ridge(), window=3, horizon=4).fit(X, y)
    mean = np.tile(X.mean(axis=0), 3)
    expected = model.estimator_.predict(mean[None])[0]
    np.testing.assert_allclose(model.predict(X)[:4], expected)
    # Fewer rows than the horizon: none has a row to be predicted from.
    np.testing.assert_allclose(model.predict(X[7:10]), [expected] * 3)


@settings(max_examples=40, deadline=None)
@given(
    window=st.integers(1, 6),
    horizon=st.integers(0, 5),
    n=st.integers(1, 25),
    at=st.integers(0, 30),
    seed=st.integers(0, 99),
)
def test_no_prediction_depends_on_rows_later_than_the_horizon_allows(window, horizon, n, at, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    model = WindowedRegressor(KNeighborsRegressor(1), window, horizon).fit(X, y)
    rows = rng.normal(size=(n, 2))
    changed = rows.copy()
    changed[at:] += 100
    before, after = model.predict(rows), model.predict(changed)
    assert before.shape == (n,)
    np.testing.assert_array_equal(before[: at + horizon], after[: at + horizon])


def test_what_is_fitted_does_not_depend_on_later_rows(wave):
    """The window of a training row holds no row after t - horizon."""
    X, y = wave
    model = WindowedRegressor(Recorder(), window=3, horizon=2).fit(X, y)
    changed = X.copy()
    changed[30:] = 99
    again = WindowedRegressor(Recorder(), window=3, horizon=2).fit(changed, y)
    n = 30 + 2 - (3 - 1 + 2)
    np.testing.assert_array_equal(model.estimator_.X_[:n], again.estimator_.X_[:n])
    assert (model.estimator_.X_[n] != again.estimator_.X_[n]).any()


@pytest.mark.parametrize("estimator", [Ridge(), RNNRegressor("rnn", (4,), max_iter=2)])
def test_context_rows_make_windows_complete(wave, estimator):
    X, y = wave
    model = WindowedRegressor(estimator, window=4, horizon=2).fit(X[:40], y[:40])
    k = 4 + 2 - 1
    np.testing.assert_allclose(model.predict(X[40 - k :])[k:], model.predict(X)[40:], rtol=1e-6)


@pytest.mark.parametrize("n_rows", [1, 3, 20])
def test_forecast_is_the_prediction_of_the_rows_that_follow(wave, n_rows):
    X, y = wave
    model = WindowedRegressor(Ridge(), window=3, horizon=4).fit(X, np.column_stack([y, -y]))
    forecast = model.forecast(X[:n_rows])
    assert forecast.shape == (4, 2)
    later = np.full((4, 2), 1e6)
    expected = model.predict(np.concatenate([X[:n_rows], later]))[n_rows:]
    np.testing.assert_allclose(forecast, expected)


def test_an_autoregression_is_found():
    """y[t] = 0.5 y[t-2] - 0.3 y[t-3] + noise: least squares on windows gives the coefficients."""
    rng = np.random.default_rng(0)
    y = np.zeros(4000)
    for t in range(3, len(y)):
        y[t] = 0.5 * y[t - 2] - 0.3 * y[t - 3] + rng.normal()
    model = WindowedRegressor(LinearRegression(), window=2, horizon=2).fit(y[:, None], y)
    np.testing.assert_allclose(model.estimator_.coef_, [-0.3, 0.5], atol=0.05)
    assert model.score(y[:, None], y) == pytest.approx(1 - 1 / np.var(y), abs=0.03)


def test_the_default_network_learns_and_reads_channels_apart():
    """The target is the product of two columns one row ago: neither alone tells it."""
    X = np.random.default_rng(0).choice([-1.0, 1.0], size=(600, 2))
    y = np.roll(X[:, 0] * X[:, 1], 1)
    model = WindowedRegressor(window=3, random_state=0).fit(X, y)
    assert isinstance(model.estimator_, RNNRegressor)
    assert model.estimator_.n_features_in_ == 2
    assert model.score(X, y) > 0.9
    again = WindowedRegressor(window=3, random_state=0).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), again.predict(X))


def test_a_network_reads_windows_as_three_dimensions(wave):
    X, y = wave
    network = RNNRegressor("rnn", (4,), max_iter=2, random_state=0)
    model = WindowedRegressor(network, window=5).fit(X, y)
    windows = np.stack([X[t - 5 : t] for t in range(5, 60)])
    alone = clone(network).fit(windows, y[5:])
    np.testing.assert_array_equal(model.predict(X)[5:], alone.predict(windows))
    in_pipeline = make_pipeline(StandardScaler(), network.set_params(n_channels=2))
    assert WindowedRegressor(in_pipeline, window=5).fit(X, y).predict(X).shape == (60,)


def test_several_outputs_and_float32(wave):
    X, y = (part.astype(np.float32) for part in wave)
    model = WindowedRegressor(RNNRegressor("rnn", (4,), max_iter=2), window=5)
    assert model.fit(X, np.column_stack([y, -y])).predict(X).shape == (60, 2)
    assert model.predict(X).dtype == np.float32
    assert model.fit(X, y[:, None]).predict(X).shape == (60, 1)


def test_sample_weights_belong_to_targets(wave):
    X, y = wave
    weight = np.arange(60.0)
    model = WindowedRegressor(Recorder(), window=3, horizon=2).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(model.estimator_.weight_, weight[4:])
    wrong = np.where(weight > 30, 1e6, y)
    kept = WindowedRegressor(Ridge(), window=3).fit(X, wrong, sample_weight=weight <= 30)
    short = WindowedRegressor(Ridge(), window=3).fit(X[:31], y[:31])
    np.testing.assert_allclose(kept.predict(X[:31])[1:], short.predict(X[:31])[1:], rtol=1e-6)


def test_sample_weights_are_routed(wave):
    X, y = wave
    weight = np.arange(60.0)
    model = WindowedRegressor(Recorder(), window=3, horizon=2)
    by_name = make_pipeline(StandardScaler(), clone(model))
    by_name.fit(X, y, windowedregressor__sample_weight=weight)
    np.testing.assert_array_equal(by_name[-1].estimator_.weight_, weight[4:])
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        routed = make_pipeline(scaler, model.set_fit_request(sample_weight=True))
        routed.fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(routed[-1].estimator_.weight_, weight[4:])


def test_missing_values_pass_where_the_regressor_takes_them(wave):
    X, y = wave
    X[::7] = np.nan
    model = WindowedRegressor(DecisionTreeRegressor(random_state=0), window=4).fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    with pytest.raises(ValueError, match="contains NaN"):
        WindowedRegressor(Ridge(), window=4).fit(X, y)


def test_in_company_of_scikit_learn(wave):
    X, y = wave
    frame = pd.DataFrame(X, pd.date_range("2024", periods=60), ["a", "b"])
    model = WindowedRegressor(Ridge(1e-3), window=4)
    pipeline = make_pipeline(StandardScaler(), model).set_output(transform="pandas")
    search = GridSearchCV(
        TransformedTargetRegressor(pipeline, transformer=StandardScaler()),
        {"regressor__windowedregressor__window": [1, 6]},
        cv=TimeSeriesSplit(3),
    ).fit(frame, y)
    assert search.best_params_["regressor__windowedregressor__window"] == 6
    best = search.best_estimator_.regressor_[-1]
    assert best.feature_names_in_.tolist() == ["a", "b"]
    assert len(search.predict(frame)) == 60


def test_clone_and_pickle(wave):
    X, y = wave
    model = WindowedRegressor(Ridge(), window=4).fit(X, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    with pytest.raises(NotFittedError):
        clone(model).predict(X)
    with pytest.raises(NotFittedError):
        clone(model).forecast(X)


def test_predicting_in_chunks_changes_nothing(wave, monkeypatch):
    X, y = wave
    model = WindowedRegressor(KNeighborsRegressor(2), window=4).fit(X, y)
    whole = model.predict(X)
    monkeypatch.setattr("tsrnn.estimators.windowed._PREDICT_WINDOWS", 7)
    np.testing.assert_array_equal(model.predict(X), whole)


def test_parameters_set_after_fit_wait_for_the_next_fit(wave):
    X, y = wave
    model = WindowedRegressor(Ridge(), window=4, horizon=2).fit(X, y)
    before = model.predict(X)
    np.testing.assert_array_equal(model.set_params(window=3, horizon=5).predict(X), before)
    assert model.forecast(X).shape == (2,)


def test_a_failed_refit_leaves_the_model_as_it_was(wave):
    X, y = wave
    model = WindowedRegressor(Ridge(), window=4).fit(X, y)
    before = model.predict(X)
    with pytest.raises(ValueError, match="needs at least 2 rows"):
        model.fit(X[:1, :1], y[:1])
    np.testing.assert_array_equal(model.predict(X), before)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"window": 0}, "window must be an integer of at least 1, got 0"),
        ({"window": 2.0}, "window must be an integer of at least 1, got 2.0"),
        ({"horizon": -1}, "horizon must be an integer of at least 0, got -1"),
        ({"horizon": 60}, "horizon=60 needs at least 61 rows, got n_samples=60"),
        ({"estimator": "ridge"}, "estimator must be a scikit-learn regressor, got 'ridge'"),
        ({"estimator": Ridge}, "estimator must be a scikit-learn regressor, got <class"),
        ({"estimator": StandardScaler()}, "estimator must be a scikit-learn regressor, got Stan"),
        ({"estimator": RNNRegressor(return_sequences=True)}, "one target per window"),
    ],
)
def test_bad_parameters_are_named(wave, parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        WindowedRegressor(**{"estimator": Ridge(), "window": 4} | parameters).fit(*wave)


def test_bad_data_are_named(wave):
    X, y = wave
    model = WindowedRegressor(Ridge(), window=4)
    backwards = pd.DataFrame(X, pd.date_range("2024", periods=60)[::-1])
    with pytest.raises(ValueError, match="index of X must strictly increase; 2024-02-29"):
        model.fit(backwards, y)
    with pytest.raises(TypeError, match="fit of KNeighborsRegressor takes none"):
        WindowedRegressor(KNeighborsRegressor()).fit(X, y, sample_weight=np.ones(60))
    with pytest.raises(ValueError, match=r"X has 1 features.*expecting 2"):
        model.fit(X, y).predict(X[:, :1])
    with pytest.raises(ValueError, match="index of X must strictly increase"):
        model.predict(backwards)
    with pytest.raises(ValueError, match="horizon=0 predicts a row from its own values"):
        WindowedRegressor(Ridge(), window=4, horizon=0).fit(X, y).forecast(X)
