"""Rules that turn scores of normal rows into an alarm threshold.

Every rule in `THRESHOLDS` is a function ``rule(scores, ...) -> float``; `scores` are anomaly scores
(higher is more anomalous) of rows believed to be normal, in any order. A row is an alarm if its
score is above the threshold. To use a rule with other settings, pass any callable to a detector,
for example ``functools.partial(thresholds.pot, q=1e-3)``.
"""

import numbers

import numpy as np

from tsrnn._tail import fit_tail, tail_of
from tsrnn._validation import check_choice, check_int, check_real


def auto(scores, factor=3.0, level=0.95):
    """`factor` times the `level` quantile: the default rule.

    Smoothed scores have few independent extremes, which starves rules that fit a tail; a multiple
    of a quantile that the calibration rows do support holds up better.

    Parameters
    ----------
    scores : array-like of shape (n,)
        Scores of normal rows, finite and not empty; of at least 0 for this rule to make sense.
    factor : float
        Greater than 0.
    level : float
        Between 0 and 1, both excluded.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `scores` is empty, not one-dimensional or not finite, or another argument is out of
        range. The other rules check alike.

    Examples
    --------
    >>> auto([0.0, 1.0, 2.0], level=0.5)
    3.0
    """
    return check_real("factor", factor, 0, open_minimum=True) * quantile(scores, level)


def quantile(scores, q=0.99):
    """Take the `q` quantile of the scores, `q` between 0 and 1, both excluded.

    Examples
    --------
    >>> quantile(range(101), 0.9)
    90.0
    """
    check_real("q", q, 0, 1, open_minimum=True, open_maximum=True)
    return float(np.quantile(_check_scores(scores), q))


def sigma(scores, n_sigmas=3.0):
    """Mean plus `n_sigmas` standard deviations (Shewhart 1931), `n_sigmas` greater than 0.

    Examples
    --------
    >>> sigma([1.0, 3.0], n_sigmas=2)
    4.0
    """
    scores = _check_scores(scores)
    return float(scores.mean() + check_real("n_sigmas", n_sigmas, 0) * scores.std())


def mad(scores, n_mads=3.5):
    """Median plus `n_mads` scaled median absolute deviations.

    The median absolute deviation is multiplied by 1.4826, which makes it the standard deviation of
    normal data; 3.5 is the limit of Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers.

    Examples
    --------
    >>> round(mad([0.0, 1.0, 2.0, 3.0, 4.0], n_mads=1), 4)
    3.4826
    """
    scores = _check_scores(scores)
    centre = np.median(scores)
    spread = 1.482602218505602 * np.median(np.abs(scores - centre))
    return float(centre + check_real("n_mads", n_mads, 0) * spread)


def iqr(scores, k=1.5):
    """Upper quartile plus `k` interquartile ranges (Tukey 1977, Exploratory Data Analysis).

    Examples
    --------
    >>> iqr([0.0, 1.0, 2.0, 3.0, 4.0])
    6.0
    """
    low, high = np.quantile(_check_scores(scores), [0.25, 0.75])
    return float(high + check_real("k", k, 0) * (high - low))


def conformal(scores, alpha=0.01):
    """Smallest score whose conformal p-value, (1 + #{scores >= s}) / (n + 1), is at most `alpha`.

    With fewer than ``1/alpha - 1`` scores no p-value is that small; then the largest score is
    returned, which keeps the rate of false alarms below ``1 / (n + 1)`` for exchangeable scores.

    References
    ----------
    Vovk, Gammerman, Shafer (2005), Algorithmic Learning in a Random World, section 2.

    Examples
    --------
    >>> conformal(range(99), alpha=0.05)
    94.0
    """
    scores = np.sort(_check_scores(scores))
    check_real("alpha", alpha, 0, 1, open_minimum=True, open_maximum=True)
    # An alarm lies above the threshold, so that at most alpha * (n + 1) - 1 scores reach it.
    allowed = int(np.floor(alpha * (len(scores) + 1) + 1e-9)) - 1
    return float(scores[-1 - max(allowed, 0)])


