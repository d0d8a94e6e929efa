"""Intervals of series that do not tell how far they move."""

import numpy as np
import pandas as pd
import pytest
from test_forecaster import quick

from tsrnn import load

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
