"""Whether segments should see a series with its seasons or without.

A window of weeks shows the day and the week, and a regression that has seen many such windows knows
how they go on. From some months of one series it learns that less well than seasonal indices tell
it, if the seasons are regular; if not, they are noise. Past forecasts of regressions decide.
"""

from dataclasses import replace

import numpy as np

from tsrnn.forecasting.panel_model import unscaled
from tsrnn.forecasting.window_regression import WindowRegression

# Share of the history whose end is forecast, and from how many origins.
_SHARE = 0.2
_N_ORIGINS = 12
# Windows that regressions learn from for that, at most.
_N_WINDOWS = 30_000
# What share of the errors must be saved to take seasons out.
_LEAST_SAVED = 0.05


def takes_season_out(panel, scaling, recipe):
    """Tell whether a regression forecasts the end of the series better without their seasons.

    Parameters
    ----------
    panel : Panel
    scaling : Scaling
    recipe : SegmentRecipe

    Returns
    -------
    bool
        False if no series is long enough to tell.
    """
    n_out = recipe.h - 1 + max(1, int(_SHARE * np.median(panel.lengths)))
    before = panel.without_last(n_out)[0]
    if before is None or scaling.season_length < 2:
        return False
    kept, taken = (
        _errors(panel, before, n_out, replace(scaling, deseasonalize=out), recipe)
        for out in (False, True)
    )
    return bool(taken < (1 - _LEAST_SAVED) * kept)


def _errors(panel, before, n_out, scaling, recipe):
    """Return the mean absolute error in units of the seasonal differences of each series."""
    regression = WindowRegression.learn(recipe.data(scaling.of(before)), n_windows=_N_WINDOWS)
    errors = []
    for n_left in np.unique(np.linspace(recipe.h, n_out, _N_ORIGINS).astype(int)):
        known, rows = panel.without_last(n_left)
        scaled = scaling.of(known)
        z, _ = recipe.forecast([], scaled, regression=regression)
        after = panel.indptr[rows + 1, None] - n_left + np.arange(recipe.h)
        unit = np.array([[s.seasonal_variation] for s in scaled])
        errors.append(np.abs(panel.y[after] - unscaled(known, scaled, z)) / unit)
    errors = np.concatenate(errors)
    return errors[~np.isnan(errors)].mean() if np.isfinite(errors).any() else 0.0
