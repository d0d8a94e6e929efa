"""What all detectors have in common: input, calibration, verdicts, tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted

from tsrnn._transaction import all_or_nothing
from tsrnn.detection import alarms
from tsrnn.detection.channels import Channels
from tsrnn.detection.events import describe_events, event_rows, find_events
from tsrnn.detection.frames import read_rows
from tsrnn.detection.pvalues import calibrate_tail, p_values
from tsrnn.model_file import SaveMixin
from tsrnn.model_file.checks import check_networks


@dataclass(frozen=True)
class Scores:
    """Score (n,) of every row, each channel's part of it and its expectation (n, n_channels)."""

    score: np.ndarray
    parts: np.ndarray
    expected: np.ndarray


class BaseDetector(OutlierMixin, SaveMixin, BaseEstimator):
    """Calibration and verdicts; a subclass learns and scores.

    A subclass has a ``target_channels`` parameter and defines ``_learn(rows, n_train)``, which
    learns from the first `n_train` rows and returns the scores of the others (NaN where nothing was
    observed), ``_extend(rows)``, which may learn from all of them, ``_score_rows(rows) -> Scores``
    and ``_run()``, the number of rows over which one anomaly spreads its score.

    Three answers tell one story. An event contains a score above the threshold and lasts as long as
    the score is above ``hysteresis * threshold``, or above the .95 quantile of the calibration
    scores if that is higher: an event must not last through usual scores. Events at most
    `merge_gap` rows apart are one; shorter ones than `min_duration` rows are dropped. ``detect``
    lists the events, ``is_anomaly`` and ``predict() == -1`` mark exactly the rows inside them, and
    ``decision_function`` is negative in exactly those rows.
    """

    def fit(self, X, y=None):
        """Learn what is normal from `X` and calibrate the threshold.

        Parameters
        ----------
        X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
            Rows in time order, mostly normal; at least 8. The index must strictly increase.
            NaN marks missing values.
        y : None
            Ignored, there for the sake of scikit-learn's pipelines.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range; if `X` has fewer than 8 rows, infinite or non-numeric
            values, a channel without any value, or an index that is not strictly increasing.
        TypeError
            If a parameter is of the wrong kind or `X` holds objects that are no numbers.
        """
        self._check_parameters()
        with all_or_nothing(self):
            self._learn_and_calibrate(X)
        return self

    def _learn_and_calibrate(self, X):
        rows = read_rows(self, X, reset=True)
        Channels(self.target_channels).check(rows.names)
        self.step_ = alarms.time_step(rows.index)
        if self.false_alarms_per is not None:
            alarms.tolerated_rows(self.false_alarms_per, self.step_)
        n_train = len(rows) - max(1, round(self.calibration_fraction * len(rows)))
        calibration = self._learn(rows, max(n_train, len(rows) // 4))
        calibration = calibration[~np.isnan(calibration)]
        if not len(calibration):
            raise ValueError(
                f"the last {len(rows) - n_train} rows, which calibrate the threshold, hold no "
                "value of a scored channel; fit on rows that do or raise calibration_fraction"
            )
        self._extend(rows)
        self.calibration_scores_ = np.sort(calibration)
        self.tail_ = calibrate_tail(self.calibration_scores_)
        level = alarms.choose_level(
            self, calibration, lambda: self._score_rows(rows).score, self._run()
        )
        self.offset_ = -level

    def _check_loaded(self, parts):
        check_networks(parts, inputs=getattr(getattr(self, "_channels", None), "inputs_", None))

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
        return -self._scored(X)[1].score

    def decision_function(self, X):
        """Signed distance (n_timesteps,) to the verdict's border: negative is an outlier.

        It is ``score_samples(X) - offset_``, except in rows whose verdict hysteresis, `merge_gap`
        or `min_duration` change: there it is the distance to the level at which events end, with
        the sign of the verdict.
        """
        _, scored, events = self._judged(X)
        inside = event_rows(events, len(scored.score))
        decision = -self.offset_ - scored.score
        to_end = np.minimum(self._leave() - scored.score, -np.finfo(np.float64).tiny)
        decision = np.where(inside & (decision >= 0), to_end, decision)
        return np.where(inside, decision, np.maximum(decision, 0.0))

    def predict(self, X):
        """Verdict (n_timesteps,): -1 inside an event, +1 elsewhere."""
        _, scored, events = self._judged(X)
        return np.where(event_rows(events, len(scored.score)), -1, 1)

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
        rows, scored, events = self._judged(X)
        columns = {
            "score": scored.score,
            "threshold": np.full(len(rows), -self.offset_),
            "p_value": p_values(scored.score, self.calibration_scores_, self.tail_),
            "is_anomaly": event_rows(events, len(rows)),
        }
        for column, name in enumerate(rows.names):
            columns[f"{name}_expected"] = scored.expected[:, column]
            columns[f"{name}_score"] = scored.parts[:, column]
        return pd.DataFrame(columns, index=rows.index)

    def detect(self, X):
        """List the anomalous events of `X`.

        Returns
        -------
        DataFrame
            One row per event in time order: `start`, `end` (its last row) and `peak` (its highest
            score) as index labels; `duration`, a Timedelta (end - start + one step) if `X` has a
            DatetimeIndex, otherwise a number of rows; `severity`, the peak score over the
            threshold; `p_value` of the peak; `channels`, those with a share in the score, largest
            first.
        """
        rows, scored, events = self._judged(X)
        step = None
        if isinstance(rows.index, pd.DatetimeIndex):
            step = self.step_ or alarms.time_step(rows.index) or pd.Timedelta(0)
        return describe_events(
            events,
            index=rows.index,
            score=scored.score,
            p_value=p_values(scored.score, self.calibration_scores_, self.tail_),
            parts=scored.parts,
            names=rows.names,
            threshold=-self.offset_,
            step=step,
        )

    def _leave(self):
        return alarms.leave_level(self, -self.offset_, self.calibration_scores_)

    def _scored(self, X):
        check_is_fitted(self, "offset_")
        rows = read_rows(self, X, reset=False)
        return rows, self._score_rows(rows)

    def _judged(self, X):
        rows, scored = self._scored(X)
        events = find_events(
            scored.score,
            -self.offset_,
            self._leave(),
            min_duration=self.min_duration,
            merge_gap=self.merge_gap,
        )
        return rows, scored, events

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def to_all_channels(channels, score, parts, expected):
    """Build `Scores` of all channels from those of the targets of `channels`, NaN scores as 0.

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
    return Scores(np.nan_to_num(score, nan=0.0), all_parts, all_expected)
