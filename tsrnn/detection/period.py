"""The dominant period of a series, from its autocorrelation."""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import find_peaks

SHORTEST, LONGEST = 3, 300
_LEAST_PROMINENCE = 0.1
_LEAST_DEVIATIONS = 4.0
_ROWS = 20_000


def find_period(values, longest=LONGEST):
    """Lag of the highest prominent peak of the autocorrelation, 0 if there is none.

    Every column is freed of its straight-line trend; the autocorrelations are averaged over the
    columns. A peak counts if it stands out by at least 0.1 from the valleys beside it (its
    prominence) and is at least 4 / sqrt(n) high: the largest of the 300 autocorrelations of n rows
    of noise, each with a deviation of 1 / sqrt(n), is not. Of periods within a tenth of `longest`
    the valley after the peak is mostly out of sight: they are not found.

    Parameters
    ----------
    values : ndarray of shape (n_timesteps, n_channels)
        No NaN. Only the last 20,000 rows are looked at.
    longest : int
        Longest period searched, in rows; never more than a third of the rows.

    Returns
    -------
    int
        Period in rows, from 3 to `longest`, or 0.

    References
    ----------
    Box, Jenkins, Reinsel, Ljung: Time Series Analysis, 5th ed., section 2.1.4 (sample
    autocorrelation).

    Examples
    --------
    >>> t = np.arange(400)
    >>> find_period((np.sin(2 * np.pi * t / 24) + 0.01 * t)[:, None])
    24
    """
    values = np.asarray(values, dtype=np.float64)[-_ROWS:]
    longest = min(longest, len(values) // 3)
    if longest < SHORTEST:
        return 0
    correlation = autocorrelation(values, longest + 1).mean(axis=1)
    peaks, _ = find_peaks(correlation[SHORTEST - 1 :], prominence=_LEAST_PROMINENCE)
    peaks = peaks + SHORTEST - 1
    peaks = peaks[correlation[peaks] > _LEAST_DEVIATIONS / np.sqrt(len(values))]
    if not len(peaks):
        return 0
    return int(peaks[np.argmax(correlation[peaks])])


def autocorrelation(values, n_lags):
    """Sample autocorrelation (n_lags + 1, n_channels) of linearly detrended columns; 0 if flat."""
    n = len(values)
    time = np.arange(n) - (n - 1) / 2
    values = values - values.mean(axis=0)
    if n > 2:
        values = values - time[:, None] * (time @ values / (time @ time))
    size = next_fast_len(n + n_lags + 1, real=True)
    power = np.abs(rfft(values, size, axis=0)) ** 2
    covariance = irfft(power, size, axis=0)[: n_lags + 1]
    start = covariance[:1]
    return np.divide(covariance, start, out=np.zeros_like(covariance), where=start > 0)
