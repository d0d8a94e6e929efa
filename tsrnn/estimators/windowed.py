"""Any scikit-learn regressor on causal windows of time-ordered rows."""

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    has_fit_parameter,
    validate_data,
)

from tsrnn._transaction import all_or_nothing
from tsrnn._validation import check_int
from tsrnn.estimators.regressor import RNNRegressor
from tsrnn.model_file import SaveMixin
from tsrnn.windows.sliding import flatten, sliding_windows
from tsrnn.windows.time_order import check_time_order

# Windows shown to the estimator at once in `predict`: they may be copied there.
_PREDICT_WINDOWS = 8192


class WindowedRegressor(MetaEstimatorMixin, RegressorMixin, SaveMixin, BaseEstimator):
    """Regressor on windows of past rows: row t is predicted from the rows up to t - horizon.

    Rows of `X` are time steps in order, ``y[t]`` belongs to row t, and so does the prediction: it
    estimates ``y[t]`` from the `window` rows ``X[t - horizon - window + 1 : t - horizon + 1]``. To
    forecast a series from its own past, let `X` be the series (and whatever else is known) and `y`
    the series again; `forecast` goes on after the last row.

    Parameters
    ----------
    estimator : scikit-learn regressor, optional
        Cloned and fitted. An `RNNRegressor` gets windows as arrays (n_windows, window, n_features),
        any other the same values as rows (n_windows, window * n_features), time-major; so does a
        pipeline that ends in a network, whose `n_channels` must then be n_features. Default:
        ``RNNRegressor(random_state=random_state)``, for which `X` and `y` should be scaled, see the
        example.
    window : int, default 48
        Rows in a window, at least 1.
    horizon : int, default 1
        Steps from the last row of a window to the row it predicts, at least 0. At 0 the row's own
        values of `X` are used: for targets that are not among them.
    random_state : int, Generator, RandomState or None, default None
        Seed of the default estimator.

    Attributes
    ----------
    estimator_ : estimator
        The fitted regressor.
    mean_ : ndarray of shape (n_features_in_,)
        Mean row of `X` in `fit`.
    n_features_in_ : int
        Columns of `X`.
    feature_names_in_ : ndarray of str
        Their names, where they have some.

    Notes
    -----
    *First rows.* A window that begins before the first row is filled with copies of that row, and
    where even the window's last row would be before it (``t < horizon``), with `mean_`: no row
    after ``t - horizon`` has a say. `fit` leaves out incomplete windows if there are at least
    `window` complete ones, and always those without any row.

    *Rows after those of fit.* Predictions depend on the rows given and on nothing else; the last
    rows of `fit` are not remembered. For complete windows from the first row on, give the
    ``k = window + horizon - 1`` rows before it as well: ``model.predict(X[start - k :])[k:]``. In
    cross-validation the first k predictions of each test part are made from incomplete windows;
    `tsrnn.windows.make_supervised` builds rows that each have a whole window.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from tsrnn import WindowedRegressor
    >>> series = np.sin(np.arange(300) / 10)
    >>> X = series[:, None]
    >>> model = WindowedRegressor(Ridge(alpha=1e-6), window=8, horizon=5).fit(X[:200], series[:200])
    >>> bool(model.score(X[200 - 12 :], series[200 - 12 :]) > 0.8)
    True
    >>> bool(np.allclose(model.forecast(X[:200]), series[200:205], atol=1e-3))
    True

    Networks want scaled columns and targets:

    >>> from sklearn.compose import TransformedTargetRegressor
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from tsrnn import RNNRegressor
    >>> network = RNNRegressor(max_iter=20, learning_rate_init=0.01, random_state=0)
    >>> pipeline = make_pipeline(StandardScaler(), WindowedRegressor(network, window=8))
    >>> model = TransformedTargetRegressor(pipeline, transformer=StandardScaler())
    >>> bool(model.fit(100 * X, 100 * series).score(100 * X, 100 * series) > 0.9)
    True
    """

    def __init__(self, estimator=None, window=48, horizon=1, *, random_state=None):
        self.estimator = estimator
        self.window = window
        self.horizon = horizon
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Fit the regressor to all windows.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_features)
            Rows in time order. Missing values are accepted if the regressor accepts them.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_outputs)
            ``y[t]`` is what to predict for row t.
        sample_weight : array-like of shape (n_timesteps,), optional
            Weights of the targets, for a regressor whose `fit` takes them.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If `window` or `horizon` is not an integer, the estimator lacks `fit` or `predict`, or
            it takes no `sample_weight` and some are given.
        ValueError
            If `window` or `horizon` is out of range, `X` has no more than `horizon` rows, lengths
            differ, a value is not finite, a time index does not strictly increase, or the
            regressor refuses the windows.
        """
        with all_or_nothing(self):
            return self._fit(X, y, sample_weight)

    def _fit(self, X, y, sample_weight):
        window = check_int("window", self.window, 1)
        horizon = check_int("horizon", self.horizon, 0)
        estimator = self._make_estimator(sample_weight)
        check_time_order(X)
        X, y = validate_data(self, X, y, multi_output=True, y_numeric=True, **self._checks())
        if len(X) <= horizon:
            raise ValueError(
                f"horizon={horizon} needs at least {horizon + 1} rows, got n_samples={len(X)}"
            )
        self.mean_ = X.mean(axis=0)
        first = horizon + window - 1
        if len(X) - first < window:
            first = horizon
        weights = {}
        if sample_weight is not None:
            weights["sample_weight"] = _check_sample_weight(sample_weight, X)[first:]
        # As they are now: parameters that are set later are those of the next fit.
        self._window, self._horizon = window, horizon
        windows = self._windows(X)[first - horizon : len(X) - horizon]
        self.estimator_ = estimator.fit(_shape_for(estimator, windows), y[first:], **weights)
        return self

    def predict(self, X):
        """Predict the target of each row.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_features)
            Rows in time order.

        Returns
        -------
        ndarray of shape (n_timesteps,) or (n_timesteps, n_outputs)
            Element t depends on the rows up to ``t - horizon`` only.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If `X` has other columns than in `fit`, a value is not finite, or a time index does not
            strictly increase.
        """
        X = self._check_rows(X)
        return self._predict(X, -self._horizon, len(X) - self._horizon)

    def forecast(self, X):
        """Predict the targets of the `horizon` rows that follow `X`.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_features)
            Rows in time order, up to now.

        Returns
        -------
        ndarray of shape (horizon,) or (horizon, n_outputs)
            What `predict` would give for the next rows, whatever their values.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            As for `predict`, and if `horizon` is 0.
        """
        check_is_fitted(self)
        if self._horizon == 0:
            raise ValueError("horizon=0 predicts a row from its own values: there is no forecast")
        X = self._check_rows(X)
        return self._predict(X, len(X) - self._horizon, len(X))

    def _predict(self, X, start, stop):
        """Predict from the windows that end with the rows start to stop; some may be negative."""
        parts = []
        if start < 0:
            nothing = np.broadcast_to(self.mean_.astype(X.dtype), (1, self._window, X.shape[1]))
            answer = self.estimator_.predict(_shape_for(self.estimator_, nothing))
            parts.append(np.repeat(answer, min(stop, 0) - start, axis=0))
        windows = self._windows(X)[: max(stop, 0)]
        for first in range(max(start, 0), len(windows), _PREDICT_WINDOWS):
            chunk = windows[first : first + _PREDICT_WINDOWS]
            parts.append(self.estimator_.predict(_shape_for(self.estimator_, chunk)))
        return np.concatenate(parts)

    def _windows(self, X):
        """Windows (n_timesteps, window, n_features) that end with each row."""
        before = np.repeat(X[:1], self._window - 1, axis=0)
        return sliding_windows(np.concatenate([before, X]), self._window)

    def _check_rows(self, X):
        check_is_fitted(self)
        check_time_order(X)
        return validate_data(self, X, reset=False, **self._checks())

    def _checks(self):
        """Keyword arguments of `validate_data`."""
        missing = get_tags(self).input_tags.allow_nan
        return {
            "dtype": [np.float64, np.float32],
            "order": "C",
            "ensure_all_finite": "allow-nan" if missing else True,
        }

    def _make_estimator(self, sample_weight):
        if self.estimator is None:
            return RNNRegressor(random_state=self.random_state)
        if isinstance(self.estimator, type) or not (
            hasattr(self.estimator, "fit") and hasattr(self.estimator, "predict")
        ):
            raise TypeError(f"estimator must be a scikit-learn regressor, got {self.estimator!r}")
        if getattr(self.estimator, "return_sequences", False):
            raise ValueError("estimator must predict one target per window: return_sequences=False")
        if sample_weight is not None and not has_fit_parameter(self.estimator, "sample_weight"):
            raise TypeError(
                f"sample_weight was given, but fit of {type(self.estimator).__name__} takes none"
            )
        return clone(self.estimator)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(RNNRegressor() if self.estimator is None else self.estimator)
        tags.target_tags.multi_output = inner.target_tags.multi_output
        tags.target_tags.positive_only = inner.target_tags.positive_only
        tags.input_tags.allow_nan = inner.input_tags.allow_nan
        return tags


def _shape_for(estimator, windows):
    """Return windows (n, window, n_features) in the form in which `estimator` reads them."""
    return windows if isinstance(estimator, RNNRegressor) else flatten(windows)
