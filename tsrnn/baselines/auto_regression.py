"""Linear forecast errors, smoothed: the recurrent detector without its network and memory."""

from tsrnn.detection.ensemble import Member
from tsrnn.detection.ensemble_detector import EnsembleDetector
from tsrnn.detection.scoring import ForecastScorer


class AutoRegression(EnsembleDetector):
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

    def _members(self, n_train, n_targets):
        return [Member(ForecastScorer(self.window))]
