from sklearn.linear_model import Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from tsrnn import RNNRegressor, WindowedRegressor

ORDER = "rows are time steps: a prediction depends on the rows before"
SHUFFLED = "the rows of the data set are exchangeable: those before say nothing of the next"
REMOVED = "a removed row shifts the windows of the rows after it, a weight of zero does not"


def expected_failures(estimator):
    if estimator.window == 1 and estimator.horizon == 0:
        return {}
    return {
        "check_methods_sample_order_invariance": ORDER,
        "check_methods_subset_invariance": ORDER,
        "check_regressors_train": SHUFFLED,
        "check_sample_weight_equivalence_on_dense_data": REMOVED,
    }


@parametrize_with_checks(
    [
        WindowedRegressor(),
        WindowedRegressor(
            RNNRegressor("rnn", (4,), max_iter=3, random_state=0), window=5, horizon=3
        ),
        WindowedRegressor(Ridge(), window=3, horizon=2),
        WindowedRegressor(Ridge(), window=1, horizon=0),
    ],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)
