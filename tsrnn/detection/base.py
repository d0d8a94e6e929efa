"""What all detectors have in common: input, calibration, verdicts, tables."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn.detection import alarms
from tsrnn.detection.answers import Judged, Scores, table
from tsrnn.detection.calibration import calibrate
from tsrnn.detection.events import describe_events, event_rows, find_events
from tsrnn.detection.frames import read_rows
from tsrnn.detection.live import LiveAlarms
from tsrnn.detection.targets import check_targets
from tsrnn.model_file import SaveMixin
from tsrnn.model_file.checks import check_networks


class BaseDetector(OutlierMixin, SaveMixin, BaseEstimator):
    """Calibration and verdicts; a subclass learns and scores.

    A subclass has a ``target_channels`` parameter and defines ``_learn(rows, n_train)``, which
    learns from the first `n_train` rows and returns the scores of the others (NaN where nothing was
    observed), ``_extend(rows)``, which may learn from all of them, ``_score_rows(rows) -> Scores``
    and ``_run()``, the number of rows over which one anomaly spreads its score. ``_auto`` says
    what the threshold "auto" is; ``_scores_alike`` says whether rows that were learnt are
    scored like others but for a factor that shows on the calibration rows.

    Three answers tell one story. An event contains a score above the threshold and lasts as long as
    the score is above ``hysteresis * threshold``, or above what is usually high (`usual_high`) if
    that is higher: an event must not last through usual scores. Events at most
    `merge_gap` rows apart are one; shorter ones than `min_duration` rows are dropped. ``detect``
    lists the events, ``is_anomaly`` and ``predict() == -1`` mark exactly the rows inside them, and
    ``decision_function`` is negative in exactly those rows.

    A causal detector marks a row as one that watches would: if the events among the rows up to it
    contain it. An alarm is not raised before its cause nor taken back, so that the rows before a
    score that crosses the threshold, those before the `min_duration`-th and those of gaps merged
    later are in the event that ``detect`` lists, but not marked.
    """

    # Of detectors without these parameters.
    irregular, duplicates, freq = "ignore", "raise", None
    _auto = alarms.Auto()
    _scores_alike = False

    def fit(self, X, y=None):
        """Learn what is normal from `X` and calibrate the threshold.

        Parameters
        ----------
        X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
            Rows in time order, mostly normal; at least 8. The index must strictly increase.
            NaN marks missing values. Columns of text and booleans help to predict the others.
        y : None
            Ignored, there for the sake of scikit-learn's pipelines.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range; if `X` has fewer than 8 rows, infinite values, times, a
            channel without any value, more than 32 different texts in a channel or only text and
            booleans, or an index that is not strictly increasing.
        TypeError
            If a parameter is of the wrong kind or `X` holds objects that are neither numbers nor
            text.
        """
        self._check_parameters()
        with all_or_nothing(self):
            self._learn_and_calibrate(X)
        return self

    def _learn_and_calibrate(self, X):
        rows = read_rows(self, X, reset=True)
        check_targets(self.target_channels, rows)
        self.step_ = alarms.time_step(rows.index)
        if self.false_alarms_per is not None:
            alarms.tolerated_rows(self.false_alarms_per, self.step_)
        n_train = len(rows) - max(1, round(self.calibration_fraction * len(rows)))
        calibration = self._learn(rows, max(n_train, len(rows) // 4))
        # Smoothed, rows before may leave scores where nothing was observed.
        unobserved = np.isnan(rows.values[n_train:, self._channels.targets_]).all()
        if unobserved or np.isnan(calibration).all():
            raise ValueError(
                f"the last {len(rows) - n_train} rows, which calibrate the threshold, hold no "
                "value of a scored channel; fit on rows that do or raise calibration_fraction"
            )
        self._extend(rows)
        self._calibrate_alarms(calibration, training_scores=lambda n: self._learnt_scores(rows, n))
        return rows

    def _learnt_scores(self, rows, n):
        """Scores of the last `n` of the `rows` that were learnt, None for all."""
        return self._score_rows(rows).score[-(n or len(rows)) :]

    def _calibrate_alarms(self, scores, **known):
        self._calibration = calibrate(self, scores, self._run(), self._auto, **known)
        self.calibration_scores_ = self._calibration.scores
        self.offset_ = -self._calibration.level

    def _recalibrate_alarms(self, scores):
        every = np.concatenate((self.calibration_scores_, scores))
        self._calibrate_alarms(every, before=self._calibration)

    def recalibrate(self, X):
        """Set the threshold anew, from the calibration scores so far and those of later rows.

        For data that have drifted: nothing is forgotten and nothing else is learnt. The threshold
        follows the scores of all calibration rows, old and new, by the rule it was set with at
        ``fit``.

        Parameters
        ----------
        X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
            Rows in time order that are believed to be normal.

        Returns
        -------
        self

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `X` is refused as in ``score_samples``, has no value of a scored channel, or if
            `contamination` is a number, which is a share of the rows given to ``fit``.
        """
        rows = self._read(X)
        self._check_recalibration()
        with all_or_nothing(self):
            self._add_calibration(rows)
        return self

    def _check_recalibration(self):
        if not isinstance(self.contamination, str):
            raise ValueError(
                f"contamination={self.contamination!r} flags a share of the rows given to fit; "
                "to recalibrate, set threshold or false_alarms_per instead"
            )

    def _add_calibration(self, rows):
        scores = self._score_rows(rows).score
        if np.isnan(scores).all():
            raise ValueError("X holds no value of a scored channel to recalibrate with")
        self._recalibrate_alarms(scores)

    def _check_loaded(self, parts):
        channels = getattr(self, "_channels", None)
        check_networks(parts, None if channels is None else channels.n_inputs)

    def _check_parameters(self):
        alarms.check_alarm_parameters(self)

    def score_samples(self, X):
        """Negative anomaly score (n_timesteps,): higher is more normal.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `X` lacks a fitted channel or has others, or is refused as in ``fit`` (a single row
            is enough, and a channel may be all missing).
        """
        rows = self._read(X)
        score = -np.nan_to_num(self._score_rows(rows).score)
        return score if rows.own is None else score[rows.own.places]

    def decision_function(self, X):
        """Signed distance (n_timesteps,) to the verdict's border: negative is an outlier.

        It is ``score_samples(X) - offset_``, except in rows whose verdict hysteresis, `merge_gap`
        or `min_duration` change: there it is the distance to the level at which events end, with
        the sign of the verdict. A threshold that moves takes the place of ``-offset_``.
        """
        judged = self._judge(self._read(X))
        decision = judged.enter - judged.score
        to_end = np.minimum(judged.leave - judged.score, -np.finfo(np.float64).tiny)
        decision = np.where(judged.flags & (decision >= 0), to_end, decision)
        return np.where(judged.flags, decision, np.maximum(decision, 0.0))

    def predict(self, X):
        """Verdict (n_timesteps,): -1 for an anomaly, +1 elsewhere."""
        return np.where(self._judge(self._read(X)).flags, -1, 1)

    def scores(self, X):
        """Scores of every row and channel.

        Returns
        -------
        DataFrame
            On the index of `X`: `score` (at least 0, higher is more anomalous), `threshold`,
            `p_value` (chance of such a score in a normal row), `is_anomaly` (the row lies in an
            event), then for each channel `<channel>_expected` in the units of `X` (NaN for channels
            that are not scored) and `<channel>_score`, its part of the score.
        """
        rows = self._read(X)
        judged = self._judge(rows)
        return table(
            judged.index, rows.names, judged.scored, judged.enter, judged.flags, self._calibration
        )

    def detect(self, X):
        """List the anomalous events of `X`.

        Returns
        -------
        DataFrame
            One row per event in time order: `start`, `end` (its last row) and `peak` (its highest
            score) as index labels; `duration`, a Timedelta (end - start + one step) if `X` has a
            DatetimeIndex, otherwise a number of rows; `severity`, the peak score over the
            threshold; `p_value` of the peak; `channels`, those with more than an even share in
            the score of the event, and at least the first three with any, largest first. The
            columns ``<channel>_score`` of ``scores`` tell the shares of all.
        """
        rows = self._read(X)
        judged = self._judge(rows)
        step = None
        if isinstance(judged.index, pd.DatetimeIndex):
            step = self.step_ or alarms.time_step(rows.index) or pd.Timedelta(0)
        return describe_events(
            judged.events,
            index=judged.index,
            score=judged.score,
            p_value=self._calibration.p_values(judged.score),
            parts=judged.scored.parts,
            names=rows.names,
            threshold=judged.enter,
            step=step,
        )

    def _read(self, X):
        check_is_fitted(self, "offset_")
        return read_rows(self, X, reset=False)

    def _judge(self, rows):
        scored = self._score_rows(rows)
        score = np.nan_to_num(scored.score)
        enter, leave = self._calibration.levels(self, score)
        limits = {"min_duration": self.min_duration, "merge_gap": self.merge_gap}
        events = find_events(score, enter, leave, **limits)
        if getattr(self, "causal", False):
            flags = LiveAlarms(**limits).push(score, enter, leave)
        else:
            flags = event_rows(events, len(rows))
        judged = Judged(rows.index, scored, score, enter, leave, events, flags)
        return judged if rows.own is None else judged.of_own_rows(rows.own)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def to_all_channels(channels, score, parts, expected):
    """Build `Scores` of all channels from those of the targets of `channels`.

    Channels that are not scored have the part 0; what is expected of them is NaN, or their value
    if they were constant.
    """
    n_channels = len(channels.mean_)
    all_parts = np.zeros((len(score), n_channels))
    all_parts[:, channels.targets_] = parts
    constant = np.setdiff1d(np.arange(n_channels), channels.inputs_)
    all_expected = np.full((len(score), n_channels), np.nan)
    all_expected[:, constant] = channels.mean_[constant]
    all_expected[:, channels.targets_] = channels.restore(expected)
    return Scores(score, all_parts, all_expected)
