"""RNNRegressor as the model inside other forecasting libraries, where they are installed."""

import numpy as np
import pandas as pd
import pytest
from sequence_problems import quick
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

H, LAGS = 12, 24


def network():
    return make_pipeline(StandardScaler(), quick(max_iter=60, learning_rate_init=0.02))


@pytest.fixture
def series():
    """Monthly sine with a little noise; the last year is held out."""
    t = np.arange(156)
    rng = np.random.default_rng(0)
    values = np.sin(2 * np.pi * t / 12) + 0.02 * rng.normal(size=len(t))
    index = pd.date_range("2010-01-01", periods=len(t), freq="MS")
    whole = pd.Series(values, index=index, name="y")
    return whole[:-H], whole[-H:]


def assert_follows_the_season(forecast, actual):
    forecast = np.asarray(forecast, float).ravel()
    assert forecast.shape == (H,)
    error = np.abs(forecast - actual.to_numpy()).mean()
    # A third of what the mean of the series would be wrong by.
    assert error < np.abs(actual).mean() / 3


def test_mlforecast(series):
    mlforecast = pytest.importorskip("mlforecast")
    train, actual = series
    frame = pd.DataFrame({"unique_id": "a", "ds": train.index, "y": train.to_numpy()})
    # Lags are listed oldest first: a row is a window.
    model = mlforecast.MLForecast({"RNN": network()}, freq="MS", lags=[*range(LAGS, 0, -1)])
    assert_follows_the_season(model.fit(frame).predict(H)["RNN"], actual)


def test_skforecast(series):
    recursive = pytest.importorskip("skforecast.recursive")
    train, actual = series
    # Named by position: the name of the first parameter differs between releases.
    model = recursive.ForecasterRecursive(network(), lags=LAGS)
    model.fit(y=train)
    assert_follows_the_season(model.predict(steps=H), actual)


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_sktime(series, strategy):
    compose = pytest.importorskip("sktime.forecasting.compose")
    train, actual = series
    model = compose.make_reduction(
        network(), window_length=LAGS, strategy=strategy, scitype="tabular-regressor"
    )
    model.fit(train, fh=np.arange(1, H + 1))
    assert_follows_the_season(model.predict(), actual)
