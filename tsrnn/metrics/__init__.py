"""Metrics of forecasts: plain functions of NumPy arrays, listed in `FORECAST_METRICS`."""

from tsrnn.metrics.forecast import FORECAST_METRICS, mae, mase, rmse, rmsse, smape
from tsrnn.metrics.intervals import coverage, pinball_loss, winkler_score

__all__ = [
    "FORECAST_METRICS",
    "coverage",
    "mae",
    "mase",
    "pinball_loss",
    "rmse",
    "rmsse",
    "smape",
    "winkler_score",
]
