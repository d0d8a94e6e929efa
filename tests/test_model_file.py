"""Every public model goes to a file and comes back the same."""

import os
import pickle
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from model_samples import LOG, MODELS, PANEL, REFUSED, ROWS, TARGET, answers, fitted
from sklearn.base import clone
from sklearn.linear_model import LinearRegression

import tsrnn
from tsrnn import RNNClassifier, RNNDetector, RNNForecaster, RNNRegressor, baselines
from tsrnn.model_file import registry
from tsrnn.network.solvers import SOLVERS
from tsrnn.thresholds import BenjaminiHochberg, DSpot, Spot

SAVED = [cls for name, cls in MODELS.items() if name not in REFUSED]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.tsrnn"


def through_file(model, path):
    model.save(path)
    return tsrnn.load(path)


def assert_same(model, other):
    assert type(other) is type(model)
    pd.testing.assert_frame_equal(answers(other), answers(model), check_exact=True)


# A class that is new in a model belongs into tsrnn/model_file/registry.py.
@pytest.mark.parametrize("cls", SAVED)
def test_a_loaded_model_answers_bit_for_bit_the_same(cls, path):
    model = fitted(cls)
    loaded = through_file(model, path)
    assert_same(model, loaded)
    assert vars(loaded).keys() == vars(model).keys()
    assert repr(loaded) == repr(model)
    # What was loaded is a model like any other.
    assert_same(model, through_file(loaded, path))
    assert_same(model, pickle.loads(pickle.dumps(loaded)))
    clone(loaded)


@pytest.mark.parametrize("cls", MODELS.values())
def test_a_model_that_was_not_fitted_can_be_saved(cls, path):
    model = cls(3) if cls is RNNForecaster else cls()
    loaded = through_file(model, path)
    assert repr(loaded) == repr(model)


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_objects_of_others_is_refused_before_anything_is_written(name, path):
    model = fitted(MODELS[name])
    path.write_text("older")
    with pytest.raises(TypeError, match=r"joblib\.dump") as error:
        model.save(path)
    assert str(error.value).startswith(f"{name}.{REFUSED[name]} is ")
    assert "\n" not in str(error.value)
    assert path.read_text() == "older"
    assert os.listdir(path.parent) == [path.name]
    joblib.dump(model, path)
    assert_same(model, joblib.load(path))


@pytest.mark.parametrize(
    "model",
    [
        lambda: fitted(baselines.LagRegressor, estimator=RNNRegressor(max_iter=2, random_state=0)),
        lambda: fitted(RNNDetector, method="memory", causal=True),
        lambda: fitted(RNNDetector, method="forecast", false_alarms_per=pd.Timedelta("1D")),
        lambda: fitted(RNNForecaster, n_models=2, cell="gru"),
        lambda: fitted(RNNRegressor, loss="quantile", quantile=0.9, bidirectional=True),
        lambda: fitted(RNNClassifier, cell="lstm", hidden_layer_sizes=[5, 3], dropout=0.2),
    ],
)
def test_other_than_default_models(model, path):
    model = model()
    assert_same(model, through_file(model, path))


def test_lags_and_covariates_of_a_network_of_ours(path):
    days = pd.date_range("2024-01-01", periods=40)
    x = np.random.default_rng(0).normal(size=40)
    df = pd.DataFrame({"unique_id": "a", "ds": days, "y": 3 * x + 5, "x": x})
    estimator = RNNRegressor(max_iter=2, random_state=0)
    model = baselines.LagRegressor(estimator, h=3, lags=4).fit(df[:-3])
    ahead = df[["unique_id", "ds", "x"]][-3:]
    loaded = through_file(model, path)
    pd.testing.assert_frame_equal(loaded.predict(X_df=ahead), model.predict(X_df=ahead))


@pytest.mark.parametrize("freq", ["D", "15min", "W-WED", "B", "QE-NOV", "2MS", "YS"])
@pytest.mark.parametrize("zone", [None, "America/New_York", "+05:30"])
def test_frequencies_and_time_zones(freq, zone, path):
    y = pd.Series(np.arange(30.0), pd.date_range("2024-03-01", periods=30, freq=freq, tz=zone))
    model = baselines.Naive(3).fit(y)
    loaded = through_file(model, path)
    assert_series_equal_to_the_zone(loaded.predict(), model.predict())
    assert loaded.freq_ == model.freq_


def assert_series_equal_to_the_zone(left, right):
    assert str(left.index.tz) == str(right.index.tz)
    pd.testing.assert_series_equal(left, right)


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(30, name="step"),
        pd.period_range("2020-01", periods=30, freq="M"),
        pd.date_range("2020", periods=30, freq=pd.offsets.CDay(holidays=["2020-01-06"])),
        pd.date_range("2020", periods=30, freq=pd.DateOffset(months=2)),
    ],
    ids=["integers", "periods", "holidays", "offset"],
)  # fmt: skip
def test_indexes(index, path):
    model = baselines.SeasonalNaive(3, season_length=4).fit(pd.Series(np.arange(30.0), index))
    pd.testing.assert_series_equal(through_file(model, path).predict(), model.predict())


