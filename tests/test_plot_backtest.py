"""Backtests, errors by horizon and residual diagnostics on known figures."""

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from plot_samples import BACKTEST, HISTORY, bands, legend, lines
from statsmodels.tsa.stattools import acf

from tsrnn.baselines import Drift, SeasonalNaive
from tsrnn.plots import plot_backtest, plot_horizon, plot_residuals


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


def long_of_backtest():
    long = BACKTEST.rename(columns={"sales": "y"}).rename_axis("ds").reset_index()
    other = long.assign(y=0.0, RNN=1.0)
    return pd.concat([long.assign(unique_id="a"), other.assign(unique_id="b")])


# --- plot_backtest -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["series", "long"])
def test_backtest_shows_every_window(form, ax):
    result = BACKTEST if form == "series" else long_of_backtest()
    plot_backtest(result, model="RNN", ax=ax)
    drawn = lines(ax)
    np.testing.assert_array_equal(drawn["actual"].get_ydata(), HISTORY.iloc[4:9])
    np.testing.assert_array_equal(drawn["actual"].get_xdata(), HISTORY.index[4:9])
    pieces = [list(line.get_ydata()) for line in ax.get_lines() if line.get_label() == "RNN"]
    assert pieces == [[15.0, 26.0, 34.0], [37.0, 47.0, 60.0]]
    cutoffs = [line.get_xdata()[0] for line in ax.get_lines() if line.get_label() == "cutoff"]
    assert cutoffs == list(HISTORY.index[[3, 5]])
    assert len(bands(ax)) == 2
    assert legend(ax) == ["actual", "RNN", "cutoff", "80 % interval"]
    assert ax.get_ylabel() == ("sales" if form == "series" else "a")


def test_backtest_of_a_given_series_without_bands(ax):
    plot_backtest(long_of_backtest(), id="b", levels=[], ax=ax)
    assert set(lines(ax)["actual"].get_ydata()) == {0.0}
    assert bands(ax) == []
    assert ax.get_ylabel() == "b"


def test_backtest_of_a_forecaster_is_drawn(ax):
    wide = pd.DataFrame({"x": HISTORY, "z": -HISTORY})
    result = Drift(h=2).cross_validation(wide, n_windows=2, level=[50, 90])
    plot_backtest(result, id="z", ax=ax)
    np.testing.assert_array_equal(lines(ax)["actual"].get_ydata(), -HISTORY.iloc[6:])
    ax.figure.canvas.draw()


# --- plot_horizon ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "rnn"),
    [
        # Errors 1, -1, 2 and -1, 2, 4.
        ("mae", [1.0, 1.5, 3.0]),
        ("rmse", [1.0, np.sqrt(2.5), np.sqrt(10)]),
        ("bias", [0.0, 0.5, 3.0]),
    ],
)
def test_horizon_by_hand(metric, rnn, ax):
    plot_horizon(BACKTEST.sample(frac=1, random_state=0), metric, ax=ax)
    np.testing.assert_allclose(lines(ax)["RNN"].get_ydata(), rnn)
    np.testing.assert_array_equal(lines(ax)["RNN"].get_xdata(), [1, 2, 3])
    assert legend(ax) == ["RNN", "Naive"]
    assert ax.get_ylabel() == f"{metric} of sales"


def test_horizon_leaves_missing_observations_out(ax):
    result = BACKTEST.copy()
    result.iloc[4, 1] = np.nan
    plot_horizon(result, ax=ax)
    np.testing.assert_allclose(lines(ax)["RNN"].get_ydata(), [1.0, 1.0, 3.0])


# --- plot_residuals ----------------------------------------------------------------------------


def test_residuals_over_time_take_the_latest_cutoff(ax):
    plot_residuals(BACKTEST, ax=ax)
    np.testing.assert_allclose(lines(ax)["residual"].get_ydata(), [1, -1, -1, 2, 4])
    assert ax.get_ylabel() == "residuals of RNN,\nsales"
    plot_residuals(BACKTEST, model="Naive", ax=(other := Figure().add_subplot()))
    np.testing.assert_allclose(lines(other)["residual"].get_ydata(), [7, 16, 11, 24, 39])


