"""The forecaster's parts: seasons, segments, simple forecasts, their blend, past origins."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNForecaster
from tsrnn.cells import CELLS
from tsrnn.forecasting import defaults
from tsrnn.forecasting.blend import Prior, blend_names, choose_weights, last_season
from tsrnn.forecasting.comb import ALPHAS, BETAS, PHIS, comb_forecast
from tsrnn.forecasting.held_out import PastForecasts, n_held_out
from tsrnn.forecasting.importance import importance
from tsrnn.forecasting.multi_seasonal import find_seasons
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel
from tsrnn.forecasting.segment_network import SegmentNetwork
from tsrnn.forecasting.segment_windows import SegmentWindows
from tsrnn.forecasting.working_scale import WorkingScale
from tsrnn.kernels.smoothing_grid import furthest_moves


def naive_theta(y, h):
    """One series, one loop; the first level by least squares over the errors."""
    n = len(y)
    slope, intercept = np.polyfit(np.arange(n), y, 1) if n > 1 else (0.0, y[0])
    line = intercept + slope * np.arange(n + h)
    theta_line = 2 * y - line[:n]
    best = None
    for alpha in ALPHAS:
        design = (1 - alpha) ** np.arange(n)
        level, zero_start = 0.0, []
        for value in theta_line:
            zero_start.append(value - level)
            level += alpha * (value - level)
        first = np.linalg.lstsq(design[:, None], np.array(zero_start), rcond=None)[0][0]
        sse = np.sum((np.array(zero_start) - first * design) ** 2)
        if best is None or sse < best[0]:
            best = sse, level + first * (1 - alpha) ** n
    return (best[1] + line[n:]) / 2


def naive_damped_trend(y, h):
    few = min(len(y) - 1, 4)
    best = None
    for alpha, share, phi in itertools.product(ALPHAS, BETAS, PHIS):
        level, trend, sse = y[0], (y[few] - y[0]) / max(few, 1), 0.0
        for value in y[1:]:
            error = value - level - phi * trend
            sse += error**2
            level, trend = level + phi * trend + alpha * error, phi * trend + alpha * share * error
        if best is None or sse < best[0] - 1e-12:
            steps = np.cumsum(phi ** np.arange(1, h + 1))
            best = sse, level + trend * steps
    first = best[1][0]
    return first + np.clip(best[1] - first, -naive_moves(y, h), naive_moves(y, h))


def naive_moves(y, h):
    """How far a series ever moved in so many steps or fewer, its last value left aside."""
    known = y[:-1]
    if len(known) < 3:
        return np.append(0.0, np.full(h - 1, np.inf))
    moves = [0.0]
    for k in range(1, h):
        lags = range(1, min(k, len(known) - 1) + 1)
        furthest = max(np.abs(known[lag:] - known[:-lag]).max() for lag in lags)
        moves.append(furthest * max(1, k / (len(known) - 1)))
    return np.array(moves)


def test_comb_is_the_mean_of_theta_and_damped_trend_of_each_series():
    rng = np.random.default_rng(0)
    series = [np.cumsum(rng.normal(0.3, 1, n)) + 20 for n in (5, 31, 12, 30, 4)]
    expected = [(naive_theta(y, 4) + naive_damped_trend(y, 4)) / 2 for y in series]
    np.testing.assert_allclose(comb_forecast(series, 4), expected, rtol=1e-6)


@pytest.mark.parametrize("n", [1, 3, 4, 5, 9, 40])
def test_moves_are_those_of_a_loop(n):
    y = np.cumsum(np.random.default_rng(n).normal(size=n))
    moves = np.empty((2, 7))
    furthest_moves(np.append(y, y), np.array([0, n, 2 * n]), moves)
    np.testing.assert_allclose(moves, [naive_moves(y, 7)] * 2)


def test_one_value_far_from_the_others_is_no_trend():
    y = np.log(100 + np.random.default_rng(0).normal(scale=2, size=120))
    y[-1] = np.log(5000)
    forecast = np.exp(comb_forecast([y], 14)[0])
    assert (forecast < 500).all()
    assert (np.abs(forecast / forecast[0] - 1) < 0.2).all()
    # A trend that was there before goes on.
    line = np.arange(40.0)
    np.testing.assert_allclose(comb_forecast([line], 5)[0], np.arange(40, 45), rtol=0.05)


def test_comb_of_a_constant_and_of_one_value_is_that_value():
    np.testing.assert_allclose(
        comb_forecast([np.full(9, 3.0), np.array([7.0])], 2), [[3, 3], [7, 7]]
    )


def test_comb_of_a_series_is_the_same_in_company():
    rng = np.random.default_rng(0)
    series = [np.cumsum(rng.normal(size=n)) for n in (1, 2, 5, 31, 430, 12)]
    alone = np.concatenate([comb_forecast([y], 3) for y in series])
    np.testing.assert_array_equal(comb_forecast(series, 3), alone)


def test_weights_follow_the_evidence_as_far_as_it_goes():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(40, 5))
    good, bad = truth + 0.1 * rng.normal(size=truth.shape), np.zeros_like(truth)
    prior = [1.0, 0.0]

    def choose(forecasts, n_blocks):
        return choose_weights(np.stack(forecasts), truth, np.ones(40), prior, n_blocks)

    np.testing.assert_array_equal(choose([bad, good], 40), [0, 1])
    # A fifth better in one block is no reason to leave what is known to work, in many it is.
    np.testing.assert_array_equal(choose([truth + 1.0, truth + 0.8], 1), [1, 0])
    np.testing.assert_array_equal(choose([truth + 1.0, truth + 0.8], 1000), [0, 1])
    # Little is to be had at little risk only.
    np.testing.assert_array_equal(choose([truth + 1.0, truth + 0.95], 1000), [0.75, 0.25])
    unknown = np.full_like(truth, np.nan)
    np.testing.assert_array_equal(
        choose_weights(np.stack([bad, good]), unknown, np.ones(40), [0.5, 0.5], 9), [0.5, 0.5]
    )


def test_few_blocks_are_no_reason_to_change_weights_where_they_are_not_trusted():
    truth = np.zeros((6, 4))
    forecasts = np.stack([truth + 1.0, truth + 0.7])

    def choose(n_blocks, few_blocks):
        return choose_weights(forecasts, truth, np.ones(6), [1.0, 0.0], n_blocks, few_blocks)

    np.testing.assert_array_equal(choose(9, 1), [0, 1])
    np.testing.assert_array_equal(choose(9, 6), [1, 0])
    np.testing.assert_array_equal(choose(90, 6), [0, 1])
    # What has no error at all is taken from any number of blocks.
    perfect = choose_weights(np.stack([truth + 1, truth]), truth, np.ones(6), [1.0, 0.0], 1, 6)
    np.testing.assert_array_equal(perfect, [0, 1])


@pytest.mark.parametrize(
    ("n_series", "n_steps", "expected"),
    [
        (1, 60, [0.125, 0.875, 0, 0]),
        (16, 60, [0.125, 0.875, 0, 0]),
        (80, 60, [0.375, 0.625, 0, 0]),
        (9000, 60, [0.5, 0.5, 0, 0]),
        (1, 480, [0.75, 0.25, 0, 0]),
        (40, 480, [1, 0, 0, 0]),
    ],
)
def test_networks_that_learn_from_little_get_little_weight(n_series, n_steps, expected):
    h = 12
    recipe = RNNForecaster(h, season_length=4, strategy="direct")._recipe(4, n_steps)[1]
    names = blend_names(recipe, 4, True)
    weights = Prior.of(recipe).weights(names, n_series * n_steps / h)
    np.testing.assert_array_equal(weights, expected)


def test_an_opposite_error_is_averaged_out():
    truth = np.zeros((3, 2))
    weights = choose_weights(
        np.stack([truth + 1, truth - 1]), truth, np.ones(3), [1.0, 0.0], n_blocks=9
    )
    np.testing.assert_array_equal(weights, [0.5, 0.5])


def test_series_count_by_the_mean_of_relative_and_scaled_errors():
    quiet = WorkingScale.of(np.array([100.0, 101.0, 100.0, 101.0]), 1, take_log=False)
    loud = WorkingScale.of(np.array([100.0, 110.0, 100.0, 110.0]), 1, take_log=False)
    # Naive errors at lag 1 are 1 and 10; relative to the level 1/100.5 and 10/105; scaled 1 and 1.
    a, b = np.mean([1 / 100.5, 10 / 105]), 1.0
    expected = np.array([1 / 100.5 / a + 1 / b, 1 / 105 / a + 0.1 / b])
    np.testing.assert_allclose(importance([quiet, loud], 1), expected / expected.mean())


@pytest.mark.parametrize("n_weeks", [4, 12])
def test_the_week_is_taken_out_after_the_day(n_weeks):
    rng = np.random.default_rng(1)
    hours = np.arange(168 * n_weeks)
    day, week = 1 + 0.4 * rng.random(24), 1 + 0.4 * rng.random(168)
    y = 50 * day[hours % 24] * week[hours % 168]
    scaled = WorkingScale.of(y, 24)
    assert [len(season.indices) for season in scaled.seasons] == [24, 168]
    np.testing.assert_allclose(scaled.z, scaled.z.mean(), atol=1e-8)
    np.testing.assert_allclose(scaled.back(scaled.z[:30], 0), y[:30])
    future = np.arange(len(y), len(y) + 30)
    expected = 50 * day[future % 24] * week[future % 168]
    np.testing.assert_allclose(scaled.back(np.full(30, scaled.z.mean()), len(y)), expected)


@pytest.mark.parametrize("n", [1, 3, 11, 12, 30])
def test_the_last_season_of_a_series_shorter_than_one_is_none_of_its_own_length(n):
    z = np.random.default_rng(0).normal(size=n)
    scaled = [WorkingScale.of(z, 1, take_log=False)]
    expected = SeasonalNaiveModel.fit(z, 12).forecast(26)[0]
    np.testing.assert_array_equal(last_season(scaled, 26, 12)[0], expected)


def test_a_season_of_other_lengths_is_no_day():
    t = np.arange(600)
    assert [len(s.indices) for s in find_seasons(10 + np.sin(2 * np.pi * t / 12), 12)] == [12]


def test_the_week_is_that_before_a_gap_or_none_where_hardly_any_was_observed_since():
    t = np.arange(24 * 7 * 24)
    y = 10 + np.sin(2 * np.pi * t / 24) + (t % 168 > 120)
    whole = find_seasons(y, 24)[1]
    ended = y.copy()
    ended[24 * 7 * 14 :] = np.nan
    found = find_seasons(ended, 24)
    assert [len(season.indices) for season in found] == [24, 168]
    np.testing.assert_allclose(found[1].indices, whole.indices, atol=0.01)
    # Nine weeks later, it goes on for three days.
    ended[-24 * 3 :] = y[-24 * 3 :]
    assert [len(season.indices) for season in find_seasons(ended, 24)] == [24]
    hours = pd.date_range("2024", periods=len(y), freq="h")
    model = RNNForecaster(24, max_iter=1, n_models=1, random_state=0)
    assert np.isfinite(model.fit(pd.Series(ended, hours)).predict()).all()


@pytest.mark.parametrize("cell", CELLS)
def test_segment_network_gradient_matches_central_differences(cell):
    rng = np.random.default_rng(0)
    network = SegmentNetwork(3, 7, 5, cell=cell)
    theta = network.initial_theta(rng, np.float64)
    x, weight = rng.normal(size=(4, 6, 3)), rng.normal(size=(6, 7))
    _, _, tape = network.forward(theta, x)
    gradient = np.zeros_like(theta)
    network.backward(theta, gradient, tape, weight)

    def loss(at):
        return np.sum(weight * network.forward(at, x)[0])

    steps = 1e-6 * np.eye(theta.size)
    numeric = [(loss(theta + step) - loss(theta - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-7)


def test_every_output_segment_is_decoded_from_its_own_position():
    rng = np.random.default_rng(0)
    network = SegmentNetwork(3, 7, 5)
    theta, x = network.initial_theta(rng), rng.normal(size=(4, 2, 3)).astype(np.float32)
    before = network.forward(theta, x)[0]
    network.layout.views(theta)["position"][1] += 1
    changed = network.forward(theta, x)[0] != before
    assert changed[:, 3:6].all()
    assert not changed[:, [0, 1, 2, 6]].any()


def test_segment_windows_are_slices_of_the_series():
    y = np.arange(20.0) ** 2
    scaled = [WorkingScale.of(y, 1, take_log=False), WorkingScale.of(y[:4], 1, take_log=False)]
    windows = SegmentWindows(scaled, h=3, input_size=6, segment=2, batch_size=4, n_windows=100)
    spread = np.std(y)
    batch = next(windows.batches())
    np.testing.assert_allclose(batch.x[:, 0].ravel() * spread, y[:6] - y[5], rtol=1e-6)
    np.testing.assert_allclose(batch.target[0] * spread, y[6:9] - y[5], rtol=1e-6)
    # 14 windows in the long series (the last two lack a part of their future), 1 in the short.
    assert sum(b.x.shape[1] for b in windows.batches()) == 14 + 3


def test_past_forecasts_start_at_every_step_that_has_h_after_it():
    y = np.array([1.0, 2, 3, 4, np.nan, 6, 7])
    past = PastForecasts.of([WorkingScale.of(y, 1, take_log=False)], [3], 2)
    # The step before the last of them is missing: it is that from the one before again.
    assert [len(s.z) for s in past.scaled] == [3, 4, 4]
    np.testing.assert_array_equal(past.truth, [[4, np.nan], [np.nan, 6], [np.nan, 6]])
    y = np.array([1.0, 2, 3, np.nan, 5, 6])
    late = PastForecasts.of([WorkingScale.of(y, 1, take_log=False)], [5], 2)
    np.testing.assert_array_equal(late.truth, [[6, np.nan]])


@pytest.mark.parametrize(
    ("lengths", "h", "expected"),
    [([30] * 500, 6, 6), ([2000], 12, 211), ([100], 12, 25), ([400, 400], 8, 100)],
)
def test_enough_is_held_out_but_not_more_than_a_quarter(lengths, h, expected):
    assert n_held_out(np.array(lengths), h) == expected


@pytest.mark.parametrize(
    ("n_batches", "expected"), [(1, 200), (13, 15), (50, 6), (117, 3), (180, 2), (1563, 1)]
)
def test_passes_make_200_to_400_updates(n_batches, expected):
    assert defaults.n_passes(None, n_batches) == expected


def test_networks_beside_a_regression_make_few_passes():
    recipe = RNNForecaster(96)._recipe(24, 8640)[1]
    assert defaults.n_passes(recipe, 157) == 3


@pytest.mark.parametrize(
    ("usual_length", "h", "strategy"),
    [
        (8640, 96, "segment"),
        (960, 48, "direct"),
        (38000, 48, "direct"),
        (2200, 104, "direct"),
        (6000, 720, "direct"),
    ],
)
def test_segments_are_for_long_horizons_in_long_series(usual_length, h, strategy):
    assert defaults.strategy_for(RNNForecaster(h), usual_length) == strategy


@pytest.mark.parametrize(
    "parameters",
    [{"deseasonalize": "exponential_smoothing"}, {"dilations": (2,)}, {"residual": True}],
)
def test_segments_make_way_for_what_they_cannot_do(parameters):
    assert defaults.strategy_for(RNNForecaster(720, **parameters), 38000) == "direct"
