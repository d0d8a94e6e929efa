"""Parameters that all models have mean, and refuse, the same."""

import warnings

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector, RNNForecaster, RNNRegressor
from tsrnn.baselines import LagRegressor, Naive

Y = pd.Series(np.sin(np.arange(60.0)))

FITS = {
    "forecaster": lambda **given: RNNForecaster(h=2, n_models=1, max_iter=1, **given).fit(Y),
    "baseline": lambda **given: Naive(h=2, **given).fit(Y),
    "detector": lambda **given: RNNDetector(method="forecast", max_iter=1, **given).fit(Y),
    "regressor": lambda **given: RNNRegressor(max_iter=1, **given).fit(np.ones((9, 3)), Y[:9]),
}
models = pytest.mark.parametrize("model", FITS)


@models
def test_verbose_may_be_a_boolean(model, capfd):
    FITS[model](verbose=False)
    assert capfd.readouterr() == ("", "")
    FITS[model](verbose=True)
    assert "it/s" in (bar := capfd.readouterr().err) or "batch/s" in bar


@models
def test_verbose_is_checked(model):
    with pytest.raises(TypeError, match="verbose must be an integer of at least 0, got 'yes'"):
        FITS[model](verbose="yes")


@pytest.mark.parametrize("model", [*FITS, "lags"])
def test_no_threads_at_all_are_refused_by_name(model):
    fit = FITS.get(model, lambda **given: LagRegressor(h=2, lags=2, **given).fit(Y))
    with pytest.raises(ValueError, match="n_jobs must be None or an integer other than 0, got 0"):
        fit(n_jobs=0)


def test_series_with_numbers_for_names_are_named_plainly():
    df = pd.DataFrame({"unique_id": np.arange(4) // 2, "ds": [1, 1, 1, 2], "y": 1.0})
    with pytest.raises(ValueError, match=r"^series 0 has the time 1 more than once"):
        Naive(h=1).fit(df)
    with pytest.raises(ValueError, match=r"^series 1 has no observation"):
        Naive(h=1).fit(df.assign(ds=[1, 2, 1, 2], y=[1.0, 1.0, np.nan, np.nan]))


@pytest.mark.parametrize("model", ["forecaster", "detector", "regressor"])
def test_dropout_without_a_second_layer_is_pointed_out(model):
    with pytest.warns(UserWarning, match="dropout=0.2 acts between stacked layers") as said:
        FITS[model](dropout=0.2)
    assert said[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FITS[model](dropout=0.2, hidden_layer_sizes=(4, 4))
        # Segments drop before the output, with one layer.
        FITS["forecaster"](strategy="segment")
