"""Streams: the same bits as a causal batch, whatever the blocks, gaps and interruptions."""

import copy
import itertools
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

import tsrnn
from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression
from tsrnn.detection import METHODS
from tsrnn.detection.ensemble import Member
from tsrnn.detection.events import find_events
from tsrnn.detection.live import LiveAlarms
from tsrnn.detection.smoothing import Trailing, smooth
from tsrnn.thresholds import THRESHOLDS, DSpot, Spot

LIVE_RULES = sorted(THRESHOLDS.keys() - {"benjamini_hochberg"})


def log(n=1100, seed=0, n_channels=3):
    """Waves and noise with gaps in one channel, in all of them, and two faults after row 800."""
    draw = np.random.default_rng(seed)
    time = np.arange(n)[:, None]
    values = np.sin(time / (3 + np.arange(n_channels))) + 0.2 * draw.normal(size=(n, n_channels))
    values[820:835, 0] = np.nan
    values[860:875] = np.nan
    values[900:915] += 4
    values[960:990, -1] = 0.0
    index = pd.date_range("2024-01-01", periods=n, freq="min")
    return pd.DataFrame(values, index=index, columns=[f"c{i}" for i in range(n_channels)])


def make(**parameters):
    return RNNDetector(**{"max_iter": 3, "random_state": 0} | parameters)


def blocks(X, sizes=(1, 2, 1, 7, 8, 9, 31, 100), seed=0):
    """Cut rows into blocks of random sizes."""
    draw, start = np.random.default_rng(seed), 0
    while start < len(X):
        size = int(draw.choice(sizes))
        yield X[start : start + size]
        start += size


def streamed(detector, X, seed=0):
    return pd.concat([detector.update(block) for block in blocks(X, seed=seed)])


def assert_same(a, b):
    pd.testing.assert_frame_equal(a, b, check_exact=True, check_freq=False)


@pytest.mark.parametrize("rows", [100, 500, 2000])
def test_tolerated_alarms_of_streams_are_those_of_causal_batches(rows):
    X = np.sin(np.arange(1500) / 6) + 0.3 * np.random.default_rng(1000).normal(size=1500)
    train, live = X[:1000, None], X[1000:, None]
    offline, causal = (
        AutoRegression(causal=causal, false_alarms_per=rows).fit(train) for causal in (False, True)
    )
    # Scores of streams are smoothed over fewer rows, hence more of them are independent.
    assert offline.smoothing_ > causal.smoothing_
    assert_same(offline.update(live), causal.scores(live))


@pytest.fixture(scope="module")
def causal():
    return make(causal=True).fit(log()[:800])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("begin", [780, 500])
def test_update_gives_the_bits_of_a_causal_batch(method, n_channels, begin):
    X = log(n_channels=n_channels)
    batch = make(method=method, causal=True).fit(X[:800])
    expected = batch.scores(X[begin:])
    assert expected["is_anomaly"].any()
    assert_same(streamed(batch, X[begin:]), expected)
    # Offline detectors stream with a causal threshold of their own.
    offline = make(method=method).fit(X[:800])
    assert_same(streamed(offline, X[begin:], seed=1), expected)


def test_score_one_gives_the_bits_of_a_causal_batch(causal):
    X = log()[800:]
    expected = causal.scores(X)
    causal.reset_stream()
    half = len(X) // 2
    kinds = [
        lambda row: row,
        lambda row: row.to_dict(),
        lambda row: row.to_numpy(),
        lambda row: row.to_frame().T[["c2", "c0", "c1"]],
    ]
    found = [causal.score_one(kinds[i % 4](row)) for i, (_, row) in enumerate(X[:half].iterrows())]
    np.testing.assert_array_equal(found, expected["score"][:half])
    assert all(type(score) is float for score in found)
    assert_same(causal.update(X[half:]), expected[half:])


def test_one_channel_takes_numbers():
    X = log(n_channels=1)
    detector = make(method="forecast").fit(X[:800])
    found = [detector.score_one(value) for value in X["c0"][900:910]]
    np.testing.assert_array_equal(found, detector.reset_stream().update(X[900:910])["score"])


@pytest.mark.parametrize("cell", ["lstm", "rnn"])
def test_stacked_layers_and_other_cells(cell):
    X = log()
    detector = make(causal=True, cell=cell, hidden_layer_sizes=(5, 3)).fit(X[:800])
    assert_same(streamed(detector, X[800:]), detector.scores(X[800:]))


