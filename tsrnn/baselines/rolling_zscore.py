"""Deviation from the rows just before, in their standard deviations."""

import numpy as np
import pandas as pd

from tsrnn.baselines._detector import BaselineDetector, observed_mean

# Of a channel's training deviation: a window that happens to be flat is no yardstick.
_LEAST_DEVIATION = 0.05
_LEAST_ROWS = 10


class RollingZScore(BaselineDetector):
    """Root mean square over channels of (value - rolling mean) / rolling deviation.

    Mean and deviation come from the `window` rows before the row, so the score never looks ahead;
    rows with fewer than ten before them are compared with the training rows.

    Parameters
    ----------
    window : "auto" or int, default="auto"
        Rows, at least 2. "auto" is the period within 32 to 200, a quarter of the rows at most.
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
    >>> from tsrnn.baselines import RollingZScore
    >>> X = np.random.default_rng(0).normal(size=(500, 1))
    >>> X[400] = 12
    >>> RollingZScore().fit(X[:300]).detect(X)["peak"].tolist()
    [400]
    """

    def _fit_scaled(self, train):
        """Nothing to learn beyond the channels' scale."""

    def _score_scaled(self, scaled):
        values = np.where(scaled.missing, np.nan, scaled.target_values)
        past = (
            pd.DataFrame(values)
            .shift(1)
            .rolling(self.window_, min_periods=min(self.window_, _LEAST_ROWS))
        )
        mean = past.mean().fillna(0.0).to_numpy()
        deviation = past.std(ddof=0).fillna(1.0).to_numpy()
        z = (values - mean) / np.maximum(deviation, _LEAST_DEVIATION)
        total, parts = observed_mean(z**2)
        # Parts add up to the score, a root mean square, not to its square.
        score = np.sqrt(total)
        share = np.divide(parts, total[:, None], out=np.zeros_like(parts), where=parts > 0)
        return score, share * np.nan_to_num(score)[:, None], mean

    def _run(self):
        return 1
