import subprocess
import sys

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure
from plot_samples import BACKTEST, FORECAST, HISTORY, LOG, WIDE, long_of, scores_of

from tsrnn import plots
from tsrnn.plots import (
    plot_backtest,
    plot_events,
    plot_forecast,
    plot_horizon,
    plot_ranking,
    plot_residuals,
    plot_scores,
)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


CALLS = {
    "plot_backtest": lambda **options: plot_backtest(BACKTEST, **options),
    "plot_horizon": lambda **options: plot_horizon(BACKTEST, **options),
    "plot_residuals": lambda **options: plot_residuals(BACKTEST, **options),
    "plot_forecast": lambda **options: plot_forecast(HISTORY, FORECAST, **options),
    "plot_events": lambda **options: plot_events(HISTORY, LOG.events.iloc[:0], **options)[0],
    "plot_scores": lambda **options: plot_scores(scores_of([0.5, 2.0, 0.5]), **options),
    "plot_ranking": lambda **options: plot_ranking(pd.DataFrame({"mase": [1.0, 2.0]}), **options),
}


def test_every_plot_is_tested():
    # plot_event_channels draws on one Axes per channel and has a file of tests of its own.
    assert set(CALLS) == set(plots.__all__) - {"plot_event_channels"}


@pytest.mark.parametrize("name", CALLS)
def test_given_axes_are_used_and_pyplot_is_not(name, ax):
    assert CALLS[name](ax=ax) is ax
    assert plt.get_fignums() == []
    assert ax.has_data()
    ax.figure.canvas.draw()


@pytest.mark.parametrize("name", CALLS)
def test_without_axes_one_pyplot_figure_is_made(name):
    ax = CALLS[name]()
    assert [plt.figure(number) for number in plt.get_fignums()] == [ax.figure]
    plt.close(ax.figure)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("bad", ["axes", Figure()])
def test_axes_of_another_type(name, bad):
    with pytest.raises(TypeError, match="ax must be a matplotlib Axes"):
        CALLS[name](ax=bad)


@pytest.mark.parametrize(
    "name", ["plot_forecast", "plot_backtest", "plot_residuals", "plot_events", "plot_scores"]
)
def test_dates_are_short(name, ax):
    CALLS[name](ax=ax)
    assert isinstance(ax.xaxis.get_major_formatter(), ConciseDateFormatter)


def test_import_loads_no_matplotlib():
    code = "import sys, tsrnn.plots, tsrnn.datasets; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


TABLE = pd.DataFrame(
    {
        "model": ["RNN", "Failed", "Theta", "Naive"],
        "mase": [0.9, np.nan, 0.8, 1.25],
        "coverage": [0.95, np.nan, 0.5, 0.7],
        "fit_seconds": [1234.6, 1.0, 2.0, 0.001],
        "error": [None, "ValueError", None, None],
    }
)


def bars(ax):
    names = [label.get_text() for label in ax.get_yticklabels()]
    return dict(zip(names, (bar.get_width() for bar in ax.patches), strict=True))


@pytest.mark.parametrize("table", [TABLE, TABLE.set_index("model")])
def test_ranking_keeps_the_order_of_the_table_for_its_first_metric(table, ax):
    plot_ranking(table, ax=ax)
    assert list(bars(ax).items()) == [("RNN", 0.9), ("Theta", 0.8), ("Naive", 1.25), ("Failed", 0)]
    assert [text.get_text() for text in ax.texts] == ["0.900", "0.800", "1.25", "n/a"]
    assert ax.get_xlabel() == "mase"
    assert ax.yaxis_inverted()
    colours = [bar.get_facecolor() for bar in ax.patches]
    assert colours[0] not in colours[1:]


def test_ranking_sorts_by_another_metric(ax):
    plot_ranking(TABLE, metric="fit_seconds", ax=ax)
    assert list(bars(ax)) == ["Naive", "Failed", "Theta", "RNN"]
    assert ax.texts[-1].get_text() == "1,235"


def test_ranking_draws_a_part_of_what_is_far_beyond_the_others(ax):
    table = pd.DataFrame({"model": list("abcd"), "mae": [1.0, 1.5, 2.0, 30.0]})
    plot_ranking(table, ax=ax)
    assert [bar.get_width() for bar in ax.patches] == [1.0, 1.5, 2.0, 2.5]
    assert [bar.get_hatch() for bar in ax.patches] == [None, None, None, "////"]
    assert [text.get_text() for text in ax.texts] == ["1.00", "1.50", "2.00", "30.0"]
    assert 2.5 < ax.get_xlim()[1] < 4


def test_ranking_knows_no_best_coverage(ax):
    plot_ranking(TABLE, metric="coverage", ax=ax)
    assert list(bars(ax)) == ["RNN", "Theta", "Naive", "Failed"]
    assert len({bar.get_facecolor() for bar in ax.patches}) == 1


@pytest.mark.parametrize(
    ("table", "metric", "error", "message"),
    [
        (TABLE, "mse", ValueError, "metric='mse' is not known.*Did you mean 'mase'"),
        (TABLE, "model", ValueError, "metric='model' is not known"),
        (TABLE["mase"], None, TypeError, "table must be a DataFrame, got Series"),
        (TABLE.iloc[:0], None, ValueError, "table must have a row per model"),
        (TABLE[["model"]], None, ValueError, "table must have .* a column of numbers"),
    ],
)
def test_ranking_errors(table, metric, error, message):
    with pytest.raises(error, match=message):
        plot_ranking(table, metric)
    assert plt.get_fignums() == []


def test_inputs_are_not_modified():
    long, forecasts = long_of(WIDE, "y"), long_of(WIDE.iloc[-2:], "RNN")
    scores = scores_of([0.5, 2.0, 500.0])
    events = pd.DataFrame({"start": scores.index[1:2], "end": scores.index[1:2]})
    inputs = [
        BACKTEST,
        HISTORY,
        FORECAST,
        LOG.data,
        LOG.events,
        scores,
        events,
        TABLE,
        long,
        forecasts,
    ]
    copies = [data.copy(deep=True) for data in inputs]
    plot_forecast(HISTORY, FORECAST, n_history=3, actual=HISTORY)
    plot_forecast(long, forecasts)
    plot_events(LOG.data, LOG.events)
    plot_scores(scores, events)
    plot_ranking(TABLE)
    for kind in ("time", "histogram", "acf"):
        plot_residuals(BACKTEST, kind)
    plot_backtest(BACKTEST)
    plot_horizon(BACKTEST)
    for data, copy in zip(inputs, copies, strict=True):
        assert data.equals(copy)
        assert data.index.equals(copy.index)
