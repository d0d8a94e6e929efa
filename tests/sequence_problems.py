"""Small problems that the tests of the estimators share."""

import numpy as np

from tsrnn import RNNClassifier, RNNRegressor

QUICK = {"max_iter": 12, "learning_rate_init": 0.01, "random_state": 0}


def quick(**parameters):
    return RNNRegressor(**QUICK | parameters)


def quick_classifier(**parameters):
    return RNNClassifier(**QUICK | parameters)


def sums(n_samples=120, n_timesteps=10):
    """Windows whose target is the sum of the last three values."""
    X = np.random.default_rng(0).normal(size=(n_samples, n_timesteps)).astype(np.float32)
    return X, X[:, -3:].sum(axis=1)


def ragged(lengths=(3, 7, 1, 5), n_features=2):
    """Sequences of unequal length, and the sum of the features at each step."""
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, n_features)) for n in lengths]
    return X, [x.sum(axis=1) for x in X]
