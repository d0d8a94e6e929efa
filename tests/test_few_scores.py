"""Rules that are given too few independent calibration scores say so."""

import warnings

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


@pytest.mark.parametrize(
    ("causal", "options"), [(True, {"factor": 3.0}), (False, {"factor": 2.5, "spreads": 5})]
)
def test_the_default_threshold_is_the_rule_for_usual_scores(causal, options):
    detector = RNNDetector(causal=causal, max_iter=1, random_state=0).fit(X)
    assert -detector.offset_ == pytest.approx(auto(detector.calibration_scores_, **options))
