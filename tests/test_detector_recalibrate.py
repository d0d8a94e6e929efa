"""Learning after `fit`: recalibrated thresholds, memories that grow."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector
from tsrnn.baselines import DETECTORS, MovingEnergy
from tsrnn.detection.memory import WindowMemory


def noise(n, seed, scale=1.0):
    return scale * np.random.default_rng(seed).normal(size=(n, 2))


def make(**parameters):
    return RNNDetector(**{"max_iter": 2, "random_state": 0} | parameters)


def test_recalibration_stops_the_alarms_of_a_drift_and_forgets_nothing():
    detector = make(causal=True).fit(noise(1000, 0))
    drifted = noise(3000, 1, scale=2.5)
    assert detector.scores(drifted[:1500])["is_anomaly"].mean() > 0.5
    before = detector.calibration_scores_
    detector.recalibrate(drifted[:1500])
    assert detector.scores(drifted[1500:])["is_anomaly"].mean() < 0.05
    np.testing.assert_array_equal(detector.calibration_scores_[: len(before)], before)
    assert len(detector.calibration_scores_) == len(before) + 1500
    assert detector.scores(drifted[1500:] + 40)["is_anomaly"].mean() > 0.5


@pytest.mark.parametrize("causal", [False, True])
def test_recalibration_reaches_the_stream_and_does_not_move_it(causal):
    drifted = noise(2000, 1, scale=2.5)
    one, two = (make(causal=causal).fit(noise(1000, 0)) for _ in range(2))
    first = one.update(drifted[:100])
    two.recalibrate(drifted[1000:])
    pd.testing.assert_series_equal(two.update(drifted[:100])["score"], first["score"])
    one.recalibrate(drifted[1000:])
    second, again = one.update(drifted[100:200]), two.update(drifted[100:200])
    pd.testing.assert_frame_equal(second, again)
    assert second["threshold"].iloc[0] > first["threshold"].iloc[0]


@pytest.mark.parametrize("cls", DETECTORS.values())
def test_baselines_recalibrate(cls):
    detector = cls().fit(noise(600, 0))
    if "random_state" in detector.get_params():
        detector.set_params(random_state=0).fit(noise(600, 0))
    n = len(detector.calibration_scores_)
    assert len(detector.recalibrate(noise(200, 1)).calibration_scores_) == n + 200


@pytest.mark.parametrize("detector", [make(contamination=0.1), MovingEnergy(contamination=0.1)])
def test_a_share_of_training_rows_cannot_be_recalibrated(detector):
    with pytest.raises(ValueError, match=r"contamination=0\.1 flags a share"):
        detector.fit(noise(300, 0)).recalibrate(noise(100, 1))


def test_recalibration_needs_a_value():
    detector = make().fit(noise(300, 0))
    before = detector.offset_
    with pytest.raises(ValueError, match="no value of a scored channel"):
        detector.recalibrate(np.full((50, 2), np.nan))
    assert detector.offset_ == before


def wave(n, length, seed):
    time = np.arange(n)
    return np.sign(np.sin(2 * np.pi * time / length))[:, None] + noise(n, seed, 0.1)[:, :1]


def test_partial_fit_first_fits_and_stands_after_the_rows():
    X = wave(1200, 40, 0)
    one = make().partial_fit(X[:1000])
    two = make().fit(X[:1000])
    assert one.offset_ == two.offset_
    two.update(X[:1000])
    pd.testing.assert_frame_equal(one.update(X[1000:]), two.update(X[1000:]))


def test_partial_fit_remembers_what_it_was_shown():
    learnt, other = wave(1000, 40, 0), wave(800, 90, 1)
    detector = make(method="memory", causal=True).fit(learnt)
    before = detector.scores(wave(400, 90, 2))["score"].to_numpy()[100:]
    detector.partial_fit(other)
    after = detector.scores(wave(400, 90, 2))["score"].to_numpy()[100:]
    assert np.median(after) < 0.3 * np.median(before)
    usual = detector.scores(wave(400, 40, 3))["score"].to_numpy()[100:]
    assert np.median(usual) < 2


def test_rows_just_learnt_are_not_recognised_by_themselves():
    X = noise(1600, 0)[:, :1]
    detector = make(method="memory", causal=True).partial_fit(X[:1000])
    detector.partial_fit(X[1000:1300])
    scores = detector.update(X[1300:])["score"].to_numpy()
    assert 0.5 < np.median(scores[:40]) / np.median(scores[150:]) < 2


def test_partial_fit_is_deterministic_and_keeps_at_most_4000_windows():
    X = noise(24_000, 0)[:, :1]

    def learnt():
        memory = WindowMemory(16, 0).fit(X[:3000], np.zeros((3000, 1), bool), pd.RangeIndex(3000))
        for start in range(3000, 24_000, 3000):
            labels = pd.RangeIndex(start, start + 3000)
            memory.add(X[start : start + 3000], np.zeros((3000, 1), bool), labels)
        return memory

    memory = learnt()
    np.testing.assert_array_equal(memory.windows_, learnt().windows_)
    assert memory.windows_.shape == (4000, 16, 1)
    rows = memory.labels_.to_numpy()
    np.testing.assert_array_equal(memory.windows_[:, 3, 0], X[rows + 3, 0])
    # Every part of the rows is represented alike: 500 of 4,000 windows, deviation about 20.
    assert np.abs(np.histogram(rows, 8, (0, 24_000))[0] - 500).max() < 90


@pytest.mark.parametrize("n", [1, 5, 40])
def test_partial_fit_with_few_rows(n):
    X = noise(1100, 0)
    detector = make().partial_fit(X[:1000])
    detector.partial_fit(X[1000 : 1000 + n])
    assert len(detector.calibration_scores_) == 200 + n
    assert np.isfinite(detector.update(X[1040:])["score"]).all()


def test_partial_fit_without_a_value_leaves_everything_as_it_was():
    X = noise(1100, 0)
    one, two = (make().partial_fit(X[:1000]) for _ in range(2))
    with pytest.raises(ValueError, match="no value of a scored channel"):
        one.partial_fit(np.full((50, 2), np.nan))
    pd.testing.assert_frame_equal(one.update(X[1000:]), two.update(X[1000:]))
