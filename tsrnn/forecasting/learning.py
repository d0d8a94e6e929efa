"""`PanelLearning`: how `RNNForecaster` learns a panel and forecasts it."""

from dataclasses import replace

import numpy as np
from joblib import effective_n_jobs

from tsrnn._validation import as_generator
from tsrnn.forecasting import defaults, guard
from tsrnn.forecasting.base import BaseForecaster
from tsrnn.forecasting.conformal import continued
from tsrnn.forecasting.defaults import is_auto, resolve
from tsrnn.forecasting.future_covariates import FutureCovariates
from tsrnn.forecasting.global_model import GlobalModel
from tsrnn.forecasting.held_out import n_held_out
from tsrnn.forecasting.known_series import KnownSeries
from tsrnn.forecasting.panel_model import PanelModel, unscaled
from tsrnn.forecasting.regressors import Regressors
from tsrnn.forecasting.sample_paths import draw_errors
from tsrnn.forecasting.season_choice import takes_season_out
from tsrnn.forecasting.simulation import SimulationMixin
from tsrnn.forecasting.smoothing_recipe import SmoothingRecipe
from tsrnn.forecasting.standstill import furthest
from tsrnn.forecasting.trailing_gaps import steps_after


class PanelLearning(SimulationMixin, FutureCovariates, BaseForecaster):
    """The hooks of `BaseForecaster` and `SimulationMixin` for `RNNForecaster`."""

    def _sample_paths(self, panel, h, n_paths, rng):
        learnt = self._model_for(panel)
        scaled, z, scale = self._forecast_scaled(learnt, panel, h)
        errors, still = np.empty((n_paths, len(panel), h)), learnt.still(scaled)
        over = learnt.n_over(scaled)
        for kind in np.unique(still):
            rows, n_steps = still == kind, int(over.max()) + h
            size = n_paths, int(rows.sum())
            drawn = draw_errors(learnt.errors_of(kind), n_steps, size, rng)
            errors[:, rows] = steps_after(drawn, over[rows], h)
        reach = furthest(scaled, h)
        errors = np.clip(errors * scale[:, None], -reach, reach)
        paths = learnt.back(panel, scaled, z + errors).swapaxes(0, 1)
        for i in np.flatnonzero(_failed(panel, paths, scale)):
            y = panel.series(i)
            paths[i] = guard.seasonal_naive_paths(y, self.season_length_, h, n_paths, rng)
        return paths

    def _fit_panel(self, panel):
        if panel.lengths.max() < 2:
            raise ValueError(
                "df must have a series of at least two time steps to learn from, got "
                f"{len(panel)} series of one"
            )
        self.strategy_ = self._recipe(self.season_length_, _usual_length(panel))[0]
        n_models = resolve(self.n_models, defaults.N_MODELS[self.strategy_])
        self._seeds = as_generator(self.random_state).integers(2**63, size=2 * n_models)
        self._n_further, self._variants = 0, []
        self._learnt = self._learn(panel, self._future_to_learn(panel))
        self.weights_ = self._learnt.weights
        self.loss_curve_ = self._learnt.model.loss_curve
        self.input_size_ = self._learnt.model.recipe.input_size
        self._update_panel(panel)

    def _learn(self, panel, future):
        """Return what can be learnt from `panel` with the covariates `future` known ahead."""
        panel = guard.learnable(panel)
        m, usual_length = self.season_length_, _usual_length(panel)
        regressors = None
        strategy, recipe, scaling = self._recipe(m, usual_length, n_series=len(panel))
        if isinstance(recipe, SmoothingRecipe):
            scaling = replace(scaling, known=KnownSeries.of(panel))
        tested = panel
        if panel.covariates is not None or self.calendar:
            options = {
                "future": future,
                "calendar": tuple(self.calendar or ()),
                "m": m,
                "take_log": scaling.take_log,
                "sees_inputs": strategy != "segment",
            }
            regressors = Regressors.learn(panel, **options)
            recipe = self._recipe(m, usual_length, regressors.n_inputs, len(panel))[1]
            tested = self._tested(panel, regressors, options)
            panel = regressors.remove(panel)
        if strategy == "segment" and is_auto(self.deseasonalize):
            scaling = replace(scaling, deseasonalize=takes_season_out(panel, scaling, recipe))
        data = recipe.data(scaling.of(panel))
        if is_auto(self.max_iter):
            n_passes = defaults.n_passes(recipe, data.n_batches)
            recipe = replace(recipe, plan=replace(recipe.plan, max_iter=n_passes))
        n_models = len(self._seeds) // 2
        model = GlobalModel.train(recipe, data, self._seeds[:n_models], **self._threads())
        learnt = PanelModel.learn(
            tested, scaling, recipe, model, self._seeds[n_models:],
            h=self.h, blend=self.blend, val_size=self.val_size, **self._threads(),
        )  # fmt: skip
        return replace(learnt, regressors=regressors)

    def _tested(self, panel, regressors, options):
        """Return `panel` without effects as known before the part that forecasts are tested on."""
        n_out = self.val_size or n_held_out(panel.lengths, self.h)
        before = panel.without_last(n_out)[0]
        if before is not None:
            regressors = Regressors.learn(before, **options)
        return regressors.remove(panel)

    def _update_panel(self, panel):
        # So that predict need not run the networks.
        scaled = self._learnt.scaled(panel, keep=True)
        self._ready = z, scale = self._learnt.forecast(scaled, self.h)
        failed, wild = _failed(panel, unscaled(panel, scaled, z), scale), guard.out_of_range(panel)
        self.fallbacks_ = {
            panel.ids[i]: guard.OUT_OF_RANGE if wild[i] else guard.NOT_FINITE
            for i in np.flatnonzero(failed)
        }

    def _partial_fit_panel(self, panel):
        self._n_further += 1
        n_models = len(self._seeds) // 2
        seeds = [[int(seed), self._n_further] for seed in self._seeds[:n_models]]
        self._learnt, *self._variants = (
            learnt.trained_further(panel, seeds, **self._threads())
            for learnt in [self._learnt, *self._variants]
        )
        self.loss_curve_ = self.loss_curve_ + self._learnt.model.loss_curve
        self._update_panel(panel)

    def _threads(self):
        return {"n_jobs": effective_n_jobs(self.n_jobs), "verbose": self.verbose}

    def _predict_panel(self, panel, h, levels):
        learnt = self._model_for(panel)
        scaled, z, scale = self._forecast_scaled(learnt, panel, h)
        intervals, still, reach = {}, learnt.still(scaled), furthest(scaled, h)
        widths = [learnt.half_widths(levels, kind) for kind in (False, True)]
        over = learnt.n_over(scaled)
        n_steps = int(over.max()) + h
        for level in levels:
            usual, of_still = (continued(width[level], n_steps) for width in widths)
            width = steps_after(np.where(still[:, None], of_still, usual), over, h)
            width = np.minimum(scale[:, None] * width, reach)
            # Logarithms may be uncertain beyond what has an exponential.
            intervals[level] = tuple(
                guard.in_range(learnt.back(panel, scaled, bound))
                for bound in (z - width, z + width)
            )
        point = learnt.back(panel, scaled, z)
        for i in np.flatnonzero(_failed(panel, point, scale)):
            y = panel.series(i)
            point[i], own = guard.seasonal_naive(y, self.season_length_, h, levels)
            for level, (lower, upper) in own.items():
                intervals[level][0][i], intervals[level][1][i] = lower, upper
        return point, intervals

    def _forecast_scaled(self, learnt, panel, h):
        """Return the series on the working scale, their forecasts, and the unit of errors."""
        fitted = getattr(self, "panel_", None)
        is_fitted = fitted is not None and panel.y is fitted.y
        scaled = learnt.scaled(panel, keep=is_fitted)
        if learnt is self._learnt and is_fitted and h <= self.h:
            z, scale = self._ready
            return scaled, z[:, :h], scale
        return scaled, *learnt.forecast(scaled, h)

    def _own_quantiles(self):
        return self.quantiles


def _usual_length(panel):
    return float(np.median(panel.lengths))


def _failed(panel, values, scale):
    """Return the mask of the series whose forecasts, (n_series, ...), are of no use."""
    finite = np.isfinite(values).reshape(len(values), -1).all(axis=1) & np.isfinite(scale)
    return ~finite | guard.out_of_range(panel)
