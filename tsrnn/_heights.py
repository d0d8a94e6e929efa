"""What to draw at which height: texts in alphabetical order, scores on which kind of axis."""

import numpy as np
import pandas as pd

_MOST_NAMED = 12
# Largest over median score from which on a linear axis would flatten everything else.
_LOG_RATIO = 50


def heights(column):
    """Heights (n,) of the values of a column (Series), NaN where missing; and names of the heights.

    The names, a list, are those of 0, 1, ... if the column holds at most 12 different texts.

    Examples
    --------
    >>> heights(pd.Series(["on", "off", None]))
    (array([ 1.,  0., nan]), ['off', 'on'])
    """
    try:
        return column.to_numpy(dtype=float, na_value=np.nan), []
    except (TypeError, ValueError):
        texts = column.astype(object).map(str, na_action="ignore")
    codes, names = pd.factorize(texts, sort=True)
    return np.where(codes < 0, np.nan, codes), list(names) if len(names) <= _MOST_NAMED else []


def log_floor(score, threshold):
    """Bottom of a logarithmic axis for `score` (n,) and `threshold` (n,), None for a linear one.

    It is logarithmic if no score is negative and the largest is more than 50 times the median.

    Examples
    --------
    >>> log_floor(np.array([1.0, 1.0, 100.0]), np.array([2.0])), log_floor(np.ones(3), np.ones(3))
    (0.05, None)
    """
    known = score[np.isfinite(score)]
    positive = known[known > 0]
    if not len(positive) or (known < 0).any() or positive.max() <= _LOG_RATIO * np.median(known):
        return None
    # Scores next to zero would stretch the axis over decades that say nothing.
    levels = threshold[np.isfinite(threshold) & (threshold > 0)]
    return float(np.append(levels, np.median(positive)).min() / 20)
