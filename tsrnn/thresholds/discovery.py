"""A bound on the share of false ones among the alarms of a batch."""

from dataclasses import dataclass

import numpy as np

from tsrnn._tail import Tail, fit_tail
from tsrnn._validation import check_real
from tsrnn.thresholds._scores import check_scores
from tsrnn.thresholds.distribution import conformal

# Calibration scores above a p-value are too few to tell it; a tail fitted to the top tenth takes
# over there.
_LEAST_RANK = 10
_TAIL_LEVEL = 0.9


def benjamini_hochberg(p_values, alpha=0.05):
    """Flag as many of a batch of rows as keep the expected share of false flags at `alpha`.

    With the m p-values in ascending order, the k smallest are flagged, k being the largest with
    ``p_(k) <= alpha * k / m``. The bound holds for independent p-values and for the positively
    dependent ones of neighbouring rows.

    Parameters
    ----------
    p_values : array-like of shape (m,)
        Between 0 and 1, for example the column `p_value` of ``detector.scores(X)``.
    alpha : float, default=0.05
        Between 0 and 1, both excluded.

    Returns
    -------
    ndarray of bool of shape (m,)

    Raises
    ------
    ValueError
        If `p_values` is empty, not one-dimensional or not between 0 and 1, or `alpha` is out of
        range.
    TypeError
        If `alpha` is not a number.

    References
    ----------
    Benjamini, Hochberg (1995), Journal of the Royal Statistical Society B 57:289. Benjamini,
    Yekutieli (2001), Annals of Statistics 29:1165 (dependence).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.5, 0.02, 0.04, 0.9], alpha=0.05)
    array([ True, False,  True, False, False])
    """
    check_real("alpha", alpha, 0, 1, open_minimum=True, open_maximum=True)
    p = check_scores(p_values, "p_values")
    if p.min() < 0 or p.max() > 1:
        raise ValueError(f"p_values must lie between 0 and 1, got {p.min():g} to {p.max():g}")
    ordered = np.sort(p)
    passed = np.flatnonzero(ordered <= alpha * np.arange(1, len(p) + 1) / len(p))
    return p <= ordered[passed[-1]] if len(passed) else np.zeros(len(p), dtype=bool)


@dataclass(frozen=True)
class BenjaminiHochberg:
    """Rule: the level above which `benjamini_hochberg` flags the rows of a batch.

    P-values are conformal, ``(1 + #{calibration >= s}) / (n + 1)``, and from about 10/n down those
    of a generalised Pareto tail. The level depends on all rows judged together: more anomalies
    allow a lower one. As a plain rule, without a batch, it is that of a single row.

    Parameters
    ----------
    alpha : float, default=0.05
        Tolerated share of false alarms among the flagged rows, between 0 and 1.

    References
    ----------
    Bates, Candes, Lei, Romano, Sesia (2023), Testing for Outliers with Conformal p-values, Annals
    of Statistics 51:149.

    Examples
    --------
    >>> normal = np.random.default_rng(0).exponential(size=1080)
    >>> scores = np.append(normal[1000:], np.full(20, 12.0))
    >>> levels = BenjaminiHochberg().levels(normal[:1000], scores)
    >>> np.flatnonzero(scores > levels).tolist() == list(range(80, 100))
    True
    """

    alpha: float = 0.05

    def __call__(self, scores):
        """Level (float) above which the p-value of a single row is at most `alpha`."""
        return _level(np.sort(check_scores(scores)), self.alpha)

    def levels(self, calibration, scores):
        """Level (n,), the same for all `scores` (n,), after `calibration` (n_calibration,)."""
        ordered = np.sort(check_scores(calibration, "calibration"))
        if not len(scores):
            return np.empty(0)
        scores = check_scores(scores)
        p = _p_values(scores, ordered)
        flagged = benjamini_hochberg(p, self.alpha)
        n_flagged = np.count_nonzero(flagged)
        level = _level(ordered, self.alpha * max(n_flagged, 1) / len(scores))
        # Exactly the flagged rows lie above, whatever the rounding.
        level = max(level, scores[~flagged].max(initial=-np.inf))
        lowest = scores[flagged].min(initial=np.inf)
        return np.full(len(scores), min(level, np.nextafter(lowest, -np.inf)))


def _p_values(scores, ordered):
    n = len(ordered)
    p = (1 + n - np.searchsorted(ordered, scores, side="left")) / (n + 1)
    far = p < _LEAST_RANK / n
    p[far] = np.minimum(p[far], _tail(ordered).sf(scores[far])) if n > 1 else p[far]
    return p


def _level(ordered, alpha):
    """Score above which p-values are at most `alpha`."""
    check_real("alpha", alpha, 0, 1, open_minimum=True, open_maximum=True)
    tail = _tail(ordered)
    if alpha < min(_LEAST_RANK / len(ordered), tail.share):
        return tail.isf(alpha)
    return conformal(ordered, alpha)


def _tail(ordered):
    """Tail without an end: calibration scores cannot show that higher ones are impossible."""
    tail = fit_tail(ordered, _TAIL_LEVEL)
    if tail.shape >= 0:
        return tail
    excesses = ordered[ordered > tail.start] - tail.start
    return Tail(tail.start, tail.share, 0.0, float(excesses.mean()))
