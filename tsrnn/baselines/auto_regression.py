"""Linear forecast errors, smoothed: the recurrent detector without its network and memory."""

from tsrnn._validation import check_bool, check_int
from tsrnn.detection.base import BaseDetector, to_all_channels
from tsrnn.detection.channels import Channels
from tsrnn.detection.detector import check_smoothing, choose_smoothing
from tsrnn.detection.ensemble import Ensemble
from tsrnn.detection.period import find_period
from tsrnn.detection.scoring import ForecastScorer

# Rows that stand in for the period of a single channel without one.
_ONE_CHANNEL = 64


class AutoRegression(BaseDetector):
    """Squared errors of a ridge regression on the last rows, smoothed.

    What a recurrent detector has to beat: the same scaling, smoothing, calibration and alarms as
    `tsrnn.RNNDetector`, with a linear forecast from 50 lags of one channel or 10 of several, and
    nothing else.

    Parameters
    ----------
    window : int, default=64
        Most rows the forecast looks back, at least 1. Data too short for it shorten it.
    smoothing : "auto" or int, default="auto"
        Rows over which scores are averaged, as for `tsrnn.RNNDetector`; 1 turns it off.
    causal : bool, default=False
        True scores every row from itself and the rows before it.
    threshold : str, float or callable, default="auto"
        As for `tsrnn.RNNDetector`, like all that follow.
    false_alarms_per : str, Timedelta or int, default=None
        Tolerated false alarms: one per this duration or number of rows.
    contamination : "auto" or float in (0, 0.5], default="auto"
        Share of the training rows to flag.
    target_channels : "auto" or list of str, default="auto"
        Channels that are scored.
    calibration_fraction : float, default=0.2
        Share of the rows, the last ones, that set the threshold.
    min_duration, merge_gap : int, default=1 and 0
        Shortest event, and longest gap inside one, in rows.
    hysteresis : float in (0, 1], default=0.5
        Share of the threshold at which an event ends.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.baselines import AutoRegression
    >>> noise = np.random.default_rng(0).normal(scale=0.1, size=900)
    >>> X = (np.sin(np.arange(900) / 5) + noise)[:, None]
    >>> X[700:730] += np.random.default_rng(1).normal(size=(30, 1))
    >>> events = AutoRegression().fit(X[:600]).detect(X)
    >>> len(events), bool(700 <= events["peak"][0] < 730)
    (1, True)
    """

    def __init__(
        self,
        window=64,
        *,
        smoothing="auto",
        causal=False,
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
        self.smoothing = smoothing
        self.causal = causal
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
        check_int("window", self.window, 1)
        check_smoothing(self.smoothing)
        check_bool("causal", self.causal)

    def _learn(self, rows, n_train):
        self._channels = Channels(self.target_channels).fit(rows[:n_train])
        scaled = self._channels.transform(rows)
        self.period_ = find_period(scaled.target_values[:n_train])
        time_scale = self.period_ or (_ONE_CHANNEL if len(scaled.targets) == 1 else 0)
        self.smoothing_ = choose_smoothing(self.smoothing, time_scale, n_train)
        scorer = ForecastScorer(self.window)
        self._ensemble = Ensemble([(scorer, 1.0)], self.smoothing_, self.causal)
        return self._ensemble.fit(scaled, n_train)

    def _extend(self, rows):
        """Keep what was learnt, so that the calibration stays true."""

    def _score_rows(self, rows):
        scaled = self._channels.transform(rows, pool=not self.causal)
        return to_all_channels(self._channels, *self._ensemble.score(scaled))

    def _run(self):
        return self.smoothing_
