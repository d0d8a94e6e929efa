"""Input forms, frequencies, refusals, and the way back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsrnn import RNNForecaster
from tsrnn.baselines import Naive
from tsrnn.forecasting import season_length_of, to_panel
from tsrnn.forecasting.time_axis import make_axis


def long_frame(times, n_series=2, **names):
    values = np.arange(n_series * len(times), dtype=float)
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat([f"s{i}" for i in range(n_series)], len(times)),
            "ds": pd.Index(times).append([pd.Index(times)] * (n_series - 1)),
            "y": values,
        }
    )
    return frame.rename(columns=names)


# --- forms -------------------------------------------------------------------------------------


def test_long_frame_answers_with_its_own_column_names():
    df = long_frame(pd.date_range("2024", periods=5, freq="D"), unique_id="k", ds="t", y="v")
    out = Naive(h=2).fit(df, id_col="k", time_col="t", target_col="v").predict()
    assert list(out.columns) == ["k", "t", "Naive"]
    assert out["k"].tolist() == ["s0", "s0", "s1", "s1"]
    assert out["t"].tolist() == list(pd.to_datetime(["2024-01-06", "2024-01-07"] * 2))
    assert out["Naive"].tolist() == [4, 4, 9, 9]


def test_long_frame_without_identifier_is_one_series():
    df = long_frame(pd.date_range("2024", periods=5, freq="D"), n_series=1)
    out = Naive(h=1).fit(df.drop(columns="unique_id")).predict()
    assert list(out.columns) == ["ds", "Naive"]


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024", periods=4, freq="D", name="when"),
        pd.period_range("2024-01", periods=4, freq="M", name="when"),
        pd.RangeIndex(10, 14, name="when"),
    ],
    ids=["datetimes", "periods", "integers"],
)
def test_series_and_wide_frame_answer_in_their_form(index):
    series = pd.Series([1.0, 2.0, 3.0, 4.0], index=index, name="sales")
    future = index[-1:] + (index[-1] - index[-2]) * 1
    out = Naive(h=1).fit(series).predict()
    assert isinstance(out, pd.Series)
    assert out.name == "Naive"
    assert out.index.name == "when"
    assert out.index.tolist() == future.tolist()
    banded = Naive(h=1, alias="N").fit(series).predict(level=[80, 97.5])
    assert list(banded.columns) == ["N", "N-lo-80", "N-hi-80", "N-lo-97.5", "N-hi-97.5"]
    wide = pd.DataFrame({"b": series, "a": series * 2}).rename_axis(columns="shop")
    out = Naive(h=1).fit(wide).predict()
    assert out.columns.tolist() == ["b", "a"]
    assert out.columns.name == "shop"
    assert out.iloc[0].tolist() == [4, 8]
    banded = Naive(h=1).fit(wide).predict(level=80)
    assert banded.columns.tolist()[:2] == [("b", "Naive"), ("b", "Naive-lo-80")]
    assert banded[("a", "Naive")].tolist() == [8]


def test_input_is_not_modified_and_not_shared():
    series = pd.Series([np.nan, 2.0, 3.0], index=pd.RangeIndex(3))
    copy = series.copy()
    panel = to_panel(series)
    panel.series(0)[:] = -1
    pd.testing.assert_series_equal(series, copy)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_rows_in_any_order_give_the_same_panel(data):
    lengths = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    n = sum(lengths)
    gaps = data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    ids = np.repeat(np.arange(len(lengths)), lengths)
    times = np.concatenate([np.cumsum(part) for part in np.split(gaps, np.cumsum(lengths)[:-1])])
    df = pd.DataFrame({"unique_id": ids, "ds": times, "y": np.arange(n, dtype=float)})
    order = data.draw(st.permutations(range(n)))
    panel = to_panel(df.iloc[list(order)], freq=1)
    for i, (_, rows) in enumerate(df.groupby("unique_id")):
        naive = np.full(rows.ds.max() - rows.ds.min() + 1, np.nan)
        for time, value in zip(rows.ds, rows.y, strict=True):
            naive[time - rows.ds.min()] = value
        np.testing.assert_array_equal(panel.series(i), naive)
        assert panel.last[i] == rows.ds.max()


def test_leading_missing_values_go_and_trailing_ones_stay():
    panel = to_panel(pd.Series([np.nan, np.nan, 3.0, np.nan, 5.0, np.nan]))
    np.testing.assert_array_equal(panel.series(0), [3, np.nan, 5, np.nan])
    assert panel.axis.decode(panel.future_codes(1)[0]).tolist() == [6]


def test_without_last_matches_slicing():
    df = pd.DataFrame({"unique_id": [0, 0, 0, 1, 2, 2], "ds": [1, 2, 3, 1, 4, 5], "y": range(6)})
    panel, kept = to_panel(df).without_last(1)
    assert kept.tolist() == [0, 2]
    assert [panel.series(i).tolist() for i in range(2)] == [[0, 1], [4]]
    assert panel.last.tolist() == [2, 4]
    assert to_panel(df).without_last(3)[0] is None


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int16", object])
def test_numeric_dtypes(dtype):
    y = pd.Series([1, 2, 3]).astype(dtype)
    assert to_panel(y).series(0).tolist() == [1, 2, 3]


@pytest.mark.parametrize("dtype", ["string", "category", object])
def test_identifier_dtypes(dtype):
    df = long_frame(range(3)).astype({"unique_id": dtype})
    out = Naive(h=1).fit(df).predict()
    assert out["unique_id"].tolist() == ["s0", "s1"]
    assert out["unique_id"].dtype == df["unique_id"].dtype or dtype is object


def test_iso_strings_are_times():
    df = long_frame(["2024-01-01", "2024-01-02", "2024-01-03"])
    assert Naive(h=1).fit(df).predict()["ds"].iloc[0] == pd.Timestamp("2024-01-04")


# --- frequencies -------------------------------------------------------------------------------

FREQS = {
    "15min": 96,
    "h": 24,
    "6h": 4,
    "5h": 1,
    "s": 3600,
    "D": 7,
    "2D": 1,
    "B": 5,
    "W-WED": 52,
    "2W-SUN": 26,
    "MS": 12,
    "ME": 12,
    "BMS": 12,
    "BME": 12,
    "2MS": 6,
    "QS-JAN": 4,
    "QE-DEC": 4,
    "BQE-DEC": 4,
    "YS-JAN": 1,
    "YE-JUN": 1,
}


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
@pytest.mark.parametrize(("freq", "season"), FREQS.items())
def test_frequency_is_inferred_with_rows_missing(freq, season, unit):
    times = pd.date_range("2019-01-01 00:00", periods=44, freq=freq).as_unit(unit)
    kept = np.delete(np.arange(40), [4, 13, 14])
    df = pd.DataFrame({"ds": times[kept], "y": kept.astype(float)})
    panel = to_panel(df)
    expected = np.arange(40.0)
    expected[[4, 13, 14]] = np.nan
    np.testing.assert_array_equal(panel.series(0), expected)
    future = panel.axis.decode(panel.future_codes(4)[0])
    assert future.dtype == times.dtype
    assert future.tolist() == times[40:].tolist()
    assert panel.season_length == season == season_length_of(freq)
    given = to_panel(df, freq=freq)
    np.testing.assert_array_equal(given.series(0), expected)
    assert given.axis.decode(given.future_codes(4)[0]).tolist() == times[40:].tolist()


@pytest.mark.parametrize("freq", ["h", "D", "W-SUN", "MS"])
@pytest.mark.parametrize("start", ["2024-03-20", "2024-10-20"])
def test_time_zones_with_clock_changes(freq, start):
    times = pd.date_range(start, periods=400, freq=freq, tz="Europe/Berlin")
    series = pd.Series(np.arange(396.0), index=times[:396])
    panel = to_panel(series)
    np.testing.assert_array_equal(panel.series(0), np.arange(396.0))
    out = Naive(h=4).fit(series).predict()
    assert out.index.equals(times[396:])
    assert out.index.dtype == times.dtype


def test_series_of_one_panel_may_have_their_own_phase():
    first = pd.date_range("2024-01-01 00:00", periods=5, freq="h")
    second = pd.date_range("2024-02-01 00:30", periods=3, freq="h")
    df = pd.concat([long_frame(first, 1), long_frame(second, 1).assign(unique_id="late")])
    out = Naive(h=1).fit(df).predict()
    assert out["ds"].tolist() == [second[-1] + pd.Timedelta("1h"), first[-1] + pd.Timedelta("1h")]


def test_workdays_need_a_weekend_to_tell():
    week = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-04"])
    assert to_panel(pd.Series([1.0, 2.0, 4.0], index=week)).season_length == 7
    over = pd.to_datetime(["2024-01-04", "2024-01-05", "2024-01-08"])
    panel = to_panel(pd.Series([1.0, 2.0, 4.0], index=over))
    assert panel.season_length == 5
    assert panel.series(0).tolist() == [1, 2, 4]


def test_other_calendars_when_given():
    monthly = pd.DateOffset(months=1)
    times = pd.date_range("2024-01-15", periods=10, freq=monthly)
    out = Naive(h=2, freq=monthly).fit(pd.Series(np.arange(8.0), index=times[:8])).predict()
    assert out.index.tolist() == times[8:].tolist()
    assert season_length_of(monthly) == 12


def test_integer_step_and_single_observations():
    panel = to_panel(pd.DataFrame({"ds": [0, 5, 15], "y": [1.0, 2.0, 4.0]}))
    np.testing.assert_array_equal(panel.series(0), [1, 2, np.nan, 4])
    assert panel.future_codes(2).tolist() == [[20, 25]]
    one = pd.DataFrame({"ds": pd.to_datetime(["2024-01-01"]), "y": [1.0]})
    assert Naive(h=1, freq="D").fit(one).predict()["ds"].tolist() == [pd.Timestamp("2024-01-02")]
    with pytest.raises(ValueError, match="pass freq"):
        to_panel(one)


def test_many_series_keep_their_values():
    n, length = 20_000, 10
    df = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n), length),
            "ds": np.tile(pd.date_range("2024", periods=length, freq="ME"), n),
            "y": np.arange(n * length, dtype=float),
        }
    )
    panel = to_panel(df)
    assert len(panel) == n
    np.testing.assert_array_equal(panel.y, df["y"])


# --- refusals ----------------------------------------------------------------------------------

DAYS = pd.date_range("2024-01-01", periods=6, freq="D")


def changed(column, row, value):
    df = long_frame(DAYS).astype({column: object})
    df.loc[row, column] = value
    return df.infer_objects() if column != "y" else df


@pytest.mark.parametrize(
    ("df", "options", "message"),
    [
        (pd.DataFrame({"unique_id": [], "ds": [], "y": []}), {}, "df is empty"),
        (long_frame(DAYS, ds="date"), {}, "time_col='ds' is not among"),
        (long_frame(DAYS, ds="dss"), {}, "did you mean 'dss'"),
        (pd.DataFrame({"day": DAYS, "a": 1.0}), {}, r"is not among .*set_index\('day'\)"),
        (pd.DataFrame({"ds": DAYS, "a": 1.0}), {}, r"'y' is not among .*set_index\('ds'\)"),
        (pd.DataFrame({"a": [1.0]}, [0.5]), {}, "is a series, its index must .* got float64"),
        (long_frame(DAYS), {"target_col": "why"}, "target_col='why' is not among"),
        (long_frame(DAYS), {"id_col": "uniqe_id"}, "did you mean 'unique_id'"),
        (changed("y", 3, "much"), {}, "must be numeric, got 'much'"),
        (changed("y", 3, np.inf), {}, "'s0' has the value inf at 2024-01-04"),
        (changed("unique_id", 3, None), {}, "missing value in row 3"),
        (changed("ds", 2, DAYS[1]), {}, "'s0' has the time 2024-01-02 00:00:00 more than once"),
        (changed("ds", 2, pd.NaT), {}, "missing time in row 2"),
        (changed("ds", 8, DAYS[2] + pd.Timedelta("1h")), {}, "'s1' is not regular: 2024-01-03 01"),
        (long_frame(DAYS), {"freq": "MS"}, "2024-01-02 00:00:00 .* frequency 'MS'"),
        (long_frame(DAYS), {"freq": "W-MON"}, "frequency 'W-MON'"),
        (long_frame(DAYS), {"freq": "B"}, "2024-01-06"),
        (long_frame(DAYS), {"freq": "fortnight"}, "freq='fortnight' is not a pandas frequency"),
        (long_frame(DAYS), {"freq": "-1D"}, "freq must be positive"),
        (long_frame(["01/02/2024", "02/02/2024"]), {}, "pd.to_datetime"),
        (long_frame(DAYS).assign(y=np.nan), {}, "'s0' has no observation"),
        (pd.Series([1.0, 2.0], index=DAYS[[1, 0]]), {}, "not sorted: 2024-01-01"),
        (pd.Series([1.0, 2.0], index=DAYS[[1, 1]]), {}, "more than once"),
        (pd.DataFrame({"a": [1.0, 2.0], "b": np.nan}, index=DAYS[:2]), {}, "'b' has no observ"),
        (pd.DataFrame({"a": ["x", "y"]}, index=DAYS[:2]), {}, "column 'a' must be numeric"),
        (pd.DataFrame([[1.0, 2.0]], columns=["a", "a"]), {}, "'a' more than once"),
        (long_frame(DAYS).iloc[:, [0, 1, 2, 2]], {}, "'y' more than once"),
        (long_frame(DAYS).iloc[:, [0, 0, 1, 2]], {}, "'unique_id' more than once"),
        (pd.Series([1.0] * 3, index=[0, 1, 10**9]), {}, "1000000001 steps for 3 rows"),
        (pd.Series([1.0], index=pd.PeriodIndex(["2024"], freq="Y")), {"freq": "M"}, "differs"),
    ],
)
def test_bad_input_is_refused_by_name(df, options, message):
    with pytest.raises(ValueError, match=message):
        to_panel(df, **options)


@pytest.mark.parametrize(
    ("df", "options", "message"),
    [
        ([1.0, 2.0], {}, "DataFrame or Series, got list"),
        (long_frame([0.5, 1.5]), {}, "datetimes, periods or integers"),
        (long_frame(DAYS), {"freq": 1}, "freq must be a string"),
        (long_frame(range(3)), {"freq": "D"}, "freq must be a positive integer"),
    ],
)
def test_wrong_types_are_refused_by_name(df, options, message):
    with pytest.raises(TypeError, match=message):
        to_panel(df, **options)


@pytest.mark.parametrize("freq", ["MS", "ME", "QS", "YE", "YS-APR", "B", "2MS", "2B", "SME", "BQS"])
@pytest.mark.parametrize("start", ["2000-12-15", "2001-01-01"])
def test_a_part_of_a_calendar_is_decoded_without_the_rest(freq, start):
    stamps = pd.date_range(f"{start} 06:30", periods=40, freq=freq)
    axis = make_axis(stamps, pd.tseries.frequencies.to_offset(freq))
    codes, off = axis.encode(stamps)
    assert off is None
    for part in (slice(0, 40), slice(1, 2), slice(30, 40)):
        assert axis.decode(codes[part]).tolist() == stamps[part].tolist()


def test_missing_columns_are_named_before_covariates_are_read():
    wide = pd.DataFrame({"day": DAYS, "a": 1.0})
    with pytest.raises(ValueError, match="time_col='ds' is not among"):
        RNNForecaster(2).fit(wide)
    with pytest.raises(ValueError, match="'ds' in its index: use"):
        RNNForecaster(2).fit(long_frame(DAYS).assign(z=1.0).set_index("ds"))


@pytest.mark.parametrize(
    "index", [DAYS.strftime("%Y-%m-%d"), DAYS.date, pd.Index(DAYS, dtype=object)], ids=str
)
def test_a_wide_frame_may_have_times_of_text_or_objects(index):
    wide = pd.DataFrame({"a": np.arange(6.0), "b": 1.0}, DAYS)
    forecast = Naive(h=2).fit(wide.set_axis(index, axis=0)).predict()
    expected = Naive(h=2).fit(wide).predict()
    pd.testing.assert_frame_equal(forecast, expected, check_index_type=False, check_freq=False)


def test_a_wide_frame_may_have_times_that_arrow_holds():
    pyarrow = pytest.importorskip("pyarrow")
    wide = pd.DataFrame({"a": np.arange(6.0), "b": 1.0}, DAYS)
    held = pd.Index(DAYS, dtype=pd.ArrowDtype(pyarrow.timestamp("us")))
    forecast = Naive(h=2).fit(wide.set_axis(held, axis=0)).predict()
    assert forecast.index[0] == pd.Timestamp("2024-01-07")


def test_columns_of_several_levels_are_refused_with_what_to_do():
    columns = pd.MultiIndex.from_product([["north", "south"], [1]])
    wide = pd.DataFrame(np.ones((6, 2)), DAYS, columns)
    with pytest.raises(ValueError, match="the columns of df have 2 levels; make them one"):
        Naive(h=2).fit(wide)
    wide.columns = ["_".join(map(str, names)) for names in wide.columns]
    assert list(Naive(h=2).fit(wide).predict()) == ["north_1", "south_1"]
