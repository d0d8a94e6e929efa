"""Names of the forecast metrics.

What a metric needs it says by its arguments: `y_true`, `y_pred`, `lo`, `hi`, `y_train`, ...
"""

from tsrnn.metrics.distributions import crps, wql
from tsrnn.metrics.intervals import coverage, pinball_loss, winkler_score
from tsrnn.metrics.point import mae, rmse, smape
from tsrnn.metrics.relative import owa
from tsrnn.metrics.scaled import mase, msis, rmsse

FORECAST_METRICS = {
    "mae": mae,
    "rmse": rmse,
    "smape": smape,
    "mase": mase,
    "rmsse": rmsse,
    "owa": owa,
    "pinball_loss": pinball_loss,
    "wql": wql,
    "crps": crps,
    "coverage": coverage,
    "winkler_score": winkler_score,
    "msis": msis,
}
