"""Forecasts of several rows ahead: made before a row, met by the rows that they are of."""

import numpy as np

from tsrnn.detection.recent import Recent


def ahead(values, n_horizons, fill):
    """Values (n, C) of each row and the next ones side by side (n, n_horizons * C).

    One horizon returns `values` itself.

    Examples
    --------
    >>> ahead(np.array([[1.0], [2.0], [3.0]]), 2, np.nan)
    array([[ 1.,  2.],
           [ 2.,  3.],
           [ 3., nan]])
    """
    if n_horizons == 1:
        return values
    n, width = values.shape
    result = np.full((n, n_horizons * width), fill, values.dtype)
    for step in range(min(n_horizons, n)):
        result[: n - step, step * width : (step + 1) * width] = values[step:]
    return result


class Arrivals:
    """Brings forecasts, or what is known of them, from the rows they start at to those they are of.

    Parameters
    ----------
    n_horizons : int
    width : int
        Targets.
    fill : float
        For the first rows, which nobody forecast.

    Examples
    --------
    >>> arrivals = Arrivals(2, 1, np.nan)
    >>> arrivals.push(np.array([[10.0, 11.0], [20.0, 21.0]]))
    array([[10., nan],
           [20., 11.]])
    >>> arrivals.push(np.array([[30.0, 31.0]]))
    array([[30., 21.]])
    """

    def __init__(self, n_horizons, width, fill):
        self.n_horizons, self.width = n_horizons, width
        self.past = Recent(np.full((n_horizons - 1, n_horizons * width), fill))

    def push(self, made):
        """Take in `made` (n, n_horizons * width), by the rows they start at."""
        window, n = self.past.extend(made), len(made)
        result = np.empty_like(made)
        for step in range(self.n_horizons):
            columns = slice(step * self.width, (step + 1) * self.width)
            first = self.n_horizons - 1 - step
            result[:, columns] = window[first : first + n, columns]
        return result


def mean_square(errors):
    """Mean over horizons (n, n_horizons, C) -> (n, C) of squares that are known, NaN if none is.

    One after the other, so that the bits of a row do not depend on how many there are.
    """
    total, count = np.zeros((2, len(errors), errors.shape[2]))
    for step in range(errors.shape[1]):
        square = errors[:, step] ** 2
        known = ~np.isnan(square)
        total += np.where(known, square, 0.0)
        count += known
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
