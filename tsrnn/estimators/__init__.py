"""Layer 2: scikit-learn estimators over arrays of sequences."""

from tsrnn.estimators.classifier import RNNClassifier
from tsrnn.estimators.regressor import RNNRegressor
from tsrnn.estimators.windowed import WindowedRegressor

__all__ = ["RNNClassifier", "RNNRegressor", "WindowedRegressor"]
