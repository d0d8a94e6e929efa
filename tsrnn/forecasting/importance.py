"""What an error on the working scale counts, so that all series of a panel count alike."""

import numpy as np


def importance(scaled, h):
    """Return what a unit error on the working scale counts, for each series.

    An error e counts as ``r e / A + a e / B``, divided by the mean over the panel: r e is the
    error relative to the level of the series, a e that in units of its mean absolute seasonal
    difference, A and B are the means over the panel of both for the naive forecast about half the
    horizon ahead. That is what the OWA of the M4 competition averages [1]_.

    Parameters
    ----------
    scaled : list of WorkingScale
    h : int
        Horizon in steps.

    Returns
    -------
    ndarray of shape (n_series,)
        Positive, of mean 1.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).
    """
    relative, absolute, error = (np.empty(len(scaled)) for _ in range(3))
    for i, s in enumerate(scaled):
        relative[i] = 1.0 if s.is_log else 1 / s.level
        absolute[i] = (s.level if s.is_log else 1.0) / s.seasonal_variation
        error[i] = naive_error(s.z, h)
    mean_relative, mean_absolute = np.mean(relative * error), np.mean(absolute * error)
    total = relative / (mean_relative or 1.0) + absolute / (mean_absolute or 1.0)
    return total / total.mean()


def naive_error(z, h):
    """Return the mean absolute error of the naive forecast about half of `h` steps ahead.

    Parameters
    ----------
    z : ndarray of shape (n,)
    h : int

    Examples
    --------
    >>> float(naive_error(np.array([1.0, 2.0, 4.0, 7.0]), 3))
    4.0
    """
    lag = min((h + 1) // 2, max(len(z) - 1, 1))
    return np.abs(z[lag:] - z[:-lag]).mean() if len(z) > 1 else 0.0
