"""All that is learnt from a panel: networks, what they are blended with, how far they err."""

from dataclasses import dataclass, field, replace

import numpy as np

from tsrnn._rebuilt import Rebuilt
from tsrnn.forecasting.blend import forecast_all
from tsrnn.forecasting.conformal import half_widths
from tsrnn.forecasting.error_unit import ErrorUnit
from tsrnn.forecasting.global_model import GlobalModel
from tsrnn.forecasting.guard import learnable, tamed
from tsrnn.forecasting.known_series import KnownSeries
from tsrnn.forecasting.regressors import Regressors
from tsrnn.forecasting.standstill import stands_still, unmoved
from tsrnn.forecasting.trailing_gaps import forecast_over, n_over
from tsrnn.forecasting.trial import KnownErrors, Trial
from tsrnn.forecasting.usual_unit import movements, tempered, usual_unit, with_usual
from tsrnn.forecasting.working_scale import WorkingScale


@dataclass(frozen=True)
class Scaling:
    """How the series of a panel are brought to the working scale; see `WorkingScale.of`.

    Parameters
    ----------
    season_length : int
    take_log, deseasonalize : bool
    known : KnownSeries, optional
        Those that the networks have coefficients of.
    """

    season_length: int
    take_log: bool
    deseasonalize: bool
    known: KnownSeries | None = None

    def of(self, panel, n_known=None):
        """Return each series on the working scale, as known from its first `n_known` steps."""
        n_known = panel.lengths if n_known is None else n_known
        rows, skipped = np.full(len(panel), -1), np.zeros(len(panel), int)
        if self.known is not None:
            rows, skipped = self.known.places(panel)
        return [
            WorkingScale.of(
                panel.series(i), self.season_length, n_known[i],
                take_log=self.take_log, deseasonalize=self.deseasonalize,
                inputs=None if panel.x is None else panel.inputs(i),
                row=int(rows[i]), skipped=int(skipped[i]),
            )
            for i in range(len(panel))
        ]  # fmt: skip


