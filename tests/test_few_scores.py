"""Rules that are given too few independent calibration scores say so."""

import warnings

import pytest
from detection_samples import two_waves

from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression

X = two_waves(600)


@pytest.mark.parametrize("threshold", ["pot", "spot", "quantile", "conformal", "sigma"])
@pytest.mark.parametrize("causal", [False, True])
def test_a_rule_by_few_smoothed_scores_warns_once_and_says_what_to_do(threshold, causal):
    detector = RNNDetector(
        threshold=threshold, causal=causal, smoothing=40, max_iter=1, random_state=0
    )
    message = f"threshold='{threshold}' .* 120 .* 40 rows, about 3 independent .* more rows"
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
