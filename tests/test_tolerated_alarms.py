"""Alarms in usual rows, as many as `false_alarms_per` tolerates."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from tsrnn import RNNDetector, load
from tsrnn.baselines import AutoRegression
from tsrnn.detection.earlier import earlier_scores


def waves(n, seed):
    noise = np.random.default_rng(seed).normal(size=(n, 1))
    return np.sin(np.arange(n) / 8)[:, None] + 0.3 * noise


def linear(**parameters):
    return AutoRegression(false_alarms_per=2000, **parameters)


@pytest.mark.parametrize("causal", [False, True])
def test_a_rate_is_met_that_the_calibration_rows_alone_cannot_tell(causal):
    rates = []
    for seed in range(6):
        X = waves(50_000, seed)
        detector = linear(causal=causal).fit(X[:10_000])
        rates.append(len(detector.detect(X[10_000:])) / 20)
    # Within a factor of two of what was asked for; two in three were not, by 2,000 rows alone.
    assert np.mean([0.5 <= rate <= 2 for rate in rates]) > 0.8


def test_rows_count_only_where_it_is_known_what_learning_them_did():
    X = waves(1200, 0)
    parameters = {"false_alarms_per": 200, "max_iter": 1, "random_state": 0}
    for method, n in (("reconstruct", 0), ("forecast", 1200 - 240 - 60)):
        detector = RNNDetector(method, smoothing=100, **parameters).fit(X)
        assert len(detector._calibration.earlier) == n


def test_faults_among_the_rows_that_are_learnt_hide_no_others():
    X = waves(8000, 0)
    clean = linear().fit(X[:5000])
    X[1000:1020] += 8
    detector = linear().fit(X[:5000])
    assert -detector.offset_ < 1.3 * -clean.offset_
    X[7000:7020] += 8
    assert (detector.detect(X[5000:])["start"] < 2020).any()


def test_earlier_scores_are_on_the_scale_of_rows_that_were_not_learnt():
    calibration = np.array([2.0, np.nan, 2.0, 4.0])
    training = np.array([1.0, np.nan, 3.0, 9.0, 1.0, 1.0, 1.0, 2.0])
    assert_array_equal(earlier_scores(calibration, training, 1), [2.0, 6.0])
    assert_array_equal(earlier_scores(calibration, training, 4), [])
    assert_array_equal(earlier_scores(np.full(4, np.nan), training, 1), [])


def test_recalibration_goes_on_counting_in_the_rows_of_fit(tmp_path):
    X = waves(6000, 0)
    one = linear(causal=True).fit(X[:4000])
    one.save(tmp_path / "model")
    two = load(tmp_path / "model")
    for detector in (one, two):
        detector.recalibrate(X[4000:])
        assert len(detector._calibration.earlier) > 3000
    assert one.offset_ == two.offset_
