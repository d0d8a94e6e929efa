"""Calendars beside the usual ones: a day of the month, hours of business, far years."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import load
from tsrnn.baselines import Naive, SeasonalNaive
from tsrnn.cli.frequency import describe_freq
from tsrnn.forecasting.frames import to_panel


def on_day(day, n_months=1, n=26):
    months = pd.period_range("2020-02", periods=n * n_months, freq="M")[::n_months]
    return months.to_timestamp() + pd.Timedelta(days=day - 1, hours=6)


@pytest.mark.parametrize(
    ("day", "n_months", "season", "words"),
    [(15, 1, 12, "every month"), (28, 1, 12, "every month"), (2, 3, 4, "every 3 months"),
     (10, 12, 1, "every year")],
)  # fmt: skip
def test_a_day_of_the_month(day, n_months, season, words, tmp_path):
    times = on_day(day, n_months)
    y = pd.Series(np.arange(26.0), index=times)
    model = Naive(h=3).fit(y[:23].drop(times[5:7]))
    assert model.season_length_ == season
    assert model.predict().index.tolist() == times[23:].tolist()
    assert describe_freq(model.freq_) == words
    model.save(tmp_path / "model.tsrnn")
    again = load(tmp_path / "model.tsrnn").update(y[23:24])
    assert again.predict(h=2).index.tolist() == times[24:].tolist()


def test_days_that_not_every_month_has_are_no_calendar():
    times = pd.DatetimeIndex([f"2024-{month}-30" for month in ("01", "03", "04", "05", "06")])
    with pytest.raises(ValueError, match="is not regular"):
        to_panel(pd.Series(1.0, index=times))


@pytest.mark.parametrize("freq", ["bh", "2bh"])
def test_hours_of_business(freq):
    times = pd.date_range("2024-01-04 09:00", periods=40, freq=freq)
    y = pd.Series(np.arange(40.0) % 8, index=times)
    model = SeasonalNaive(h=8, freq=freq, season_length=8).fit(y[:32].drop(times[[3, 4, 20]]))
    forecast = model.predict()
    assert forecast.index.tolist() == times[32:].tolist()
    assert forecast.tolist() == y[32:].tolist()


@pytest.mark.skipif(pd.__version__ < "3", reason="pandas had no such ranges of dates")
def test_years_that_nanoseconds_do_not_reach():
    times = pd.date_range("1500-01-01", periods=30, freq="YS", unit="s")
    forecast = Naive(h=2).fit(pd.Series(1.0, index=times[:28])).predict()
    assert forecast.index.tolist() == times[28:].tolist()
