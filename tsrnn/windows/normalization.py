"""Ways to bring each window to a common level and spread, kept so that they can be undone."""

import numpy as np


def standard(windows):
    """Mean and standard deviation (divisor n) of each window and channel."""
    known = ~np.isnan(windows)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, windows, 0).sum(axis=1, dtype=np.float64) / count
    deviation = np.where(known, windows - mean[:, None], 0)
    return mean, np.sqrt((deviation**2).sum(axis=1) / count)


def minmax(windows):
    """Minimum and range of each window and channel: values lie in [0, 1]."""
    low = np.fmin.reduce(windows, axis=1)
    return low, np.fmax.reduce(windows, axis=1) - low


def mean(windows):
    """Zero and the mean absolute value, the mean scaling of DeepAR (Salinas et al., 2020)."""
    known = ~np.isnan(windows)
    size = np.where(known, np.abs(windows), 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.zeros_like(size), size


def last(windows):
    """Last known value and 1: the windows become differences from it."""
    place = np.arange(windows.shape[1])[:, None]
    newest = np.where(np.isnan(windows), 0, place).max(axis=1)
    value = np.take_along_axis(windows, newest[:, None], axis=1)[:, 0]
    return value, np.ones_like(value)


# Name -> function from windows (n_windows, window, n_channels), NaN where unknown, to location and
# scale (n_windows, n_channels) of ``(x - location) / scale``.
NORMALIZATIONS = {"standard": standard, "minmax": minmax, "mean": mean, "last": last}


def location_and_scale(name, windows):
    """Return what `name` subtracts from and divides each window by; neither is ever NaN or zero.

    A window that is constant up to rounding is divided by 1, one without any value is left alone.
    """
    location, scale = NORMALIZATIONS[name](windows)
    location = np.where(np.isfinite(location), location, 0)
    rounding = windows.shape[1] * np.finfo(np.float64).eps * np.abs(location)
    return location, np.where(np.isfinite(scale) & (scale > rounding), scale, 1)
