"""Rules that are given too few independent calibration scores say so."""

import warnings

import numpy as np
import pytest
from detection_samples import two_waves

from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression
from tsrnn.thresholds import auto

X = two_waves(600)


@pytest.mark.parametrize("threshold", ["pot", "spot", "quantile", "conformal", "sigma"])
@pytest.mark.parametrize("causal", [False, True])
def test_a_rule_by_few_smoothed_scores_warns_once_and_says_what_to_do(threshold, causal):
    detector = RNNDetector(
        threshold=threshold, causal=causal, smoothing=40, max_iter=1, random_state=0
    )
    # Scores that are not causal get nearly all of their weight from the middle three fifths.
    rows, n = (40, 3) if causal else (24, 5)
    message = f"threshold='{threshold}' .* 120 .* {rows} rows, about {n} independent .* more rows"
    with pytest.warns(UserWarning, match=message) as caught:
        detector.fit(X)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_baselines_that_smooth_warn_too():
    with pytest.warns(UserWarning, match="independent ones"):
        AutoRegression(threshold="pot").fit(X)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"threshold": "ndt"},
        {"threshold": 3.0},
        {"false_alarms_per": 500},
        {"contamination": 0.02},
        {"threshold": "pot", "smoothing": 12},
        {"threshold": "pot", "smoothing": 1},
    ],
)
def test_others_are_silent(parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RNNDetector(max_iter=1, random_state=0, **parameters).fit(X)


def test_the_default_threshold_is_the_rule_for_usual_scores():
    detector = RNNDetector(max_iter=1, random_state=0).fit(X)
    expected = auto(detector.calibration_scores_, factor=2.5, spreads=5)
    assert -detector.offset_ == pytest.approx(expected)


@pytest.mark.parametrize("size", [0.5, 1.0, 2.0])
def test_live_alarms_do_not_hang_on_one_quiet_or_loud_stretch(size):
    rows = np.random.default_rng(0).normal(size=(20_000, 1))
    rows[4000:5000] *= size
    detector = AutoRegression(causal=True).fit(rows[:5000])
    usual = np.quantile(detector.calibration_scores_, 0.95)
    # Half way to what the stretches before say, in ratios of squares.
    assert -detector.offset_ / usual == pytest.approx(3.2 / size, rel=0.15)
    streaming = AutoRegression().fit(rows[:5000])
    assert streaming.update(rows[5000:5001])["threshold"].iloc[0] == -detector.offset_
    assert not len(detector.detect(rows[5000:]))
    # Many later rows weigh more than those before.
    later = size * rows[5000:]
    usual = np.quantile(detector.recalibrate(later).calibration_scores_, 0.95)
    assert -detector.offset_ / usual == pytest.approx(3.2, rel=0.15)
