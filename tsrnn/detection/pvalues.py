"""Conformal p-values of scores, with a fitted tail where the calibration rows end."""

import numpy as np

from tsrnn._tail import Tail, tail_of

_RANKED = 10


def calibrate_tail(ordered):
    """Tail of the ten largest of the ascending scores `ordered` (n,).

    A bounded tail (negative shape) is replaced by an exponential one: ten scores cannot show that
    larger ones are impossible, and p-values of zero would say so.
    """
    n = len(ordered)
    count = min(_RANKED, n - 1)
    start = ordered[n - 1 - count] if count else ordered[0]
    excesses = ordered[n - count :] - start
    tail = tail_of(excesses, float(start), max(count, 1) / n)
    if tail.shape < 0:
        tail = Tail(tail.start, tail.share, 0.0, float(excesses.mean()))
    return tail


def p_values(scores, ordered, tail):
    """Chance that a normal row scores at least as high.

    ``(1 + #{calibration >= s}) / (n + 1)`` (Vovk, Gammerman, Shafer 2005) down to about 10/n; from
    there on the survival function of `tail` takes over, which decreases without end. Calibration
    scores of neighbouring rows are alike, so p-values are approximate.

    Parameters
    ----------
    scores : ndarray of shape (m,)
    ordered : ndarray of shape (n,)
        Calibration scores, ascending.
    tail : Tail

    Returns
    -------
    ndarray of shape (m,), in (0, 1]

    Examples
    --------
    >>> ordered = np.arange(1.0, 100.0)
    >>> p_values(np.array([0.0, 50.0]), ordered, calibrate_tail(ordered))
    array([1. , 0.51])
    """
    n = len(ordered)
    p = (1 + n - np.searchsorted(ordered, scores, side="left")) / (n + 1)
    beyond = scores > tail.start
    if tail.scale > 0:
        p[beyond] = np.maximum(tail.sf(scores[beyond]), np.finfo(float).tiny)
    return p
