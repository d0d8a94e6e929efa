"""Rules that look at the distribution of the scores only."""

import numpy as np

from tsrnn._tail import fit_tail
from tsrnn._validation import check_real
from tsrnn.thresholds._scores import check_scores

# Scores that hardly vary tell little of how they will.
_LEAST_FACTOR = 2.0


def auto(scores, factor=3.0, level=0.95, spreads=None):
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
    spreads : float, optional
        The distance to keep from the quantile is this many times that from the median to the
        quantile, if that is less: scores that are averages of many channels or rows are all alike,
        and none is ever `factor` times as high. But twice the quantile is the least.

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
    >>> auto([8.0, 9.0, 10.0], level=0.5, spreads=5)
    18.0
    """
    high = quantile(scores, level)
    highest = check_real("factor", factor, 0, open_minimum=True) * high
    if spreads is None:
        return highest
    spread = max(0.0, high - float(np.median(scores)))
    apart = high + check_real("spreads", spreads, 0, open_minimum=True) * spread
    return min(highest, max(apart, _LEAST_FACTOR * high))


def quantile(scores, q=0.99):
    """Take the `q` quantile of the scores, `q` between 0 and 1, both excluded.

    Examples
    --------
    >>> quantile(range(101), 0.9)
    90.0
    """
    check_real("q", q, 0, 1, open_minimum=True, open_maximum=True)
    return float(np.quantile(check_scores(scores), q))


def sigma(scores, n_sigmas=3.0):
    """Mean plus `n_sigmas` standard deviations (Shewhart 1931), `n_sigmas` greater than 0.

    Examples
    --------
    >>> sigma([1.0, 3.0], n_sigmas=2)
    4.0
    """
    scores = check_scores(scores)
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
    scores = check_scores(scores)
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
    low, high = np.quantile(check_scores(scores), [0.25, 0.75])
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
    scores = np.sort(check_scores(scores))
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
    scores = check_scores(scores)
    check_real("q", q, 0, 1, open_minimum=True, open_maximum=True)
    check_real("level", level, 0, 1, open_minimum=True, open_maximum=True)
    tail = fit_tail(scores, level)
    return tail.isf(q) if q < tail.share else quantile(scores, 1 - q)
