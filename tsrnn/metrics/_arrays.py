"""What the forecast metrics share."""

import numpy as np


def observed(y_true, *forecasts):
    """Return float64 arrays where `y_true` is observed."""
    y_true = np.asarray(y_true, dtype=np.float64)
    forecasts = [np.asarray(values, dtype=np.float64) for values in forecasts]
    for values in forecasts:
        if values.shape != y_true.shape:
            raise ValueError(
                f"y_true and forecast must have one shape, got {y_true.shape} and {values.shape}"
            )
    if np.isinf(y_true).any():
        raise ValueError("y_true must be finite or NaN, got an infinite value")
    seen = ~np.isnan(y_true)
    return y_true[seen], *(values[seen] for values in forecasts)


def mean(values):
    """Return the mean as a float, NaN of nothing."""
    return float(values.mean()) if values.size else float("nan")
