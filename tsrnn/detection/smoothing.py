"""Smoothing of scores, centred or trailing, gaps left out."""

import numpy as np
from scipy.ndimage import correlate1d

from tsrnn.detection.recent import Recent
from tsrnn.kernels.trailing import trailing_means


def smooth(values, width, *, causal=False, power=1):
    """Average `values` along the rows with weights that fall with the distance in time.

    At the ends, and where values are missing, the weights that remain are renormalised. Sums are
    taken window by window: running sums would carry the rounding error of one huge value on.

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, n_channels)
        NaN is left out.
    width : int
        Length of the window in rows; 1 or less returns `values` unchanged.
    causal : bool
        False: the row itself is in the middle of the window. True: the window ends at the row, and
        weights fall from there towards the past as the square of a straight line. Half of the
        weight lies in the last fifth of the window, so that what is over is soon forgotten.
    power : int, default=1
        Of the straight line as which weights fall on both sides, if not causal; 1 is a triangle.

    Returns
    -------
    ndarray like `values`
        NaN only where the whole window is NaN.

    Examples
    --------
    >>> smooth(np.array([0.0, 0.0, 8.0, 0.0, 0.0]), 3)
    array([0., 2., 4., 2., 0.])
    >>> smooth(np.array([0.0, 0.0, 14.0, 0.0, 0.0]), 3, causal=True).round(9)
    array([0., 0., 9., 4., 1.])
    """
    if width <= 1:
        return values
    if causal:
        columns = values.reshape(len(values), -1)
        return Trailing(width, columns.shape[1]).push(columns).reshape(values.shape)
    known = ~np.isnan(values)
    total = _weigh(np.where(known, values, 0.0), width, power)
    if known.all():
        ones = np.ones((len(values),) + (1,) * (values.ndim - 1))
        return total / _weigh(ones, width, power)
    return _ratio(total, _weigh(known.astype(np.float64), width, power))


class Trailing:
    """Causal `smooth` of a stream: the same bits, however the rows are cut into blocks.

    Parameters
    ----------
    width : int or array-like of shape (n_columns,)
    n_columns : int

    Examples
    --------
    >>> trailing = Trailing(3, 1)
    >>> trailing.push(np.array([[0.0], [13.0]])).round(9).tolist()
    [[0.0], [9.0]]
    >>> trailing.push(np.array([[14.0]])).round(9).tolist()
    [[12.714285714]]
    """

    _state_version = 2

    def __init__(self, width, n_columns):
        widths = np.broadcast_to(width, n_columns)
        longest = int(widths.max())
        # Rows of a window, oldest first: before a shorter one begins its weight is 0.
        age = np.arange(1.0, longest + 1)[:, None] - (longest - widths)
        self.falling = (np.maximum(age, 0.0) / widths) ** 2
        self.recent = Recent(np.full((longest - 1, n_columns), np.nan))

    @classmethod
    def _upgrade_state(cls, state, version):
        """All columns had the same weights in version 1."""
        n_columns = state["recent"].buffer.shape[1]
        return state | {"falling": np.repeat(state["falling"][:, None], n_columns, axis=1)}

    def push(self, values):
        """Smooth the next rows (n, n_columns); NaN only where the whole window is NaN."""
        if len(self.falling) == 1:
            return values
        window = self.recent.extend(values)
        out = np.empty(values.shape)
        trailing_means(window, self.falling, out)
        return out


def _ratio(total, weight):
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, total / weight, np.nan)


def _weigh(values, width, power):
    half = (width + 1) // 2
    falling = (np.arange(half, 0, -1) / half) ** power
    weights = np.concatenate((falling[::-1], falling[1:]))
    return correlate1d(values, weights, axis=0, mode="constant")
