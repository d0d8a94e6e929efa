"""Detectors that are an ensemble of scorers: learning, batches and streams."""

import numpy as np

from tsrnn._validation import check_bool, check_choice, check_int
from tsrnn.detection.alarms import check_live
from tsrnn.detection.base import BaseDetector, to_all_channels
from tsrnn.detection.channels import Channels
from tsrnn.detection.ensemble import Ensemble
from tsrnn.detection.period import find_period
from tsrnn.detection.stream import Stream
from tsrnn.detection.streaming import Streaming

# Fewest and most rows of automatic smoothing of one channel.
_WIDTHS = 128, 200
_FEWER = 0.6
# Rows that stand in for the period of a single channel without one.
_ONE_CHANNEL = 64


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
        # The mean over several channels is steadier than one: without a period to go by, one
        # channel is looked at for longer.
        self._time_scale = self.period_ or (_ONE_CHANNEL if n_signals == 1 else 0)
        self.smoothing_ = choose_smoothing(self.smoothing, self.period_, n_signals, n_train)
        members = self._members(n_train, n_signals)
        self._ensemble = Ensemble(members, self.smoothing_).fit(scaled, n_train)
        self._live_scores = self._ensemble.calibrate(scaled, n_train, True)
        if self.causal:
            return self._live_scores
        return self._ensemble.calibrate(scaled, n_train, False)

    def _extend(self, rows):
        self._ensemble.extend(self._channels.transform(rows))

    def _learn_and_calibrate(self, X):
        self._stream = None
        rows = super()._learn_and_calibrate(X)
        self._calibrate_stream(
            vars(self).pop("_live_scores"),
            lambda: Stream(self._channels, self._ensemble).push(rows).score,
        )

    def _score_rows(self, rows):
        if self.causal:
            return Stream(self._channels, self._ensemble).push(rows)
        scaled = self._channels.transform(rows, pool=True)
        return to_all_channels(self._channels, *self._ensemble.score(scaled))

    def _run(self):
        return self.smoothing_


def choose_smoothing(smoothing, period, n_signals, n_train):
    """Rows of smoothing: as asked, or twice the period within 128 to 200, 200 without one.

    The mean over several channels is steadier than one and needs fewer rows. At most half of the
    training rows.
    """
    if smoothing != "auto":
        return smoothing
    rows = np.clip(2 * period, *_WIDTHS) if period else _WIDTHS[1]
    return max(1, min(round(rows / n_signals**_FEWER), n_train // 2))


def check_smoothing(smoothing):
    """Raise unless `smoothing` is "auto" or a positive integer."""
    if isinstance(smoothing, str):
        check_choice("smoothing", smoothing, ["auto"])
    else:
        check_int("smoothing", smoothing, 1)
