"""Logs on times that pandas keeps as Arrow's types, categories, objects or durations."""

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from tsrnn import plots
from tsrnn.baselines import AutoRegression

TIMES = pd.date_range("2024-01-01", periods=400, freq="min")
HELD = {
    "objects": TIMES.astype(object),
    "categories": pd.CategoricalIndex(TIMES, ordered=True),
    "periods as objects": TIMES.to_period("min").astype(object),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def log(index):
    values = np.sin(np.arange(400) / 5) + np.random.default_rng(0).normal(0, 0.1, 400)
    values[340:350] += 5
    return pd.DataFrame({"a": values}, index=index)


def as_arrow():
    arrow = pytest.importorskip("pyarrow")
    return pd.Index(pd.Series(TIMES).astype(pd.ArrowDtype(arrow.timestamp("us"))))


@pytest.mark.parametrize("kind", [*HELD, "arrow"])
def test_times_are_times_whatever_holds_them(kind):
    X = log(as_arrow() if kind == "arrow" else HELD[kind])
    plain = log(TIMES.to_period("min") if "periods" in kind else TIMES)
    model, wanted = AutoRegression().fit(X[:300]), AutoRegression().fit(plain[:300])
    events = model.detect(X[300:])
    assert len(events) == 1
    pd.testing.assert_frame_equal(events, wanted.detect(plain[300:]), check_dtype=False)
    pd.testing.assert_frame_equal(
        model.update(X[300:310]),
        wanted.update(plain[300:310]),
        check_index_type=False,
        check_freq=False,
    )
    assert model.score_one(X.iloc[310]) == wanted.score_one(plain.iloc[310])


def test_a_tolerated_rate_by_the_clock():
    X = log(HELD["objects"])
    plain = AutoRegression(false_alarms_per="1D").fit(log(TIMES)[:300])
    assert AutoRegression(false_alarms_per="1D").fit(X[:300]).offset_ == plain.offset_


def test_texts_stay_labels():
    index = pd.Index([f"row {i:03d}" for i in range(400)])
    model = AutoRegression().fit(log(index)[:300])
    assert model.scores(log(index)[300:]).index.equals(index[300:])
    assert model.detect(log(index)[300:])["start"].iloc[0].startswith("row 3")


@pytest.mark.parametrize(
    ("step", "ticks"), [("1min", ["5:00:00", "6:00:00"]), ("100us", ["0:00:00.03", "0:00:00.032"])]
)
def test_plots_of_elapsed_times(step, ticks):
    X = log(pd.Timedelta(step) * pd.RangeIndex(400))
    model = AutoRegression().fit(X[:300])
    events, scores = model.detect(X[300:]), model.scores(X[300:])
    axes = plots.plot_events(X[300:], events)
    axes[0].figure.canvas.draw()
    labels = [label.get_text() for label in axes[0].get_xticklabels()]
    assert set(ticks) <= set(labels)
    plots.plot_scores(scores, events).figure.canvas.draw()
    plots.plot_event_channels(X[300:], scores, events.iloc[0])
