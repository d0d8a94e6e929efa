"""A trial: forecasts of what is held out, and what they tell of the blend and its errors."""

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.blend import Prior, blend_names, choose_weights, forecast_all
from tsrnn.forecasting.earlier_errors import StandIn, with_earlier
from tsrnn.forecasting.error_unit import ErrorUnit
from tsrnn.forecasting.global_model import GlobalModel
from tsrnn.forecasting.held_out import PastForecasts, first_origin, n_held_out
from tsrnn.forecasting.importance import importance
from tsrnn.forecasting.left_out import LeftOutErrors
from tsrnn.forecasting.standstill import with_least
from tsrnn.forecasting.usual_unit import usual_unit, with_usual


@dataclass(frozen=True)
class Trial:
    """Series with an end that networks did not see.

    Parameters
    ----------
    scaled : list of WorkingScale
        The series.
    n_known : ndarray of shape (n_series,)
        Steps that the networks saw.
    known : list of WorkingScale
        What they saw.
    model : GlobalModel
        The networks.
    n_out : int
        Steps held out of each series; 0 if all are too short for it, and `model` saw everything.
    h : int
        Horizon in steps.
    """

    scaled: list
    n_known: np.ndarray
    known: list
    model: GlobalModel
    n_out: int
    h: int

    @classmethod
    def of(cls, panel, scaling, recipe, model, seeds, *, h, val_size, **threads):
        """Train networks without the end of the series; see `PanelModel.learn`."""
        n_out = val_size or n_held_out(panel.lengths, h)
        rows = np.flatnonzero(panel.lengths - n_out >= max(2, n_out))
        if len(rows):
            kept = panel.take(rows)
            n_known = kept.lengths - n_out
            scaled = scaling.of(kept, n_known)
            known = [s.head(n) for s, n in zip(scaled, n_known, strict=True)]
            before = GlobalModel.train(recipe, recipe.data(known), seeds, **threads)
            return cls(scaled, n_known, known, before, n_out, h)
        if val_size:
            raise ValueError(
                f"val_size={val_size} needs a series of at least {n_out + max(2, n_out)} steps; "
                f"the longest has {panel.lengths.max()}"
            )
        # Too short to hold anything out: the errors in sample are all there is.
        scaled = scaling.of(panel)
        n_known = np.array([first_origin(len(s.z), h) for s in scaled])
        return cls(scaled, n_known, scaled, model, 0, h)

    @property
    def n_blocks(self):
        """Held-out blocks of `h` steps of all series that do not overlap."""
        return len(self.scaled) * self.n_out / self.h

    def weigh(self, recipe, m, *, blend, n_learnt):
        """Choose what to blend the networks with.

        Parameters
        ----------
        recipe : StepRecipe or SegmentRecipe
        m : int
            Season length.
        blend : bool
            Whether to blend at all.
        n_learnt : float
            Blocks of `h` steps to learn from, in all.

        Returns
        -------
        weights : dict of str to float
        past : PastForecasts
        errors : ndarray of shape (n_rows, h)
            Of the blend, in the networks' unit; NaN is unknown.
        scale : ndarray of shape (n_rows,)
            That unit.
        """
        past = PastForecasts.of(self.scaled, self.n_known, self.h)
        names = blend_names(recipe, m, blend)
        network, scale = self.model.forecast(past.scaled, self.h)
        scale = with_least(past.scaled, scale)
        others = forecast_all(names[1:], past.scaled, self.h, m, self.model)
        forecasts = np.concatenate([network[None], others])
        # A forecast that failed says nothing of the others.
        failed = ~(np.isfinite(forecasts).all(axis=(0, 2)) & np.isfinite(scale))
        forecasts[:, failed], past.truth[failed], scale[failed] = 0.0, np.nan, 1.0
        prior = Prior.of(recipe)
        weights = prior.weights(names, n_learnt)
        if self.n_out:
            count = importance(self.known, self.h)[past.series]
            weights = choose_weights(
                forecasts, past.truth, count, weights, self.n_blocks, prior.few_blocks
            )
        errors = (past.truth - np.tensordot(weights, forecasts, 1)) / scale[:, None]
        return dict(zip(names, weights.tolist(), strict=True)), past, errors, scale


@dataclass(frozen=True)
class KnownErrors:
    """What intervals rest on.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, h)
        In the unit; NaN is unknown.
    heads : list of WorkingScale
        What was known of the series, by rows.
    unit : ErrorUnit
    usual : float or None
        See `usual_unit`.
    """

    errors: np.ndarray
    heads: list
    unit: ErrorUnit
    usual: float | None

    @classmethod
    def learn(cls, trial, recipe, m, weights, past, errors, scale, *, earlier):
        """Learn the unit of errors, and add those of earlier parts of the history.

        Parameters
        ----------
        trial : Trial
        recipe : StepRecipe or SegmentRecipe
        m : int
            Season length.
        weights, past, errors, scale
            Of `Trial.weigh`.
        earlier : bool
            Whether errors of earlier parts count.
        """
        left_out, unit = None, ErrorUnit()
        if recipe.regression is not None and earlier:
            left_out = LeftOutErrors.of(recipe, trial.scaled, m)
        if left_out is not None:
            unit = left_out.unit
        elif trial.n_out:
            unit = ErrorUnit.learn(errors, past.scaled, scale, len(trial.scaled))
        own = with_least(trial.scaled, recipe.units(trial.scaled))
        usual = usual_unit(trial.scaled, unit.of(trial.scaled, own))
        if left_out is not None:
            linear = trial.model.forecast_linear(past.scaled, trial.h)
            linear = (past.truth - linear) / scale[:, None]
            errors = left_out.as_large_as(errors, linear, trial.n_blocks)
            return cls(errors, left_out.heads, unit, usual)
        heads = past.scaled
        errors = errors * (scale / with_usual(usual, heads, unit.of(heads, scale)))[:, None]
        if earlier:
            stand_in = StandIn.of(weights, recipe, unit, m, usual)
            errors, heads = with_earlier(
                errors, past, trial.scaled, trial.n_known, stand_in, trial.n_blocks
            )
        return cls(errors, heads, unit, usual)
