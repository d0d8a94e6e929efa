"""Pictures of forecasts, logs, anomaly scores and rankings, drawn with matplotlib.

Every function takes `ax=` and returns what it drew on. Without `ax` a figure is made with
``pyplot.subplots``: notebooks show it by themselves, scripts with ``pyplot.show()``, and
``pyplot.close(ax.figure)`` frees it. With `ax`, pyplot is not touched at all.
"""

from tsrnn.plots.events import plot_events
from tsrnn.plots.forecast import plot_forecast
from tsrnn.plots.ranking import plot_ranking
from tsrnn.plots.scores import plot_scores

__all__ = ["plot_events", "plot_forecast", "plot_ranking", "plot_scores"]
