"""Forecasters that learn every series on its own."""

import importlib

import numpy as np
from joblib import Parallel, delayed
from scipy.special import ndtri

from tsrnn._progress import progress_bar
from tsrnn._validation import check_n_jobs, check_verbose
from tsrnn.baselines.threads import native_threads, without_warnings
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.guard import NOT_FINITE, intervals_around
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel
from tsrnn.forecasting.simulation import SimulationMixin
from tsrnn.forecasting.trailing_gaps import n_to_last


class LocalForecaster(SimulationMixin, BaseForecaster):
    """Base of the methods that learn every series on its own.

    A subclass implements ``_fit_series(y, m)``: `y` is a float64 array of at least one value that
    ends with an observation (NaN inside is missing), `m` the season length. It returns an object
    whose ``forecast(h)`` gives the point forecasts and the standard deviations of their errors, two
    arrays of shape (h,). Intervals are those of a normal distribution. Its ``paths(shocks)`` gives
    sample paths, (n_paths, h): `shocks`, (n_paths, 1 + h), are standard normal, the first column is
    for what is uncertain in the parameters, the others drive the errors of the steps.

    A series whose model cannot be fitted, or forecasts something that is not finite, gets the
    seasonal naive forecast instead.

    Attributes
    ----------
    models_ : list
        Fitted model of each series.
    fallbacks_ : dict
        Identifier to reason, of the series that got the seasonal naive forecast instead, in `fit`
        or in a `predict` or `simulate` since.
    """

    # Imported before anything is fitted: statsmodels sets filters for its warnings when it is
    # imported, and the limit on threads holds for the libraries that are there already.
    _libraries = ()

    def __init__(
        self, h=None, *, freq=None, season_length="auto", n_jobs=None, verbose=0, alias=None
    ):
        super().__init__(h, freq=freq, season_length=season_length, alias=alias)
        self.n_jobs = n_jobs
        self.verbose = verbose

    def _check_params(self):
        super()._check_params()
        check_n_jobs(self.n_jobs)
        check_verbose(self.verbose)

    def _fit_panel(self, panel):
        self.models_, self.fallbacks_ = self._fit_models(panel)

    def _update_panel(self, panel):
        # Each model knows its series up to the end only.
        self._fit_panel(panel)

    def _predict_panel(self, panel, h, levels):
        point, sigma = np.empty((len(panel), h)), np.empty((len(panel), h))
        models, reasons = self._models_for(panel, h)
        for i, model in enumerate(models):
            point[i], sigma[i], failed = self._forecast(model, panel.series(i), h)
            if failed:
                reasons[panel.ids[i]] = NOT_FINITE
        self._record(reasons)
        widths = {level: ndtri(0.5 + level / 200) * sigma for level in levels}
        return point, intervals_around(point, widths)

    def _sample_paths(self, panel, h, n_paths, rng):
        paths = np.empty((len(panel), n_paths, h))
        models, reasons = self._models_for(panel, h)
        for i, model in enumerate(models):
            y = panel.series(i)
            n = n_to_last(y)
            shocks = rng.standard_normal((n_paths, 1 + len(y) - n + h))
            with np.errstate(all="ignore"):
                drawn = model.paths(shocks)
            if not np.isfinite(drawn).all():
                drawn = SeasonalNaiveModel.fit(y[:n], self.season_length_).paths(shocks)
                reasons[panel.ids[i]] = NOT_FINITE
            paths[i] = drawn[:, len(y) - n :]
        self._record(reasons)
        return paths

    def _models_for(self, panel, h):
        """Return models that can forecast `h` steps after `panel`, and why some are fallbacks."""
        if self._is_fitted(panel):
            return self.models_, {}
        return self._fit_models(panel)

    def _is_fitted(self, panel):
        return hasattr(self, "panel_") and panel.y is self.panel_.y

    def _record(self, reasons):
        if not reasons.keys() <= self.fallbacks_.keys():
            # The reason why a model could not be fitted stays.
            self.fallbacks_ = {**reasons, **self.fallbacks_}

    def _fit_models(self, panel, columns=None):
        """Return the model of each series, and why some are seasonal naive instead.

        `columns`, an array (n_i, n_columns) per series, go to ``_fit_series`` too.
        """
        for library in self._libraries:
            importlib.import_module(library)
        rows = progress_bar(range(len(panel)), desc=type(self).__name__, verbose=self.verbose)
        # Optimisers warn about single series, about which the user can do nothing.
        with without_warnings(), native_threads(1):
            inputs = (
                (panel.series(i),) if columns is None else (panel.series(i), columns[i])
                for i in rows
            )
            if self.n_jobs in (None, 1):
                results = [self._fit_or_fall_back(*one) for one in inputs]
            else:
                pool = Parallel(n_jobs=self.n_jobs, backend="threading")
                results = pool(delayed(self._fit_or_fall_back)(*one) for one in inputs)
        reasons = {panel.ids[i]: reason for i, (_, reason) in enumerate(results) if reason}
        return [model for model, _ in results], reasons

    def _fit_or_fall_back(self, y, *columns):
        y = y[: n_to_last(y)]
        try:
            with np.errstate(all="ignore"):
                model = self._fit_series(y, self.season_length_, *(c[: len(y)] for c in columns))
                finite = all(np.isfinite(part).all() for part in model.forecast(self.h or 1))
            reason = None if finite else NOT_FINITE
        except Exception as error:  # One series must not stop the others.
            reason = f"{type(error).__name__}: {error}"
        if reason:
            model = SeasonalNaiveModel.fit(y, self.season_length_)
        return model, reason

    def _forecast(self, model, y, h):
        """Return points and standard deviations of the steps after `y`, and if `model` failed."""
        n = n_to_last(y)
        n_missing = len(y) - n
        with np.errstate(all="ignore"):
            point, sigma = model.forecast(n_missing + h)
            failed = not (np.isfinite(point).all() and np.isfinite(sigma).all())
            if failed:
                model = SeasonalNaiveModel.fit(y[:n], self.season_length_)
                point, sigma = model.forecast(n_missing + h)
        return point[n_missing:], sigma[n_missing:], failed
