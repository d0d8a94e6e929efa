"""make_supervised: what counts as regular, and what becomes of gaps and irregular steps."""

import numpy as np
import pandas as pd
import pytest

from tsrnn.windows import make_supervised

DAYS = pd.date_range("2024-01-01", periods=6, name="day")
MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")
WEEKDAYS = pd.date_range("2024-01-01", periods=12, freq="B")


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2024-01-31", periods=9, freq="ME"),
        pd.date_range("2024-01-01", periods=9, freq="QS-FEB"),
        pd.date_range("2020-02-29", periods=9, freq="YE-FEB"),
        pd.date_range("2024-01-01", periods=9, freq="B"),
        pd.date_range("2024-03-28", periods=9, freq="D", tz="Europe/Berlin"),
        pd.date_range("2024-03-31", periods=9, freq="h", tz="Europe/Berlin"),
        pd.date_range("2024-01-15", periods=9, freq="MS") + pd.Timedelta(14, "D"),
        pd.period_range("2024-01", periods=9, freq="M"),
        pd.RangeIndex(5, 23, 2),
    ],
    ids=lambda times: getattr(times, "freqstr", None) or type(times).__name__,
)
@pytest.mark.parametrize("irregular", ["raise", "resample"])
def test_regular_times_are_taken_as_they_are(times, irregular):
    X, y = make_supervised(pd.Series(np.arange(9.0), times), 2, irregular=irregular)
    pd.testing.assert_index_equal(X.index, times[1:-1], exact="equiv")
    assert y.tolist() == list(range(2, 9))


@pytest.mark.parametrize(
    ("times", "options", "message"),
    [
        (DAYS[[0, 1, 2, 4, 5]], {}, r"step of D apart, got 2024-01-05.* after 2024-01-03"),
        (MONTHS.delete(7), {}, r"step of MS apart, got 2024-09-01.* after 2024-07-01"),
        (WEEKDAYS.delete(7), {}, r"step of B apart, got 2024-01-11.* after 2024-01-09"),
        (DAYS, {"freq": "12h"}, r"step of 12h apart, got 2024-01-02 .* after 2024-01-01"),
        (DAYS, {"freq": "MS"}, r"step of MS apart, got 2024-01-02 .* after 2024-01-01"),
        (pd.Index([1, 2, 3, 7, 8]), {}, r"step of 1 apart, got 7 after 3; irregular='resample'"),
        (pd.Index([1, 2, 3]), {"freq": 2}, r"step of 2 apart, got 2 after 1"),
        (pd.Index([1, 2, 3]), {"freq": "D"}, "freq must be a positive integer for such times"),
        (DAYS, {"freq": "day!"}, "freq must be a pandas frequency, got 'day!'"),
        (DAYS, {"freq": "-1D"}, "freq must be a positive pandas frequency"),
        (DAYS, {"freq": "D", "irregular": "ignore"}, "freq='D' has no use"),
        (DAYS.to_period("D"), {"freq": "M"}, "differs from that of the periods, 'D'"),
        (pd.Index(["a", "b"]), {}, r"times must be datetimes .*, periods or integers, got"),
        (pd.Index([1, 2, 2]), {}, "index of df holds 2 more than once; for several series pass id"),
        (pd.DatetimeIndex([DAYS[0], pd.NaT]), {}, "index of df has a missing value in row 1"),
        (
            pd.Index([1, 2, 10**9]),
            {"irregular": "resample"},
            "3 rows from 1 to 1000000000 would become 999999999 in steps of 1",
        ),
    ],
)
def test_irregular_times_are_refused(times, options, message):
    with pytest.raises(ValueError, match=message):
        make_supervised(pd.Series(np.arange(len(times)) * 1.0, times), 1, **options)


def test_the_series_that_is_irregular_is_named():
    long = pd.DataFrame({"id": list("aaabbb"), "ds": [1, 2, 3, 1, 2, 4], "y": 1.0})
    with pytest.raises(ValueError, match=r"got 4 of series 'b' after 2"):
        make_supervised(long, 1, id_col="id", time_col="ds")


@pytest.mark.parametrize("tz", [None, "Europe/Berlin"])
@pytest.mark.parametrize("freq", [None, "D"])
def test_gaps_are_filled_with_missing_values(tz, freq):
    times = pd.date_range("2024-03-29", periods=8, tz=tz).delete([3])
    series = pd.Series([0.0, 1, 2, 4, 5, 6, 7], times, name="y")
    X, y = make_supervised(series, 2, irregular="resample", freq=freq)
    assert X.index.tolist() == times[[1, 4, 5]].tolist()
    assert y.tolist() == [2, 6, 7]
    # To count rows as steps is something else.
    assert make_supervised(series, 2, irregular="ignore").y.tolist() == [2, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "times",
    [
        MONTHS,
        WEEKDAYS,
        MONTHS + pd.Timedelta("14D"),
        pd.date_range("2024-01-31", periods=12, freq="ME", tz="Europe/Berlin"),
        pd.date_range("2020-02-01", periods=12, freq="QS-FEB"),
    ],
    ids=["months", "weekdays", "mid-month", "month ends", "quarters"],
)
def test_gaps_in_calendars_are_filled_without_a_frequency(times):
    series = pd.Series(np.arange(12.0), times).drop(times[7])
    X, _ = make_supervised(series, 1, irregular="resample", missing="keep")
    assert X.index.tolist() == times.tolist()
    np.testing.assert_array_equal(X.iloc[:, 0], np.where(np.arange(12) == 7, np.nan, np.arange(12)))


def test_irregular_rows_become_means_of_the_time_before_the_label():
    times = pd.to_datetime(["2024-01-01 00:00", "2024-01-01 00:40", "2024-01-01 01:00",
                            "2024-01-01 01:01", "2024-01-01 03:30"])  # fmt: skip
    series = pd.Series([1.0, 2, 4, 8, 16], times, name="y")
    X, _ = make_supervised(series, 1, irregular="resample", freq="h", missing="keep")
    assert X.index.tolist() == list(pd.date_range("2024-01-01", periods=5, freq="h"))
    np.testing.assert_array_equal(X["y_lag0"], [1, 3, 8, np.nan, 16])


def test_calendars_integers_and_periods_are_resampled():
    months = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-20", "2024-05-01"])
    series = pd.Series([1.0, 2, 3, 4], months)
    X, _ = make_supervised(series, 1, irregular="resample", freq="MS", missing="keep")
    assert X.index.tolist() == list(pd.date_range("2024-01-01", periods=5, freq="MS"))
    np.testing.assert_array_equal(X.iloc[:, 0], [1, 2, 3, np.nan, 4])
    long = pd.DataFrame({"id": list("aaabbb"), "ds": [0, 2, 6, 1, 3, 5], "y": np.arange(6.0)})
    X, _ = make_supervised(
        long, 1, id_col="id", time_col="ds", irregular="resample", missing="keep", features="y"
    )
    assert X.index.tolist() == [("a", t) for t in (0, 2, 4, 6)] + [("b", t) for t in (1, 3, 5)]
    np.testing.assert_array_equal(X["y_lag0"], [0, 1, np.nan, 2, 3, 4, 5])
    periods = pd.PeriodIndex(["2024-01", "2024-02", "2024-03", "2024-05"], freq="M")
    X, _ = make_supervised(
        pd.Series([1.0, 2, 3, 5], periods), 1, irregular="resample", missing="keep"
    )
    assert X.index.tolist() == list(pd.period_range("2024-01", "2024-05", freq="M"))
    np.testing.assert_array_equal(X.iloc[:, 0], [1, 2, 3, np.nan, 5])