@pytest.mark.parametrize("rule", LIVE_RULES)
def test_every_rule_streams_as_it_judges_a_batch(rule):
    X = log()
    detector = make(causal=True, threshold=rule, min_duration=3, merge_gap=5).fit(X[:800])
    expected = detector.scores(X[800:])
    assert_same(streamed(detector, X[800:]), expected)
    assert (expected["threshold"].nunique() > 1) == (rule in ("spot", "dspot"))


@pytest.mark.parametrize("rule", ["auto", "spot", "dspot"])
@pytest.mark.parametrize("keep", ["file", "pickle", "pickle and file", "copy and file"])
@pytest.mark.parametrize("at", [0, 7, 130])
def test_goes_on_after_saving_as_if_nothing_had_happened(rule, keep, at, tmp_path):
    X = log()
    detector = make(threshold=rule).fit(X[:800])
    expected = make(threshold=rule, causal=True).fit(X[:800]).scores(X[800:])
    begun = [detector.update(X[800 : 800 + at])] if at else []
    other = detector
    if "pickle" in keep:
        other = pickle.loads(pickle.dumps(other))
    if "copy" in keep:
        other = copy.deepcopy(other)
    if "file" in keep:
        other.save(tmp_path / "model.tsrnn")
        other = tsrnn.load(tmp_path / "model.tsrnn")
    assert_same(pd.concat([*begun, streamed(other, X[800 + at :])]), expected)


def test_packed_weights_and_search_tables_are_not_saved(tmp_path):
    X = log()
    detector = make().fit(X[:800])
    detector.save(tmp_path / "before.tsrnn")
    detector.update(X[800:])
    detector.save(tmp_path / "after.tsrnn")
    grown = (tmp_path / "after.tsrnn").stat().st_size - (tmp_path / "before.tsrnn").stat().st_size
    assert 0 < grown < 70_000


def test_state_of_a_damaged_file_is_refused(tmp_path):
    X = log()
    detector = make(method="forecast").fit(X[:800])
    recurrent = detector._ensemble.members[0].scorer.residual_model
    recurrent.is_used_ = True
    detector.update(X[800:810])
    stream = detector._stream.stream.ensemble.streams[0].recurrent
    stream.state = [stream.state[0][:, :, :1]]
    with pytest.raises(ValueError, match="state of the network"):
        detector.save(tmp_path / "model.tsrnn")


def test_moving_levels_are_those_of_the_rule(causal):
    X = log()[800:]
    for rule in (Spot(q=1e-3), DSpot(q=1e-3, depth=50)):
        detector = make(causal=True, threshold=rule).fit(log()[:800])
        table = detector.scores(X)
        live = rule.start(detector.calibration_scores_)
        for score, threshold in zip(table["score"], table["threshold"], strict=True):
            assert threshold == live.level
            live.update(score)


def test_a_rule_for_batches_is_refused_where_rows_come_one_by_one():
    X = log()
    with pytest.raises(ValueError, match=r"benjamini_hochberg.* judges a batch"):
        make(causal=True, threshold="benjamini_hochberg").fit(X[:800])
    detector = make(threshold="benjamini_hochberg").fit(X[:800])
    assert detector.scores(X[800:])["threshold"].nunique() == 1
    with pytest.raises(ValueError, match="judges a batch"):
        detector.update(X[800:])


@pytest.mark.parametrize("min_duration", [1, 3])
@pytest.mark.parametrize("merge_gap", [0, 2, 6])
def test_live_alarms_are_the_events_of_the_rows_so_far(min_duration, merge_gap):
    draw = np.random.default_rng(0)
    score = np.repeat(draw.integers(0, 4, 150), draw.integers(1, 4, 150)).astype(float)
    enter = np.full(len(score), 2.5)
    limits = {"min_duration": min_duration, "merge_gap": merge_gap}
    expected = []
    for row in range(len(score)):
        events = find_events(score[: row + 1], 2.5, 0.5, **limits)
        expected.append(any(start <= row < stop for start, stop in events))
    alarms = LiveAlarms(**limits)
    leave = np.full(len(score), 0.5)
    cuts = [0, 1, 40, 41, len(score)]
    found = [alarms.push(score[a:b], enter[a:b], leave[a:b]) for a, b in itertools.pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(found), expected)
    assert np.any(expected)


def test_alarms_and_events_of_a_causal_detector_agree(causal):
    X = log()[700:]
    table, events = causal.scores(X), causal.detect(X)
    inside = np.zeros(len(X), bool)
    for event in events.itertuples():
        part = (X.index >= event.start) & (X.index <= event.end)
        assert table["is_anomaly"][part].any()
        inside |= part
    assert not table["is_anomaly"][~inside].any()


