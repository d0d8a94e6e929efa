import functools

import numpy as np
import pytest
from scipy.stats import genpareto, norm

from tsrnn import thresholds
from tsrnn._tail import Tail, fit_tail
from tsrnn.detection.events import find_events
from tsrnn.detection.smoothing import smooth
from tsrnn.thresholds import THRESHOLDS, find_threshold, tolerated

RNG = np.random.default_rng(0)
SCORES = RNG.gamma(2.0, size=4000)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_scales_with_the_scores(name):
    rule = THRESHOLDS[name]
    level = rule(SCORES)
    assert isinstance(level, float)
    assert rule(10 * SCORES) == pytest.approx(10 * level, rel=1e-3)
    assert np.median(SCORES) < level


@pytest.mark.parametrize("name", sorted(set(THRESHOLDS) - {"ndt", "dspot"}))
def test_ignores_the_order_of_the_scores(name):
    rule = THRESHOLDS[name]
    assert rule(np.sort(SCORES)) == pytest.approx(rule(SCORES))


@pytest.mark.parametrize("name", THRESHOLDS)
def test_no_rule_flags_a_fixed_share_of_more_normal_scores(name):
    new = np.random.default_rng(1).gamma(2.0, size=4000)
    flagged = np.mean(new > thresholds.find_levels(name, SCORES, new))
    # Those that are quantiles, or made for normal data, keep to what they promise.
    limit = {"quantile": 0.013, "sigma": 0.02, "mad": 0.06, "iqr": 0.06, "conformal": 0.013}
    assert flagged <= limit.get(name, 0.002)


@pytest.mark.parametrize("name", THRESHOLDS)
@pytest.mark.parametrize("scores", [[], [[1.0, 2.0]], [1.0, np.nan], [np.inf, 1.0]])
def test_refuses_scores_it_cannot_use(name, scores):
    with pytest.raises(ValueError, match="scores must be"):
        THRESHOLDS[name](scores)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_constant_scores(name):
    expected = 3 * 2.5 if name == "auto" else 2.5
    assert THRESHOLDS[name](np.full(200, 2.5)) == pytest.approx(expected)


def test_simple_rules_by_hand():
    scores = [1.0, 2.0, 3.0, 4.0, 10.0]
    assert thresholds.quantile(scores, 0.5) == 3.0
    assert thresholds.auto(scores, factor=2, level=0.75) == 8.0
    # From the median, 3, to the quantile, 4: nine times that above it is more than three times as
    # high; five times is not; half of that is less than twice as high, the least.
    assert thresholds.auto(scores, factor=3, level=0.75, spreads=9) == 12.0
    assert thresholds.auto(scores, factor=3, level=0.75, spreads=5) == 9.0
    assert thresholds.auto(scores, factor=3, level=0.75, spreads=0.5) == 8.0
    assert thresholds.sigma(scores, 1) == pytest.approx(4 + np.sqrt((9 + 4 + 1 + 0 + 36) / 5))
    # Median 3, absolute deviations 2 1 0 1 7 with median 1.
    assert thresholds.mad(scores, 2) == pytest.approx(3 + 2 / norm.ppf(0.75))
    assert thresholds.iqr(scores, 1) == pytest.approx(4 + (4 - 2))


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_conformal_is_the_smallest_score_that_leaves_p_at_most_alpha_above_it(alpha):
    scores = RNG.normal(size=137)
    level = thresholds.conformal(scores, alpha)

    def p_value(s):
        return (1 + np.sum(scores >= s)) / (len(scores) + 1)

    above = np.nextafter(level, np.inf)
    least = max(alpha, 1 / (len(scores) + 1))
    assert p_value(above) <= least + 1e-12
    assert p_value(level) > least or level == scores.max()


def test_conformal_with_few_scores_is_their_maximum():
    assert thresholds.conformal([3.0, 1.0, 2.0], alpha=0.01) == 3.0


@pytest.mark.parametrize("shape", [-0.2, 0.0, 0.3])
def test_pot_finds_quantiles_of_generalised_pareto_scores(shape):
    law = genpareto(shape, scale=2.0)
    scores = law.rvs(size=50_000, random_state=1)
    assert thresholds.pot(scores, q=1e-3) == pytest.approx(law.isf(1e-3), rel=0.06)


