"""LagRegressor with covariates: known in the future, in the past only, of the series."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from tsrnn.baselines import LagRegressor
from tsrnn.forecasting import compare

H, N = 6, 80
NAME = "LagRegressor"
STRATEGIES = ("recursive", "direct")


def decided(sizes=(1, 2, 30)):
    """Daily series that temperature and a promotion decide, alike but for size; future."""
    rng = np.random.default_rng(0)
    temp, promo = rng.normal(size=N + H), rng.random(N + H) < 0.3
    one = {
        "ds": pd.date_range("2022", periods=N + H, freq="D"),
        "y": 20 + 3 * temp + 8 * promo,
        "temp": temp,
        "promo": np.where(promo, "yes", "no"),
    }
    parts = [
        pd.DataFrame({"unique_id": f"s{i}"} | one | {"y": size * one["y"]})
        for i, size in enumerate(sizes)
    ]
    df = pd.concat(parts, ignore_index=True)
    is_train = df.groupby("unique_id").cumcount() < N
    return df[is_train], df[~is_train]


def linear(**parameters):
    return LagRegressor(LinearRegression(), **{"h": H, "lags": 3} | parameters)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_known_covariates_that_decide_are_found_exactly(strategy):
    train, test = decided()
    model = linear(strategy=strategy).fit(train)
    future = test.drop(columns="y").sample(frac=1, random_state=0)
    forecast = model.predict(X_df=future, level=[80])
    np.testing.assert_allclose(forecast[NAME], test["y"], atol=1e-6)
    np.testing.assert_allclose(forecast[f"{NAME}-hi-80"], test["y"], atol=1e-6)
    assert model.simulate(n_paths=3, X_df=future, random_state=0)[NAME].notna().all()
    # Fewer steps, and fewer covariates: the latter are learnt once more, as known in the past.
    np.testing.assert_allclose(
        model.predict(2, X_df=future)[NAME], test.groupby("unique_id")["y"].head(2)
    )
    partly = model.predict(X_df=future.drop(columns="promo"))[NAME]
    assert np.abs(partly - test["y"].to_numpy()).mean() > 1
    np.testing.assert_allclose(model.predict(X_df=future)[NAME], test["y"], atol=1e-6)


def test_missing_rows_of_the_future_are_named():
    train, test = decided()
    model = linear(future_covariates=["temp"]).fit(train)
    with pytest.raises(ValueError, match=r"X_df lacks rows that the forecast needs: \('s0', 2022"):
        model.predict(X_df=test[1:])
    with pytest.raises(ValueError, match=r"X_df lacks values of 'temp' .* \('s1'"):
        model.predict(X_df=test.assign(temp=test["temp"].where(test["unique_id"] != "s1")))
    with pytest.raises(ValueError, match=r"X_df must hold the future of \['temp'\]"):
        model.predict()
    with pytest.raises(ValueError, match=r"future_covariates must name covariates of df"):
        linear(future_covariates=["wind"]).fit(train)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_covariates_of_the_past_lead_by_a_step(strategy):
    rng = np.random.default_rng(0)
    signal = rng.normal(size=N + 1)
    df = pd.DataFrame({"ds": range(N), "y": 5 * signal[:-1], "signal": signal[1:]})
    model = linear(h=1, strategy=strategy, future_covariates=[], season_length=1).fit(df[:-1])
    assert model.predict()[NAME].item() == pytest.approx(df["y"].iloc[-1])
    # What is only known later changes nothing: neither the held-out errors nor a backtest.
    changed = df.assign(signal=df["signal"].where(df["ds"] < N - 2, 1e3))
    first, second = (
        linear(h=2, strategy=strategy, future_covariates=[], season_length=1).cross_validation(d)
        for d in (df, changed)
    )
    np.testing.assert_array_equal(first[NAME], second[NAME])


def test_a_covariate_of_the_series_tells_them_apart():
    df = pd.concat(
        pd.DataFrame(
            {"unique_id": name, "ds": range(40), "y": np.where(np.arange(40) % 2, 0, sign)}
        )
        for name, sign in [("up", 1.0), ("down", -1.0)]
    ).reset_index(drop=True)
    df["y"] = df.groupby("unique_id")["y"].cumsum()
    static = pd.DataFrame({"unique_id": ["up", "down"], "kind": ["a", "b"]})
    forecast = linear(h=4, season_length=1).fit(df, static_df=static).predict()
    plain = linear(h=4, season_length=1).fit(df).predict()
    expected = [-21, -21, -22, -22, 21, 21, 22, 22]
    assert np.abs(forecast[NAME] - expected).mean() < 1e-6
    assert np.isfinite(plain[NAME]).all()


def test_backtests_compare_and_updates_use_them():
    train, test = decided()
    table = compare(train, [linear()], h=H, n_windows=1, metrics=("mae",))
    assert table["mae"].item() < 1e-6
    model = linear().fit(train)
    first = test.groupby("unique_id").head(1)
    later = test.drop(index=first.index)
    model.update(first)
    # A longer series has another mean step, hence not exactly.
    np.testing.assert_allclose(model.predict(H - 1, X_df=later)[NAME], later["y"], rtol=0.1)
    # New series go by the same rule.
    new_train, new_test = decided(sizes=[7])
    np.testing.assert_allclose(
        model.predict(df=new_train, X_df=new_test)[NAME], new_test["y"], atol=1e-6
    )
