"""Series of several frequencies in one panel are refused where it is clear, gaps are not."""

import numpy as np
import pandas as pd
import pytest
from test_forecaster import quick

from tsrnn.forecasting import to_panel


def series(name, stamps):
    return pd.DataFrame({"unique_id": name, "ds": stamps, "y": np.arange(len(stamps)) + 1.0})


def every(freq, n, start="2024-01-01"):
    return pd.date_range(start, periods=n, freq=freq)


MIXED = {
    "weeks among days": (every("D", 60), every("W", 10), "'b' has 'W-SUN', 'a' has 'D'"),
    "with a gap": (every("D", 60), every("W", 10).delete(4), "'b' has 'W-SUN', 'a' has 'D'"),
    "days among weeks": (every("W", 60), every("D", 20), "'b' has 'D', 'a' has 'W-SUN'"),
    "months among days": (every("D", 60), every("MS", 10), "'b' has 'MS', 'a' has 'D'"),
    "days among months": (every("MS", 60), every("D", 20), "'a' has 'MS', 'b' has 'D'"),
    "quarters among months": (every("MS", 20), every("QS", 9), "'b' has 'QS-JAN', 'a' has 'MS'"),
    "starts and ends": (every("MS", 20), every("ME", 20), "'a' has 'MS', 'b' has 'ME'"),
    "days among hours": (every("h", 60), every("D", 9), "'b' has 'D', 'a' has 'h'"),
    "weeks of workdays": (every("B", 60), every("W-MON", 9), "'b' has 'W-MON', 'a' has 'B'"),
    "integers": (range(60), range(0, 60, 3), "'b' has 3, 'a' has 1"),
    "two days among days": (every("D", 60), every("2D", 20), "'b' has '2D', 'a' has 'D'"),
}


@pytest.mark.parametrize("name", MIXED)
def test_two_frequencies_are_refused_by_name(name):
    first, second, message = MIXED[name]
    df = pd.concat([series("a", first), series("b", second)])
    with pytest.raises(ValueError, match=f"several frequencies: {message}"):
        to_panel(df)
    shuffled = df.sample(frac=1, random_state=0)
    with pytest.raises(ValueError, match=f"several frequencies: {message}"):
        to_panel(shuffled)


def test_forecasters_refuse_them_unless_the_frequency_is_given():
    df = pd.concat([series("a", every("D", 60)), series("b", every("W", 10))])
    with pytest.raises(ValueError, match="or pass freq to take what lies between for missing"):
        quick().fit(df)
    model = quick(freq="D").fit(df)
    assert len(model.predict(2)) == 4
    # What is not the panel's frequency is read as the one that was learnt.
    assert len(model.predict(2, df=df[df["unique_id"] == "b"])) == 2


GAPS = {
    "some days": np.sort(np.random.default_rng(0).permutation(60)[:12]),
    "no two days in a row": [0, 2, 5, 9, 11, 20, 28],
    "weeks of two months": [0, 7, 14, 21, 28, 35, 42, 49],
    "every other day": [0, 2, 4, 6, 8, 10, 12, 14, 16],
    "one day": [5],
    "workdays": [0, 1, 2, 3, 4, 7, 8, 9, 10, 11],
}


@pytest.mark.parametrize("name", GAPS)
def test_a_series_with_gaps_is_none_of_another_frequency(name):
    days = every("D", 60)
    panel = to_panel(pd.concat([series("a", days), series("b", days[GAPS[name]])]))
    assert panel.freq == pd.offsets.Day()


@pytest.mark.parametrize("density", [0.1, 0.3, 0.5, 0.8])
def test_thousands_of_sparse_series_are_of_one_frequency(density):
    rng = np.random.default_rng(0)
    sold = [np.flatnonzero(rng.random(rng.integers(10, 60)) < density) for _ in range(5000)]
    days = every("D", 60)
    panel = to_panel(pd.concat([series(i, days[at]) for i, at in enumerate(sold) if len(at)]))
    assert panel.freq == pd.offsets.Day()


def test_weeks_that_begin_on_other_days_are_of_one_frequency():
    df = pd.concat([series("a", every("W-MON", 20)), series("b", every("W-TUE", 20))])
    assert to_panel(df).freq == pd.offsets.Week()
