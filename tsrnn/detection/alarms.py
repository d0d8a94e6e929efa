"""How a detector's alarm parameters become levels: checked, then applied to scores."""

import numbers
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn._validation import check_int, check_real
from tsrnn._warnings import warn_user
from tsrnn.thresholds import THRESHOLDS, Spot, auto, check_rule, find_threshold, tolerated

# Rules that keep a distance from the calibration scores.
_DISTANT = "auto", "ndt"
_FEWEST = 10


@dataclass(frozen=True)
class Auto:
    """The threshold "auto": arguments of `thresholds.auto`, and what else counts.

    That are `stretches` before the calibration rows, as long as these, see `usual_high`.
    """

    factor: float = 3.0
    spreads: float | None = None
    stretches: int = 0

    def level(self, scores):
        """Level by the `scores` (n,) of calibration rows alone."""
        return auto(scores, self.factor, spreads=self.spreads)


def check_alarm_parameters(detector):
    """Check the parameters that all detectors share.

    Raises
    ------
    ValueError, TypeError
        If one is out of range or of the wrong kind, or if more than one of `threshold`,
        `false_alarms_per` and `contamination` is set.
    """
    check_real(
        "calibration_fraction",
        detector.calibration_fraction,
        0,
        1,
        open_minimum=True,
        open_maximum=True,
    )
    check_int("min_duration", detector.min_duration, 1)
    check_int("merge_gap", detector.merge_gap, 0)
    check_real("hysteresis", detector.hysteresis, 0, 1, open_minimum=True)
    check_rule(detector.threshold)
    if not _is_auto(detector.contamination):
        check_real("contamination", detector.contamination, 0, 0.5, open_minimum=True)
    chosen = {
        "threshold": not _is_auto(detector.threshold),
        "false_alarms_per": detector.false_alarms_per is not None,
        "contamination": not _is_auto(detector.contamination),
    }
    if sum(chosen.values()) > 1:
        names = " and ".join(name for name, is_set in chosen.items() if is_set)
        raise ValueError(f"{names} both set the threshold; give only one of them")


def _is_auto(value):
    return isinstance(value, str) and value == "auto"


def tolerated_rows(false_alarms_per, step):
    """Rows between two tolerated false alarms; `step` (Timedelta or None) is the row spacing.

    Raises
    ------
    ValueError
        If it is no duration, not longer than a row, or a duration for rows without time stamps.
    """
    # NumPy's durations count as integers.
    is_duration = isinstance(false_alarms_per, np.timedelta64)
    if isinstance(false_alarms_per, numbers.Number) and not is_duration:
        return check_int("false_alarms_per", false_alarms_per, 2)
    try:
        duration = pd.Timedelta(false_alarms_per)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"false_alarms_per must be a number of rows or a duration such as '1D', "
            f"got {false_alarms_per!r}"
        ) from error
    if step is None:
        raise ValueError(
            f"false_alarms_per={false_alarms_per!r} is a duration and needs a DatetimeIndex; "
            "give a number of rows instead"
        )
    if not duration > step:
        raise ValueError(
            f"false_alarms_per={false_alarms_per!r} must be longer than the time between two rows, "
            f"{step}"
        )
    return duration / step


def is_auto(detector):
    """Whether the level of `detector` is "auto"."""
    by_rule = detector.false_alarms_per is None and _is_auto(detector.contamination)
    return by_rule and _is_auto(detector.threshold)


def earlier_rows(detector, rule, n_calibration):
    """How many rows before the calibration rows the level depends on, too; None for all of them."""
    if detector.false_alarms_per is not None:
        return None if detector._scores_alike else 0
    return rule.stretches * n_calibration if is_auto(detector) else 0


def choose_level(detector, calibration, training_scores, run, earlier):
    """Level above which a row starts an event, unless it is "auto".

    Parameters
    ----------
    detector : estimator
        With the shared alarm parameters and ``step_``.
    calibration : ndarray of shape (n,)
        Scores of the calibration rows in time order, no NaN.
    training_scores : callable
        Gives the scores of all training rows, if called with None, NaN where unobserved; called for
        a numeric `contamination` only.
    run : int
        Rows over which one event spreads its score.
    earlier : ndarray of shape (n_earlier,)
        Scores of rows before the calibration rows, among which alarms are counted, too.
    """
    if not _is_auto(detector.contamination):
        scores = np.nan_to_num(training_scores(None))
        return -float(np.percentile(-scores, 100.0 * detector.contamination))
    if detector.false_alarms_per is None:
        return find_threshold(detector.threshold, calibration)
    rows = tolerated_rows(detector.false_alarms_per, detector.step_)
    # Events are counted as they are formed: what merges them makes one alarm of theirs.
    scores = np.concatenate((earlier, calibration))
    return tolerated(scores, rows, detector.merge_gap + 2, spread=run)


def warn_of_few(detector, n_scores, run):
    """Warn if a rule by name is given less than ten independent calibration scores.

    There are `n_scores`, each smoothed over `run` rows.
    """
    rule = detector.threshold
    if not isinstance(rule, str) or rule in _DISTANT or n_scores >= _FEWEST * run:
        return
    warn_user(
        f"threshold={rule!r} judges by {n_scores} calibration scores that are smoothed over {run} "
        f"rows, about {max(1, n_scores // run)} independent ones: normal rows may exceed it often. "
        f"Fit on more rows, raise calibration_fraction, lower smoothing, or take the default "
        f'threshold="auto" or false_alarms_per, which allow for it'
    )


def moving_rule(detector):
    """Return the rule of `detector` if its level moves with the scores it judges, else None."""
    if detector.false_alarms_per is not None or not _is_auto(detector.contamination):
        return None
    rule = detector.threshold
    rule = THRESHOLDS[rule] if isinstance(rule, str) else rule
    return rule if hasattr(rule, "levels") else None


def check_live(detector):
    """Raise ValueError if `detector` cannot judge a row by the rows so far."""
    if detector.irregular == "resample" or detector.duplicates != "raise":
        raise ValueError(
            "irregular='resample' and duplicates other than 'raise' make one row of several of a "
            "batch, but causal scores and streams take rows as they come: bring them to even steps "
            "yourself and set irregular='ignore' and duplicates='raise'"
        )
    rule = moving_rule(detector)
    if rule is not None and not isinstance(rule, Spot):
        raise ValueError(
            f"threshold={detector.threshold!r} judges a batch of rows as a whole, but causal "
            'scores and streams come row by row; use another one, for example "spot"'
        )


def leave_level(detector, enter, usual):
    """Levels (n,) at which events end, given those at which they start.

    Not below `usual`, what is usually high: an event must not last through usual scores. A numeric
    `contamination` fixes the share of training rows that are flagged, hence no hysteresis then.
    """
    if not _is_auto(detector.contamination):
        return enter
    return np.minimum(enter, np.maximum(detector.hysteresis * enter, usual))


def time_step(index):
    """Median spacing of a DatetimeIndex of at least two rows, otherwise None."""
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return None
    return pd.Series(index).diff().median()
