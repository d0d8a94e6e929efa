"""Detection metrics against naive versions of their definitions, and worked by hand."""

import numpy as np
import pytest
import reference_detection as naive
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from tsrnn import metrics

OF_SCORES = (metrics.vus_pr, metrics.vus_roc, metrics.range_auc)
OF_ALARMS = (
    metrics.event_f1,
    metrics.detection_delay,
    metrics.false_alarm_rate,
    metrics.point_adjusted_f1,
    metrics.pa_k,
    metrics.range_precision_recall,
    metrics.affiliation,
    metrics.nab_score,
)


def sample(seed, n=90):
    """Random labels with anomalies of 1 to 9 rows, alarms, and rounded scores (ties)."""
    rng = np.random.default_rng(seed)
    flags = []
    for _ in range(2):
        y = np.zeros(n, dtype=int)
        for start in rng.integers(0, n, rng.integers(1, 6)):
            y[start : start + rng.integers(1, 10)] = 1
        flags.append(y)
    return *flags, np.round(rng.normal(size=n) + flags[0], 1)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("curve", ["pr", "roc"])
def test_volume_is_that_of_the_naive_loop(seed, curve):
    y_true, _, score = sample(seed)
    window = [0, 1, 4, 7, 20, 15][seed]
    function = {"pr": metrics.vus_pr, "roc": metrics.vus_roc}[curve]
    expected = naive.vus(y_true.tolist(), score.tolist(), window, curve)
    assert function(y_true, score, window) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("gap", [5, 6, 7, 8, 9])
def test_buffers_that_touch_are_not_merged_but_those_that_overlap_are(gap):
    # With a window of 8 the buffers reach 4 rows to either side.
    y_true = np.zeros(40, dtype=int)
    y_true[[10, 10 + gap]] = 1
    score = np.linspace(1, 0, 40) * (np.arange(40) < 15)
    expected = naive.range_auc(y_true.tolist(), score.tolist(), 8, "pr")
    assert metrics.range_auc(y_true, score, 8) == pytest.approx(expected, abs=1e-12)


def test_anomalies_at_both_ends_and_buffers_longer_than_the_series():
    y_true = np.array([1, 0, 0, 0, 0, 1, 0, 0, 1])
    score = np.array([0.3, 0.9, 0.1, 0.2, 0.5, 0.7, 0.6, 0.4, 0.8])
    for curve in ("pr", "roc"):
        expected = naive.range_auc(y_true.tolist(), score.tolist(), 30, curve)
        assert metrics.range_auc(y_true, score, 30, curve) == pytest.approx(expected, abs=1e-12)


def test_without_buffer_and_with_one_anomaly_it_is_the_usual_area():
    rng = np.random.default_rng(0)
    y_true = np.zeros(250, dtype=int)
    y_true[100:140] = 1
    score = rng.normal(size=250) + y_true
    # The anomaly is hit from the first true row on; before, recall is 0 anyway.
    expected = average_precision_score(y_true, score)
    assert metrics.range_auc(y_true, score, 0) == pytest.approx(expected)
    assert metrics.range_auc(y_true, score, 0, "roc") == pytest.approx(roc_auc_score(y_true, score))


def test_volume_by_hand():
    # Ranks: row 2 (buffer, label s), row 1 (the anomaly), row 3, row 0 (buffer, label s).
    s = np.sqrt(0.5)
    recall = s / (1 + s / 2)
    expected = [0.5, 0.5, recall * s + (1 - recall) * (1 + s) / 2]
    y_true, score = [0, 1, 0, 0], [0.1, 0.4, 0.5, 0.2]
    assert metrics.range_auc(y_true, score, 2) == pytest.approx(expected[2])
    assert metrics.vus_pr(y_true, score, 2) == pytest.approx(np.mean(expected))


def test_volume_depends_on_the_order_of_scores_only():
    y_true, _, score = sample(1)
    assert metrics.vus_pr(y_true, np.exp(3 * score), 9) == metrics.vus_pr(y_true, score, 9)


def test_volume_of_long_series_is_the_mean_over_its_buffers():
    rng = np.random.default_rng(0)
    y_true = np.zeros(5000, dtype=int)
    for start in rng.integers(0, 5000, 20):
        y_true[start : start + 30] = 1
    score = rng.normal(size=5000) + y_true
    for curve, function in (("pr", metrics.vus_pr), ("roc", metrics.vus_roc)):
        slices = [metrics.range_auc(y_true, score, w, curve) for w in range(61)]
        assert function(y_true, score, 60) == pytest.approx(np.mean(slices), abs=1e-12)


