"""What trend and season leave."""

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from tsrnn.baselines._detector import BaselineDetector, observed_mean, root_mean_observed
from tsrnn.detection.period import find_period

# Of a channel's training deviation: a channel that is all season is not infinitely predictable.
_LEAST_RESIDUAL = 0.05
# Of training deviations from the rolling median that the decomposition gets to see.
_MOST = 10.0


class STLResidual(BaselineDetector):
    """Root mean square over channels of what trend and season leave, in its training size.

    Every scored channel is decomposed by LOESS, robustly and with its own period, over all rows
    that are scored together, so the score looks ahead. A channel without a period has no season,
    and the centred mean over the window for a trend. Fewer rows than two periods, or than the
    window, are compared with the training mean.

    Parameters
    ----------
    window : "auto" or int, default="auto"
        The period of all channels in rows, at least 2. "auto" searches each for its own; without
        one the window is 32 rows, a quarter of the training rows at most.
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

    References
    ----------
    Cleveland, Cleveland, McRae, Terpenning (1990), STL: A Seasonal-Trend Decomposition Procedure
    Based on Loess, Journal of Official Statistics 6:3.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.baselines import STLResidual
    >>> noise = np.random.default_rng(1).normal(scale=0.1, size=(600, 1))
    >>> X = np.sin(2 * np.pi * np.arange(600) / 24)[:, None] + noise
    >>> X[500] -= 2
    >>> STLResidual().fit(X[:400]).detect(X)["peak"].tolist()
    [500]
    """

    def _fit_scaled(self, train):
        values, n_targets = train.target_values, train.target_values.shape[1]
        self._seasons = [self.window_] * n_targets
        if self.window == "auto":
            self._seasons = [find_period(column[:, None]) for column in values.T]
        residual = np.where(train.missing, np.nan, values - self._expect(values))
        size = np.sqrt(observed_mean(residual.T**2)[0])
        self._size = np.maximum(np.nan_to_num(size, nan=1.0), _LEAST_RESIDUAL)

    def _score_scaled(self, scaled):
        values = scaled.target_values
        expected = self._expect(values)
        size = np.where(self._decomposable(len(values)), self._size, 1.0)
        residual = np.where(scaled.ignored, np.nan, (values - expected) / size)
        return *root_mean_observed(residual**2), expected

    def _decomposable(self, n_rows):
        """Which channels are decomposed, and not compared with their training mean."""
        return n_rows >= np.maximum(2 * np.array(self._seasons), self.window_)

    def _expect(self, values):
        """Trend plus season (n, n_targets)."""
        expected = np.zeros_like(values)
        for channel in np.flatnonzero(self._decomposable(len(values))):
            period = self._seasons[channel]
            expected[:, channel] = self._trend_and_season(values[:, channel], period)
        return expected

    def _trend_and_season(self, values, period):
        from statsmodels.tsa.seasonal import STL

        # The first pass is not robust: absurd values would spoil it for all the others.
        level = median_filter(values, max(period, self.window_), mode="nearest")
        values = np.clip(values, level - _MOST, level + _MOST)
        if period < 2:
            return uniform_filter1d(values, self.window_, mode="nearest")
        # LOESS at every tenth of a period, straight lines between: ten times as fast.
        jump = max(1, period // 10)
        jumps = {"seasonal_jump": jump, "trend_jump": jump, "low_pass_jump": jump}
        fit = STL(values, period=period, robust=True, **jumps).fit(inner_iter=1, outer_iter=5)
        return fit.trend + fit.seasonal

    def _run(self):
        return 1
