"""Intervals of segments: errors of all the history, by regressions that did not learn from it."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNForecaster, load
from tsrnn.forecasting import left_out
from tsrnn.forecasting.left_out import LeftOutErrors
from tsrnn.forecasting.segment_windows import SegmentWindows
from tsrnn.forecasting.window_regression import WindowRegression
from tsrnn.forecasting.working_scale import WorkingScale

H, M = 8, 6


def segments(**parameters):
    parameters = {"hidden_layer_sizes": (4,), "max_iter": 1, "random_state": 0} | parameters
    return RNNForecaster(H, season_length=M, strategy="segment", **parameters)


def weekly(n_steps, noise, seed=0, n_seasons=7):
    """A wave of seven seasons, which the last season knows nothing of, and noise."""
    wave = 3 * np.sin(2 * np.pi * np.arange(n_steps) / (n_seasons * M))
    return 20 + wave + noise * np.random.default_rng(seed).normal(size=n_steps)


def inside(model, y, origins, level=80):
    """Return the share of values inside intervals, and the mean width at each origin."""
    found, widths = [], []
    for n in origins:
        forecast = model.predict(df=pd.Series(y[:n]), level=level)
        lower, upper = (forecast[f"RNNForecaster-{side}-{level}"] for side in ("lo", "hi"))
        found.append((lower.to_numpy() <= y[n : n + H]) & (y[n : n + H] <= upper.to_numpy()))
        widths.append((upper - lower).mean())
    return np.mean(found), np.array(widths)


def test_intervals_are_those_of_what_segments_know_not_of_the_last_season():
    y = weekly(2000, 0.2, seed=1)
    model = segments().fit(pd.Series(y[:1200]))
    share, widths = inside(model, y, range(1200, 1990, 10))
    assert 0.77 < share < 0.83
    # The least that noise of that size allows, and a tenth for what is not known of the wave.
    assert widths.mean() < 1.1 * 2 * 1.2816 * 0.2


def test_intervals_follow_how_far_the_series_moves_of_late():
    loud = np.arange(3000) // 300 % 2 == 1
    y = weekly(3000, np.where(loud, 0.6, 0.1), n_seasons=1)
    model = segments(input_size=96).fit(pd.Series(y[:1800]))
    origins = [n for n in range(1800, 2980, 10) if np.unique(loud[n - 100 : n + H]).size == 1]
    # Sixfold noise; with a learnt power of the movement, .78 and .96 at 3.7 times the width.
    (share, wide), (share_of_quiet, narrow) = (
        inside(model, y, [n for n in origins if loud[n] == kind]) for kind in (True, False)
    )
    assert 0.75 < share < 0.9
    assert 0.75 < share_of_quiet < 0.9
    assert wide.mean() > 5 * narrow.mean()


def test_each_part_of_time_is_forecast_by_what_the_others_teach():
    y = np.random.default_rng(0).normal(size=90).cumsum()
    scaled = [WorkingScale.of(y, 1, take_log=False)]
    options = {"h": 3, "input_size": 6, "segment": 2, "batch_size": 4, "n_windows": 100}
    windows = SegmentWindows(scaled, **options)
    found = WindowRegression.left_out(windows)
    ends = np.concatenate([ends for _, ends in found])
    assert len(np.unique(ends)) == len(ends) == 90 - 3 - 5
    # The end of a part has nothing to do with its own regression.
    changed = y.copy()
    part = windows.places(found[2][1])[1]
    changed[part[10] - 1 : part[-10]] += 100
    again = WindowRegression.left_out(
        SegmentWindows([WorkingScale.of(changed, 1, take_log=False)], **options)
    )
    ratio = np.abs(again[2][0].coef - found[2][0].coef).max()
    others = np.abs(again[0][0].coef - found[0][0].coef).max()
    assert ratio < 0.2 * others


def test_places_are_steps_of_the_series():
    ys = [np.arange(30.0), np.arange(20.0) ** 2]
    scaled = [WorkingScale.of(y, 1, take_log=False) for y in ys]
    windows = SegmentWindows(scaled, h=3, input_size=6, segment=2, batch_size=4, n_windows=100)
    ends = np.concatenate(windows.whole(1000, 4))
    series, n_seen = windows.places(ends)
    batch = windows.batch(ends)
    assert np.bincount(series).tolist() == [22, 12]
    for row in (0, 5, 20, 33):
        s = scaled[series[row]]
        expected = (s.z[n_seen[row] : n_seen[row] + 3] - s.z[n_seen[row] - 1]) / s.spread
        np.testing.assert_allclose(batch.target[row], expected, rtol=1e-5, atol=1e-6)


def test_errors_are_as_large_as_those_of_the_blend(monkeypatch):
    recipe = segments()._recipe(M, 400)[1]
    scaled = [WorkingScale.of(weekly(400, 0.2), M, take_log=False, deseasonalize=False)]
    found = LeftOutErrors.of(recipe, scaled, M)
    assert found.unit.n_seen == recipe.input_size
    linear = np.array([[1.0, -1.0, np.nan]])
    for n_blocks, ratio in [(0, 1), (4, 0.75), (1e9, 0.5)]:
        same = found.as_large_as(0.5 * linear, linear, n_blocks)
        np.testing.assert_allclose(same, ratio * found.errors)
    np.testing.assert_array_equal(found.as_large_as(linear, 0 * linear, 4), found.errors)
    monkeypatch.setattr(left_out, "_FORECASTS", 20)
    assert len(LeftOutErrors.of(recipe, scaled, M).errors) == 20


@pytest.mark.parametrize("y", [np.full(400, 3.0), np.r_[np.arange(100.0) % 5, [np.nan] * 300, 1]])
def test_what_does_not_move_or_is_not_known_gives_finite_intervals(y):
    forecast = segments().fit(pd.Series(y)).predict(level=[80, 95])
    assert np.isfinite(forecast.to_numpy()).all()


def test_series_without_a_whole_window_are_told_by_what_is_held_out():
    scaled = [WorkingScale.of(np.arange(4.0), M, take_log=False, deseasonalize=False)]
    assert LeftOutErrors.of(segments()._recipe(M, 400)[1], scaled, M) is None
    short = pd.DataFrame({f"s{k}": weekly(9, 0.2, k) for k in range(3)})
    assert np.isfinite(segments().fit(short).predict(level=80).to_numpy()).all()


def test_a_length_to_hold_out_is_all_that_errors_come_from():
    model = segments(val_size=20).fit(pd.Series(weekly(400, 0.2)))
    assert len(model._learnt.errors) == 20 - H + 1


def test_the_unit_is_saved(tmp_path):
    y = pd.Series(weekly(400, 0.2))
    model = segments().fit(y)
    model.save(tmp_path / "model")
    again = load(tmp_path / "model").predict(df=y[:300], level=[80, 95])
    pd.testing.assert_frame_equal(again, model.predict(df=y[:300], level=[80, 95]))