@pytest.mark.parametrize("dtype", ["int64", "Int64", "string", "category", "object"])
def test_identifiers_of_any_dtype(dtype, path):
    df = PANEL.assign(unique_id=np.repeat([7, 3], 60))
    df["unique_id"] = df["unique_id"].astype(str if dtype in ("string", "object") else int)
    df["unique_id"] = df["unique_id"].astype(dtype)
    model = baselines.Naive(3).fit(df)
    pd.testing.assert_frame_equal(through_file(model, path).predict(), model.predict())


@pytest.mark.parametrize("labels", [[2, 5], [True, False], ["a", "bb"], np.array(["x", "y"], "O")])
def test_labels_of_any_dtype(labels, path):
    y = np.asarray(labels)[(TARGET > 0).astype(int)]
    model = RNNClassifier(max_iter=1, random_state=0).fit(ROWS, y)
    loaded = through_file(model, path)
    assert loaded.classes_.dtype == model.classes_.dtype
    assert_same(model, loaded)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("cls", [RNNRegressor, RNNClassifier])
def test_training_goes_on_as_if_nothing_had_happened(cls, solver, path):
    model = fitted(cls, solver=solver)
    loaded = through_file(model, path)
    y = TARGET if cls is RNNRegressor else model.predict(ROWS)
    for one in (model, loaded):
        one.partial_fit(ROWS, y)
        one.set_params(warm_start=True).fit(ROWS, y)
    assert_same(model, loaded)
    assert loaded.loss_curve_ == model.loss_curve_


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
def test_a_random_state_draws_on_where_it_was(make, path):
    model = RNNRegressor(max_iter=1, random_state=make(3)).fit(ROWS, TARGET)
    loaded = through_file(model, path)
    assert_same(model.fit(ROWS, TARGET), loaded.fit(ROWS, TARGET))


def test_a_function_as_threshold_is_refused(path):
    model = fitted(RNNDetector, method="memory", threshold=max)
    with pytest.raises(TypeError, match=r"^RNNDetector\.threshold is <built-in function max>.*job"):
        model.save(path)


def test_a_class_of_the_users_is_refused(path):
    class Mine(RNNRegressor):
        pass

    with pytest.raises(TypeError, match=r"^Mine is Mine\(\).*joblib"):
        Mine().save(path)


def test_parameters_that_no_longer_fit_are_told_when_saving(path):
    model = fitted(RNNRegressor).set_params(hidden_layer_sizes=(9,))
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        model.save(path)
    assert not path.exists()


def test_saving_leaves_the_model_alone_and_writes_the_same_bytes_again(path):
    model = fitted(RNNDetector)
    before = pickle.dumps(model)
    model.save(path)
    first = path.read_bytes()
    model.save(path)
    assert path.read_bytes() == first
    assert pickle.dumps(model) == before


@pytest.mark.parametrize("convert", [str, Path])
def test_paths(convert, path):
    model = baselines.MovingEnergy()
    model.save(convert(path))
    assert repr(tsrnn.load(convert(path))) == repr(model)


@pytest.mark.parametrize("rule", [Spot(q=1e-3), DSpot(depth=50), BenjaminiHochberg(alpha=0.1)])
def test_a_threshold_rule_with_settings(rule, path):
    model = fitted(RNNDetector, threshold=rule, smoothing=1)
    loaded = through_file(model, path)
    assert loaded.threshold == rule
    pd.testing.assert_frame_equal(loaded.scores(LOG), model.scores(LOG))
    if not isinstance(rule, BenjaminiHochberg):
        pd.testing.assert_frame_equal(loaded.update(LOG), model.update(LOG))


@pytest.mark.parametrize("bad", [None, 3, b"model.tsrnn"])
def test_what_is_no_path(bad):
    with pytest.raises(TypeError, match="path must be a str or PathLike"):
        baselines.MovingEnergy().save(bad)
    with pytest.raises(TypeError, match="path must be a str or PathLike"):
        tsrnn.load(bad)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        tsrnn.load(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        baselines.MovingEnergy().save(tmp_path / "nowhere" / "model.tsrnn")


@pytest.mark.parametrize("place", registry.CLASSES.values())
def test_registered_classes_exist(place):
    assert registry.place_of(registry.find(place)) == place


def test_an_events_table_after_loading(path):
    log = LOG.copy()
    log.iloc[300:330] += 8
    model = fitted(RNNDetector, target_channels=["a"], contamination=0.05)
    found = model.detect(log)
    assert len(found)
    pd.testing.assert_frame_equal(through_file(model, path).detect(log), found)


def test_a_regressor_of_another_library_inside(path):
    model = fitted(baselines.LagRegressor, estimator=LinearRegression())
    with pytest.raises(TypeError, match=r"LagRegressor\.estimator is LinearRegression\(\)"):
        model.save(path)
