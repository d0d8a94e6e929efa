"""What the scores of normal rows say of others: alarm levels and p-values."""

from dataclasses import dataclass, field

import numpy as np

from tsrnn._tail import Tail
from tsrnn.detection import alarms
from tsrnn.detection.earlier import earlier_scores, usual_high
from tsrnn.detection.live import LiveAlarms, MovingLevel
from tsrnn.detection.pvalues import calibrate_tail, p_values
from tsrnn.thresholds import find_levels


@dataclass(frozen=True)
class Calibration:
    """Scores (n,) of normal rows in time order, their tail, and the level after them.

    `usual` is what is usually high among them, see `usual_high`; `earlier`, scores of rows before
    them that count too, see `earlier_scores`.
    """

    scores: np.ndarray
    tail: Tail
    level: float
    usual: float
    earlier: np.ndarray = field(default_factory=lambda: np.empty(0))

    def p_values(self, scores):
        """Chance that a normal row scores as high."""
        return p_values(scores, np.sort(self.scores), self.tail)

    def levels(self, detector, scores):
        """Levels (n,) at which events of `scores` (n,) start, and those at which they end."""
        if alarms.moving_rule(detector) is None:
            enter = np.full(len(scores), self.level)
        else:
            enter = find_levels(detector.threshold, self.scores, scores)
        return enter, alarms.leave_level(detector, enter, self.usual)


def calibrate(detector, scores, run, rule, *, training_scores=None, before=None):
    """Return the `Calibration` by `scores` (n,), NaN left out.

    `run` is the number of rows over which one anomaly spreads such a score, `rule` the `Auto` of
    the threshold "auto". `training_scores` is called for the scores of so many training rows, None
    for all, of which `scores` are the last, where they matter; `before` is the calibration so far,
    if there is one.
    """
    earlier = np.empty(0) if before is None else before.earlier
    wanted = alarms.earlier_rows(detector, rule, len(scores))
    if training_scores is not None and wanted is None:
        earlier = earlier_scores(scores, training_scores(None), run)
    elif training_scores is not None and wanted:
        earlier = training_scores(len(scores) + wanted)[: -len(scores)]
        earlier = earlier[~np.isnan(earlier)]
    scores = scores[~np.isnan(scores)]
    own = usual = float(np.quantile(scores, 0.95))
    if wanted:
        usual = usual_high(scores, earlier, rule.stretches)
    if alarms.is_auto(detector):
        level = rule.level(scores) * (usual / own if own > 0 else 1.0)
    else:
        level = alarms.choose_level(detector, scores, training_scores, run, earlier)
    return Calibration(scores, calibrate_tail(np.sort(scores)), level, usual, earlier)


class LiveVerdicts:
    """Levels and flags of the rows of a stream, as a causal batch would have them.

    Parameters
    ----------
    detector : BaseDetector
    calibration : Calibration
    """

    def __init__(self, detector, calibration):
        self.alarms = LiveAlarms(detector.min_duration, detector.merge_gap)
        self.recalibrate(detector, calibration)

    def recalibrate(self, detector, calibration):
        """Go on with another calibration; an event that has begun goes on too."""
        moves = alarms.moving_rule(detector) is not None
        self.moving = MovingLevel(calibration.scores) if moves else None
        self.enter, self.usual = np.full(1, calibration.level), calibration.usual
        leave = alarms.leave_level(detector, self.enter, self.usual)
        self.fixed = calibration.level, float(leave[0])

    def push(self, detector, scores):
        """Levels (n,) and flags (n,) of the next `scores` (n,)."""
        if self.moving is None:
            enter = np.repeat(self.enter, len(scores))
        else:
            enter = self.moving.push(alarms.moving_rule(detector), scores)
        leave = alarms.leave_level(detector, enter, self.usual)
        return enter, self.alarms.push(scores, enter, leave)

    def push_one(self, detector, score):
        """Take in the next `score`, a float."""
        if self.moving is None:
            self.alarms.flag(score, *self.fixed)
        else:
            self.push(detector, np.array([score]))
