"""Plots of frames whose columns go by other names."""

import matplotlib as mpl

mpl.use("Agg")

import pandas as pd
import pytest
from matplotlib.figure import Figure
from plot_samples import lines
from test_forecaster import make_panel, to_long

from tsrnn import plots
from tsrnn.baselines import Naive

NAMES = {"id_col": "shop", "time_col": "day", "target_col": "sold"}


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


def frames():
    usual = to_long(make_panel(2, n=30))
    named = usual.rename(columns={"unique_id": "shop", "ds": "day", "y": "sold"})
    return usual, named


def drawn(ax):
    return {label: line.get_xydata().tolist() for label, line in lines(ax).items()}


def test_a_forecast_under_other_names(ax):
    usual, named = frames()
    other = Figure().add_subplot()
    last = usual["unique_id"].iloc[-1]
    actual = usual.groupby("unique_id").tail(3)
    plots.plot_forecast(usual, Naive(h=3).fit(usual).predict(), id=last, actual=actual, ax=other)
    forecast = Naive(h=3).fit(named, **NAMES).predict()
    actual = named.groupby("shop").tail(3)
    plots.plot_forecast(named, forecast, id=last, actual=actual, ax=ax, **NAMES)
    assert drawn(ax) == drawn(other)
    assert ax.get_ylabel() == last


def test_a_column_that_has_a_usual_name_by_chance_is_something_else(ax):
    usual, named = frames()
    other = Figure().add_subplot()
    plots.plot_forecast(usual, Naive(h=3).fit(usual).predict(), ax=other)
    forecast = Naive(h=3).fit(named, **NAMES).predict()
    history = named.assign(unique_id=7, ds=usual["ds"], y="?")
    plots.plot_forecast(history, forecast, ax=ax, **NAMES)
    assert drawn(ax) == drawn(other)


@pytest.mark.parametrize("plot", ["plot_backtest", "plot_horizon", "plot_residuals"])
def test_a_backtest_under_other_names(plot, ax):
    usual, named = frames()
    other = Figure().add_subplot()
    last = usual["unique_id"].iloc[-1]
    model = Naive(h=3)
    getattr(plots, plot)(model.cross_validation(usual, n_windows=2), id=last, ax=other)
    result = model.cross_validation(named, n_windows=2, **NAMES)
    before = result.copy()
    getattr(plots, plot)(result, id=last, ax=ax, **NAMES)
    assert drawn(ax) == drawn(other)
    pd.testing.assert_frame_equal(result, before)
    # Without the names, all series were drawn as one over row numbers.
    with pytest.raises(ValueError, match="result has 'shop', 'day' where unique_id and ds are us"):
        getattr(plots, plot)(result, ax=ax)


def test_names_that_are_missing_are_told(ax):
    _, named = frames()
    forecast = Naive(h=3).fit(named, **NAMES).predict()
    with pytest.raises(ValueError, match="history has times in the column 'day': say so, time_col"):
        plots.plot_forecast(named, forecast, ax=ax)
