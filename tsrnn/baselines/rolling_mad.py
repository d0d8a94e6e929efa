"""Deviation from the median of the rows just before, in their median absolute deviations."""

import numpy as np

from tsrnn.baselines.rolling_zscore import RollingZScore

# Makes the median absolute deviation of normal data their standard deviation.
_TO_DEVIATION = 1.482602218505602
_BLOCK = 2**20


class RollingMAD(RollingZScore):
    """Root mean square over channels of (value - rolling median) / rolling scaled MAD.

    The robust version of `RollingZScore`: anomalies among the rows just before neither move the
    centre nor widen the yardstick. The score never looks ahead; rows before which less than
    three quarters of a window is known are compared with the training rows.

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

    References
    ----------
    Hampel (1974), The Influence Curve and its Role in Robust Estimation, JASA 69:383.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.baselines import RollingMAD
    >>> X = np.random.default_rng(0).normal(size=(500, 1))
    >>> X[400] = 12
    >>> RollingMAD().fit(X[:300]).detect(X)["peak"].tolist()
    [400]
    """

    def _centre_and_deviation(self, values, least):
        centre, deviation = np.empty_like(values), np.empty_like(values)
        step = max(1, _BLOCK // self.window_)
        for channel in range(values.shape[1]):
            padded = np.concatenate((np.full(self.window_, np.nan), values[:-1, channel]))
            past = np.lib.stride_tricks.sliding_window_view(padded, self.window_)
            for first in range(0, len(values), step):
                block = slice(first, first + step)
                centre[block, channel], deviation[block, channel] = _median_mad(past[block], least)
        return centre, _TO_DEVIATION * deviation


def _median_mad(windows, least):
    """Of each row of `windows` (n, length), NaN where fewer than `least` values are known."""
    count = np.count_nonzero(~np.isnan(windows), axis=1)
    middle, spread = np.full((2, len(windows)), np.nan)
    complete = count == windows.shape[1]
    # The median that leaves gaps out is much slower.
    for rows, median in ((complete, np.median), (~complete & (count >= least), np.nanmedian)):
        if rows.any():
            known = windows[rows]
            middle[rows] = median(known, axis=1)
            spread[rows] = median(np.abs(known - middle[rows, None]), axis=1)
    return middle, spread
