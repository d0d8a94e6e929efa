"""Channels that stand still: runs of equal values longer than any in training."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector
from tsrnn.detection.channels import Channels
from tsrnn.detection.frames import Rows
from tsrnn.detection.stuck import StuckScorer
from tsrnn.kernels.runs import excess_squares, run_lengths, whole_runs


def count(values, missing=None):
    values = np.asarray(values, float)[:, None]
    missing = np.zeros(values.shape, bool) if missing is None else np.asarray(missing)[:, None]
    lengths = np.empty(values.shape, np.int64)
    run_lengths(values, missing, np.full(1, np.nan), np.zeros(1, np.int64), lengths)
    return lengths


def test_runs_are_counted_and_end_with_a_gap():
    missing = [False] * 6 + [True] + [False] * 3
    lengths = count([1, 1, 2, 3, 3, 3, 3, 3, 4, 4], missing)
    assert lengths[:, 0].tolist() == [1, 2, 1, 1, 2, 3, 0, 1, 1, 2]
    whole_runs(lengths)
    assert lengths[:, 0].tolist() == [2, 2, 1, 3, 3, 3, 0, 1, 2, 2]


def test_excess_counts_in_doublings_and_for_a_channel_as_for_all():
    lengths = np.array([[2, 4, 16], [1, 0, 16]])
    ignored = np.array([[False, False, False], [False, True, False]])
    squares = np.empty((2, 3))
    excess_squares(lengths, np.array([2.0, 2.0, np.inf]), ignored, squares)
    np.testing.assert_array_equal(squares, [[0, 3, 0], [0, np.nan, 0]])


def scaled(values):
    rows = Rows(values, pd.RangeIndex(len(values)), tuple("abc"))
    return Channels().fit(rows).transform(rows)


def test_only_signals_are_looked_at():
    rng = np.random.default_rng(0)
    switch, constant = np.arange(60) // 20 % 2, np.ones(60)
    data = scaled(np.column_stack((np.repeat(rng.normal(size=20), 3), switch, constant)))
    usual = StuckScorer().fit(data, 40).usual_
    assert usual[0] == 4
    assert np.isinf(usual[1:]).all()


def plant(seed=0, n=3000, n_channels=20):
    """Sensors that follow one load, each with its noise."""
    rng = np.random.default_rng(seed)
    load = 0.1 * rng.normal(size=n).cumsum()
    values = load[:, None] * rng.uniform(0.5, 2, n_channels) + 0.3 * rng.normal(
        size=(n, n_channels)
    )
    names = [f"sensor_{c}" for c in range(n_channels)]
    return pd.DataFrame(values, pd.date_range("2024", periods=n, freq="min"), names)


@pytest.mark.parametrize("causal", [False, True])
def test_one_sensor_among_many_that_hangs_is_an_event_and_named_first(causal):
    log = plant()
    log.iloc[2300:2500, 7] = log.iloc[2300, 7]
    detector = RNNDetector(causal=causal, max_iter=2, random_state=0).fit(log[:2000])
    events = detector.detect(log[2000:])
    assert len(events) == 1
    assert events["channels"][0][0] == "sensor_7"
    slack = pd.Timedelta("60min")
    assert abs(events["start"][0] - log.index[2300]) < slack
    assert abs(events["end"][0] - log.index[2500]) < slack
    forecast = RNNDetector("forecast", causal=causal, max_iter=2, random_state=0).fit(log[:2000])
    assert not len(forecast.detect(log[2000:]))


def test_rests_as_long_as_those_of_training_are_usual():
    log = plant(1)
    for begin in range(100, 2900, 400):
        log.iloc[begin : begin + 120, 3] = log.iloc[begin, 3]
    detector = RNNDetector(max_iter=2, random_state=0).fit(log[:2000])
    assert not len(detector.detect(log[2000:]))


def test_a_gap_is_no_rest():
    log = plant(2)
    log.iloc[2300:2500, 7] = np.nan
    detector = RNNDetector(max_iter=2, random_state=0).fit(log[:2000])
    assert not len(detector.detect(log[2000:]))


def test_rows_that_are_learnt_from_later_teach_rests():
    log = plant(3)
    log.iloc[1000:1150, 5] = log.iloc[1000, 5]
    detector = RNNDetector(max_iter=2, random_state=0).fit(log[:1000])
    stuck = detector._ensemble.scorers[2]
    assert stuck.usual_[5] == 2
    detector.partial_fit(log[1000:1300])
    assert stuck.usual_[5] == 151
    assert detector.update(log[1300:1400])["score"].notna().all()


def test_streams_count_on_from_row_to_row():
    log = plant(4)
    log.iloc[2300:2400, 7] = log.iloc[2300, 7]
    detector = RNNDetector(causal=True, max_iter=2, random_state=0).fit(log[:2000])
    batch = detector.scores(log[2000:])["score"].to_numpy()
    ones = [detector.score_one(row) for _, row in log[2000:2330].iterrows()]
    rest = detector.update(log[2330:])["score"]
    np.testing.assert_array_equal(np.concatenate((ones, rest)), batch)
    assert batch[399] > detector._calibration.level
