"""Series whose last values are missing are forecast from their last observation on."""

import numpy as np
import pandas as pd
import pytest
from test_forecaster import make_panel, quick, to_long

from tsrnn.forecasting.earlier_errors import StandIn, with_earlier
from tsrnn.forecasting.error_unit import ErrorUnit
from tsrnn.forecasting.held_out import PastForecasts
from tsrnn.forecasting.trailing_gaps import n_over, steps_after
from tsrnn.forecasting.working_scale import WorkingScale


@pytest.mark.parametrize("strategy", ["direct", "recursive", "segment"])
@pytest.mark.parametrize("n_missing", [2, 9])
def test_what_is_missing_at_the_end_is_forecast_over(strategy, n_missing):
    wide = make_panel(4)
    model = quick(h=6, strategy=strategy, normalization="log").fit(wide)
    gap = wide.reindex(pd.date_range(wide.index[0], periods=len(wide) + n_missing, freq="MS"))
    whole = gap["s01"].copy()
    whole[whole.isna()] = 300.0
    out = model.predict(3, df=gap.assign(s01=whole), level=[80, 95])
    expected = model.predict(n_missing + 3, level=[80, 95]).iloc[n_missing:]
    others = ["s00", "s02", "s03"]
    pd.testing.assert_frame_equal(out[others], expected[others], check_freq=False, rtol=1e-6)
    alone = model.predict(3, df=gap.assign(s01=whole)[["s01"]], level=[80, 95])
    pd.testing.assert_frame_equal(out[["s01"]], alone, rtol=1e-6)


def test_a_trend_goes_on_through_the_gap_and_intervals_widen_with_it():
    rng = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=80)
    trends = np.arange(80)[:, None] + 40 + rng.normal(scale=0.5, size=(80, 6))
    wide = pd.DataFrame(trends, days, list("abcdef"))
    wide.loc[days[-15:], "a"] = np.nan
    model = quick(h=5, season_length=1).fit(wide)
    forecast = model.predict(level=80)
    point = pd.DataFrame({name: forecast[name]["RNNForecaster"] for name in wide})
    width = pd.DataFrame({
        name: forecast[name]["RNNForecaster-hi-80"] - forecast[name]["RNNForecaster-lo-80"]
        for name in wide
    })  # fmt: skip
    np.testing.assert_allclose(point, np.arange(120, 125)[:, None] + np.zeros(6), rtol=0.05)
    assert (width["a"] > 1.3 * width.drop(columns="a").mean(axis=1)).all()
    paths = model.simulate(n_paths=400)
    spread = paths.T.groupby(level=0).std().T.mean()
    assert spread["a"] > 1.3 * spread.drop("a").mean()
    long = to_long(wide)
    known = model.fit(long).predict(level=80).set_index("unique_id")
    np.testing.assert_allclose(known.loc["a", "RNNForecaster"], point["a"])


def test_errors_are_those_of_forecasts_from_the_last_observation():
    y = np.cumsum(np.random.default_rng(0).normal(size=24))
    y[[14, 15, 19]] = np.nan
    scaled = [WorkingScale.of(y, 1, 18, take_log=False)]
    past = PastForecasts.of(scaled, np.array([15]), 4)
    assert [len(s.z) for s in past.scaled] == [14, 14, 17, 18, 19, 19]
    np.testing.assert_array_equal(past.truth[0], y[14:18])
    np.testing.assert_array_equal(past.truth[-1], y[19:23])

    class One:
        def units(self, scaled):
            return np.ones(len(scaled))

    stand_in = StandIn({"last": 1.0}, One(), ErrorUnit(), 1)
    _, heads = with_earlier(np.ones((6, 4)), past, scaled, np.array([18]), stand_in, 1)
    assert all(head.observed[-1] for head in heads)


def test_gaps_of_many_horizons_are_carried_on_in_the_end():
    y = np.append(np.arange(5.0), np.full(300, np.nan))
    whole, gap = WorkingScale.of(np.arange(5.0), 1), WorkingScale.of(y, 1)
    np.testing.assert_array_equal(n_over([whole, gap, gap.head(8)], 4), [0, 200, 3])
    values = np.arange(12).reshape(2, 2, 3)
    found = steps_after(values, np.array([1, 0]), 2)
    np.testing.assert_array_equal(found, [[[1, 2], [3, 4]], [[7, 8], [9, 10]]])
