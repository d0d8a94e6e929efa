"""SPOT, DSPOT, the dynamic threshold and Benjamini-Hochberg."""

import pickle

import numpy as np
import pytest
from scipy.stats import false_discovery_control, genpareto
from sklearn.base import clone

from tsrnn import thresholds
from tsrnn._tail import fit_pareto
from tsrnn.thresholds import BenjaminiHochberg, DSpot, Spot, find_levels

NORMAL = np.random.default_rng(0).exponential(size=4000)


@pytest.mark.parametrize("shape", [-0.4, -0.1, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("n", [12, 60, 800])
def test_pareto_fit_is_at_least_as_likely_as_scipys(shape, n):
    y = genpareto(shape).rvs(n, random_state=n)
    y /= y.mean()
    ours = fit_pareto(y)
    theirs, _, scale = genpareto.fit(y, floc=0)
    likelihood = genpareto.logpdf(y, ours[0], scale=ours[1]).sum()
    assert ours[0] >= -0.5 - 1e-6
    assert likelihood >= genpareto.logpdf(y, 0.0).sum()
    if theirs >= -0.5:
        assert likelihood >= genpareto.logpdf(y, theirs, scale=scale).sum() - 1e-6


def naive_spot(calibration, scores, q, level):
    """Siffer et al. (2017), algorithm 2, with all peaks and scipy's distribution function."""
    t = np.quantile(calibration, level)
    peaks, count, levels, alarms = [s - t for s in calibration if s > t], len(calibration), [], []

    def quantile():
        y = np.array(peaks)
        shape, scale = fit_pareto(y / y.mean())
        return t + genpareto.isf(q * count / len(y), shape, scale=scale * y.mean())

    z = quantile()
    for score in scores:
        levels.append(z)
        alarms.append(score > z)
        if score > z:
            continue
        count += 1
        if score > t:
            peaks.append(score - t)
            z = quantile()
    return np.array(levels), np.array(alarms)


def test_spot_is_the_algorithm():
    scores = NORMAL[1000:2500].copy()
    scores[[300, 301, 900]] = 30
    expected, alarms = naive_spot(NORMAL[:1000], scores, 1e-3, 0.97)
    rule = Spot(q=1e-3, level=0.97)
    levels = rule.levels(NORMAL[:1000], scores)
    assert levels == pytest.approx(expected, rel=1e-4)
    assert ((scores > levels) == alarms).all()
    assert len(np.unique(levels)) > 10


def test_spot_learns_the_tail_that_few_calibration_scores_did_not_show():
    wrong = []
    for seed in range(6):
        scores = np.random.default_rng(seed).exponential(size=11_000)
        levels = Spot(q=1e-5).levels(scores[:1000], scores[1000:])
        wrong.append(abs(levels[[0, -1]] / -np.log(1e-5) - 1))
    before, after = np.mean(wrong, axis=0)
    assert after < 0.2
    assert after < 0.7 * before


def test_spot_without_a_stream_is_pot():
    scores = genpareto(0.2, scale=2.0).rvs(size=3000, random_state=1)
    assert Spot(q=1e-3)(scores) == pytest.approx(thresholds.pot(scores, q=1e-3), rel=1e-6)


def test_alarms_are_not_learned():
    stream = Spot().start(NORMAL)
    before = stream.level
    assert [stream.update(50.0) for _ in range(100)] == [True] * 100
    assert stream.level == before
    assert stream.update(stream.level - 1e-6) is False
    assert stream.level != before


@pytest.mark.parametrize("rule", [Spot(), DSpot()])
def test_state_and_levels_agree(rule):
    stream = rule.start(NORMAL[:1000])
    live = []
    for score in NORMAL[1000:3000]:
        live.append(stream.level)
        stream.update(score)
    assert rule.levels(NORMAL[:1000], NORMAL[1000:3000]).tolist() == live
    assert rule(NORMAL[:1000]) == live[0]


@pytest.mark.parametrize("rule", [Spot(), DSpot()])
def test_nan_is_neither_an_alarm_nor_learned(rule):
    stream = rule.start(NORMAL)
    before = stream.level
    assert stream.update(np.nan) is False
    assert stream.level == before


def test_dspot_on_drifting_scores_is_spot_on_scores_minus_their_recent_mean():
    scores = NORMAL[:1500] + np.linspace(0, 15, 1500)
    levels = DSpot(depth=20).levels(scores[:1000], scores[1000:])
    assert not (scores[1000:] > levels).any()
    means = np.array([scores[i - 20 : i].mean() for i in range(20, 1500)])
    rest = scores[20:] - means
    expected = Spot().levels(rest[:980], rest[980:]) + means[980:]
    assert levels == pytest.approx(expected)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 30])
@pytest.mark.parametrize("rule", [Spot(), DSpot(), BenjaminiHochberg(), thresholds.ndt])
def test_few_scores_will_do(rule, n):
    assert np.isfinite(rule(NORMAL[:n]))


def test_a_spot_row_costs_the_same_for_ever():
    stream = Spot(level=0.6).start(NORMAL)
    for score in NORMAL[:100]:
        stream.update(score)
    assert len(stream.peaks) <= 1000 < stream.n_peaks


