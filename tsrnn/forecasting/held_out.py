"""Forecasts from past origins, made by networks that have not seen what came after."""

from dataclasses import dataclass

import numpy as np

# Forecasts that weights and intervals rest on, at least, where the series are long enough.
_MIN_ORIGINS = 200
# No more than this share of the usual series, nor this many steps, is held out for them.
_MAX_SHARE = 0.25
_MAX_STEPS = 256


@dataclass(frozen=True)
class PastForecasts:
    """What there is to forecast from past origins, one row each.

    Parameters
    ----------
    scaled : list of WorkingScale
        Series up to the origin.
    truth : ndarray of shape (n_rows, h)
        The `h` steps after it on the working scale; NaN is unknown.
    series : ndarray of shape (n_rows,)
        Position of the series in the list given.
    """

    scaled: list
    truth: np.ndarray
    series: np.ndarray

    @classmethod
    def of(cls, scaled, n_known, h):
        """Forecast after `n_known` steps of each series, and after each later one.

        An origin that is not the first has all `h` steps after it. As forecasts begin after the
        last observation, so do these: where the last step is missing, at an earlier one.
        """
        heads, truth, series = [], [], []
        for i, (s, first) in enumerate(zip(scaled, n_known, strict=True)):
            origins = np.arange(first, max(len(s.z) - h, first) + 1)
            for n in s.seen_until(origins):
                after = np.full(h, np.nan)
                values = np.where(s.observed[n : n + h], s.z[n : n + h], np.nan)
                after[: len(values)] = values
                heads.append(s.head(n))
                truth.append(after)
                series.append(i)
        return cls(heads, np.array(truth), np.array(series))


def n_held_out(lengths, h):
    """Return how many steps at the end of every series to hold out.

    Parameters
    ----------
    lengths : ndarray of shape (n_series,)
    h : int
        Horizon in steps.
    """
    longest = min(int(_MAX_SHARE * np.median(lengths)), max(_MAX_STEPS, h))
    wanted = h - 1 + -(-_MIN_ORIGINS // len(lengths))
    return max(h, min(wanted, longest))


def first_origin(n, h):
    """Return the first origin to forecast from in a series too short to hold anything out.

    It is `h` steps before the end, but for series hardly longer, whose second half it precedes: a
    single value tells nothing to forecast from.

    Examples
    --------
    >>> [first_origin(n, 6) for n in (1, 2, 3, 6, 8)]
    [1, 1, 2, 3, 2]
    """
    return n - h if n - h > 1 else max(1, min(n - 1, max(2, (n + 1) // 2)))
