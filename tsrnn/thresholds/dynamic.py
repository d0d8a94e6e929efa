"""The nonparametric dynamic threshold."""

import numpy as np

from tsrnn._validation import check_real
from tsrnn.thresholds._scores import check_scores

_FACTORS = np.arange(2.5, 12.5, 0.5)


def ndt(scores, prune=0.13):
    """Take the level whose removal of what lies above it changes mean and deviation most.

    Levels are ``mean + z * deviation`` of the scores with z = 2.5, 3, ..., 12. With the scores
    above one, n_above of them in n_runs runs, removed, the mean drops by a share of it and so does
    the deviation; the level with the largest ``(drop of mean + drop of deviation) / (n_above +
    n_runs^2)`` is taken. Then maxima of runs are put in descending order, ended by the largest
    score below the level; runs after the last maximum from which the next one is lower by more than
    a share of `prune` are taken for normal, and the level is raised to the highest of them.

    The method was made to be applied to scores that hold anomalies, which it separates; from normal
    scores it learns the level of their own outliers.

    Parameters
    ----------
    scores : array-like of shape (n,)
        Smoothed scores in time order (the original smooths errors exponentially), at least 0.
    prune : float, default=0.13
        Least relative drop between anomalies and normal maxima, between 0 and 1.

    Returns
    -------
    float
        ``mean + 12 * deviation`` if nothing lies above any of the levels.

    Raises
    ------
    ValueError
        If `scores` is empty, not one-dimensional or not finite, or `prune` is out of range.
    TypeError
        If `prune` is not a number.

    References
    ----------
    Hundman, Constantinou, Laporte, Colwell, Soderstrom (2018), Detecting Spacecraft Anomalies Using
    LSTMs and Nonparametric Dynamic Thresholding, KDD, sections 3.2 and 3.3.

    Examples
    --------
    >>> scores = np.r_[np.tile([1.0, 1.2], 50), 9.0, 8.0, np.tile([1.0, 1.2], 50)]
    >>> 1.2 <= ndt(scores) < 8
    True
    """
    check_real("prune", prune, 0, 1)
    scores = check_scores(scores)
    mean, deviation = scores.mean(), scores.std()
    # Equal scores leave a deviation at rounding level.
    if deviation <= 1e-12 * abs(mean):
        return float(scores.max())
    candidates = [
        (_gain(scores, mean, deviation, level), level) for level in mean + _FACTORS * deviation
    ]
    gain, level = max(candidates)
    return _raise(scores, level, prune) if gain > 0 else float(mean + _FACTORS[-1] * deviation)


def _gain(scores, mean, deviation, level):
    above = scores > level
    n_above = np.count_nonzero(above)
    if not n_above:
        return 0.0
    rest = scores[~above]
    drop = (mean - rest.mean()) / mean + (deviation - rest.std()) / deviation
    return drop / (n_above + len(_run_starts(above)) ** 2)


def _raise(scores, level, prune):
    """Level above those maxima of runs that are not clearly higher than the next ones."""
    above = scores > level
    starts = _run_starts(above)
    maxima = np.maximum.reduceat(np.where(above, scores, -np.inf), starts)
    ladder = np.append(np.sort(maxima)[::-1], scores[~above].max())
    drops = (ladder[:-1] - ladder[1:]) / ladder[:-1]
    steep = np.flatnonzero(drops > prune)
    n_kept = steep[-1] + 1 if len(steep) else 0
    return float(max(level, ladder[n_kept])) if n_kept < len(maxima) else float(level)


def _run_starts(above):
    return np.flatnonzero(above & ~np.concatenate(([False], above[:-1])))
