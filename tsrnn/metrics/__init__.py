"""Metrics: plain functions of NumPy arrays; those of forecasts are listed in `FORECAST_METRICS`."""

from tsrnn.metrics.distributions import crps, wql
from tsrnn.metrics.event_counts import detection_delay, event_f1, false_alarm_rate
from tsrnn.metrics.forecast import FORECAST_METRICS
from tsrnn.metrics.intervals import coverage, pinball_loss, winkler_score
from tsrnn.metrics.nab import nab_score
from tsrnn.metrics.point import mae, rmse, smape
from tsrnn.metrics.point_adjust import pa_k, point_adjusted_f1
from tsrnn.metrics.range_based import range_precision_recall
from tsrnn.metrics.relative import owa
from tsrnn.metrics.scaled import mase, msis, rmsse
from tsrnn.metrics.volume import range_auc, vus_pr, vus_roc, vus_window
from tsrnn.metrics.zones import affiliation

__all__ = [
    "FORECAST_METRICS",
    "affiliation",
    "coverage",
    "crps",
    "detection_delay",
    "event_f1",
    "false_alarm_rate",
    "mae",
    "mase",
    "msis",
    "nab_score",
    "owa",
    "pa_k",
    "pinball_loss",
    "point_adjusted_f1",
    "range_auc",
    "range_precision_recall",
    "rmse",
    "rmsse",
    "smape",
    "vus_pr",
    "vus_roc",
    "vus_window",
    "winkler_score",
    "wql",
]
