import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tsrnn import RNNDetector
from tsrnn.baselines import DETECTORS

ORDER = "rows are a series: windows and smoothing tie each row's score to its neighbours"
OUTLIERS = (
    "shuffled blobs are a series without anomalies, of which a threshold above the scores of "
    "normal rows flags none; with a hysteresis, verdicts are no function of the row's own score"
)


def expected_failures(estimator):
    return {
        "check_methods_sample_order_invariance": ORDER,
        "check_methods_subset_invariance": ORDER,
        "check_outliers_train": OUTLIERS,
        "check_outliers_fit_predict": OUTLIERS,
    }


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [RNNDetector(), RNNDetector("memory", causal=True), *(cls() for cls in DETECTORS.values())],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)
