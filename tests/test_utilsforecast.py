"""Frames go into utilsforecast as they are, and its figures are ours."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from tsrnn import metrics
from tsrnn.baselines import FORECASTERS

losses = pytest.importorskip("utilsforecast.losses")
evaluate = pytest.importorskip("utilsforecast.evaluation").evaluate


def panel():
    t = np.arange(48)
    rng = np.random.default_rng(0)
    months = pd.date_range("2020", periods=48, freq="MS")
    series = {
        name: (50 + scale * t) * (1 + 0.2 * np.sin(np.pi * t / 6)) + rng.normal(size=48)
        for name, scale in (("a", 0.5), ("b", 2.0))
    }
    return pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": months, "y": y}) for name, y in series.items()]
    )


@pytest.mark.parametrize("name", ["Naive2", "Comb", "ETS", "ARIMA", "LagRegressor"])
def test_evaluate_gives_our_figures(name):
    df = panel()
    train = df.groupby("unique_id").head(36)
    test = df.groupby("unique_id").tail(12)
    forecast = FORECASTERS[name](h=12).fit(train).predict(level=80)
    table = evaluate(
        test.merge(forecast, on=["unique_id", "ds"]),
        [losses.mae, losses.rmse, losses.smape, losses.coverage],
        level=[80],
    ).set_index(["unique_id", "metric"])[name]
    for key, rows in forecast.groupby("unique_id"):
        y = test[test.unique_id == key].y
        assert table[(key, "mae")] == pytest.approx(metrics.mae(y, rows[name]))
        assert table[(key, "rmse")] == pytest.approx(metrics.rmse(y, rows[name]))
        # Theirs runs from 0 to 1.
        assert 200 * table[(key, "smape")] == pytest.approx(metrics.smape(y, rows[name]))
        inside = metrics.coverage(y, rows[f"{name}-lo-80"], rows[f"{name}-hi-80"])
        assert table[(key, "coverage_level80")] == pytest.approx(inside)


def test_evaluate_takes_a_cross_validation():
    result = FORECASTERS["Drift"](h=3).cross_validation(panel(), n_windows=2)
    mase = partial(losses.mase, seasonality=12)
    table = evaluate(result.drop(columns="cutoff"), [mase], train_df=panel())
    assert np.isfinite(table["Drift"]).all()
