"""Alarms as they are raised row by row, and levels that move meanwhile."""

from collections import deque

import numpy as np

from tsrnn._rebuilt import Rebuilt


class LiveAlarms:
    """Flags each row that lies in an event of `find_events`, given the rows up to it.

    An alarm cannot be raised before it is known of, nor taken back: an event begins with the row
    that enters (or the `min_duration`-th), not with the rows before it that turn out to belong to
    it; a gap that is merged later is not flagged.

    Parameters
    ----------
    min_duration, merge_gap : int
        As for `find_events`.

    Examples
    --------
    >>> alarms = LiveAlarms(min_duration=1, merge_gap=0)
    >>> score = np.array([0, 2, 5, 2, 0, 2, 0, 9.0])
    >>> np.flatnonzero(alarms.push(score, np.full(8, 4.0), np.full(8, 1.0)))
    array([2, 3, 7])
    """

    def __init__(self, min_duration, merge_gap):
        self.min_duration, self.merge_gap = min_duration, merge_gap
        self.row = 0
        # First rows of the run above the leaving level and of the event it is part of; last row of
        # the last run that entered.
        self.run = self.event = self.last = None
        self.entered = False

    def push(self, score, enter, leave):
        """Flag (n,) the next rows with `score`, `enter` and `leave` (n,)."""
        triples = zip(score.tolist(), enter.tolist(), leave.tolist(), strict=True)
        return np.fromiter((self.flag(*triple) for triple in triples), bool, len(score))

    def flag(self, score, enter, leave):
        """Whether the next row, with one number each, is flagged."""
        row = self.row
        self.row = row + 1
        if not score > leave:
            if self.entered:
                self.last, self.entered = row - 1, False
            self.run = None
            return False
        if self.run is None:
            self.run = row
        if not self.entered and score > enter:
            self.entered = True
            if self.last is None or self.run - self.last - 1 > self.merge_gap:
                self.event = self.run
        return self.entered and row - self.event + 1 >= self.min_duration


class MovingLevel(Rebuilt):
    """Level of a rule that learns from the scores of a stream; can be saved at any row.

    Parameters
    ----------
    calibration : ndarray of shape (n,)
        Scores before the first, in time order.
    """

    def __init__(self, calibration):
        self.calibration = calibration
        self.state = {}

    def push(self, rule, scores):
        """Level (n,) in force at each of the next `scores` (n,) under `rule`, a `Spot`."""
        live = self._live(rule)
        levels = np.empty(len(scores))
        for i, score in enumerate(scores.tolist()):
            levels[i] = live.level
            live.update(score)
        self.state = _plain(live)
        return levels

    def _live(self, rule):
        if "live" not in self.rebuilt:
            live = self.rebuilt["live"] = rule.start(self.calibration)
            for part, state in self.state.items():
                target = live.drift if part == "drift" else live
                for name, value in state.items():
                    if isinstance(value, list):
                        value = deque(value, maxlen=getattr(target, name).maxlen)
                    setattr(target, name, value)
        return self.rebuilt["live"]


def _plain(live):
    """Return what has changed since the start, in lists and numbers."""
    parts = {"tail": live} | ({"drift": live.drift} if live.drift else {})
    return {
        part: {
            name: list(value) if isinstance(value, deque) else value
            for name, value in vars(target).items()
            if isinstance(value, deque | int | float)
        }
        for part, target in parts.items()
    }
