"""The name of a model never takes the place of a column of the data."""

import pandas as pd
import pytest
from test_forecaster import make_panel, quick, to_long

from tsrnn.baselines import Naive

TWICE = "would be the name of two columns, of the model and of the data; set another alias"


@pytest.mark.parametrize("alias", ["unique_id", "ds"])
def test_names_of_the_data_are_refused_before_fitting(alias):
    with pytest.raises(ValueError, match=f"'{alias}' {TWICE}"):
        quick(alias=alias).fit(to_long(make_panel(2)))


@pytest.mark.parametrize("form", ["long", "wide", "series"])
@pytest.mark.parametrize("alias", ["y", "cutoff"])
def test_a_backtest_keeps_the_target(form, alias):
    wide = make_panel(2)
    df = {"long": to_long(wide), "wide": wide, "series": wide.iloc[:, 0].rename("y")}[form]
    model = Naive(h=2, alias=alias)
    with pytest.raises(ValueError, match=f"'{alias}' {TWICE}"):
        model.cross_validation(df)
    with pytest.raises(ValueError, match=f"'{alias}' {TWICE}"):
        model.fit(df).predict_insample()


def test_names_of_a_changed_alias_and_of_paths():
    df = to_long(make_panel(2))
    model = Naive(h=2).fit(df)
    with pytest.raises(ValueError, match=f"'ds' {TWICE}"):
        model.set_params(alias="ds").predict()
    with pytest.raises(ValueError, match=f"'sample_id' {TWICE}"):
        model.set_params(alias="sample_id").simulate()


def test_a_forecast_may_be_called_like_the_target():
    forecast = Naive(h=2, alias="y").fit(to_long(make_panel(2))).predict()
    assert list(forecast.columns) == ["unique_id", "ds", "y"]


def test_a_series_called_ds():
    y = make_panel(1).iloc[:, 0]
    plain = Naive(h=2).cross_validation(y.rename("y"), n_windows=2)
    named = Naive(h=2).cross_validation(y.rename("ds"), n_windows=2)
    pd.testing.assert_frame_equal(named, plain.rename(columns={"y": "ds"}))