def naive_ndt(scores, prune):
    """Hundman et al. (2018), written as in the paper, one level at a time."""
    mean, deviation = np.mean(scores), np.std(scores)
    best, chosen = 0, mean + 12 * deviation
    for z in np.arange(2.5, 12.5, 0.5):
        level = mean + z * deviation
        rest, runs, high = [s for s in scores if s <= level], 0, 0
        for i, s in enumerate(scores):
            if s > level:
                high += 1
                runs += i == 0 or scores[i - 1] <= level
        if high:
            gain = (mean - np.mean(rest)) / mean + (deviation - np.std(rest)) / deviation
            gain /= high + runs**2
            if gain >= best:
                best, chosen = gain, level
    if best == 0:
        return chosen
    maxima, i = [], 0
    while i < len(scores):
        if scores[i] > chosen:
            j = i
            while j < len(scores) and scores[j] > chosen:
                j += 1
            maxima.append(max(scores[i:j]))
            i = j
        i += 1
    maxima = sorted(maxima, reverse=True)
    after = [*maxima[1:], max(s for s in scores if s <= chosen)]
    while maxima and (maxima[-1] - after[-1]) / maxima[-1] <= prune:
        chosen = maxima.pop()
        after.pop()
    return chosen


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("prune", [0.0, 0.13, 0.4])
def test_dynamic_threshold_is_that_of_the_paper(seed, prune):
    rng = np.random.default_rng(seed)
    scores = rng.gamma(3.0, size=600)
    for start in rng.integers(0, 590, seed):
        scores[start : start + 5] += rng.uniform(3, 15)
    assert thresholds.ndt(scores, prune) == pytest.approx(naive_ndt(scores.tolist(), prune))


def test_dynamic_threshold_by_hand():
    scores = np.tile([1.0, 1.2], 100)
    scores[50:53] = 9.0, 8.8, 8.9
    # One run of three: without it the deviation drops from 0.95 to 0.1.
    assert 1.2 <= thresholds.ndt(scores) < 8.8
    # The drop from 9.0 to 1.2 is 0.867 of 9.0.
    assert 1.2 <= thresholds.ndt(scores, prune=0.86) < 8.8
    assert thresholds.ndt(scores, prune=0.87) == 9.0


@pytest.mark.parametrize("seed", range(5))
def test_benjamini_hochberg_is_scipys(seed):
    rng = np.random.default_rng(seed)
    p = rng.uniform(size=60) ** rng.choice([1, 4], size=60)
    assert (thresholds.benjamini_hochberg(p, 0.1) == (false_discovery_control(p) <= 0.1)).all()


def test_false_alarms_are_a_bounded_share_of_the_alarms():
    rng, shares = np.random.default_rng(0), []
    for _ in range(100):
        scores = np.append(rng.exponential(size=400), rng.exponential(size=40) + 8)
        flagged = scores > BenjaminiHochberg(0.1).levels(rng.exponential(size=1000), scores)
        shares.append(flagged[:400].sum() / max(flagged.sum(), 1))
        assert flagged[400:].mean() > 0.5
    assert np.mean(shares) < 0.1


def test_a_batch_of_normal_rows_is_hardly_ever_flagged():
    rng = np.random.default_rng(0)
    batches = [rng.exponential(size=(2, 500)) for _ in range(100)]
    flagged = [(b > BenjaminiHochberg(0.05).levels(a, b)).any() for a, b in batches]
    assert np.mean(flagged) < 0.1


def test_a_batch_that_is_anomalous_throughout_is_flagged_throughout():
    scores = np.full(50, 30.0)
    assert (scores > BenjaminiHochberg().levels(NORMAL, scores)).all()


def test_levels_of_rules_that_do_not_move():
    assert (find_levels("pot", NORMAL, NORMAL[:5]) == thresholds.pot(NORMAL)).all()
    assert find_levels(3, NORMAL, [1.0, 2.0]).tolist() == [3.0, 3.0]
    assert find_levels(np.max, NORMAL, [1.0]).tolist() == [NORMAL.max()]


@pytest.mark.parametrize("name", thresholds.THRESHOLDS)
def test_levels_of_no_rows(name):
    assert find_levels(name, NORMAL, []).shape == (0,)


@pytest.mark.parametrize("rule", [Spot(1e-3), DSpot(depth=7), BenjaminiHochberg(0.2)])
def test_rules_are_values(rule):
    assert pickle.loads(pickle.dumps(rule)) == rule
    assert clone(rule, safe=False) == rule
    assert thresholds.find_threshold(rule, NORMAL) == rule(NORMAL)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Spot(q=0), "q must be"),
        (Spot(level=1.0), "level must be"),
        (DSpot(depth=0), "depth must be"),
        (BenjaminiHochberg(1.0), "alpha must be"),
        (lambda s: thresholds.ndt(s, prune=2), "prune must be"),
        (lambda s: thresholds.benjamini_hochberg(s), "p_values must lie between 0 and 1"),
        (lambda s: find_levels("pot", s, [np.nan]), "scores must be"),
    ],
)
def test_settings_out_of_range_are_named(rule, message):
    with pytest.raises(ValueError, match=message):
        rule(NORMAL)
