"""Forecasts for the first rows, which have fewer rows before them than the model has lags."""

import numpy as np

from tsrnn.detection.linear import RidgeLags


class StartUp:
    """Ridge regressions on 1, 2, 4, ... lags, each used as soon as there are enough rows.

    Their errors are larger than those of the full model and are scaled down accordingly, so that
    the start of every series is neither an alarm nor unobserved.

    Parameters
    ----------
    n_lags : int
        Lags of the full model.
    """

    def __init__(self, n_lags):
        self.n_lags = n_lags

    def fit(self, scaled, n_train):
        """Learn from the first `n_train` rows, measure the size of errors on the others."""
        train, rest = scaled[:n_train], slice(n_train, None)
        missing = scaled.missing[rest]
        self.models_ = []
        lags = 1
        while lags < self.n_lags:
            model = RidgeLags(lags).fit(train.inputs, train.target_values, train.missing)
            errors = scaled.target_values - model.predict(scaled.inputs)
            self.models_.append((model, root_mean_square(errors[rest], missing)))
            lags *= 2
        # With no row before it, a row is compared with the training mean, 0. A single row is not
        # averaged over time, and channels that go up and down together not over each other either:
        # what is usual of it is not its mean size, but whatever level was seen.
        levels = np.where(scaled.missing, 0.0, np.abs(scaled.target_values))
        self.level_size_ = levels.max(axis=0)
        return self

    def forecast(self, inputs, size):
        """Forecasts of the first rows of `inputs`, and the factors that make their errors alike.

        Returns
        -------
        forecast, factor : ndarray of shape (min(n_lags, n), C_target)
            `factor` is `size` (C_target,), the size of the full model's errors, over that of the
            model used, at most 1.
        """
        n = min(self.n_lags, len(inputs))
        forecast = np.zeros((n, len(size)))
        usual = np.tile(self.level_size_, (n, 1))
        for model, model_size in self.models_:
            forecast[model.n_lags :] = model.predict(inputs[:n])[model.n_lags :]
            usual[model.n_lags :] = model_size
        return forecast, size / np.maximum(usual, np.maximum(size, 1e-12))


def root_mean_square(errors, missing):
    """Root mean square (C,) of `errors` (n, C) where not `missing`, 0 if all are."""
    seen = np.maximum((~missing).sum(axis=0), 1)
    return np.sqrt(np.sum(np.where(missing, 0.0, errors) ** 2, axis=0) / seen)
