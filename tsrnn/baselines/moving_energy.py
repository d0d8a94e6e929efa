"""Moving mean of squared standardised values."""

import numpy as np
from scipy.ndimage import correlate1d

from tsrnn.baselines._detector import BaselineDetector, observed_mean


class MovingEnergy(BaselineDetector):
    """Moving mean, over one period, of the squared standardised values.

    The simplest detector that uses the period: it sees rows that are far from the training mean for
    long, whatever their shape.

    Parameters
    ----------
    window : "auto" or int, default="auto"
        Rows, at least 2. "auto" is the period within 32 to 200, a quarter of the rows at most.
    causal : bool, default=False
        True ends the window at the row, False centres it there.
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
    >>> from tsrnn.baselines import MovingEnergy
    >>> X = np.random.default_rng(0).normal(size=(600, 1))
    >>> X[450:500] *= 5
    >>> len(MovingEnergy().fit(X[:300]).detect(X))
    1
    """

    def __init__(
        self,
        window="auto",
        *,
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
        super().__init__(
            window,
            threshold=threshold,
            false_alarms_per=false_alarms_per,
            contamination=contamination,
            target_channels=target_channels,
            calibration_fraction=calibration_fraction,
            min_duration=min_duration,
            merge_gap=merge_gap,
            hysteresis=hysteresis,
        )
        self.causal = causal

    def _fit_scaled(self, train):
        """Nothing to learn beyond the channels' scale."""

    def _score_scaled(self, scaled):
        known = ~scaled.ignored
        energy = _moving_sum(np.where(known, scaled.target_values**2, 0.0), self)
        count = _moving_sum(known.astype(np.float64), self)
        mean = np.divide(energy, count, out=np.full_like(energy, np.nan), where=count > 0.5)
        total, parts = observed_mean(mean)
        return total, parts, np.zeros_like(energy)


def _moving_sum(values, detector):
    window = detector.window_
    origin = (window - 1) - window // 2 if detector.causal else 0
    return correlate1d(values, np.ones(window), axis=0, mode="constant", origin=origin)
