"""What the baseline detectors share: parameters, scaling, the window of one period."""

import numpy as np

from tsrnn._validation import check_bool, check_choice, check_int
from tsrnn.detection.base import BaseDetector, to_all_channels
from tsrnn.detection.channels import Channels
from tsrnn.detection.period import find_period


class BaselineDetector(BaseDetector):
    """Detector with one window; a subclass defines ``_fit_scaled`` and ``_score_scaled``.

    ``_fit_scaled(train)`` learns from scaled training rows; ``_score_scaled(scaled)`` returns score
    (n,), parts and expectation (n, n_targets), NaN scores where nothing was observed.
    """

    # Whether a row is scored from the rows before it alone, in a class without `causal`.
    _looks_back = False

    def __init__(
        self,
        window="auto",
        *,
        threshold="auto",
        false_alarms_per=None,
        contamination="auto",
        target_channels="auto",
        calibration_fraction=0.2,
        min_duration=1,
        merge_gap=0,
        hysteresis=0.5,
    ):
        self.window = window
        self.threshold = threshold
        self.false_alarms_per = false_alarms_per
        self.contamination = contamination
        self.target_channels = target_channels
        self.calibration_fraction = calibration_fraction
        self.min_duration = min_duration
        self.merge_gap = merge_gap
        self.hysteresis = hysteresis

    def _check_parameters(self):
        super()._check_parameters()
        if isinstance(self.window, str):
            check_choice("window", self.window, ["auto"])
        else:
            check_int("window", self.window, 2)
        if hasattr(self, "causal"):
            check_bool("causal", self.causal)
        if getattr(self, "random_state", None) is not None:
            check_int("random_state", self.random_state, 0)

    def _learn(self, rows, n_train):
        if self.window != "auto" and self.window > n_train:
            raise ValueError(
                f"window={self.window} is longer than the {n_train} rows that are learnt from "
                f"(of {len(rows)}, with calibration_fraction={self.calibration_fraction})"
            )
        self._channels = Channels(self.target_channels).fit(rows[:n_train])
        scaled = self._channels.transform(rows)
        self.period_ = find_period(scaled.target_values[:n_train, scaled.counts])
        automatic = max(2, min(int(np.clip(self.period_, 32, 200)), n_train // 4))
        self.window_ = automatic if self.window == "auto" else self.window
        self._fit_scaled(scaled[:n_train])
        return self._calibrate(self._score_scaled(scaled)[0], n_train)

    def _calibrate(self, score, n_train):
        return score[n_train:]

    def _extend(self, rows):
        """Keep what was learnt, so that the calibration stays true."""

    def _score_rows(self, rows):
        if getattr(self, "causal", self._looks_back):
            scaled = self._channels.transform_next(rows, self._channels.start())
        else:
            scaled = self._channels.transform(rows, pool=True)
        return to_all_channels(self._channels, *self._score_scaled(scaled))

    def _run(self):
        return self.window_


def observed_mean(squares):
    """Average the observed channels (n,), NaN if none is; and each channel's part (n, C)."""
    observed = ~np.isnan(squares)
    count = observed.sum(axis=1)
    parts = np.where(observed, squares, 0.0) / np.maximum(count, 1)[:, None]
    return np.where(count > 0, parts.sum(axis=1), np.nan), parts


def root_mean_observed(squares):
    """Root of `observed_mean`, and parts (n, C) that add up to it instead of to its square."""
    total, parts = observed_mean(squares)
    score = np.sqrt(total)
    share = np.divide(parts, total[:, None], out=np.zeros_like(parts), where=parts > 0)
    return score, share * np.nan_to_num(score)[:, None]
