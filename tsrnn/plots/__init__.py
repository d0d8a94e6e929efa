"""Pictures of forecasts, backtests, logs, anomaly scores and rankings, drawn with matplotlib.

Every function takes `ax=` and returns what it drew on. Without `ax` a figure is made with
``pyplot.subplots``: notebooks show it by themselves, scripts with ``pyplot.show()``, and
``pyplot.close(ax.figure)`` frees it. With `ax`, pyplot is not touched at all.
"""

from tsrnn.plots.backtest import plot_backtest
from tsrnn.plots.event_channels import plot_event_channels
from tsrnn.plots.events import plot_events
from tsrnn.plots.forecast import plot_forecast
from tsrnn.plots.horizon import plot_horizon
from tsrnn.plots.ranking import plot_ranking
from tsrnn.plots.residuals import plot_residuals
from tsrnn.plots.scores import plot_scores

__all__ = [
    "plot_backtest",
    "plot_event_channels",
    "plot_events",
    "plot_forecast",
    "plot_horizon",
    "plot_ranking",
    "plot_residuals",
    "plot_scores",
]