def test_window_is_the_period():
    t = np.arange(2000)
    noise = np.random.default_rng(0).normal(size=2000)
    assert metrics.vus_window(np.sin(2 * np.pi * t / 50) + 0.1 * noise) in (50, 100, 150)
    assert metrics.vus_window(np.arange(100.0)) == 125
    assert metrics.vus_window(np.full(700, 0.1)) == 125
    # Periods out of range: the benchmark falls back rather than take a multiple.
    assert metrics.vus_window(np.sin(2 * np.pi * t / 4)) == 125
    assert metrics.vus_window(np.sin(2 * np.pi * t / 350)) == 125


def test_window_is_that_of_statsmodels_autocorrelation():
    from scipy.signal import argrelextrema
    from statsmodels.tsa.stattools import acf

    values = np.random.default_rng(3).normal(size=1500).cumsum() + 40 * np.sin(np.arange(1500) / 9)
    correlation = acf(values, nlags=400, fft=True)[3:]
    peaks = argrelextrema(correlation, np.greater)[0]
    assert metrics.vus_window(values) == peaks[np.argmax(correlation[peaks])] + 3


def test_events_by_hand():
    y_true = [0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0]
    y_pred = [1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1]
    # Alarms 0, 3-4, 7, 9, 11: two of five hit; events 1-3, 6, 9-10: two of three found.
    assert metrics.event_f1(y_true, y_pred) == pytest.approx(
        2 * (2 / 5) * (2 / 3) / (2 / 5 + 2 / 3)
    )
    assert metrics.detection_delay(y_true, y_pred) == pytest.approx((2 + 0) / 2)
    assert metrics.false_alarm_rate(y_true, y_pred) == pytest.approx(3 / 6)
    assert metrics.false_alarm_rate(y_true, y_pred, per=100) == pytest.approx(50)


def test_delay_counts_from_the_start_of_the_event_although_the_alarm_came_before():
    assert metrics.detection_delay([0, 0, 1, 1], [0, 1, 1, 0]) == 0


def test_nothing_flagged():
    y_true, y_pred = [0, 1, 1, 0], [0, 0, 0, 0]
    assert metrics.event_f1(y_true, y_pred) == 0
    assert np.isnan(metrics.detection_delay(y_true, y_pred))
    assert metrics.false_alarm_rate(y_true, y_pred) == 0
    assert metrics.pa_k(y_true, y_pred) == 0
    assert metrics.range_precision_recall(y_true, y_pred) == (0, 0)
    precision, recall, f1, _ = metrics.affiliation(y_true, y_pred)
    assert np.isnan(precision)
    assert (recall, f1) == (0, 0)
    assert metrics.nab_score(y_true, y_pred) == 0


def test_false_alarms_need_no_event():
    assert metrics.false_alarm_rate([0, 0, 0, 0], [1, 0, 1, 1], per=4) == 2
    assert np.isnan(metrics.false_alarm_rate([1, 1], [1, 0]))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [0, 10, 20, 50, 99, 100])
def test_point_adjustment_is_that_of_the_definition(seed, k):
    y_true, y_pred, _ = sample(seed)
    expected = naive.point_adjusted(y_true.tolist(), y_pred.tolist(), k)
    assert metrics.pa_k(y_true, y_pred, k=k) == pytest.approx(expected)
    if k == 0:
        assert metrics.point_adjusted_f1(y_true, y_pred) == pytest.approx(expected)
    if k == 100:
        assert expected == pytest.approx(f1_score(y_true, y_pred))


def test_area_over_k_is_the_limit_of_fine_steps():
    y_true, y_pred, _ = sample(3)
    fine = [metrics.pa_k(y_true, y_pred, k=k) for k in (np.arange(4000) + 0.5) / 40]
    assert metrics.pa_k(y_true, y_pred) == pytest.approx(np.mean(fine), abs=1e-4)


def test_point_adjustment_rewards_random_alarms_as_its_docstring_says():
    rng = np.random.default_rng(0)
    y_true = np.zeros(5000, dtype=int)
    y_true[1000:1500] = y_true[3000:3400] = 1
    y_pred = (rng.random(5000) < 0.02).astype(int)
    assert metrics.point_adjusted_f1(y_true, y_pred) > 0.9
    assert metrics.pa_k(y_true, y_pred) < 0.1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("bias", ["flat", "front", "middle", "back"])