@pytest.mark.parametrize("shape", [-0.3, 0.0, 1e-12, 0.4])
def test_tail_formula_is_scipys_and_inverts(shape):
    tail = Tail(start=1.5, share=0.02, shape=shape, scale=0.7)
    level = tail.isf(1e-4)
    assert level == pytest.approx(1.5 + genpareto(shape, scale=0.7).isf(1e-4 / 0.02), rel=1e-6)
    assert tail.sf(level) == pytest.approx(1e-4, rel=1e-6)


def test_tail_of_few_excesses_is_exponential():
    tail = fit_tail(np.arange(100.0), 0.95)
    assert tail.shape == 0
    assert tail.share == 0.05
    assert tail.scale == pytest.approx(np.mean([95, 96, 97, 98, 99]) - tail.start)


def test_pot_within_the_body_is_the_quantile():
    assert thresholds.pot(SCORES, q=0.1) == pytest.approx(np.quantile(SCORES, 0.9))


def test_tolerated_rate_holds_on_new_scores_whose_extremes_come_in_runs():
    def scores(n, seed):
        noise = np.random.default_rng(seed).exponential(size=n + 9)
        return np.lib.stride_tricks.sliding_window_view(noise, 10).max(axis=1)

    level = tolerated(scores(40_000, 0), rows_per_alarm=2000, run=10)
    above = scores(400_000, 1) > level
    alarms = np.count_nonzero(above[1:] & ~above[:-1])
    assert 120 < alarms < 330  # 200 tolerated


@pytest.mark.parametrize("rows_per_alarm", [200, 1000])
def test_tolerated_rate_is_not_exceeded_for_want_of_scores(rows_per_alarm):
    draw = np.random.default_rng(0)
    levels = [tolerated(draw.exponential(size=400), rows_per_alarm) for _ in range(300)]
    # Chance of an exponential score to exceed them, against the chance asked for. A tail taken for
    # exactly known lets through 1.3 and 2.4 times as many.
    assert 0.4 < np.mean(np.exp(-np.array(levels))) * rows_per_alarm < 1.1


@pytest.mark.parametrize("merge_gap", [0, 15])
def test_tolerated_rate_counts_events_as_they_are_formed(merge_gap):
    def scores(n, seed):
        noise = np.random.default_rng(seed).normal(size=n + 19)
        return np.lib.stride_tricks.sliding_window_view(noise, 20).mean(axis=1) + 5

    run = merge_gap + 2
    calibration, rest = scores(20_000, 0), scores(200_000, 1)
    enter = tolerated(calibration, 500, run, spread=20)
    usual = np.quantile(calibration, 0.95)
    events = find_events(rest, enter, min(enter, usual), merge_gap=merge_gap)
    assert 280 < len(events) < 560  # 400 tolerated


def test_tolerated_rate_is_met_by_scores_so_smooth_that_few_pass_their_own_high():
    def scores(n, seed):
        return smooth(np.random.default_rng(seed).exponential(size=n), 150)

    rest = scores(200_000, 99)
    alarms = []
    for seed in range(20):
        calibration = scores(2000, seed)
        enter = tolerated(calibration, 500, 2, spread=150)
        leave = min(enter, np.quantile(calibration, 0.95))
        alarms.append(len(find_events(rest, enter, leave)))
    assert 280 < np.median(alarms) < 560  # 400 tolerated


def test_find_threshold_takes_names_numbers_and_callables():
    assert find_threshold("sigma", SCORES) == thresholds.sigma(SCORES)
    assert find_threshold(2, []) == 2.0
    rule = functools.partial(thresholds.quantile, q=0.5)
    assert find_threshold(rule, SCORES) == np.median(SCORES)


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        ("sigmoid", ValueError, "Did you mean 'sigma'"),
        (None, TypeError, "a name .* a number or a callable, got None"),
        (True, TypeError, "threshold"),
        (np.inf, ValueError, "threshold"),
        (lambda s: np.nan, ValueError, "finite number, got nan"),
        (lambda s: s, ValueError, "finite number"),
        (thresholds.Spot, ValueError, "finite number, got Spot"),
    ],
)
def test_find_threshold_refuses(rule, error, message):
    with pytest.raises(error, match=message):
        find_threshold(rule, [1.0, 2.0])


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("quantile", {"q": 1.0}),
        ("auto", {"factor": 0}),
        ("sigma", {"n_sigmas": -1}),
        ("mad", {"n_mads": -1}),
        ("iqr", {"k": -0.1}),
        ("pot", {"q": 0.0}),
        ("pot", {"level": 1}),
        ("conformal", {"alpha": 0}),
    ],
)
def test_settings_out_of_range_are_named(name, settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        THRESHOLDS[name](SCORES, **settings)
