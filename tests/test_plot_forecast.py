import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from plot_samples import FORECAST, FUTURE, HISTORY, WIDE, bands, legend, lines, long_of

from tsrnn.datasets import load_co2
from tsrnn.plots import plot_forecast


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


def test_forecast_lines_bands_and_labels(ax):
    plot_forecast(HISTORY, FORECAST, model="RNN", ax=ax)
    drawn = lines(ax)
    assert list(drawn) == ["history", "RNN"]
    np.testing.assert_array_equal(drawn["history"].get_ydata(), HISTORY)
    np.testing.assert_array_equal(drawn["history"].get_xdata(), HISTORY.index)
    np.testing.assert_array_equal(drawn["RNN"].get_ydata(), FORECAST["RNN"])
    np.testing.assert_array_equal(drawn["RNN"].get_xdata(), FUTURE)
    extents = [c.get_paths()[0].vertices[:, 1] for c in bands(ax)]
    assert [(y.min(), y.max()) for y in extents] == [(90.0, 170.0), (95.0, 160.0)]
    assert legend(ax) == ["history", "RNN", "80 % interval", "99.5 % interval"]
    assert ax.get_ylabel() == "sales"


def test_several_models_have_their_own_colours(ax):
    plot_forecast(HISTORY, FORECAST, ax=ax)
    assert list(lines(ax)) == ["history", "RNN", "Naive"]
    assert len({line.get_color() for line in ax.get_lines()}) == 3
    assert legend(ax) == ["history", "RNN", "Naive", "80, 99.5 % interval"]
    assert {to_hex(band.get_facecolor()) for band in bands(ax)} == {
        to_hex(lines(ax)["RNN"].get_color())
    }


@pytest.mark.parametrize(("levels", "n_bands"), [(None, 2), (80, 1), ([99.5, 80], 2), ([], 0)])
def test_levels(levels, n_bands, ax):
    plot_forecast(HISTORY, FORECAST, levels=levels, ax=ax)
    assert len(bands(ax)) == n_bands


def test_pairs_of_quantiles_are_intervals(ax):
    intervals = FORECAST[["RNN", "RNN-lo-80", "RNN-hi-80"]]
    names = {"RNN-lo-80": "RNN-q0.1", "RNN-hi-80": "RNN-q0.9"}
    quantiles = intervals.rename(columns=names)
    quantiles = quantiles.assign(**{"RNN-q0.5": FORECAST["RNN"], "RNN-q0.99": FORECAST["RNN"]})
    plot_forecast(HISTORY, quantiles, ax=ax)
    assert legend(ax) == ["history", "RNN", "80 % interval"]
    y = bands(ax)[0].get_paths()[0].vertices[:, 1]
    assert (y.min(), y.max()) == (intervals["RNN-lo-80"].min(), intervals["RNN-hi-80"].max())