@dataclass
class PanelModel(Rebuilt):
    """Networks, the weights of their blend with simple forecasts, and errors in the past.

    Parameters
    ----------
    scaling : Scaling
    model : GlobalModel
    weights : dict of str to float
        Of the blend; of sum 1.
    errors : ndarray of shape (n_errors, h)
        Errors of the blend, in `unit`; NaN is unknown. What earlier origins tell of them is in
        them, see `with_earlier`.
    regressors : Regressors, optional
        What covariates bring.
    unit : ErrorUnit, optional
        That of the errors, from the network's.
    usual_unit : float, optional
        That unit of the middle one of the series that move, relative to their level.
    usual_movement : float, optional
        The same of their mean absolute differences.
    moving : bool ndarray of shape (n_errors,), optional
        Which errors are of series that did not stand still; None is all.
    """

    scaling: Scaling
    model: GlobalModel
    weights: dict
    errors: np.ndarray
    regressors: Regressors | None = None
    unit: ErrorUnit = field(default_factory=ErrorUnit)
    usual_unit: float | None = None
    usual_movement: float | None = None
    moving: np.ndarray | None = None

    @classmethod
    def learn(cls, panel, scaling, recipe, model, seeds, *, h, blend, val_size=0, **threads):
        """Choose weights and note errors, by networks that are trained without the end.

        Parameters
        ----------
        panel : Panel
        scaling : Scaling
        recipe : StepRecipe or SegmentRecipe
        model : GlobalModel
            Trained on all of the panel.
        seeds : sequence of int
            Of the networks to train.
        h : int
            Horizon to learn the errors of.
        blend : bool
            Whether to blend at all.
        val_size : int
            Steps to leave out at the end of each series, and all to take errors from; 0 for the
            usual ones, and earlier ones where these are too few.
        **threads
            Of `GlobalModel.train`.
        """
        m = scaling.season_length
        trial = Trial.of(
            panel, scaling, recipe, model, seeds, h=h, val_size=val_size, **threads
        )  # fmt: skip
        weights, *tried = trial.weigh(recipe, m, blend=blend, n_learnt=panel.lengths.sum() / h)
        found = KnownErrors.learn(trial, recipe, m, weights, *tried, earlier=not val_size)
        learnt = cls(
            scaling, model, weights, found.errors, unit=found.unit, usual_unit=found.usual,
            usual_movement=usual_unit(trial.scaled, movements(trial.scaled)),
        )  # fmt: skip
        return replace(learnt, moving=~learnt.still(found.heads))

    @property
    def future(self):
        """Names of the covariates that are known in the future."""
        return () if self.regressors is None else self.regressors.future

    def scaled(self, panel, *, keep=False):
        """Return the series of a panel on the working scale, without effects of covariates.

        Series out of range are all zero.

        Parameters
        ----------
        panel : Panel
        keep : bool
            Whether to keep them for the next call with the same values, in place of those kept.
        """
        kept_y, kept = self.rebuilt.get("scaled", (None, None))
        if kept_y is panel.y:
            return kept
        scaled = self._scaled(panel)
        if keep:
            self.rebuilt["scaled"] = panel.y, scaled
        return scaled

    def still(self, scaled):
        """Return the mask of the series that stand still for all that a network sees at a step."""
        return stands_still(scaled, max(self.model.recipe.input_size, self.scaling.season_length))

    def errors_of(self, still):
        """Return the errors that intervals rest on, of series that stand still or do not."""
        if still or self.moving is None or self.moving.all():
            return self.errors
        moving = self.errors[self.moving]
        return moving if np.isfinite(moving).any() else self.errors

    def half_widths(self, levels, still=False):
        """Return half-widths of intervals in units of the errors; see `conformal.half_widths`."""
        known = self.rebuilt.setdefault(f"half_widths, still={still}", {})
        new = [level for level in levels if level not in known]
        if new:
            known.update(half_widths(self.errors_of(still), new))
        return {level: known[level] for level in levels}

    def _scaled(self, panel):
        panel = tamed(panel)
        panel = panel if self.regressors is None else self.regressors.remove(panel)
        return self.scaling.of(panel)

    def back(self, panel, scaled, z):
        """Return forecasts `z`, (..., n_series, h), of the series `scaled` of `panel` as data."""
        values = unscaled(panel, scaled, z)
        return values if self.regressors is None else self.regressors.restore(tamed(panel), values)

    def trained_further(self, panel, seeds, **threads):
        """Return the model with networks that went on learning from `panel`."""
        data = self.model.recipe.data(self.scaled(learnable(panel)))
        return replace(self, model=self.model.trained_further(data, seeds, **threads))

    def forecast(self, scaled, h):
        """Forecast the next `h` steps of each series on the working scale.

        Parameters
        ----------
        scaled : list of WorkingScale
        h : int

        Returns
        -------
        z : ndarray of shape (n_series, h)
        scale : ndarray of shape (n_series,)
            The unit of `errors` at the last observation of each series.
        """
        return forecast_over(self._forecast_on, scaled, h, self.model.recipe.h)

    def n_over(self, scaled):
        """Return how many steps `forecast` leaves out of the answer, (n_series,)."""
        return n_over(scaled, self.model.recipe.h)

    def _forecast_on(self, scaled, h):
        z, scale = self.model.forecast(scaled, h)
        scale = with_usual(self.usual_unit, scaled, self.unit.of(scaled, scale))
        z = z * self.weights["network"]
        names = [name for name, weight in self.weights.items() if weight > 0 and name != "network"]
        if names:
            others = forecast_all(names, scaled, h, self.scaling.season_length, self.model)
            z += np.tensordot([self.weights[name] for name in names], others, 1)
        return tempered(self.usual_movement, scaled, unmoved(scaled, z)), scale


def unscaled(panel, scaled, z):
    """Return forecasts `z`, (..., n_series, h), of the series `scaled`, without covariates."""
    rows = zip(scaled, np.moveaxis(z, -2, 0), panel.lengths, strict=True)
    # What overflows is not finite, which is for the caller to deal with.
    with np.errstate(over="ignore", invalid="ignore"):
        return np.stack([s.back(row, start) for s, row, start in rows], axis=-2)