@pytest.mark.parametrize("cardinality", ["one", "reciprocal"])
def test_ranges_are_those_of_the_definition(seed, bias, cardinality):
    y_true, y_pred, _ = sample(seed)
    alpha = 0.1 * seed
    true, predicted = naive.events_of(y_true), naive.events_of(y_pred)
    recall = [naive.range_reward(e, predicted, alpha, bias, cardinality) for e in true]
    precision = [naive.range_reward(e, true, 0, "flat", cardinality) for e in predicted]
    found = metrics.range_precision_recall(
        y_true, y_pred, alpha=alpha, bias=bias, cardinality=cardinality
    )
    assert found == pytest.approx((np.mean(precision), np.mean(recall)))


@pytest.mark.parametrize("seed", range(6))
def test_affiliation_is_the_count_of_small_cells(seed):
    y_true, y_pred, _ = sample(seed, n=45)
    expected = naive.affiliation(y_true.tolist(), y_pred.tolist())
    assert metrics.affiliation(y_true, y_pred)[:2] == pytest.approx(expected, abs=1e-12)


def test_affiliation_by_hand():
    # Zone [0, 10), event [3, 5), alarm [5, 6): at distance d < 3, 2 + 2 d of 10 are nearer.
    precision, recall, f1, _ = metrics.affiliation(
        [0, 0, 0, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    )
    assert precision == pytest.approx(1 - (2 + 1) / 10)
    # A moment y of the event is 5 - y from the alarm; 2 (5 - y) of 10 are nearer than that.
    assert recall == pytest.approx(1 - 2 / 10)
    assert f1 == pytest.approx(2 * 0.7 * 0.8 / 1.5)


def test_random_alarms_reach_half_by_affiliation_and_the_reference_shows_it():
    rng = np.random.default_rng(0)
    y_true = np.zeros(4000, dtype=int)
    y_true[1000:1040] = y_true[2500:2540] = 1
    y_pred = (rng.random(4000) < 0.005).astype(int)
    found = metrics.affiliation(y_true, y_pred)
    assert 0.5 < found.random_f1 < 0.8
    assert found.f1 == pytest.approx(found.random_f1, abs=0.15)
    assert metrics.affiliation(y_true, y_true).f1 == 1


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("profile", "false", "missed"),
    [
        ("standard", 0.11, 1),
        ("reward_low_FP_rate", 0.22, 1),
        ("reward_low_FN_rate", 0.11, 2),
    ],
)
def test_nab_is_that_of_the_definition(seed, profile, false, missed):
    y_true, y_pred, _ = sample(seed, n=60)
    raw, n_windows = naive.nab(y_true.tolist(), y_pred.tolist(), false, missed)
    expected = 100 * (raw + missed * n_windows) / (n_windows * (1 + missed))
    assert metrics.nab_score(y_true, y_pred, profile) == pytest.approx(expected)


def test_nab_by_hand():
    y_true = np.zeros(100, dtype=int)
    y_true[40:51] = y_true[80:90] = 1
    y_pred = np.zeros(100, dtype=int)
    # Ignored; before any window; middle of the first window, later in it; half a window after.
    y_pred[[10, 20, 45, 47, 55]] = 1

    def sigma(y):
        return 2 / (1 + np.exp(5 * y)) - 1

    raw = -0.11 + sigma(-6 / 11) / sigma(-1) + 0.11 * sigma(5 / 10) - 1
    assert metrics.nab_score(y_true, y_pred) == pytest.approx(100 * (raw + 2) / 4)


def test_nab_costs_all_of_a_false_alarm_beyond_three_windows_only():
    y_true, at_three = np.zeros(40, dtype=int), np.zeros(40, dtype=int)
    y_true[10:13] = at_three[12 + 3 * 2] = 1
    cost = 0.11 * (1 - 2 / (1 + np.exp(15)))
    assert metrics.nab_score(y_true, at_three) == pytest.approx(-50 * cost, rel=1e-9)
    assert metrics.nab_score(y_true, np.roll(at_three, 1)) == pytest.approx(-50 * 0.11, rel=1e-9)


def test_nab_of_a_corpus_adds_scores_up_and_caps_the_ignored_rows():
    long, quiet = np.zeros(10_000, dtype=int), np.zeros(50, dtype=int)
    long[5000:5100] = 1
    alarms = np.zeros(10_000, dtype=int)
    alarms[[700, 800, 5000]] = 1
    assert metrics.nab_score(long, alarms) == pytest.approx(100 * (1 - 0.11 + 1) / 2)
    false = quiet.copy()
    false[30] = 1
    assert metrics.nab_score([long, quiet], [alarms, false]) == pytest.approx(100 * (2 - 0.22) / 2)


