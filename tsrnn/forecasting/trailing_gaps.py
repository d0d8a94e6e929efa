"""Forecasts of series whose last values are missing: from the last observation on.

Networks learn at observed steps only, and smoothing takes a value that is carried on for one that
was seen: a trend that goes on through the gap would be none. What is missing is forecast too, and
left out of the answer.
"""

import numpy as np

# Forecasts of h steps one after the other to get over a gap, at most; what is missing before them
# is carried on.
_MOST_BLOCKS = 50


def n_to_last(y):
    """Return the length of `y` without NaN at the end."""
    return len(y) - int(np.argmin(np.isnan(y[::-1])))


def n_over(scaled, h):
    """Return how many steps of each series are to be forecast before the next ones, (n_series,).

    Parameters
    ----------
    scaled : list of WorkingScale
    h : int
        Steps that are forecast at once.
    """
    missing = [0 if s.observed[-1] else int(np.argmax(s.observed[::-1])) for s in scaled]
    return np.minimum(missing, _MOST_BLOCKS * h)


def forecast_over(forecast, scaled, h, at_once):
    """Return what `forecast` says of the next `h` steps, from the last observations on.

    Parameters
    ----------
    forecast : callable
        Of a list of WorkingScale and a number of steps: z, (n_series, n_steps), and the units of
        errors, (n_series,).
    scaled : list of WorkingScale
    h, at_once : int
        Steps to forecast, and those that are forecast at once.

    Returns
    -------
    z : ndarray of shape (n_series, h)
    scale : ndarray of shape (n_series,)
    """
    over = n_over(scaled, at_once)
    if not over.any():
        return forecast(scaled, h)
    z, scale = np.empty((len(scaled), h)), np.empty(len(scaled))
    # Series that are forecast as often go together.
    n_blocks = -(-(over + h) // at_once)
    for n in np.unique(n_blocks):
        rows = np.flatnonzero(n_blocks == n)
        known = [scaled[i].head(len(scaled[i].z) - over[i]) for i in rows]
        longer, scale[rows] = forecast(known, int(over[rows].max()) + h)
        z[rows] = steps_after(longer, over[rows], h)
    return z, scale


def steps_after(values, over, h):
    """Return `h` of the steps in the last axis of `values`, for each series those after `over`.

    Parameters
    ----------
    values : ndarray of shape (..., n_series, n_steps)
    over : int ndarray of shape (n_series,)
    h : int

    Examples
    --------
    >>> steps_after(np.arange(10).reshape(2, 5), np.array([0, 2]), 3)
    array([[0, 1, 2],
           [7, 8, 9]])
    """
    places = np.broadcast_to(over[:, None] + np.arange(h), (*values.shape[:-1], h))
    return np.take_along_axis(values, places, axis=-1)
