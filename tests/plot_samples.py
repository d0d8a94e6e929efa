"""Data for the tests of the plots, and what they read from an Axes."""

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from tsrnn.datasets import make_sensor_log

HISTORY = pd.Series(
    np.arange(10.0) ** 2, index=pd.date_range("2024-01-01", periods=10, freq="D"), name="sales"
)
FUTURE = pd.date_range("2024-01-11", periods=3, freq="D")
FORECAST = pd.DataFrame(
    {
        "RNN": [100.0, 121.0, 144.0],
        "RNN-lo-80": [95.0, 110.0, 130.0],
        "RNN-hi-80": [105.0, 130.0, 160.0],
        "RNN-lo-99.5": [90.0, 100.0, 115.0],
        "RNN-hi-99.5": [110.0, 140.0, 170.0],
        "RNN-q0.1": [95.0, 110.0, 130.0],
        "Naive": [81.0, 81.0, 81.0],
    },
    index=FUTURE,
)
# Two windows of three steps that overlap in one.
BACKTEST = pd.DataFrame(
    {
        "cutoff": HISTORY.index[[3, 3, 3, 5, 5, 5]],
        "sales": HISTORY.iloc[[4, 5, 6, 6, 7, 8]],
        "RNN": [15.0, 26.0, 34.0, 37.0, 47.0, 60.0],
        "RNN-lo-80": [10.0, 20.0, 30.0, 35.0, 44.0, 55.0],
        "RNN-hi-80": [20.0, 30.0, 40.0, 39.0, 51.0, 65.0],
        "Naive": [9.0, 9.0, 9.0, 25.0, 25.0, 25.0],
    },
    index=HISTORY.index[[4, 5, 6, 6, 7, 8]],
)
WIDE = pd.DataFrame({"a": HISTORY, "b": 2 * HISTORY})
LOG = make_sensor_log(2000, 12, random_state=0)


def long_of(frame, value):
    return frame.melt(ignore_index=False, var_name="unique_id", value_name=value).reset_index(
        names="ds"
    )


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def bands(ax):
    return [c for c in ax.collections if isinstance(c, PolyCollection)]


def spans(ax, colour):
    return [p for p in ax.patches if to_hex(p.get_facecolor()) == colour]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def scores_of(values, threshold=1.0):
    index = pd.date_range("2024-01-01", periods=len(values), freq="h")
    scores = pd.DataFrame({"score": values, "threshold": threshold}, index=index)
    scores["is_anomaly"] = scores["score"] > scores["threshold"]
    return scores
