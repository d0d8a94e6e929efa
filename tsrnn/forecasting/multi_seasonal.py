"""The seasons of one series: that of the day, and in it that of the week."""

import numpy as np

from tsrnn.forecasting.seasonality import Season, is_seasonal, seasonal_indices
from tsrnn.forecasting.shrunken_season import shrunken_season
from tsrnn.forecasting.trailing_gaps import n_to_last

# Weeks that the weekly season is the mean of: it drifts.
_N_WEEKS = 8
# Of which so many must be observed: after a gap, noise is all that a few days tell.
_LEAST_WEEKS = 2


def find_seasons(y, m):
    """Return the seasons to take out of a series, in this order.

    The first is `shrunken_season`'s. A season of 24, 48, 72, ... steps is taken for a day: where
    what is left passes the M4 test for seven of them too, the weekly season of the last eight
    weeks comes second, if two of them were observed, and the day's is not taken to drift.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Observations; NaN for missing.
    m : int
        Season length, at least 1.

    Returns
    -------
    tuple of Season
        Empty if there is none.

    Examples
    --------
    >>> hours = np.arange(24 * 7 * 4)
    >>> y = 10 + np.sin(2 * np.pi * hours / 24) + (hours % 168 > 120)
    >>> [len(season.indices) for season in find_seasons(y, 24)]
    [24, 168]
    """
    if m % 24:
        return _some(shrunken_season(y, m))
    # Where weeks are seen, days of late say most of which days of the week they were.
    first = shrunken_season(y, m, drifts=False)
    rest = first.remove(y)
    if is_seasonal(rest, 7 * m):
        return _some(first, _weekly(rest, 7 * m))
    return _some(shrunken_season(y, m))


def _some(*seasons):
    """Return those that are seasons at all."""
    return tuple(season for season in seasons if season is not None and len(season.indices) > 1)


def _weekly(y, period):
    y = y[: n_to_last(y)]
    # The centred mean over a week takes half a week at either end.
    n = min(len(y), (_N_WEEKS + 1) * period)
    recent = y[len(y) - n :]
    if np.count_nonzero(~np.isnan(recent)) < _LEAST_WEEKS * period:
        return None
    multiplicative = bool(np.nanmin(recent) > 0)
    indices = seasonal_indices(recent, period, multiplicative)
    if multiplicative and indices.min() <= 0:
        return None
    # Phases count from the first step of the series, not from that of its last weeks.
    return Season(np.roll(indices, (len(y) - n) % period), multiplicative)
