"""Any scikit-learn regressor on lagged values: one model for all series."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from tsrnn._validation import check_choice, check_int, check_n_jobs
from tsrnn.baselines.lag_covariates import LagCovariates
from tsrnn.baselines.lag_windows import LagWindows
from tsrnn.baselines.threads import native_threads
from tsrnn.forecasting import conformal
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.future_covariates import FutureCovariates
from tsrnn.forecasting.guard import intervals_around
from tsrnn.forecasting.sample_paths import draw_errors
from tsrnn.forecasting.simulation import SimulationMixin

_MAX_ROWS = 400_000
_MAX_ORIGINS = 4000


class LagRegressor(SimulationMixin, FutureCovariates, BaseForecaster):
    """One scikit-learn regressor for all series, on lagged values.

    The features are the last values of a series less the newest one, over the mean absolute step of
    the series; the target is the next value on the same scale. Missing values inside a series are
    interpolated in the features and never a target; those at the end of a series are forecast first
    (with ``strategy="direct"`` as far as `h` reaches).

    Further columns of a long frame are covariates. Of those known in the future, features are the
    values at the step to forecast, at the newest step and a season before the step to forecast; of
    those known in the past only, the last four values (the newest again in the place of those that
    come later, where forecasts are fed back); of what is constant for a series (`static_df`), the
    value. Each category is a column; a missing number counts as the mean.

    Intervals come from held-out data: a second regressor, fitted without the end of the series,
    forecasts that end from several origins, and the half-width of a step is a quantile of its
    absolute scaled errors at that horizon (split conformal prediction [1]_), made not to shrink
    with the horizon. Past the held-out steps it goes on growing.

    Parameters
    ----------
    estimator : scikit-learn regressor, optional
        Cloned before it is fitted; None for
        ``HistGradientBoostingRegressor(loss="absolute_error", random_state=0)``.
    h : int, optional
        Default horizon, at least 1; required by ``strategy="direct"``.
    lags : int or "auto"
        Number of lagged values, at least 2; "auto": one and a quarter seasons, at least 8, at most
        half the longest series.
    strategy : {"recursive", "direct"}
        Feed forecasts back as the newest values, or fit one regressor per horizon step.
    future_covariates : list of str or "auto"
        Columns known in the future, which `predict` must get as `X_df`; all other covariates are
        known in the past only. "auto": those in `X_df`. `fit` and backtests then take all columns
        as known; the first `predict` with others in `X_df`, or without, learns once more.
    freq : str, int or pandas offset, optional
        Frequency; None infers it.
    season_length : int or "auto"
        Season length in steps, 1 for none; "auto": the usual one of the frequency.
    n_jobs : int, optional
        Threads that BLAS and OpenMP may use inside the regressor; None is 1, -1 all processors.
    alias : str, optional
        Name of the model in the output; None for "LagRegressor".

    Attributes
    ----------
    estimators_ : list
        The fitted regressors: one, or one per horizon step. Empty if no series has 2 observations;
        forecasts then repeat the last value.
    errors_ : array of shape (n_origins, n_steps)
        Scaled errors of the held-out forecasts, NaN where the target is missing.
    n_lags_ : int
        Number of lagged values.

    References
    ----------
    .. [1] Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. J., & Wasserman, L. (2018).
           Distribution-free predictive inference for regression. Journal of the American
           Statistical Association, 113(523), 1094-1111.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from sklearn.linear_model import LinearRegression
    >>> y = pd.Series(np.tile([1.0, 5.0, 9.0], 20), index=pd.RangeIndex(60))
    >>> LagRegressor(LinearRegression(), h=3).fit(y).predict().round(6).to_list()
    [1.0, 5.0, 9.0]
    """

    def __init__(
        self,
        estimator=None,
        *,
        h=None,
        lags="auto",
        strategy="recursive",
        future_covariates="auto",
        freq=None,
        season_length="auto",
        n_jobs=None,
        alias=None,
    ):
        super().__init__(h, freq=freq, season_length=season_length, alias=alias)
        self.estimator = estimator
        self.lags = lags
        self.strategy = strategy
        self.future_covariates = future_covariates
        self.n_jobs = n_jobs

    def _check_params(self):
        super()._check_params()
        ready = hasattr(self.estimator, "fit") and hasattr(self.estimator, "predict")
        if self.estimator is not None and (isinstance(self.estimator, type) or not ready):
            raise TypeError(
                f"estimator must be a scikit-learn regressor or None, got {self.estimator!r}"
            )
        check_n_jobs(self.n_jobs)
        self._check_future_covariates()
        if self.lags != "auto":
            check_int("lags", self.lags, 2)
        check_choice("strategy", self.strategy, ("recursive", "direct"))
        if self.strategy == "direct" and self.h is None:
            raise ValueError("h must be given for strategy='direct', got None")

    def _check_horizon(self, h):
        h = super()._check_horizon(h)
        if self.strategy == "direct":
            check_int("h", h, 1, self.h)
        return h

    def _fit_panel(self, panel):
        longest = int(panel.lengths.max())
        auto = min(max(8, -(-5 * self.season_length_ // 4)), longest // 2)
        self.n_lags_ = max(2, auto if self.lags == "auto" else self.lags)
        learnt = self._learn(panel, self._future_to_learn(panel))
        self.estimators_, self.errors_ = learnt.estimators, learnt.errors
        self._learnt, self._variants = learnt, []

    def _learn(self, panel, future):
        windows = LagWindows.of(panel, self.n_lags_)
        covariates = LagCovariates.learn(panel, future, self.season_length_)
        table = None if covariates is None else covariates.table(panel)
        longest = int(panel.lengths.max())
        n_left_out = min(max(self.h or 0, self.season_length_, 8), max(longest // 3, 1))
        with native_threads(self.n_jobs):
            estimators = self._fit_estimators(windows, table, 0)
            errors = self._held_out_errors(windows, table, n_left_out)
        return LagModels(estimators, errors, covariates)

    def _fit_estimators(self, windows, table, n_left_out):
        n_models = self.h if self.strategy == "direct" else 1
        series, target, X, Y = windows.training_rows(n_left_out, n_models, _MAX_ROWS)
        if not len(X):
            return []
        base = _default_estimator() if self.estimator is None else self.estimator
        more = _more_features(windows, table, series, target)
        return [clone(base).fit(_beside(X, more, k, 0), Y[:, k]) for k in range(n_models)]

    def _held_out_errors(self, windows, table, n_left_out):
        """Return scaled errors of shape (n_origins, n_steps), NaN where unknown."""
        estimators = self._fit_estimators(windows, table, n_left_out)
        tested = np.flatnonzero(windows.lengths > n_left_out + 1)
        stride = max(1, len(tested) * n_left_out // _MAX_ORIGINS)
        ahead = np.arange(n_left_out, 0, -stride)
        series = np.repeat(tested, len(ahead))
        left = np.tile(ahead, len(tested))
        origin = windows.ends[series] - left
        n_steps = n_left_out if self.strategy == "recursive" else min(n_left_out, self.h)
        more = _more_features(windows, table, series, origin)
        point = _forecast(estimators, windows.scaled_at(series, origin), n_steps, more)
        steps = np.arange(n_steps)
        place = np.minimum(origin[:, None] + steps, len(windows.flat) - 1)
        truth = windows.flat[place] - windows.flat[origin - 1][:, None]
        known = (steps < left[:, None]) & windows.observed[place]
        errors = truth / windows.divisor[series][:, None] - point
        return np.where(known & (windows.scale[series] > 0)[:, None], errors, np.nan)

    def _predict_panel(self, panel, h, levels):
        learnt = self._model_for(panel)
        point, scale, columns, n_steps = self._forecast_panel(learnt, panel, h)
        widths = {
            level: conformal.continued(width, n_steps)[columns] * scale[:, None]
            for level, width in conformal.half_widths(learnt.errors, levels).items()
        }
        return point, intervals_around(point, widths)

    def _sample_paths(self, panel, h, n_paths, rng):
        learnt = self._model_for(panel)
        point, scale, columns, n_steps = self._forecast_panel(learnt, panel, h)
        errors = draw_errors(learnt.errors, n_steps, (len(panel), n_paths), rng)
        errors = np.take_along_axis(errors, columns[:, None], axis=2)
        return point[:, None] + errors * scale[:, None, None]

    def _forecast_panel(self, learnt, panel, h):
        """Return forecasts, scales, the steps they are ahead of, and how many steps there are."""
        windows = LagWindows.of(panel, self.n_lags_)
        n_missing = windows.n_missing
        if self.strategy == "direct":
            # There is no regressor for a later step.
            n_missing = np.minimum(n_missing, self.h - h)
        n_steps = int(n_missing.max()) + h
        every = np.arange(len(panel))
        scaled = windows.scaled_at(every, windows.ends)
        table = None if learnt.covariates is None else learnt.covariates.table(panel)
        more = _more_features(windows, table, every, windows.ends)
        with native_threads(self.n_jobs):
            relative = _forecast(learnt.estimators, scaled, n_steps, more)
        columns = n_missing[:, None] + np.arange(h)
        last = windows.flat[windows.ends - 1]
        ahead = np.take_along_axis(relative, columns, axis=1) * windows.scale[:, None]
        return last[:, None] + ahead, windows.scale, columns, n_steps


@dataclass(frozen=True)
class LagModels:
    """Regressors, their scaled errors on held-out data, and how covariates become features."""

    estimators: list
    errors: np.ndarray
    covariates: LagCovariates | None

    @property
    def future(self):
        """Names of the covariates that are known in the future."""
        return () if self.covariates is None else self.covariates.future


def _default_estimator():
    from sklearn.ensemble import HistGradientBoostingRegressor

    # Among the regressors tried the most accurate on M3, M4 and CO2 data, trees or linear.
    return HistGradientBoostingRegressor(loss="absolute_error", random_state=0)


def _more_features(windows, table, series, position):
    """Return a function of (k, n_fed_back) to the features from covariates, None without any."""
    if table is None:
        return None
    origin = windows.time(series, position)
    return lambda k, n_fed_back: table.features(series, origin, k, n_fed_back)


def _beside(X, more, k, n_fed_back):
    return X if more is None else np.hstack([X, more(k, n_fed_back)])


def _forecast(estimators, windows, n_steps, more=None):
    """Return scaled forecasts (n_rows, n_steps) relative to the newest value of each window."""
    out = np.zeros((len(windows), n_steps))
    if not estimators or not len(windows):
        return out
    if len(estimators) > 1:
        for k in range(n_steps):
            out[:, k] = estimators[k].predict(_beside(windows[:, :-1], more, k, 0))
        return out
    values = np.hstack([windows, out])
    n_lags = windows.shape[1]
    for k in range(n_steps):
        newest = values[:, k + n_lags - 1]
        features = values[:, k : k + n_lags - 1] - newest[:, None]
        out[:, k] = newest + estimators[0].predict(_beside(features, more, k, k))
        values[:, k + n_lags] = out[:, k]
    return out
