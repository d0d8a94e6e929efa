"""Triangular smoothing of scores, centred or trailing, gaps left out."""

import numpy as np
from scipy.ndimage import correlate1d


def smooth(values, width, *, causal=False):
    """Average `values` along the rows with triangular weights.

    At the ends, and where values are missing, the weights that remain are renormalised. Sums are
    taken window by window: running sums would carry the rounding error of one huge value on.

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, n_channels)
        NaN is left out.
    width : int
        Length of the window in rows; 1 or less returns `values` unchanged.
    causal : bool
        False puts the top of the triangle in the middle of the window, on the row itself. True lets
        the window end at the row, with weights that fall from there towards the past.

    Returns
    -------
    ndarray like `values`
        NaN only where the whole window is NaN.

    Examples
    --------
    >>> smooth(np.array([0.0, 0.0, 8.0, 0.0, 0.0]), 3)
    array([0., 2., 4., 2., 0.])
    >>> smooth(np.array([0.0, 0.0, 6.0, 0.0, 0.0]), 3, causal=True)
    array([0., 0., 3., 2., 1.])
    """
    if width <= 1:
        return values
    known = ~np.isnan(values)
    total = _weigh(np.where(known, values, 0.0), width, causal)
    if known.all():
        ones = np.ones((len(values),) + (1,) * (values.ndim - 1))
        return total / _weigh(ones, width, causal)
    weight = _weigh(known.astype(np.float64), width, causal)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, total / weight, np.nan)


def _weigh(values, width, causal):
    half = width if causal else (width + 1) // 2
    falling = np.arange(half, 0, -1) / half
    # Taps run from the past to the future with the row itself in the middle.
    future = np.zeros(half - 1) if causal else falling[1:]
    return correlate1d(values, np.concatenate((falling[::-1], future)), axis=0, mode="constant")
