"""Intervals of series that stood still, of those that just began to move, and of the others."""

import numpy as np
import pandas as pd
import pytest
from test_forecaster import quick

from tsrnn.forecasting.standstill import furthest, stands_still, with_least
from tsrnn.forecasting.working_scale import WorkingScale

N = 120
DAYS = pd.date_range("2024-01-01", periods=N, freq="D")


def noisy():
    """Eight series that move by a twentieth around their level."""
    rng = np.random.default_rng(0)
    levels = np.linspace(20, 160, 8)
    values = levels * (1 + 0.05 * rng.normal(size=(N, 8)))
    return pd.DataFrame(values, DAYS, [f"s{i}" for i in range(8)])


def odd():
    """Series that stand still for most of the time."""
    rng = np.random.default_rng(1)
    begun, step, sold = np.full(N, 50.0), np.full(N, 50.0), np.zeros(N)
    begun[-15:] += rng.normal(scale=2, size=15)
    step[-20:] = 80
    sold[-15:] = rng.poisson(5, 15)
    return pd.DataFrame({"begun": begun, "step": step, "sold": sold}, DAYS)


def ends(forecast, name, level):
    return (forecast[name][f"RNNForecaster-{end}-{level}"].to_numpy() for end in ("lo", "hi"))


@pytest.mark.parametrize("normalization", ["log_local", "local", "log", "standard"])
def test_series_that_stood_still_widen_no_intervals_of_others(normalization):
    def width(df):
        model = quick(h=14, normalization=normalization).fit(df)
        lower, upper = ends(model.predict(level=95), "s3", 95)
        return upper - lower

    usual = width(noisy())
    assert (width(noisy().join(odd())) < 1.5 * usual).all()
    # Nor do those that never move narrow them.
    still = pd.DataFrame(7.0, DAYS, [f"still {i}" for i in range(8)])
    assert (width(noisy().join(still)) > 0.7 * usual).all()


@pytest.mark.parametrize("company", [True, False])
@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("begun", 30, 75), ("step", 20, 300), ("sold", 0, 45)]
)
def test_a_series_that_just_began_to_move_goes_no_further_than_it_may(
    company, name, lowest, highest
):
    df = noisy().join(odd()) if company else odd()[[name]]
    model = quick(h=14).fit(df)
    forecast = model.predict(level=[80, 95])
    lower, upper = ends(forecast, name, 95)
    assert lower.min() >= lowest
    assert upper.max() <= highest
    paths = model.simulate(n_paths=200)[name]
    assert paths.min(axis=None) >= lowest
    assert paths.max(axis=None) <= highest


def test_a_series_stands_still_if_no_value_seen_differs_from_the_one_before():
    y = np.concatenate([np.arange(20.0), np.full(12, 7.0)])
    still = WorkingScale.of(y, 1)
    moved = WorkingScale.of(np.append(y, [7.0, 8.0]), 1)
    gap = WorkingScale.of(np.append(y[:20], np.full(12, np.nan)), 1)
    few = WorkingScale.of(np.full(5, 7.0), 1)
    found = stands_still([still, still.head(31), still.head(27), moved, gap, few], 9)
    np.testing.assert_array_equal(found, [True, True, False, False, False, False])
    assert not stands_still([still], 13)[0]
    assert stands_still([still], 1)[0]
    assert not stands_still([still.followed_by(np.zeros(2))], 9)[0]


def test_a_season_taken_out_does_not_move_a_series_that_stands_still():
    # Too few seasons to be seen to drift.
    y = np.concatenate([np.tile([1.0, 2.0, 4.0, 3.0], 2), np.full(12, 2.0)])
    scaled = WorkingScale.of(y, 4)
    assert scaled.seasons
    assert stands_still([scaled], 9)[0]


def test_the_least_unit_is_a_share_of_all_movement():
    y = np.append(np.full(10, 5.0), [8.0, 5.0])
    scaled = WorkingScale.of(y, 1, 10, take_log=False)
    assert scaled.variation == 0
    np.testing.assert_allclose(with_least([scaled], np.array([1e-4])), 0.3 * 6 / 11)
    assert np.isnan(with_least([scaled], np.array([np.nan]))[0])


def test_intervals_reach_twice_the_range_and_further_beyond_the_length():
    y = np.append(np.full(9, 5.0), 8.0)
    scaled = [WorkingScale.of(y, 1, take_log=False), WorkingScale.of(y[-2:], 1)]
    reach = furthest(scaled, 40)
    np.testing.assert_allclose(reach[0, [0, 9, 39]], [6, 6, 12])
    assert np.isinf(reach[1]).all()


@pytest.mark.parametrize("strategy", ["direct", "recursive", "segment"])
def test_a_series_that_never_moved_is_forecast_where_it_is(strategy):
    values = {"seven": 7.0, "nothing": 0.0, "negative": -3.0, "million": 1e6}
    df = noisy().assign(**values)
    df.loc[DAYS[-3:], "million"] = np.nan
    forecast = quick(h=14, strategy=strategy).fit(df).predict(h=20, level=80)
    for name, value in values.items():
        np.testing.assert_allclose(forecast[name]["RNNForecaster"], value, rtol=1e-14)
