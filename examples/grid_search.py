"""Choose cell and size by a grid search, in a scikit-learn pipeline behind a scaler.

    python examples/grid_search.py

The task: the next year's sunspots from the 22 before. Every candidate is judged by
cross-validation that never trains on the future; the winner then forecasts the last years, which no
candidate has seen. Prints the candidates' errors, best first, and the winner's beside that of
"as 11 years ago".
"""

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tsrnn import RNNRegressor, datasets

LAGS = 22
HELD_OUT = 60
GRID = {"regressor__rnnregressor__cell": ["rnn", "lstm", "gru"],
        "regressor__rnnregressor__hidden_layer_sizes": [(8,), (32,)]}  # fmt: skip


def make_windows(lags):
    """Return X (n_samples, lags), oldest value first, and y (n_samples,), the value after."""
    values = datasets.load_sunspots().to_numpy(float)
    windows = np.lib.stride_tricks.sliding_window_view(values, lags + 1)
    return windows[:, :-1], windows[:, -1]


def make_search(max_iter=60):
    """Return the search: scaler and network, the target scaled too."""
    network = RNNRegressor(learning_rate_init=0.01, max_iter=max_iter, random_state=0)
    model = TransformedTargetRegressor(
        make_pipeline(StandardScaler(), network), transformer=StandardScaler()
    )
    return GridSearchCV(model, GRID, cv=TimeSeriesSplit(3), scoring="neg_root_mean_squared_error")


def main(max_iter=60):
    X, y = make_windows(LAGS)
    search = make_search(max_iter).fit(X[:-HELD_OUT], y[:-HELD_OUT])
    results = search.cv_results_
    for i in np.argsort(results["rank_test_score"]):
        cell, sizes = (results["params"][i][name] for name in GRID)
        print(f"{cell:>4} {sizes!s:>5}: error {-results['mean_test_score'][i]:.1f}")
    actual, naive = y[-HELD_OUT:], X[-HELD_OUT:, -11]
    error = float(np.sqrt(np.mean((actual - search.predict(X[-HELD_OUT:])) ** 2)))
    naive_error = float(np.sqrt(np.mean((actual - naive) ** 2)))
    print(f"the best one on the last {HELD_OUT} years: {error:.1f}, "
          f"as 11 years ago: {naive_error:.1f}")  # fmt: skip
    return search, error, naive_error


if __name__ == "__main__":
    main()
