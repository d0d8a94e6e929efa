"""Detectors that are an ensemble of scorers: learning, batches and streams."""

import numpy as np
import pandas as pd

from tsrnn._validation import check_bool, check_choice, check_int
from tsrnn.detection.alarms import check_live, warn_of_few
from tsrnn.detection.base import BaseDetector, to_all_channels
from tsrnn.detection.channels import Channels
from tsrnn.detection.ensemble import Ensemble
from tsrnn.detection.period import find_period
from tsrnn.detection.stream import Stream
from tsrnn.detection.streaming import Streaming
from tsrnn.detection.trim import without_suspects

# Fewest and most rows of automatic smoothing of one channel.
_WIDTHS = 128, 200
_FEWER = 0.6
# What is over must soon be forgotten where no later row tells that it is.
CAUSAL_SHARE = 0.5
_TWO_YEARS = pd.Timedelta(days=731)


class EnsembleDetector(Streaming, BaseDetector):
    """Learns and scores by an `Ensemble`; a subclass has parameters and ``_members``.

    ``_members(n_train, n_targets)`` returns a list of `Member`. The parameters are those
    of `BaseDetector`, and `window`, `smoothing` and `causal`.
    """

    def _check_parameters(self):
        super()._check_parameters()
        check_int("window", self.window, 1)
        check_smoothing(self.smoothing)
        if check_bool("causal", self.causal):
            check_live(self)

    def _learn(self, rows, n_train):
        self._channels = Channels(self.target_channels).fit(rows[:n_train])
        scaled = self._channels.transform(rows)
        self.period_ = find_period(scaled.target_values[:n_train, scaled.counts])
        n_signals = self._channels.n_signals_
        width = choose_smoothing(self.smoothing, self.period_, n_signals, n_train, self.step_)
        live = max(1, int(CAUSAL_SHARE * width)) if self.smoothing == "auto" else width
        self.smoothing_ = live if self.causal else width
        members = self._members(n_train, n_signals)
        self._ensemble = Ensemble(members, {True: live, False: width}).fit(scaled, n_train)
        self._learnt = scaled = without_suspects(self._ensemble, scaled, n_train)
        self._live_scores = self._ensemble.calibrate(scaled, n_train, True)
        if self.causal:
            return self._live_scores
        return self._ensemble.calibrate(scaled, n_train, False)

    def _extend(self, rows):
        self._ensemble.extend(vars(self).pop("_learnt"))

    def _learn_and_calibrate(self, X):
        self._stream = None
        rows = super()._learn_and_calibrate(X)
        self._calibrate_stream(
            vars(self).pop("_live_scores"),
            lambda: Stream(self._channels, self._ensemble).push(rows).score,
        )
        warn_of_few(self, len(self.calibration_scores_), self.smoothing_)

    def _score_rows(self, rows):
        if self.causal:
            return Stream(self._channels, self._ensemble).push(rows)
        scaled = self._channels.transform(rows, pool=True)
        return to_all_channels(self._channels, *self._ensemble.score(scaled))

    def _run(self):
        return self.smoothing_


def choose_smoothing(smoothing, period, n_signals, n_train, step):
    """Rows of smoothing: as asked, or twice the period within 128 to 200, 200 without one.

    The mean over several channels is steadier than one and needs fewer rows. At most half of the
    training rows and, with a `step` in time, at most two years: none has a longer season.
    """
    if smoothing != "auto":
        return smoothing
    rows = np.clip(2 * period, *_WIDTHS) if period else _WIDTHS[1]
    longest = n_train // 2 if step is None else min(n_train // 2, round(_TWO_YEARS / step))
    return max(1, min(round(rows / n_signals**_FEWER), longest))


def check_smoothing(smoothing):
    """Raise unless `smoothing` is "auto" or a positive integer."""
    if isinstance(smoothing, str):
        check_choice("smoothing", smoothing, ["auto"])
    else:
        check_int("smoothing", smoothing, 1)