FORMS = {
    "long": (long_of(WIDE, "y"), long_of(pd.DataFrame({"b": FORECAST["RNN"]}), "RNN"), "RNN"),
    "wide": (WIDE, pd.DataFrame({"b": FORECAST["RNN"]}), "forecast"),
    "wide with intervals": (WIDE, pd.concat({"b": FORECAST.iloc[:, :3]}, axis=1), "RNN"),
    "wide, forecast long": (WIDE, long_of(pd.DataFrame({"b": FORECAST["RNN"]}), "RNN"), "RNN"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("id", [None, "b"])
def test_forms(form, id, ax):
    history, forecast, label = FORMS[form]
    plot_forecast(history, forecast, id=id, ax=ax)
    assert ax.get_ylabel() == "b"
    np.testing.assert_array_equal(lines(ax)["history"].get_ydata(), 2 * HISTORY)
    np.testing.assert_array_equal(lines(ax)[label].get_ydata(), FORECAST["RNN"])


def test_long_frames_without_id_and_in_any_order(ax):
    history = HISTORY.rename("y").rename_axis("ds").reset_index().iloc[::-1]
    forecast = FORECAST[["RNN"]].rename_axis("ds").reset_index()
    plot_forecast(history, forecast, ax=ax)
    np.testing.assert_array_equal(lines(ax)["history"].get_ydata(), HISTORY)


@pytest.mark.parametrize(
    "convert",
    [
        lambda index: index.tz_localize("Europe/Berlin"),
        lambda index: index.to_period("D"),
        lambda index: index.strftime("%Y-%m-%d"),
        lambda index: pd.Index(index.day_of_year),
    ],
)
def test_kinds_of_time(convert, ax):
    history, forecast = HISTORY.copy(), FORECAST.copy()
    history.index, forecast.index = convert(history.index), convert(forecast.index)
    plot_forecast(history, forecast, ax=ax)
    ax.figure.canvas.draw()
    steps = np.diff(lines(ax)["history"].get_xdata())
    assert (steps == steps[0]).all()
    x = lines(ax)["RNN"].get_xdata()
    assert x[0] == lines(ax)["history"].get_xdata()[-1] + steps[0]


def test_dates_are_labelled_in_the_time_zone_of_the_data(ax):
    hours = pd.date_range("2024-01-01", periods=25, freq="h", tz="Asia/Tokyo")
    history = pd.Series(np.arange(25.0), index=hours)
    plot_forecast(history, history.iloc[-1:], ax=ax)
    ax.figure.canvas.draw()
    midnight = mpl.dates.date2num(pd.Timestamp("2024-01-02", tz="Asia/Tokyo"))
    labels = dict(zip(ax.get_xticks(), ax.get_xticklabels(), strict=True))
    assert "Jan" in labels[midnight].get_text()


def test_actual_and_n_history(ax):
    actual = pd.Series([99.0, 120.0, 150.0], index=FUTURE)
    plot_forecast(HISTORY, FORECAST["RNN"], actual=actual, n_history=4, ax=ax)
    drawn = lines(ax)
    assert list(drawn) == ["history", "RNN", "actual"]
    np.testing.assert_array_equal(drawn["history"].get_ydata(), HISTORY.iloc[-4:])
    np.testing.assert_array_equal(drawn["actual"].get_ydata(), actual)
    assert drawn["actual"].get_linestyle() == ":"


@pytest.mark.parametrize("form", ["long", "series"])
def test_cross_validation_is_drawn_in_pieces(form, ax):
    cutoffs = HISTORY.index[[5, 5, 7, 7]]
    result = pd.DataFrame(
        {"cutoff": cutoffs, "sales": HISTORY.iloc[6:], "RNN": [1.0, 2.0, 3.0, 4.0]},
        index=HISTORY.index[6:],
    )
    history = HISTORY
    if form == "long":
        history = long_of(HISTORY.to_frame("s"), "y")
        result = result.rename(columns={"sales": "y"}).rename_axis("ds").reset_index()
        result["unique_id"] = "s"
    plot_forecast(history, result, ax=ax)
    pieces = [line for line in ax.get_lines() if line.get_label() == "RNN"]
    assert [list(line.get_ydata()) for line in pieces] == [[1.0, 2.0], [3.0, 4.0]]
    np.testing.assert_array_equal(lines(ax)["actual"].get_ydata(), HISTORY.iloc[6:])
    assert legend(ax) == ["history", "RNN", "actual"]


def test_a_single_step_is_visible(ax):
    plot_forecast(HISTORY, FORECAST.iloc[:1, :3], ax=ax)
    assert lines(ax)["RNN"].get_marker() == "."
    (band,) = bands(ax)
    x = band.get_paths()[0].vertices[:, 0]
    assert np.ptp(x) == 1.0  # a day


def test_values_between_gaps_are_visible(ax):
    history = HISTORY.copy()
    history.iloc[[1, 3]] = np.nan
    plot_forecast(history, FORECAST, ax=ax)
    assert list(lines(ax)["history"].get_markevery()) == [0, 2]


def test_a_wide_legend_wraps_within_its_axes():
    forecast = pd.DataFrame({f"a rather long model name {i}": FORECAST["RNN"] for i in range(7)})
    ax = plot_forecast(HISTORY, forecast)
    ax.figure.canvas.draw()
    box = ax.get_legend().get_window_extent()
    assert box.x1 <= ax.figure.bbox.x1
    assert box.y1 <= ax.figure.bbox.y1
    assert box.y0 >= ax.get_window_extent().y1 - 1


def test_real_series_with_gaps_is_drawn():
    co2 = load_co2()
    ax = plot_forecast(co2.iloc[:-52], co2.iloc[-52:].rename("Oracle"), n_history=200)
    ax.figure.canvas.draw()
    assert ax.get_ylabel() == "co2"


LONG, LONG_FORECAST, _ = FORMS["long"]


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([1, 2], FORECAST), {}, TypeError, "history must be a DataFrame or a Series, got list"),
        ((HISTORY, [1, 2]), {}, TypeError, "forecast must be a DataFrame or a Series, got list"),
        ((HISTORY, LONG_FORECAST), {}, ValueError, "goes with a series history"),
        ((LONG, FORECAST), {}, ValueError, "goes with a long history"),
        ((LONG.drop(columns="y"), LONG_FORECAST), {}, ValueError, "history must have .* 'y'"),
        ((LONG.drop(columns="ds"), LONG_FORECAST), {}, ValueError, "history must have .* 'ds'"),
        ((LONG, LONG_FORECAST), {"id": "c"}, ValueError, "id='c' is not in both.*'b'"),
        ((HISTORY, FORECAST), {"id": "c"}, ValueError, "id='c' .*one series without id"),
        ((HISTORY, FORECAST), {"model": "Nave"}, ValueError, "Did you mean 'Naive'"),
        ((HISTORY, FORECAST), {"model": []}, ValueError, "model must name at least one"),
        ((HISTORY, FORECAST), {"levels": 90}, ValueError, "no 90 % interval; it has 80, 99.5"),
        ((HISTORY, FORECAST), {"levels": [100]}, ValueError, r"levels .* \(0, 100\), got 100"),
        ((HISTORY, FORECAST), {"levels": "80"}, TypeError, "levels must be a number"),
        ((HISTORY, FORECAST), {"n_history": 0}, ValueError, "n_history .* at least 1, got 0"),
        ((HISTORY, FORECAST.iloc[:, 1:3]), {}, ValueError, "no column with a model's forecast"),
        ((HISTORY.set_axis(list("abcdefghij")), FORECAST), {}, ValueError, "ISO 8601 dates"),
        ((HISTORY, FORECAST.reset_index(drop=True)), {}, ValueError, "forecast must hold dates"),
        ((LONG, LONG_FORECAST), {"actual": LONG.iloc[:3]}, ValueError, "actual has no rows"),
    ],
)
def test_forecast_errors(arguments, options, error, message):
    with pytest.raises(error, match=message):
        plot_forecast(*arguments, **options)
    assert plt.get_fignums() == []
