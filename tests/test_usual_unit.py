"""Intervals of series that do not tell how far they move."""

import numpy as np
import pandas as pd
import pytest
from test_forecaster import quick

from tsrnn import load
from tsrnn.forecasting.blend import comb
from tsrnn.forecasting.comb import comb_forecast
from tsrnn.forecasting.working_scale import WorkingScale

DAYS = pd.date_range("2024-01-01", periods=40, freq="D")


def shops(normalization="auto", low=5.0):
    """Eight series of like relative movement, and one that began yesterday."""
    rng = np.random.default_rng(0)
    levels = np.geomspace(10, 1000, 8)
    walks = np.exp(np.cumsum(rng.normal(scale=0.1, size=(40, 8)), axis=0)) * levels
    if normalization == "intermittent":
        walks = walks * (rng.random(walks.shape) < 0.7)
    wide = pd.DataFrame(walks, index=DAYS, columns=[f"shop {i}" for i in range(8)])
    return wide.assign(new=np.where(np.arange(40) < 39, np.nan, 100.0))


def relative_width(forecast, name, level=80):
    ends = [forecast[name][f"RNNForecaster-{end}-{level}"].to_numpy() for end in ("lo", "hi")]
    return (ends[1] - ends[0]) / forecast[name]["RNNForecaster"].to_numpy()


@pytest.mark.parametrize("normalization", ["log_local", "local", "standard"])
@pytest.mark.parametrize("zeros", [False, True])
def test_a_single_observation_gets_the_usual_interval(normalization, zeros):
    df = shops("intermittent" if zeros else "auto")
    forecast = quick(h=3, season_length=1, normalization=normalization).fit(df).predict(level=80)
    others = np.median([relative_width(forecast, f"shop {i}") for i in range(8)], axis=0)
    new = relative_width(forecast, "new")
    assert (new > others / 3).all()
    assert (new < others * 3).all()


def test_so_does_one_that_is_new_at_predict_also_after_loading(tmp_path):
    df = shops()
    model = quick(h=3, season_length=1).fit(df.drop(columns="new"))
    new = df[["new"]].iloc[-1:]
    forecast = model.predict(df=new, level=80)
    assert (relative_width(forecast, "new") > 0.1).all()
    model.save(tmp_path / "model.tsrnn")
    again = load(tmp_path / "model.tsrnn").predict(df=new, level=80)
    pd.testing.assert_frame_equal(again, forecast)


def test_constant_series_keep_intervals_of_no_width():
    df = shops().assign(new=100.0)
    forecast = quick(h=3, season_length=1).fit(df).predict(level=80)
    assert (relative_width(forecast, "new") < 0.01).all()


# Moves by chance: steps of a hundredth or of the hundredfold, and none at all.
FEW = {
    "equal": [100.0, 100.0],
    "hundredfold": [1.0, 100.0],
    "from nothing": [1e-6, 100.0],
    "up and down": [100.0, 1e-3, 100.0],
    "growing": [25.0, 50.0, 100.0],
}


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("normalization", ["log_local", "log", "local", "standard"])
def test_a_handful_of_observations_is_forecast_as_the_others_move(name, normalization):
    values = FEW[name]
    df = shops().assign(new=np.append(np.full(40 - len(values), np.nan), values))
    model = quick(h=7, season_length=1, normalization=normalization).fit(df)
    forecast = model.predict(level=[80, 95])["new"]
    # Eight walks by a tenth: they get to the double or the half in a fortnight, hardly further.
    point = forecast["RNNForecaster"]
    assert point.between(50, 200).all()
    # Widths are usual ones, and a part of what the series itself did.
    assert (forecast["RNNForecaster-hi-80"] - forecast["RNNForecaster-lo-80"] > 5).all()
    assert (forecast["RNNForecaster-hi-95"] < 100 * 100).all()
    assert (forecast["RNNForecaster-lo-95"] >= 0).all()


@pytest.mark.parametrize("name", FEW)
def test_a_handful_of_observations_alone_is_forecast_without_logarithms(name):
    y = pd.Series(FEW[name], pd.date_range("2024-01-01", periods=len(FEW[name])))
    forecast = quick(h=7).fit(y).predict(level=[80, 95])
    largest = np.abs(np.diff(y)).max()
    assert (forecast["RNNForecaster"] - 100).abs().max() <= largest
    assert forecast["RNNForecaster-hi-95"].max() <= 100 + 30 * largest
    assert forecast["RNNForecaster-lo-95"].min() >= 0
    widths = forecast["RNNForecaster-hi-80"] - forecast["RNNForecaster"]
    assert (np.diff(widths) >= -1e-9).all()
    assert (widths.iloc[-1] > 1.5 * widths.iloc[0]) or not largest


def test_trends_of_few_values_are_drawn_towards_none():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])
    for n in (1, 2, 5, 9, 10):
        s = WorkingScale.of(values[:n], 1, take_log=False)
        z = comb([s], 3, 1)[0]
        whole = comb_forecast([values[:n]], 3)[0]
        share = min(1.0, (n - 1) / 8)
        np.testing.assert_allclose(z, values[n - 1] + share * (whole - values[n - 1]))
