"""Channels that have left for good: levels farther out than any in training."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector
from tsrnn.detection.channels import Channels
from tsrnn.detection.frames import Rows
from tsrnn.detection.level import LevelScorer
from tsrnn.kernels.levels import follow_levels, level_excess

ONSET, N_CHANNELS = 160, 20


def test_a_level_follows_what_is_observed_within_bounds():
    values = np.array([[4.0, 4.0], [4.0, 4.0], [-8.0, 4.0]])
    missing = np.array([[False, False], [False, True], [False, False]])
    level, out = np.zeros(2), np.empty((3, 2))
    follow_levels(values, missing, np.array([4.0, 2.0]), 0.5, level, out)
    assert out.tolist() == [[2, 1], [3, 1], [-0.5, 1.5]]
    assert level.tolist() == [-0.5, 1.5]


def test_excess_counts_in_doublings_and_only_in_company():
    values = np.tile([[-8.0, 1.0, 8.0]], (3, 1))
    ignored = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 1]], bool)
    level, out = np.zeros(3), np.empty((3, 3))
    highest, weight = np.array([2.0, 1.0, 4.0]), np.array([1.0, 1.0, 0.5])
    level_excess(
        values, np.zeros((3, 3), bool), np.full(3, 99.0), 1.0, level, highest, weight, ignored, out
    )
    nan = np.nan
    np.testing.assert_allclose(out, [[8 / 3, 0, 1 / 3], [2, 0, nan], [0, nan, nan]])


def scaled(values):
    rows = Rows(values, pd.RangeIndex(len(values)), tuple("abcd"[: values.shape[1]]))
    return Channels().fit(rows).transform(rows)


def test_only_signals_that_keep_their_level_are_looked_at():
    rng = np.random.default_rng(0)
    noise, walk, switch = rng.normal(size=600), rng.normal(size=600).cumsum(), np.arange(600) % 2
    scorer = LevelScorer(0).fit(scaled(np.column_stack((noise, walk, switch))), 400)
    assert scorer.weight_[0] == 1
    assert scorer.weight_[1:].max() < 0.5


def test_a_row_does_not_make_a_level_and_rows_to_come_widen_it():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(800, 2))
    values[500] = 1e9
    values[600:] += 3
    data = scaled(values[:400])
    scorer = LevelScorer(0).fit(data, 400)
    rows = (
        Channels()
        .fit(Rows(values[:400], pd.RangeIndex(400), ("a", "b")))
        .transform(Rows(values, pd.RangeIndex(800), ("a", "b")))
    )
    squares = scorer.errors(rows, True).squares
    assert squares[:600].max() < 0.5
    assert squares[700:].min() > 1
    assert not scorer.extend(rows).errors(rows, True).squares.any()


def plant(n, seed, push=0.0):
    """Slow sensors driven by two states, the first of which is pushed from `ONSET` on."""
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(0).normal(size=(2, N_CHANNELS))
    states, state = np.empty((n, 2)), np.zeros(2)
    for t, row in enumerate(states):
        state = 0.9 * state + 0.4 * rng.normal(size=2)
        state[0] += 0.1 * push * np.clip((t - ONSET) / 200, 0.0, 1.0)
        row[:] = state
    return states @ mix + rng.normal(size=(n, N_CHANNELS))


@pytest.mark.parametrize("causal", [False, True])
def test_a_drift_that_forecasts_follow_is_an_event_that_lasts(causal):
    test = plant(960, 2, push=4.0)
    detector = RNNDetector(causal=causal, max_iter=2, random_state=0).fit(plant(1000, 1))
    flags = detector.predict(test) == -1
    assert not flags[:ONSET].any()
    assert flags[ONSET + 300 :].all()
    assert not len(detector.detect(plant(2000, 4)))


def test_gaps_before_the_calibration_rows_are_not_hidden_by_levels_before():
    rows = plant(200, 5)[:, :2]
    rows[120:] = np.nan
    with pytest.raises(ValueError, match="calibrate the threshold"):
        RNNDetector(max_iter=1, random_state=0).fit(rows)
