"""Sample paths of the forecasting baselines: spread and hung together as each method says."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from test_forecast_baselines import make, monthly

from tsrnn import load
from tsrnn.baselines import ARIMA, ETS, FORECASTERS, SES, Drift, LagRegressor, Naive, SeasonalNaive
from tsrnn.baselines.ets_model import ETSModel

names = pytest.mark.parametrize("name", FORECASTERS)


@names
def test_forms_seed_and_saving(name, tmp_path):
    wide = monthly(n_series=2)
    wide.index.name, wide.columns.name = "ds", "unique_id"
    long = wide.melt(ignore_index=False, value_name="y").reset_index()
    model = make(name, h=4, alias="m").fit(long)
    paths = model.simulate(n_paths=3, random_state=0)
    assert list(paths.columns) == ["unique_id", "ds", "sample_id", "m"]
    assert len(paths) == 2 * 3 * 4
    assert np.isfinite(paths["m"]).all()
    pd.testing.assert_frame_equal(paths, model.simulate(n_paths=3, random_state=0))
    assert not paths.equals(model.simulate(n_paths=3, random_state=1))
    from_wide = make(name, h=4, alias="m").fit(wide).simulate(n_paths=3, random_state=0)
    one = paths[(paths["unique_id"] == "s1") & (paths["sample_id"] == 2)]["m"]
    np.testing.assert_array_equal(from_wide["s1", 2], one)
    assert make(name).fit(wide["s0"]).simulate(9, n_paths=2).shape == (9, 2)
    if name != "LagRegressor":  # Files hold no objects of scikit-learn.
        model.save(tmp_path / "m.tsrnn")
        again = load(tmp_path / "m.tsrnn").simulate(n_paths=3, random_state=0)
        pd.testing.assert_frame_equal(paths, again)


@names
def test_paths_are_spread_like_the_intervals(name):
    y = monthly(n_series=1)["s0"].copy()
    y.iloc[-1] = np.nan  # A missing end is passed through first.
    model = make(name, h=14).fit(y)
    paths = model.simulate(n_paths=4000, random_state=0)
    bounds = model.predict(level=80)
    alias = type(model).__name__
    width = bounds[f"{alias}-hi-80"] - bounds[f"{alias}-lo-80"]
    lower, upper = paths.quantile(0.1, axis=1), paths.quantile(0.9, axis=1)
    # Past the held-out steps its widths are those of sums of errors as if these were normal.
    rtol = 0.2 if name == "LagRegressor" else 0.12
    np.testing.assert_allclose(upper - lower, width, rtol=rtol)
    assert (np.abs(paths.mean(axis=1) - bounds[alias]) < 0.1 * width).all()


@pytest.mark.parametrize("season", [None, "add", "mul"])
@pytest.mark.parametrize("error", ["add", "mul"])
def test_ets_paths_have_its_moments(error, season):
    if error == "add" and season == "mul":
        pytest.skip("no candidate")
    states = {None: [0.0], "add": [5.0, -8.0, 3.0], "mul": [1.2, 0.7, 1.1]}[season]
    # The variances of a season that is a factor leave out what it shares with the level.
    gamma = {None: 0.0, "add": 0.2, "mul": 0.02}[season]
    variance = 4.0 if error == "add" else 0.01
    model = ETSModel(
        error, 0.4, 0.1, gamma, 0.9, 50.0, 1.0, np.array(states), season == "mul", variance
    )
    point, sigma = model.forecast(10)
    paths = model.paths(np.random.default_rng(0).standard_normal((40_000, 11)))
    np.testing.assert_allclose(paths.mean(axis=0), point, atol=0.03 * sigma.max())
    np.testing.assert_allclose(paths.std(axis=0), sigma, rtol=0.03)


def test_steps_of_a_path_hang_together():
    y = pd.Series(np.random.default_rng(0).normal(size=200).cumsum())
    steps = Naive().fit(y).simulate(6, n_paths=5000, random_state=0).diff().iloc[1:]
    # The steps of a random walk are independent and of one size.
    assert np.abs(np.corrcoef(steps) - np.eye(5)).max() < 0.06
    walk = SeasonalNaive(season_length=2).fit(y).simulate(4, n_paths=5000, random_state=0)
    r = np.corrcoef(walk)
    assert r[0, 2] == pytest.approx(np.sqrt(0.5), abs=0.05)
    assert np.abs(r[0, 1]) < 0.05
    ar = pd.Series(np.random.default_rng(1).normal(size=300))
    for t in range(1, 300):
        ar[t] += 0.8 * ar[t - 1]
    model = ARIMA(order=(1, 0, 0)).fit(ar)
    phi = -model.models_[0].ar[1]
    pair = model.simulate(2, n_paths=20_000, random_state=0)
    assert np.cov(pair)[0, 1] == pytest.approx(phi * pair.iloc[0].var(), rel=0.05)


def test_non_negative_series_have_no_negative_paths():
    y = pd.Series([0.0, 3, 0, 1, 0, 2, 0, 0, 4, 0, 1, 0])
    paths = SES().fit(y).simulate(5, n_paths=200, random_state=0)
    assert (paths >= 0).all(axis=None)
    assert (paths == 0).any(axis=None)


def test_other_series_and_fallbacks_have_paths(monkeypatch):
    def fail(self, y, m):
        raise RuntimeError("no luck")

    monkeypatch.setattr(ETS, "_fit_series", fail)
    df = monthly(n_series=1)
    model = ETS(h=3, season_length=12).fit(df)
    assert model.fallbacks_ == {"s0": "RuntimeError: no luck"}
    other = monthly(n_series=1, seed=1)
    expected = SeasonalNaive(h=3).fit(other).simulate(n_paths=4, random_state=0)
    pd.testing.assert_frame_equal(model.simulate(n_paths=4, df=other, random_state=0), expected)


def test_lag_regressor_paths_keep_the_signs_of_past_errors():
    y = pd.Series(np.random.default_rng(0).normal(size=300).cumsum())
    model = LagRegressor(LinearRegression(), h=6).fit(y)
    paths = model.simulate(n_paths=2000, random_state=0)
    r = np.corrcoef(paths.sub(model.predict(), axis=0))
    assert r[4, 5] > 0.6
    exact = LagRegressor(LinearRegression(), h=2).fit(pd.Series([1.0]))
    assert (exact.simulate(n_paths=3) == 1).all(axis=None)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_paths": 0}, ValueError, "n_paths"),
        ({"n_paths": 1.5}, TypeError, "n_paths"),
        ({"h": 0}, ValueError, "h must be"),
        ({"random_state": "x"}, (TypeError, ValueError), "random_state"),
    ],
)
def test_arguments_are_checked(options, error, message):
    model = Drift(h=2).fit(pd.Series([1.0, 2.0, 4.0]))
    with pytest.raises(error, match=message):
        model.simulate(**options)