def test_every_detection_metric_is_tested_here():
    files = ("event_counts", "nab", "point_adjust", "range_based", "volume", "zones")
    homes = {name: getattr(getattr(metrics, name), "__module__", "") for name in metrics.__all__}
    public = {name for name, home in homes.items() if home.rpartition(".")[2] in files}
    here = {function.__name__ for function in (*OF_SCORES, *OF_ALARMS)}
    assert public == here | {"vus_window"}


@pytest.mark.parametrize("function", OF_ALARMS, ids=lambda f: f.__name__)
def test_alarm_metrics_accept_what_users_have_and_change_nothing(function):
    import pandas as pd

    y_true, y_pred, _ = sample(2)
    kept = y_pred.copy()
    expected = function(y_true, y_pred)
    series = pd.Series(y_true, index=pd.date_range("2024", periods=len(y_true)))
    assert function(series, y_pred == 1) == expected
    assert function(y_true.tolist(), y_pred.astype(float)) == expected
    assert (y_pred == kept).all()


@pytest.mark.parametrize("function", OF_ALARMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([0, 1], [0, 1, 1], "one length, got 2 and 3"),
        ([], [], "y_true must be one-dimensional"),
        ([[0, 1], [1, 0]], np.zeros((2, 2)), "one-dimensional|2 and"),
        ([0, 2], [0, 1], "y_true must hold 0 and 1 only, got 2"),
        ([0, 1], [1, -1], r"y_pred must hold 0 and 1 only, got -1; pass predict\(X\) == -1"),
        ([0, 1], [0, np.nan], "y_pred must hold 0 and 1 only, got nan"),
        ([0, 1], ["a", "b"], "y_pred must hold 0 and 1, got dtype"),
    ],
)
def test_alarm_metrics_refuse(function, y_true, y_pred, message):
    y_true = np.array(y_true) if np.ndim(y_true) == 2 else y_true
    with pytest.raises(ValueError, match=message):
        function(y_true, y_pred)


@pytest.mark.parametrize("function", [f for f in OF_ALARMS if f != metrics.false_alarm_rate])
def test_alarm_metrics_need_something_to_find(function):
    with pytest.raises(ValueError, match="y_true must hold"):
        function([0, 0, 0], [0, 1, 0])


@pytest.mark.parametrize("function", OF_SCORES, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("y_true", "score", "options", "error", "message"),
    [
        ([0, 0], [1.0, 2.0], {}, ValueError, "at least one anomaly"),
        ([0, 1], [1.0, np.nan], {}, ValueError, "score must be finite, got nan in row 1"),
        ([0, 1], [[1.0], [2.0]], {}, ValueError, "score must be one-dimensional"),
        ([0, 1], [1.0], {}, ValueError, "one length"),
        ([0, 1], [1.0, 2.0], {"window": -1}, ValueError, "window must be"),
        ([0, 1], [1.0, 2.0], {"window": 2.5}, TypeError, "window must be"),
    ],
)
def test_score_metrics_refuse(function, y_true, score, options, error, message):
    with pytest.raises(error, match=message):
        function(y_true, score, **options)


def test_other_arguments_out_of_range_are_named():
    y = [0, 1, 1, 0]
    with pytest.raises(ValueError, match="curve='ROC'"):
        metrics.range_auc(y, y, curve="ROC")
    with pytest.raises(ValueError, match="must hold a normal row"):
        metrics.vus_roc([1, 1], [0.1, 0.2])
    with pytest.raises(ValueError, match="k must be"):
        metrics.pa_k(y, y, k=101)
    with pytest.raises(ValueError, match="alpha must be"):
        metrics.range_precision_recall(y, y, alpha=1.5)
    with pytest.raises(ValueError, match="bias='centre'"):
        metrics.range_precision_recall(y, y, bias="centre")
    with pytest.raises(ValueError, match="profile='low'"):
        metrics.nab_score(y, y, profile="low")
    with pytest.raises(ValueError, match="as many series, got 2 and 1"):
        metrics.nab_score([y, y], [y])
    with pytest.raises(ValueError, match="per must be"):
        metrics.false_alarm_rate(y, y, per=0)
    with pytest.raises(ValueError, match="values must be"):
        metrics.vus_window([[1.0, 2.0]])
