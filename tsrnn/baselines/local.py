"""Forecasters that learn every series on its own."""

import importlib
import warnings

import numpy as np
from joblib import Parallel, delayed
from scipy.special import ndtri

from tsrnn._progress import progress_bar
from tsrnn._validation import check_int
from tsrnn.baselines.simulation import SimulationMixin
from tsrnn.baselines.threads import check_n_jobs, native_threads
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel


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
        Identifier to reason, of the series in `fit` that got the seasonal naive forecast instead.
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
        check_int("verbose", self.verbose, 0)

    def _fit_panel(self, panel):
        self.models_, self.fallbacks_ = self._fit_models(panel)

    def _update_panel(self, panel):
        # Each model knows its series up to the end only.
        self._fit_panel(panel)

    def _predict_panel(self, panel, h, levels):
        known = panel is getattr(self, "panel_", None)
        models = self.models_ if known else self._fit_models(panel)[0]
        point, sigma = np.empty((len(panel), h)), np.empty((len(panel), h))
        for i, model in enumerate(models):
            point[i], sigma[i] = self._forecast(model, panel.series(i), h)
        widths = {level: ndtri(0.5 + level / 200) * sigma for level in levels}
        return point, {level: (point - width, point + width) for level, width in widths.items()}

    def _sample_paths(self, panel, h, n_paths, rng):
        known = panel is getattr(self, "panel_", None)
        models = self.models_ if known else self._fit_models(panel)[0]
        paths = np.empty((len(panel), n_paths, h))
        for i, model in enumerate(models):
            y = panel.series(i)
            n = _n_to_last(y)
            shocks = rng.standard_normal((n_paths, 1 + len(y) - n + h))
            with np.errstate(all="ignore"):
                drawn = model.paths(shocks)
            if not np.isfinite(drawn).all():
                drawn = SeasonalNaiveModel.fit(y[:n], self.season_length_).paths(shocks)
            paths[i] = drawn[:, len(y) - n :]
        return paths

    def _fit_models(self, panel):
        """Return the model of each series, and why some are seasonal naive instead."""
        for library in self._libraries:
            importlib.import_module(library)
        rows = progress_bar(range(len(panel)), desc=type(self).__name__, verbose=self.verbose)
        # Optimisers warn about single series, about which the user can do nothing.
        with warnings.catch_warnings(), native_threads(1):
            warnings.simplefilter("ignore")
            if self.n_jobs in (None, 1):
                results = [self._fit_or_fall_back(panel.series(i)) for i in rows]
            else:
                pool = Parallel(n_jobs=self.n_jobs, backend="threading")
                results = pool(delayed(self._fit_or_fall_back)(panel.series(i)) for i in rows)
        reasons = {panel.ids[i]: reason for i, (_, reason) in enumerate(results) if reason}
        return [model for model, _ in results], reasons

    def _fit_or_fall_back(self, y):
        y = y[: _n_to_last(y)]
        try:
            with np.errstate(all="ignore"):
                model = self._fit_series(y, self.season_length_)
                finite = all(np.isfinite(part).all() for part in model.forecast(self.h or 1))
            reason = None if finite else "the forecast is not finite"
        except Exception as error:  # One series must not stop the others.
            reason = f"{type(error).__name__}: {error}"
        if reason:
            model = SeasonalNaiveModel.fit(y, self.season_length_)
        return model, reason

    def _forecast(self, model, y, h):
        """Return point forecasts and standard deviations of the steps after the end of `y`."""
        n = _n_to_last(y)
        n_missing = len(y) - n
        with np.errstate(all="ignore"):
            point, sigma = model.forecast(n_missing + h)
            if not (np.isfinite(point).all() and np.isfinite(sigma).all()):
                model = SeasonalNaiveModel.fit(y[:n], self.season_length_)
                point, sigma = model.forecast(n_missing + h)
        return point[n_missing:], sigma[n_missing:]


def _n_to_last(y):
    """Return the length of `y` without NaN at the end."""
    return len(y) - int(np.argmin(np.isnan(y[::-1])))
