"""Detectors that are an ensemble of scorers: learning, batches and streams."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsrnn._validation import check_bool, check_choice, check_int
from tsrnn.detection.alarms import Auto, check_live, warn_of_few
from tsrnn.detection.base import BaseDetector, to_all_channels
from tsrnn.detection.channels import Channels
from tsrnn.detection.ensemble import Ensemble
from tsrnn.detection.period import find_period
from tsrnn.detection.stream import Stream
from tsrnn.detection.streaming import Streaming
from tsrnn.detection.trim import without_suspects

# The threshold "auto", by whether scores are causal. Averaged over many rows, a short anomaly
# stands out less, and usual scores are more alike. Where no later rows tell what is usual, what was
# high in one stretch is a poor guide; those before are a little lower, as they have been learnt.
_AUTO = {False: Auto(factor=2.5, spreads=5.0), True: Auto(factor=3.2, stretches=2)}
# The share of the rows of smoothing that tell much of the one in the middle: 97 % of the weight.
_MIDDLE = 0.6


@dataclass(frozen=True)
class _Width:
    """Rows of automatic smoothing.

    `periods`, `fewest` and `most` are of one channel; for n channels they are divided by n to the
    power of `fewer`. `share` is the most of the training rows, `longest` the most in time.
    """

    periods: int
    fewest: int
    most: int
    fewer: float
    share: float
    longest: pd.Timedelta


# By whether scores are causal: what is over must soon be forgotten where no later row tells that it
# is. No season is longer than a year.
_WIDTHS = {
    False: _Width(6, 300, 450, 0.75, 1.0, pd.Timedelta(days=731)),
    True: _Width(1, 64, 100, 0.6, 0.25, pd.Timedelta(days=366)),
}


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
        known = self.period_, n_signals, n_train, self.step_
        widths = {c: choose_smoothing(self.smoothing, *known, causal=c) for c in (True, False)}
        self.smoothing_ = widths[bool(self.causal)]
        members = self._members(n_train, n_signals)
        self._ensemble = Ensemble(members, widths).fit(scaled, n_train)
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
            training_scores=lambda n: self._learnt_live_scores(rows, n),
        )
        warn_of_few(self, len(self.calibration_scores_), self._run())

    def _learnt_scores(self, rows, n):
        return self._learnt_live_scores(rows, n) if self.causal else super()._learnt_scores(rows, n)

    def _learnt_live_scores(self, rows, n):
        """Causal ones of the last `n` rows, by a stream that has settled before these."""
        start, ensemble = 0, self._ensemble
        if n is not None:
            settled = ensemble.widths[True] + max(one.context for one in ensemble.comparable)
            start = max(0, len(rows) - n - settled)
        scores = Stream(self._channels, ensemble).push(rows[start:]).score
        return scores[-(n or len(rows)) :]

    def _score_rows(self, rows):
        if self.causal:
            return Stream(self._channels, self._ensemble).push(rows)
        scaled = self._channels.transform(rows, pool=True)
        return to_all_channels(self._channels, *self._ensemble.score(scaled))

    @property
    def _auto(self):
        return self._live_auto if self.causal else _AUTO[False]

    @property
    def _live_auto(self):
        return _AUTO[True] if self._scores_alike else Auto()

    @property
    def _scores_alike(self):
        return all(scorer.learns_again for scorer in self._ensemble.scorers)

    def _run(self):
        return self.smoothing_ if self.causal else max(1, round(_MIDDLE * self.smoothing_))


def choose_smoothing(smoothing, period, n_signals, n_train, step, *, causal):
    """Rows of smoothing: as asked, or by the `period` (0 for none), see `_WIDTHS`.

    The mean over several channels is steadier than one and needs fewer rows.
    """
    if smoothing != "auto":
        return smoothing
    rule = _WIDTHS[causal]
    rows = np.clip(rule.periods * period, rule.fewest, rule.most) if period else rule.most
    longest = int(rule.share * n_train)
    if step is not None:
        longest = min(longest, round(rule.longest / step))
    return max(1, min(round(rows / n_signals**rule.fewer), longest))


def check_smoothing(smoothing):
    """Raise unless `smoothing` is "auto" or a positive integer."""
    if isinstance(smoothing, str):
        check_choice("smoothing", smoothing, ["auto"])
    else:
        check_int("smoothing", smoothing, 1)
