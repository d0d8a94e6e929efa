"""Levels of intervals and quantiles, and what one has to do with the other."""

import numbers

from tsrnn._validation import check_real
from tsrnn._warnings import warn_user


def check_levels(level):
    """Return interval levels as a list of float, in the order given.

    Parameters
    ----------
    level : None, float or sequence of float
        Levels in percent.

    Raises
    ------
    TypeError
        If a level is not a number.
    ValueError
        If a level is not in (0, 100), or two are the same by six digits.
    """
    levels = _check_several("level", level, 100)
    if levels and max(levels) < 1:
        warn_user(
            f"level={level!r} is less than one percent: levels are in percent, 95 for the interval "
            "that holds 95 % of the values"
        )
    return levels


def check_quantiles(quantiles):
    """Return quantiles as a list of float, in the order given.

    Parameters
    ----------
    quantiles : None, float or sequence of float

    Raises
    ------
    TypeError
        If one is not a number.
    ValueError
        If one is not in (0, 1), or two are the same by six digits.
    """
    return _check_several("quantiles", quantiles, 1)


def level_of(quantile):
    """Return the level in percent of the central interval that ends at a quantile.

    Examples
    --------
    >>> level_of(0.1), level_of(0.975), level_of(0.5)
    (80.0, 95.0, 0.0)
    """
    return round(100 * abs(2 * quantile - 1), 9)


def quantile_of(quantile, point, intervals):
    """Return the forecast of a quantile: a bound of its interval, of 0.5 the point forecast.

    Parameters
    ----------
    quantile : float
        In (0, 1).
    point : ndarray of shape (n_series, h)
    intervals : dict of float to (lower, upper)
        By level in percent, that of `level_of` among them.
    """
    level = level_of(quantile)
    return point if level == 0 else intervals[level][int(quantile > 0.5)]


def _check_several(name, given, maximum):
    if given is None:
        return []
    values = [given] if isinstance(given, numbers.Real | str) else list(given)
    limits = {"open_minimum": True, "open_maximum": True}
    values = [check_real(name, value, 0, maximum, **limits) for value in values]
    # Columns are named by six digits.
    if len({f"{value:g}" for value in values}) < len(values):
        raise ValueError(f"{name} must not hold a value twice, by six digits, got {given!r}")
    return values
