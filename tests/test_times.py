"""Times of forecasters and plots, in whatever pandas keeps them in."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from tsrnn import plots
from tsrnn.baselines import Naive
from tsrnn.forecasting.frames import to_panel

DAYS = pd.date_range("2024-03-28", periods=8, freq="D")
BERLIN = DAYS.tz_localize("Europe/Berlin")
OBJECTS = {
    "texts": DAYS.strftime("%Y-%m-%d").astype(object),
    "datetimes": DAYS.astype(object),
    "datetimes in a zone": BERLIN.astype(object),
    "dates": pd.Index(DAYS.date),
    "periods": DAYS.to_period("D").astype(object),
    "integers": pd.Index(range(8), dtype=object),
    "categories of datetimes": pd.CategoricalIndex(DAYS),
    "categories of texts": pd.CategoricalIndex(DAYS.strftime("%Y-%m-%d")),
}


def frame(stamps):
    return pd.DataFrame({"ds": pd.Series(stamps, dtype=stamps.dtype), "y": np.arange(8.0)})


@pytest.mark.parametrize("kind", OBJECTS)
def test_objects_and_categories(kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ahead = to_panel(frame(OBJECTS[kind])).stamps()
    if kind == "periods":
        assert ahead.equals(DAYS.to_period("D"))
    elif kind == "integers":
        assert ahead.tolist() == list(range(8))
    else:
        wanted = BERLIN if "zone" in kind else DAYS
        assert ahead.astype(wanted.dtype).equals(wanted)


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_timestamps_of_arrow(zone):
    arrow = pytest.importorskip("pyarrow")
    stamps = DAYS.tz_localize(zone)
    held = pd.Series(stamps).astype(pd.ArrowDtype(arrow.timestamp("us", zone)))
    df = frame(held)
    forecast = Naive(h=2).fit(df).predict()
    assert (forecast["ds"] == pd.date_range(stamps[-1], periods=3, freq="D")[1:]).all()
    series = df.set_index("ds")["y"]
    assert Naive(h=2).fit(series).predict().index.equals(pd.DatetimeIndex(forecast["ds"]))
    ax = plots.plot_forecast(df, forecast)
    first = stamps.tz_convert(None)[0] if zone else stamps[0]
    assert ax.lines[0].get_xdata()[0] == np.datetime64(first)
    plt.close(ax.figure)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("n/a", r"time_col 'ds' has 'n/a' in row 3, which is no time in ISO 8601 like"),
        ("31/03/2024", r"has '31/03/2024' in row 3, .*pd.to_datetime\(\.\.\., format"),
        (None, "time_col 'ds' has a missing time in row 3"),
    ],
)
def test_texts_that_are_no_times_are_named_in_one_line(wrong, message):
    df = frame(OBJECTS["texts"])
    df.loc[3, "ds"] = wrong
    with pytest.raises(ValueError, match=message) as error:
        to_panel(df)
    assert "\n" not in str(error.value)


def test_texts_of_summer_and_winter_time():
    df = frame(BERLIN.map(str).astype(object))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="mixes differences from UTC"):
            to_panel(df)


@pytest.mark.parametrize("index", ["ds", "unique_id", ["unique_id", "ds"]])
def test_columns_that_are_the_index_are_named(index):
    df = frame(DAYS).assign(unique_id="a").set_index(index)
    names = ".*".join([index] if isinstance(index, str) else index)
    with pytest.raises(ValueError, match=rf"{names}.* in its index: use df.reset_index\(\)"):
        Naive(h=1).fit(df)
