"""How far segments err over all of the history, by what did not learn from it.

Long series change: a summer's errors say little of the next winter's, and what is held out of their
end is but a few horizons. Networks cannot be trained anew for every part of the history, but the
regression that they add to is learnt in a moment. Leaving one part of time after the other out
(cross-conformal prediction [1]_), it errs everywhere as it does in the future, and the networks
beside it do up to a ratio that the held-out part tells.

References
----------
.. [1] Vovk, V. (2015). Cross-conformal predictors. Annals of Mathematics and Artificial
       Intelligence, 74, 9-28.
"""

from dataclasses import dataclass

import numpy as np

from tsrnn.forecasting.error_unit import ErrorUnit, size_ratio
from tsrnn.forecasting.window_regression import WindowRegression

# Forecasts to note the errors of, of all series together.
_FORECASTS = 600
# They are spread evenly over this power of the steps before them, as series change.
_POWER = 4
# A window holds at least as many seasons, for which its movement is that from season to season.
_LEAST_SEASONS = 3


@dataclass(frozen=True)
class LeftOutErrors:
    """Errors of a regression on parts of the history that it did not learn from.

    Parameters
    ----------
    errors : ndarray of shape (n_rows, h)
        In the unit of `unit`; NaN is unknown.
    heads : list of WorkingScale
        What was known of the series, by rows.
    unit : ErrorUnit
        The movement in the window that is seen.
    """

    errors: np.ndarray
    heads: list
    unit: ErrorUnit

    @classmethod
    def of(cls, recipe, scaled, m):
        """Return those of the series `scaled`, None if no window of them is whole.

        Parameters
        ----------
        recipe : SegmentRecipe
        scaled : list of WorkingScale
        m : int
            Season length.
        """
        windows = recipe.data(scaled)
        left_out = WindowRegression.left_out(windows)
        origins = np.concatenate([ends for _, ends in left_out])
        if not len(origins):
            return None
        chosen = origins[_spread(*windows.places(origins), windows.lengths)]
        errors, heads = [], []
        for regression, ends in left_out:
            ends = ends[np.isin(ends, chosen)]
            if not len(ends):
                continue
            batch = windows.beyond(regression).batch(ends)
            errors.append(np.where(batch.weight > 0, batch.target, np.nan))
            heads += [scaled[i].head(n) for i, n in zip(*windows.places(ends), strict=True)]
        errors, scale = np.concatenate(errors).astype(float), recipe.units(heads)
        lag = min(m, max(1, recipe.input_size // _LEAST_SEASONS))
        unit = ErrorUnit.of_late(heads, scale, 2 * lag, recipe.input_size)
        return cls(errors * (scale / unit.of(heads, scale))[:, None], heads, unit)

    def as_large_as(self, errors, linear, n_blocks):
        """Return them as large as those of a blend with the regression, (n_rows, h).

        Parameters
        ----------
        errors, linear : ndarray of shape (n_held_out, h)
            Of the blend and of the regression alone on what is held out; NaN is unknown.
        n_blocks : float
            Blocks of `h` steps in it that do not overlap.
        """
        return self.errors * size_ratio(errors, linear, n_blocks)


def _spread(series, n_seen, lengths):
    """Return positions of at most `_FORECASTS` of the windows that see `n_seen` steps."""
    order = np.lexsort((n_seen, series))
    density = (n_seen[order] / lengths[series[order]]) ** (_POWER - 1)
    up_to = np.cumsum(density)
    wanted = (np.arange(_FORECASTS) + 0.5) / _FORECASTS * up_to[-1]
    return order[np.unique(np.searchsorted(up_to, wanted))]
