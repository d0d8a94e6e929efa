"""What keeps one series from stopping the others: values out of range, forecasts not finite."""

from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from tsrnn.forecasting.seasonal_naive import SeasonalNaiveModel
from tsrnn.forecasting.trailing_gaps import n_to_last

# Squares and ratios of larger values, and of values below its inverse, leave the range of float64.
_LARGEST = 1e100
OUT_OF_RANGE = f"the largest value is not between {1 / _LARGEST:g} and {_LARGEST:g} in size"
NOT_FINITE = "the forecast is not finite"


def out_of_range(panel):
    """Return the mask of the series that nothing can be learnt from, (n_series,).

    Examples
    --------
    >>> import pandas as pd
    >>> from tsrnn.forecasting import to_panel
    >>> out_of_range(to_panel(pd.DataFrame({"a": [1e300, -1.0], "b": [1.0, 2.0]})))
    array([ True, False])
    """
    size = np.maximum.reduceat(np.where(np.isnan(panel.y), 0.0, np.abs(panel.y)), panel.indptr[:-1])
    return (size > _LARGEST) | ((size > 0) & (size < 1 / _LARGEST))


def learnable(panel):
    """Return `panel` without the series out of range.

    Raises
    ------
    ValueError
        If none is left.
    """
    wild = out_of_range(panel)
    if wild.all():
        raise ValueError(f"df has no series to learn from: of {panel.ids[0]!r}, {OUT_OF_RANGE}")
    return panel.take(np.flatnonzero(~wild)) if wild.any() else panel


def tamed(panel):
    """Return `panel` with zeros for all values of the series out of range."""
    wild = out_of_range(panel)
    if not wild.any():
        return panel
    return replace(panel, y=np.where(np.repeat(wild, panel.lengths), 0.0, panel.y))


def intervals_around(point, widths):
    """Return the bounds at the `widths`, a dict of level to array, on both sides of `point`.

    They are `in_range`.
    """
    with np.errstate(over="ignore"):
        bounds = {level: (point - width, point + width) for level, width in widths.items()}
    return {level: tuple(map(in_range, both)) for level, both in bounds.items()}


def in_range(bound):
    """Return bounds of intervals where infinite ones are the largest that a number can be."""
    limit = np.finfo(np.float64).max
    return np.clip(bound, -limit, limit)


def seasonal_naive(y, m, h, levels):
    """Return the forecast that replaces one that failed.

    Parameters
    ----------
    y : ndarray of shape (n,)
        NaN is missing.
    m : int
        Season length.
    h : int
    levels : sequence of float
        In percent.

    Returns
    -------
    point : ndarray of shape (h,)
    intervals : dict of float to (lower, upper)
        Normal, as those of `tsrnn.baselines.SeasonalNaive`.
    """
    model, size, n_missing = _fit(y, m)
    point, sigma = (part[n_missing:] for part in model.forecast(n_missing + h))
    widths = {level: ndtri(0.5 + level / 200) * sigma for level in levels}
    intervals = {
        level: (_sized(point - width, size), _sized(point + width, size))
        for level, width in widths.items()
    }
    return _sized(point, size), intervals


def seasonal_naive_paths(y, m, h, n_paths, rng):
    """Return sample paths that replace those that failed, (n_paths, h); see `seasonal_naive`."""
    model, size, n_missing = _fit(y, m)
    shocks = rng.standard_normal((n_paths, 1 + n_missing + h))
    return _sized(model.paths(shocks)[:, n_missing:], size)


def _fit(y, m):
    """Return the model of `y` over a unit, that unit, and the number of steps missing at last."""
    n_missing = len(y) - n_to_last(y)
    y = y[: len(y) - n_missing]
    # A power of two of the size of the largest value: to divide by it is exact.
    size = float(np.ldexp(1.0, np.frexp(np.nanmax(np.abs(y)))[1] - 1)) or 1.0
    return SeasonalNaiveModel.fit(y / size, m), size, n_missing


def _sized(values, size):
    limit = np.finfo(np.float64).max
    return np.clip(values, -limit / max(size, 1.0), limit / max(size, 1.0)) * size