def pot(scores, q=1e-4, level=0.98):
    """Peaks over threshold: the score that a row exceeds with probability `q`.

    Excesses Y over the `level` quantile t follow a generalised Pareto distribution with shape g
    and scale s; then ``z_q = t + s/g ((q n / N_t)^-g - 1)``, and ``t - s ln(q n / N_t)`` for g = 0,
    with n scores of which N_t exceed t.

    Parameters
    ----------
    scores : array-like of shape (n,)
        Scores of normal rows.
    q : float
        Tolerated probability per row, between 0 and 1. If it is not below the share of scores
        above t, the ``1 - q`` quantile is returned.
    level : float
        Between 0 and 1.

    References
    ----------
    Siffer, Fouque, Termier, Largouet (2017), Anomaly Detection in Streams with Extreme Value
    Theory, KDD, equation 1. Coles (2001), An Introduction to Statistical Modeling of Extreme
    Values, section 4.3.

    Examples
    --------
    >>> scores = np.random.default_rng(0).exponential(size=20_000)
    >>> bool(0.9 < pot(scores, q=1e-3) / -np.log(1e-3) < 1.1)
    True
    """
    scores = _check_scores(scores)
    check_real("q", q, 0, 1, open_minimum=True, open_maximum=True)
    check_real("level", level, 0, 1, open_minimum=True, open_maximum=True)
    tail = fit_tail(scores, level)
    return tail.isf(q) if q < tail.share else quantile(scores, 1 - q)


THRESHOLDS = {
    "auto": auto,
    "quantile": quantile,
    "sigma": sigma,
    "mad": mad,
    "iqr": iqr,
    "pot": pot,
    "conformal": conformal,
}


def tolerated(scores, rows_per_alarm, run=1, level=0.95):
    """Threshold that normal rows cross once in `rows_per_alarm` rows, counting runs as one alarm.

    Excesses over the `level` quantile that lie less than `run` rows apart form one cluster, whose
    maximum counts; the maxima follow a generalised Pareto distribution (declustering: Coles 2001,
    section 5.3.3).

    Parameters
    ----------
    scores : array-like of shape (n,)
        Scores of normal rows in time order.
    rows_per_alarm : float
        At least 1.
    run : int
        At least 1: rows within which one score carries over to the next.
    level : float
        Between 0 and 1.

    Returns
    -------
    float
        The start of the tail if even that is crossed more rarely than tolerated.

    Examples
    --------
    >>> scores = np.random.default_rng(0).exponential(size=20_000)
    >>> bool(0.85 < tolerated(scores, 1000) / np.log(1000) < 1.15)
    True
    """
    scores = _check_scores(scores)
    check_real("rows_per_alarm", rows_per_alarm, 1)
    check_int("run", run, 1)
    check_real("level", level, 0, 1, open_minimum=True, open_maximum=True)
    start = float(np.quantile(scores, level))
    above = np.flatnonzero(scores > start)
    if not len(above):
        return start
    first = np.concatenate(([0], np.flatnonzero(np.diff(above) >= run) + 1))
    maxima = np.maximum.reduceat(scores[above], first)
    tail = tail_of(maxima - start, start, len(maxima) / len(scores))
    return tail.isf(1 / rows_per_alarm) if 1 / rows_per_alarm < tail.share else start


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
    if np.ndim(found) or not np.isfinite(found):
        raise ValueError(f"threshold: the callable must return a finite number, got {found!r}")
    return float(found)


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


def _check_scores(scores):
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 1 or not len(scores) or not np.isfinite(scores).all():
        raise ValueError(
            "scores must be one-dimensional, finite and not empty, got "
            f"shape {scores.shape} with {np.count_nonzero(~np.isfinite(scores))} non-finite values"
        )
    return scores
