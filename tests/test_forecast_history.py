"""Quantiles, forecasts of the past, history that grows and weights that learn on."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from test_forecaster import make_panel, quick, to_long

import tsrnn
from tsrnn.baselines import FORECASTERS, SES, LagRegressor, Naive, SeasonalNaive, Theta

CHEAP = {"Naive": Naive, "Theta": Theta, "LagRegressor": LagRegressor, "RNNForecaster": quick}


def forms():
    wide = make_panel(3)
    return {"wide": wide, "long": to_long(wide), "series": wide["s00"]}


def split(data, last="2020-03-01"):
    times = data["ds"] if "ds" in getattr(data, "columns", ()) else data.index
    return data[times <= last], data[times > last]


@pytest.mark.parametrize("make", CHEAP.values(), ids=CHEAP)
def test_quantiles_are_the_bounds_of_intervals_and_do_not_cross(make):
    model = make(h=6).fit(make_panel(3)["s01"])
    name = type(model).__name__
    levels = [0.975, 0.1, 0.5, 0.3, 0.9, 0.025]
    table = model.predict(level=[80, 95], quantiles=levels)
    assert [c for c in table.columns if "-q" in c] == [f"{name}-q{q:g}" for q in levels]
    for quantile, bound in {0.1: "-lo-80", 0.9: "-hi-80", 0.025: "-lo-95", 0.5: ""}.items():
        np.testing.assert_array_equal(table[f"{name}-q{quantile:g}"], table[f"{name}{bound}"])
    ordered = table[[f"{name}-q{q:g}" for q in sorted(levels)]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    pd.testing.assert_frame_equal(model.predict(quantiles=0.1), table[[name, f"{name}-q0.1"]])


def test_quantiles_of_the_constructor():
    model = quick(quantiles=[0.2]).fit(make_panel(2)["s00"])
    assert list(model.predict().columns) == ["RNNForecaster", "RNNForecaster-q0.2"]
    assert list(model.predict(quantiles=0.4).columns)[1:] == ["RNNForecaster-q0.4"]
    # So do backtests, beside the levels that they are asked for.
    columns = ["RNNForecaster", "RNNForecaster-lo-80", "RNNForecaster-hi-80", "RNNForecaster-q0.2"]
    windows = model.cross_validation(make_panel(2), n_windows=2, level=80)
    assert list(windows.columns)[4:] == columns
    assert (windows["RNNForecaster-q0.2"] < windows["RNNForecaster"]).all()
    assert list(model.predict_insample(level=80).columns)[2:] == columns


@pytest.mark.parametrize(
    ("quantiles", "message"),
    [
        (1.0, r"quantiles must be a number in \(0, 1\), got 1.0"),
        ([0.1, 0.1], r"quantiles must not hold a value twice, by six digits, got \[0.1, 0.1\]"),
        ([0.1, 0.10000001], "quantiles must not hold a value twice, by six digits"),
        (["a"], r"quantiles must be a number in \(0, 1\), got 'a'"),
        ("0.95", r"quantiles must be a number in \(0, 1\), got '0.95'"),
    ],
)
def test_bad_quantiles(quantiles, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Naive(h=1).fit(make_panel(1)).predict(quantiles=quantiles)


def test_levels_are_in_percent():
    model = Naive(h=1).fit(make_panel(1))
    with pytest.warns(UserWarning, match="level=0.95 is less than one percent"):
        model.predict(level=0.95)
    with pytest.raises(TypeError, match=r"level must be a number in \(0, 100\), got '95'"):
        model.predict(level="95")


def test_a_frame_in_the_place_of_the_horizon():
    df = make_panel(2)
    with pytest.raises(TypeError, match="h must be an integer, got a DataFrame; pass it as df="):
        Naive(h=1).fit(df).predict(df)
    with pytest.raises(TypeError, match="h must be an integer of at least 1, got a DataFrame"):
        Naive(h=df).fit(df)


@pytest.mark.parametrize("name", FORECASTERS)
def test_every_baseline_forecasts_its_past(name):
    y = make_panel(1, n=30).iloc[:, 0]
    table = FORECASTERS[name](h=10).fit(y).predict_insample(level=80)
    assert list(table.columns) == ["cutoff", "s00", name, f"{name}-lo-80", f"{name}-hi-80"]
    assert list(table["cutoff"].unique()) == [y.index[9], y.index[19]]
    np.testing.assert_array_equal(table["s00"], y.iloc[10:])


def test_forecasts_of_the_past_see_nothing_after_their_cutoff():
    wide = make_panel(3)
    model = quick().fit(wide)
    table = model.predict_insample(level=90)
    assert len(table) == 3 * (72 - 6)
    cutoff = wide.index[41]
    expected = model.predict(df=wide.loc[:cutoff], level=90)["s02"]
    got = table[(table["cutoff"] == cutoff) & (table["unique_id"] == "s02")]
    for column in expected.columns:
        np.testing.assert_array_equal(got[column], expected[column])
    assert model.predict_insample(step_size=30)["cutoff"].nunique() == 3


def test_forecasts_of_too_short_a_past():
    with pytest.raises(ValueError, match="series of more than h=6 steps; the longest has 5"):
        Naive(h=6).fit(make_panel(2, n=5)).predict_insample()


@pytest.mark.parametrize("form", ["wide", "long", "series"])
@pytest.mark.parametrize("make", CHEAP.values(), ids=CHEAP)
def test_update_moves_the_history_and_not_what_was_learnt(make, form):
    data = forms()[form]
    before, after = split(data)
    model = make(h=6).fit(before)
    expected = model.predict(df=data, level=80)
    weights = getattr(model, "_learnt", None)
    assert model.update(after) is model
    got = model.predict(level=80)
    pd.testing.assert_frame_equal(got, expected, rtol=1e-6)
    assert getattr(model, "_learnt", None) is weights


def test_update_row_by_row_replaces_fills_gaps_and_adds_series():
    days = pd.date_range("2024", periods=6, freq="D", tz="Europe/Paris")
    y = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], index=days)
    model = Naive(h=1).fit(y.iloc[:3])
    model.update(y.iloc[4:5])
    np.testing.assert_array_equal(model.panel_.y, [1, 2, 3, np.nan, 5])
    model.update(y.iloc[3:4]).update(y.iloc[4:5] * 10)
    np.testing.assert_array_equal(model.panel_.y, [1, 2, 3, 4, 50])
    assert model.predict().index[0] == days[5]
    long = pd.DataFrame({"unique_id": ["b", "b"], "ds": [1, 2], "y": [1.0, 2.0]})
    new = pd.DataFrame({"unique_id": ["a", "b", "b"], "ds": [3, 3, 2], "y": [7.0, 3.0, np.nan]})
    model = Naive(h=1).fit(long).update(new)
    assert model.predict().to_dict("list") == {
        "unique_id": ["a", "b"], "ds": [4, 4], "Naive": [7.0, 3.0],
    }  # fmt: skip
    np.testing.assert_array_equal(model.panel_.y, [7, 1, 2, 3])


def test_series_of_a_wide_frame_end_together_after_an_update():
    wide = make_panel(2, n=20)
    model = Naive(h=2).fit(wide.iloc[:18])
    model.update(wide.iloc[18:][["s01"]])
    forecast = model.predict()
    assert list(forecast.columns) == ["s00", "s01"]
    np.testing.assert_array_equal(forecast.iloc[0], [wide["s00"].iloc[17], wide["s01"].iloc[19]])


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        (pd.Series([1.0], index=[3]), ValueError, "form that fit got, a long frame of series, got"),
        (
            pd.DataFrame({"unique_id": ["s00"], "ds": [3], "y": [1.0]}),
            TypeError,
            "times like those of fit",
        ),
        (
            pd.DataFrame({"unique_id": [0], "ds": ["2021-01-01"], "y": [1.0]}),
            TypeError,
            "df must have identifiers like those of the series, such as 's00', got 0",
        ),
        (
            pd.DataFrame({"unique_id": ["s00"], "ds": ["2021-01-15"], "y": [1.0]}),
            ValueError,
            "does not lie on the frequency",
        ),
        (
            pd.DataFrame({"unique_id": ["s00"] * 2, "ds": ["2021-01-01"] * 2, "y": [1.0, 2]}),
            ValueError,
            "more than once",
        ),
    ],
)
def test_rows_that_do_not_fit_leave_the_model_as_it_was(rows, error, message):
    model = SeasonalNaive(h=3).fit(to_long(make_panel(2)))
    expected = model.predict()
    for method in (model.update, model.partial_fit):
        with pytest.raises(error, match=message):
            method(rows)
    pd.testing.assert_frame_equal(model.predict(), expected)


def test_methods_before_fit():
    for model in (SES(h=1), quick()):
        for ask in (model.predict_insample, lambda m=model: m.update(make_panel(1))):
            with pytest.raises(NotFittedError):
                ask()


@pytest.mark.parametrize("make", [SES, LagRegressor])
def test_partial_fit_learns_the_longer_series_anew(make):
    before, after = split(make_panel(2))
    model = make(h=3).partial_fit(before).partial_fit(after)
    pd.testing.assert_frame_equal(
        model.predict(level=80), make(h=3).fit(make_panel(2)).predict(level=80)
    )


def test_partial_fit_goes_on_from_the_weights_also_after_loading(tmp_path):
    before, after = split(make_panel(6))
    model = quick(max_iter=10).fit(before)
    untouched = model._learnt.model.thetas[0].copy()
    model.save(tmp_path / "model")
    loaded = tsrnn.load(tmp_path / "model")
    for rows in (after.iloc[:4], after.iloc[4:]):
        first = model._learnt.model.thetas[0]
        model.partial_fit(rows)
        loaded.partial_fit(rows)
        change = np.abs(model._learnt.model.thetas[0] - first)
        assert 0 < change.max() < 0.1
    pd.testing.assert_frame_equal(model.predict(level=80), loaded.predict(level=80))
    assert (model._learnt.model.thetas[0] != untouched).any()
    assert len(model.loss_curve_) == 12
    # The seed decides, not what is drawn elsewhere.
    again = quick(max_iter=10).fit(before).partial_fit(after.iloc[:4]).partial_fit(after.iloc[4:])
    pd.testing.assert_frame_equal(model.predict(), again.predict(), check_exact=True)


def test_partial_fit_learns():
    # A jump every fourth step, of which the first rows know nothing.
    t = np.arange(400)
    y = pd.Series(np.sin(t * 0.7) + np.where(t >= 200, 3.0 * (t % 4 == 0), 0.0))
    old, new = y.iloc[:200], y.iloc[200:360]
    options = {"season_length": 1, "blend": False, "max_iter": 100, "normalization": "standard"}
    still = quick(4, **options).fit(old).update(new)
    learning = quick(4, **options).fit(old)
    learning.partial_fit(new)
    for _ in range(5):
        learning.partial_fit(new.iloc[-1:])
    truth = y.iloc[360:364].to_numpy()
    assert np.abs(learning.predict() - truth).mean() < 0.8 * np.abs(still.predict() - truth).mean()


def test_val_size_is_what_errors_are_taken_from():
    wide = make_panel(4)
    assert len(quick(val_size=10).fit(wide)._learnt.errors) == 4 * (10 - 6 + 1)
    with pytest.raises(ValueError, match="val_size must be 0 or at least h=6, got 3"):
        quick(val_size=3).fit(wide)
    with pytest.raises(ValueError, match=r"val_size=40 needs a series of at least 80 steps; .* 72"):
        quick(val_size=40).fit(wide)