def one_step_ahead(n=80):
    y = pd.Series(np.random.default_rng(0).normal(size=n), index=pd.RangeIndex(n), name="y")
    return SeasonalNaive(h=1, season_length=3).cross_validation(y, n_windows=60)


def test_residual_autocorrelation_is_that_of_statsmodels(ax):
    result = one_step_ahead()
    plot_residuals(result, "acf", ax=ax)
    (stems,) = (c for c in ax.collections if isinstance(c, LineCollection))
    heights = [segment[1, 1] for segment in stems.get_segments()]
    residuals = result["y"] - result["SeasonalNaive"]
    np.testing.assert_allclose(heights, acf(residuals, nlags=len(heights))[1:], atol=1e-12)
    # Differences over three steps: that lag alone stands out, by about -1 / 2.
    colours = [tuple(colour) for colour in stems.get_colors()]
    assert [colours.count(colour) for colour in colours][2] < len(colours) / 2
    limits = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    np.testing.assert_allclose([limits.y0, limits.y1], np.array([-1.96, 1.96]) / np.sqrt(60))


def test_residual_histogram_has_the_area_one_and_its_normal_curve(ax):
    result = one_step_ahead()
    plot_residuals(result, "histogram", ax=ax)
    assert sum(p.get_width() * p.get_height() for p in ax.patches) == pytest.approx(1)
    x, y = lines(ax)["normal"].get_data()
    residuals = result["y"] - result["SeasonalNaive"]
    assert x[np.argmax(y)] == pytest.approx(residuals.mean(), abs=0.1)
    assert y.max() == pytest.approx(1 / residuals.std() / np.sqrt(2 * np.pi), rel=1e-3)


@pytest.mark.parametrize("kind", ["time", "histogram", "acf"])
def test_perfect_forecasts_are_drawn(kind, ax):
    result = BACKTEST.assign(RNN=BACKTEST["sales"])
    plot_residuals(result, kind, ax=ax)
    ax.figure.canvas.draw()


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("plot", [plot_backtest, plot_horizon, plot_residuals])
@pytest.mark.parametrize(
    ("result", "options", "error", "message"),
    [
        (BACKTEST["RNN"], {}, TypeError, "result must be a DataFrame, got Series"),
        (BACKTEST.drop(columns="cutoff"), {}, ValueError, "result must have .* 'cutoff'"),
        (BACKTEST.iloc[:0], {}, ValueError, "result must have at least one row"),
        (BACKTEST[["cutoff", "sales"]], {}, ValueError, "no column with a model's forecast"),
        (BACKTEST[["cutoff"]], {}, ValueError, "no column with a model's forecast"),
        (long_of_backtest(), {"id": "c"}, ValueError, "id='c' is not in result; there is 'a', 'b'"),
        (BACKTEST, {"id": "c"}, ValueError, "id='c' .*one series without id"),
        (BACKTEST, {"model": "Nave"}, ValueError, "Did you mean 'Naive'"),
        (long_of_backtest().drop(columns="y"), {}, ValueError, "result must have .* 'y'"),
    ],
)
def test_results_are_checked(plot, result, options, error, message):
    with pytest.raises(error, match=message):
        plot(result, **options)
    assert plt.get_fignums() == []


def test_other_arguments_are_checked():
    with pytest.raises(ValueError, match="metric='mse' is not known"):
        plot_horizon(BACKTEST, "mse")
    with pytest.raises(ValueError, match=r"kind='hist' is not known.*'histogram'"):
        plot_residuals(BACKTEST, "hist")
    with pytest.raises(ValueError, match="at least 2 residuals, got 1"):
        plot_residuals(BACKTEST.iloc[:1])
    with pytest.raises(ValueError, match="the forecast has no 90 % interval"):
        plot_backtest(BACKTEST, levels=90)
    assert plt.get_fignums() == []
