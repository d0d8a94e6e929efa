"""All rules by name, and how a rule is applied."""

import numbers

import numpy as np

from tsrnn._validation import check_choice, check_real, shown
from tsrnn.thresholds._scores import check_scores
from tsrnn.thresholds.discovery import BenjaminiHochberg
from tsrnn.thresholds.distribution import auto, conformal, iqr, mad, pot, quantile, sigma
from tsrnn.thresholds.dynamic import ndt
from tsrnn.thresholds.streaming import DSpot, Spot

THRESHOLDS = {
    "auto": auto,
    "quantile": quantile,
    "sigma": sigma,
    "mad": mad,
    "iqr": iqr,
    "pot": pot,
    "spot": Spot(),
    "dspot": DSpot(),
    "ndt": ndt,
    "conformal": conformal,
    "benjamini_hochberg": BenjaminiHochberg(),
}


def find_threshold(rule, scores):
    """Apply `rule`, a name in `THRESHOLDS`, a number or a callable, to `scores`.

    Raises
    ------
    ValueError
        If the name is unknown or the result is not a finite number.
    TypeError
        If `rule` is none of the three.

    Examples
    --------
    >>> find_threshold("iqr", [0.0, 1.0, 2.0, 3.0, 4.0]), find_threshold(7, []), find_threshold(
    ...     max, [1.0, 5.0]
    ... )
    (6.0, 7.0, 5.0)
    """
    check_rule(rule)
    if isinstance(rule, numbers.Real):
        return float(rule)
    if isinstance(rule, str):
        return THRESHOLDS[rule](scores)
    found = rule(np.asarray(scores, dtype=np.float64))
    if np.ndim(found) or not isinstance(found, numbers.Real) or not np.isfinite(found):
        raise ValueError(f"threshold: the callable must return a finite number, got {shown(found)}")
    return float(found)


def find_levels(rule, calibration, scores):
    """Threshold of every row of `scores` (n,), given the scores of normal rows before them.

    For most rules that is ``find_threshold(rule, calibration)`` throughout; a rule with a method
    ``levels(calibration, scores)`` moves it.

    Parameters
    ----------
    rule : str, float or callable
        As for `find_threshold`.
    calibration : array-like of shape (n_calibration,)
        Scores of rows believed to be normal, in time order.
    scores : array-like of shape (n,)
        Scores of the rows to judge, in time order, finite; may be empty.

    Returns
    -------
    ndarray of float of shape (n,)

    Raises
    ------
    ValueError, TypeError
        As for `find_threshold`, and ValueError if `scores` is not one-dimensional or not finite.

    Examples
    --------
    >>> find_levels("quantile", range(101), [1.0, 200.0])
    array([99., 99.])
    """
    check_rule(rule)
    scores = np.asarray(scores, dtype=np.float64)
    scores = check_scores(scores) if scores.size else scores.reshape(-1)
    moving = THRESHOLDS[rule] if isinstance(rule, str) else rule
    if hasattr(moving, "levels"):
        return moving.levels(calibration, scores)
    return np.full(len(scores), find_threshold(rule, calibration))


def check_rule(rule):
    """Raise as `find_threshold` does for a `rule` that can be refused before any scores exist."""
    if isinstance(rule, str):
        check_choice("threshold", rule, THRESHOLDS)
    elif isinstance(rule, numbers.Real):
        check_real("threshold", rule)
    elif not callable(rule):
        raise TypeError(
            f"threshold must be a name ({', '.join(THRESHOLDS)}), a number or a callable, "
            f"got {rule!r}"
        )
