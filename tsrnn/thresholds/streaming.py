"""Thresholds that learn from the scores they have judged: SPOT and DSPOT."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from tsrnn._tail import tail_of
from tsrnn._validation import check_int, check_real
from tsrnn.thresholds._scores import check_scores

# The tail is fitted to the newest excesses only, so that a row costs the same for ever.
_MOST_PEAKS = 1000


@dataclass(frozen=True)
class Spot:
    """Rule: peaks over threshold, going on to learn while it judges (SPOT).

    The level z_q that a normal score exceeds with probability `q` comes from a generalised Pareto
    tail, as in `pot`. A score above z_q is an alarm and is not learned; one between the start of
    the tail and z_q is a new excess, upon which the tail is fitted again; one below only counts.

    Called with scores it gives the level after them, that of ``pot``. ``levels`` judges scores one
    after the other, ``start`` gives the state to do so live.

    Parameters
    ----------
    q : float, default=1e-4
        Tolerated probability per row, between 0 and 1.
    level : float, default=0.98
        Quantile of the calibration scores at which the tail starts, between 0 and 1.

    Notes
    -----
    Two errors of the original code, copied widely, are not made: the likelihood of the exponential
    tail is ``-n (1 + log(mean))``, and the fit uses all excesses, so that it does not collapse to
    the start of the tail. What remains is of the method: normal scores above z_q are not learned,
    so that with a large `q` the level sinks in the long run; and scores are taken to be
    independent, while smoothed ones come in runs.

    References
    ----------
    Siffer, Fouque, Termier, Largouet (2017), Anomaly Detection in Streams with Extreme Value
    Theory, KDD, algorithms 1 and 2.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> scores = rng.exponential(size=3000)
    >>> scores[2500] = 40
    >>> levels = Spot(q=1e-4).levels(scores[:1000], scores[1000:])
    >>> np.flatnonzero(scores[1000:] > levels)
    array([1500])
    """

    q: float = 1e-4
    level: float = 0.98

    def __call__(self, scores):
        """Level (float) after `scores` (n,) of normal rows."""
        return self.start(scores).level

    def levels(self, calibration, scores):
        """Level (n,) in force at each of `scores` (n,), after `calibration` (n_calibration,)."""
        stream = self.start(calibration)
        levels = np.empty(len(scores))
        for i, score in enumerate(np.asarray(scores, dtype=np.float64).tolist()):
            levels[i] = stream.level
            stream.update(score)
        return levels

    def start(self, calibration):
        """State after `calibration` (n,): has ``level`` and ``update(score) -> bool``.

        Raises
        ------
        ValueError, TypeError
            If `calibration` is empty, not one-dimensional or not finite, or a parameter is out of
            range or of the wrong kind.
        """
        self._check()
        return _Stream(self, check_scores(calibration))

    def _check(self):
        check_real("q", self.q, 0, 1, open_minimum=True, open_maximum=True)
        check_real("level", self.level, 0, 1, open_minimum=True, open_maximum=True)


@dataclass(frozen=True)
class DSpot(Spot):
    """Rule: `Spot` on scores minus their recent mean, for scores that drift (DSPOT).

    Parameters
    ----------
    q, level
        As for `Spot`.
    depth : int, default=100
        Scores, alarms left out, in the recent mean: at least 1; a quarter of the calibration scores
        if these are fewer than four times as many.

    References
    ----------
    Siffer et al. (2017), algorithm 3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> scores = rng.exponential(size=4000) + np.arange(4000) / 100
    >>> scores[3500] += 40
    >>> levels = DSpot().levels(scores[:1000], scores[1000:])
    >>> np.flatnonzero(scores[1000:] > levels)
    array([2500])
    """

    depth: int = 100

    def start(self, calibration):
        """State after `calibration` (n,), see `Spot.start`."""
        self._check()
        check_int("depth", self.depth, 1)
        calibration = check_scores(calibration)
        depth = max(1, min(self.depth, len(calibration) // 4))
        sums = np.concatenate(([0.0], np.cumsum(calibration)))
        means = (sums[depth:-1] - sums[: -depth - 1]) / depth
        drift = _Drift(calibration[-depth:])
        return _Stream(self, calibration[depth:] - means if len(means) else calibration * 0, drift)


class _Drift:
    """Mean of the newest normal scores."""

    def __init__(self, scores):
        self.recent = deque(scores.tolist(), maxlen=len(scores))
        self.mean = float(scores.mean())

    def add(self, score):
        self.mean += (score - self.recent[0]) / len(self.recent)
        self.recent.append(score)


class _Stream:
    """State of SPOT; with `drift`, of DSPOT."""

    def __init__(self, rule, calibration, drift=None):
        self.rule, self.drift = rule, drift
        self.count = len(calibration)
        self.begin = float(np.quantile(calibration, rule.level))
        above = calibration[calibration > self.begin] - self.begin
        self.n_peaks = len(above)
        self.peaks = deque(above.tolist(), maxlen=_MOST_PEAKS)
        self._fit()

    @property
    def level(self):
        """Scores above it are alarms."""
        return self.excess_level + (self.drift.mean if self.drift else 0.0)

    def update(self, score):
        """Judge `score` (True: alarm), then learn from it unless it is an alarm or NaN."""
        if score > self.level or score != score:
            return score == score
        value = score - (self.drift.mean if self.drift else 0.0)
        self.count += 1
        if value > self.begin:
            self.n_peaks += 1
            self.peaks.append(value - self.begin)
            self._fit()
        if self.drift:
            self.drift.add(score)
        return False

    def _fit(self):
        tail = tail_of(np.array(self.peaks), self.begin, self.n_peaks / self.count)
        self.excess_level = tail.isf(min(self.rule.q, tail.share))