def test_cost_of_a_row_and_size_of_the_state_do_not_grow():
    detector = make(method="ensemble").fit(log()[:800])

    def size():
        return len(pickle.dumps(detector._stream))

    X = log(9000, seed=1).iloc[800:]
    detector.update(X[:700])
    before = size()
    for start in range(700, 8000, 100):
        detector.update(X[start : start + 100])
    assert size() <= 1.2 * before


def test_rows_must_go_on_where_the_stream_is(causal):
    X = log()[800:]
    causal.reset_stream()
    first = causal.update(X[:50])
    with pytest.raises(ValueError, match="does not come after"):
        causal.update(X[40:60])
    with pytest.raises(ValueError, match="does not come after"):
        causal.score_one(X.iloc[49])
    broken = X[50:60].copy()
    broken.iloc[3, 0] = np.inf
    with pytest.raises(ValueError, match="infinite"):
        causal.update(broken)
    # What was refused has left no trace.
    assert_same(pd.concat([first, causal.update(X[50:])]), causal.scores(X))
    causal.reset_stream()
    assert_same(causal.update(X[:50]), first)


def test_rows_without_an_index_are_counted():
    X = log().to_numpy()
    detector = make().fit(X[:800])
    first, second = detector.update(X[800:830]), detector.update(X[830:860])
    assert first.index.tolist() == list(range(30))
    assert second.index.tolist() == list(range(30, 60))


@pytest.mark.parametrize(
    ("row", "error", "message"),
    [
        ([1.0, 2.0], ValueError, "3 value"),
        ({"c0": 1.0, "c1": 2.0}, ValueError, "must have the channels c0, c1, c2"),
        ({"c0": 1.0, "c1": 2.0, "c3": 0.0}, ValueError, "'c3'"),
        (log()[:2], ValueError, "one row, got 2"),
        ([1.0, 2.0, np.inf], ValueError, "'c2' is infinite"),
        (["a", "b", "c"], TypeError, "must hold numbers"),
        (None, ValueError, "3 value"),
    ],
)
def test_odd_rows_are_refused(causal, row, error, message):
    with pytest.raises(error, match=message):
        causal.score_one(row)


@pytest.mark.parametrize("name", ["update", "score_one"])
def test_not_fitted(name):
    with pytest.raises(NotFittedError):
        getattr(RNNDetector(), name)([[1.0, 2.0]])


def test_a_row_with_nothing_observed_scores_zero(causal):
    assert causal.reset_stream().score_one([np.nan] * 3) == 0.0


def test_the_linear_baseline_streams_too():
    X = log()
    detector = AutoRegression(causal=True).fit(X[:800])
    assert_same(streamed(detector, X[800:]), detector.scores(X[800:]))


def test_trailing_average_has_the_same_bits_in_blocks():
    values = np.random.default_rng(0).normal(size=(300, 2))
    values[20:38, 0] = np.nan
    trailing = Trailing(7, 2)
    found = np.concatenate([trailing.push(block) for block in blocks(values)])
    np.testing.assert_array_equal(found, smooth(values, 7, causal=True))


def test_columns_may_be_averaged_over_different_rows():
    values = np.random.default_rng(0).normal(size=(300, 3))
    values[20:38, 1] = np.nan
    trailing = Trailing([7, 4, 1], 3)
    found = np.concatenate([trailing.push(block) for block in blocks(values)])
    apart = [smooth(values[:, c], width, causal=True) for c, width in enumerate([7, 4, 1])]
    np.testing.assert_array_equal(found, np.column_stack(apart))


def test_a_trailing_average_saved_before_widths_could_differ_goes_on():
    values = np.random.default_rng(0).normal(size=(30, 2))
    trailing = Trailing(7, 2)
    trailing.push(values[:10])
    before = vars(trailing) | {"falling": (np.arange(1.0, 8) / 7) ** 2}
    again = object.__new__(Trailing)
    vars(again).update(Trailing._upgrade_state(before, 1))
    np.testing.assert_array_equal(again.push(values[10:]), smooth(values, 7, causal=True)[10:])


@pytest.mark.parametrize(
    ("width", "span", "left"), [(100, 1, 100), (100, 32, 69), (40, 32, 20), (11, 32, 6), (1, 32, 1)]
)
def test_what_is_a_mean_already_is_averaged_less_in_causal_scores(width, span, left):
    assert Member(None, span=span).causal_width(width) == left
