"""What intervals of few series rest on: errors of earlier origins, and their ranks."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tsrnn import RNNForecaster
from tsrnn.forecasting import panel_model
from tsrnn.forecasting.conformal import half_widths
from tsrnn.forecasting.earlier_errors import StandIn, with_earlier
from tsrnn.forecasting.error_unit import ErrorUnit
from tsrnn.forecasting.held_out import PastForecasts
from tsrnn.forecasting.working_scale import WorkingScale

H = 3


class Unit:
    """Stands for a recipe whose unit of errors is the length of the series."""

    def units(self, scaled):
        return np.array([float(len(s.z)) for s in scaled])


class One:
    """Stands for a recipe whose unit of errors is 1."""

    def units(self, scaled):
        return np.ones(len(scaled))


def setting(n=20, n_out=H):
    y = np.cumsum(np.random.default_rng(0).normal(size=n))
    scaled = [WorkingScale.of(y, 1, n - n_out, take_log=False)]
    n_known = np.array([n - n_out])
    stand_in = StandIn({"last": 0.5, "season": 0.5}, Unit(), ErrorUnit(), 1)
    return y, scaled, n_known, PastForecasts.of(scaled, n_known, H), stand_in


@pytest.mark.parametrize("n_blocks", [0, 1])
def test_earlier_errors_are_those_of_naive_forecasts_by_hand(n_blocks):
    y, scaled, n_known, past, stand_in = setting()
    errors = np.full((1, H), 0.4)
    found, heads = with_earlier(errors, past, scaled, n_known, stand_in, n_blocks)
    # The fourth powers of the origins are spread evenly from that of 4 to that of 16.
    expected = [(y[n : n + H] - y[n - 1]) / n for n in (4, 9, 10, 11, 12, 13, 14, 15, 16)]
    naive = np.abs(y[17:20] - y[16]).mean() / 17
    ratio = (n_blocks * 0.4 / naive + 4) / (n_blocks + 4)
    np.testing.assert_allclose(found[0], errors[0])
    np.testing.assert_allclose(found[1:], ratio * np.array(expected))
    assert [len(head.z) for head in heads] == [17, 4, 9, 10, 11, 12, 13, 14, 15, 16]


def test_short_series_have_no_earlier_errors():
    errors = np.ones((1, H))
    _, scaled, n_known, past, stand_in = setting(n=5)
    assert with_earlier(errors, past, scaled, n_known, stand_in, 1)[0] is errors


def test_missing_values_and_failed_forecasts_count_for_nothing():
    y, _, n_known, _, stand_in = setting()
    y[12] = np.nan
    scaled = [WorkingScale.of(y, 1, 17, take_log=False)]
    past = PastForecasts.of(scaled, n_known, H)
    found, _ = with_earlier(np.full((1, H), np.nan), past, scaled, n_known, stand_in, 1)
    assert np.isnan(found[1:]).sum() == H
    np.testing.assert_allclose(found[1], (y[4:7] - y[3]) / 4)


def test_long_histories_count_more_than_the_errors_of_short_ones():
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(40):
        # Four times as far until there are a few seasons of twelve steps.
        y = np.cumsum(rng.normal(size=57) * np.repeat([4, 1], [20, 37]))
        scaled, n_known = [WorkingScale.of(y, 1, 54, take_log=False)], np.array([54])
        past = PastForecasts.of(scaled, n_known, H)
        stand_in = StandIn({"last": 1.0}, One(), ErrorUnit(), 12)
        errors = stand_in.errors(past)
        errors, _ = with_earlier(errors, past, scaled, n_known, stand_in, 1)
        width = half_widths(errors, [80])[80]
        shares.append(2 * norm.cdf(width / np.sqrt(np.arange(1, H + 1))) - 1)
    # With origins that are spread evenly, 0.90.
    assert 0.75 < np.mean(shares) < 0.87


def test_half_widths_lie_between_the_errors_next_to_their_rank():
    errors = np.array([4.0, -1.0, 2.0, np.nan, -8.0, 16.0])[:, None] * [1, -3]
    # Ranks 0.3, 1.5, 4.8 and 5 of five known errors.
    widths = half_widths(errors, [5, 25, 80, 250 / 3])
    found = [widths[level][0] for level in widths]
    np.testing.assert_allclose(found, [1, 1.5, 8 + 0.8 * 8, 16])
    np.testing.assert_allclose([widths[level][1] for level in widths], 3 * np.array(found))


def test_intervals_of_few_errors_are_no_wider_than_their_level_on_average():
    # The next rank above, widened for errors that overlap, holds 86 and 93 %.
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(1000):
        widths = half_widths(rng.normal(size=(12, 1)), [80, 90])
        shares.append([2 * norm.cdf(width[0]) - 1 for width in widths.values()])
    np.testing.assert_allclose(np.mean(shares, axis=0), [0.8, 0.9], atol=0.01)


def test_no_level_is_narrower_than_a_lower_one_however_few_errors_there_are():
    rng = np.random.default_rng(0)
    levels = [50, 80, 90, 95, 97.5, 99, 99.8]
    for n in (1, 3, 8, 9, 19, 40, 60):
        errors = rng.standard_t(4, size=(n, 7))
        widths = half_widths(errors, levels)
        assert (np.diff([widths[level] for level in levels], axis=0) >= 0).all()


def test_series_without_any_known_error_get_intervals_of_width_0():
    np.testing.assert_array_equal(half_widths(np.full((2, 3), np.nan), [80])[80], np.zeros(3))
    y = pd.Series([1.0, np.nan, np.nan])
    model = RNNForecaster(2, season_length=1, n_models=1, max_iter=1, random_state=0).fit(y)
    np.testing.assert_array_equal(model.predict(level=80), np.ones((2, 3)))
    np.testing.assert_array_equal(model.simulate(n_paths=3), np.ones((2, 3)))


def test_bounds_are_finite_however_uncertain_a_logarithm_is():
    # No interval reaches further than twice the range of logarithms, which here is 400.
    y = pd.Series(10.0 ** np.random.default_rng(0).uniform(-90, 90, size=30))
    model = RNNForecaster(2, season_length=1, n_models=1, max_iter=1, random_state=0).fit(y)
    model._learnt.errors *= 1e6
    forecast = model.predict(level=[80, 95])
    assert forecast.max(axis=None) == np.finfo(float).max
    assert np.isfinite(forecast).all(axis=None)


def test_intervals_of_one_short_series_cover_what_comes():
    rng = np.random.default_rng(3)
    shares = []
    for _ in range(6):
        y = pd.Series(50 + np.cumsum(rng.normal(size=52)))
        model = RNNForecaster(4, season_length=1, n_models=1, max_iter=20, random_state=0)
        out = model.cross_validation(y, n_windows=5, level=[80])
        inside = (out["y"] >= out["RNNForecaster-lo-80"]) & (out["y"] <= out["RNNForecaster-hi-80"])
        shares.append(inside.mean())
    assert 0.7 < np.mean(shares) < 0.92


def test_errors_are_ranked_once_for_each_level(monkeypatch):
    y = pd.Series(np.random.default_rng(0).normal(size=60).cumsum())
    model = RNNForecaster(3, season_length=1, n_models=1, max_iter=1, random_state=0).fit(y)
    first = model.predict(df=y[:50], level=[80, 95])
    calls = []
    monkeypatch.setattr(panel_model, "half_widths", lambda *args: calls.append(args) or {})
    pd.testing.assert_frame_equal(model.predict(df=y[:50], level=[80, 95]), first)
    model.predict(df=y[:50])
    assert not calls
