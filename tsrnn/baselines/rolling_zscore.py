"""Deviation from the rows just before, in their standard deviations."""

import numpy as np
import pandas as pd

from tsrnn.baselines._detector import BaselineDetector, root_mean_observed

# Of a channel's training deviation: a window that happens to be flat is no yardstick.
_LEAST_DEVIATION = 0.05


class RollingZScore(BaselineDetector):
    """Root mean square over channels of (value - rolling mean) / rolling deviation.

    Mean and deviation come from the `window` rows before the row, so the score never looks ahead;
    rows before which less than three quarters of a window is known are compared with the training
    rows.

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

    _looks_back = True

    def _fit_scaled(self, train):
        """Nothing to learn beyond the channels' scale."""

    def _score_scaled(self, scaled):
        values = np.where(scaled.ignored, np.nan, scaled.target_values)
        centre, deviation = self._centre_and_deviation(values, max(1, 3 * self.window_ // 4))
        few = np.isnan(centre)
        centre, deviation = np.where(few, 0.0, centre), np.where(few, 1.0, deviation)
        z = (values - centre) / np.maximum(deviation, _LEAST_DEVIATION)
        return *root_mean_observed(z**2), centre

    def _centre_and_deviation(self, values, least):
        """Of the `window_` rows before each row, NaN where fewer than `least` are known."""
        past = pd.DataFrame(values).shift(1).rolling(self.window_, min_periods=least)
        return past.mean().to_numpy(), past.std(ddof=0).to_numpy()

    def _run(self):
        return 1
