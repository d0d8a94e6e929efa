"""A threshold from a tolerated rate of false alarms."""

from dataclasses import replace

import numpy as np

from tsrnn._tail import tail_of
from tsrnn._validation import check_int, check_real
from tsrnn.thresholds._scores import check_scores

# Where tails may start.
_LEVELS = np.linspace(0.95, 0.5, 10)


def tolerated(scores, rows_per_alarm, run=1, spread=1):
    """Threshold that normal rows cross once in `rows_per_alarm` rows, counting runs as one alarm.

    Excesses over the start of the tail that lie less than `run` rows apart are one alarm, whose
    maximum counts; the maxima follow a generalised Pareto distribution (declustering: Coles 2001,
    section 5.3.3). The tail starts at the .95 quantile or, where smoothing leaves fewer alarms
    there than are tolerated in so many rows, at the highest of the .9, .85, ... .5 quantiles that
    has enough; if none has, where there are most.

    The shape is at least one over the number k of independent maxima: exponential excesses whose
    scale is known from k others alone have the shape 1/k, and a threshold without regard to that is
    crossed too often (predictive distribution: Aitchison and Dunsmore 1975, Statistical Prediction
    Analysis).

    Parameters
    ----------
    scores : array-like of shape (n,)
        Scores of normal rows in time order.
    rows_per_alarm : float
        At least 1.
    run : int
        At least 1: excesses closer than this are one alarm.
    spread : int
        At least 1: maxima further apart than this many rows are independent.

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
    scores = check_scores(scores)
    check_real("rows_per_alarm", rows_per_alarm, 1)
    check_int("run", run, 1)
    check_int("spread", spread, 1)
    start, first, above = _tail_start(scores, run, len(scores) / rows_per_alarm)
    if not len(above):
        return start
    n_independent = 1 + np.count_nonzero(np.diff(above) >= max(run, spread))
    maxima = np.maximum.reduceat(scores[above], first)
    tail = tail_of(maxima - start, start, len(maxima) / len(scores))
    tail = replace(tail, shape=max(tail.shape, 1 / n_independent))
    return tail.isf(1 / rows_per_alarm) if 1 / rows_per_alarm < tail.share else start


def _tail_start(scores, run, n_wanted):
    """Start of the tail, rows above it, and the places among these where a run of them begins.

    It is the highest one with `n_wanted` runs, or the one with most.
    """
    best = None
    for start in np.quantile(scores, _LEVELS):
        above = np.flatnonzero(scores > start)
        first = np.flatnonzero(np.diff(above, prepend=-run) >= run)
        if best is None or len(first) > len(best[1]):
            best = float(start), first, above
        if len(first) >= n_wanted:
            break
    return best
