"""What holds for every baseline, and each method against an independent computation."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from statsmodels.tsa.exponential_smoothing.ets import ETSModel as StatsmodelsETS

from tsrnn import baselines
from tsrnn.baselines import ETS, FORECASTERS, LagRegressor, Naive, SeasonalNaive, Theta
from tsrnn.baselines.ets import choose
from tsrnn.baselines.ses import SESModel

every_forecaster = pytest.mark.parametrize("name", FORECASTERS)
NAN = np.nan
ODD = {
    "one": [5.0],
    "two": [5.0, 7.0],
    "three": [5.0, 7.0, 6.0],
    "four": [5.0, 7.0, 6.0, 4.0],
    "constant": [3.0] * 30,
    "zero": [0.0] * 12,
    "nan_ends": [NAN, NAN, *range(1, 20), NAN, 21, NAN, NAN],
    "holes": [1.0, NAN, NAN, 4.0, NAN, 2.0, NAN],
    "negative": list(-100 + 10 * np.sin(np.arange(40))),
    "huge": list(1e12 * (1 + np.arange(25.0))),
    "beyond squares": list(1e300 * (1 + np.arange(25.0))),
    "largest": [1.7e308, 1.6e308] * 12,
    "sparse": [0.0, 0, 0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 2, 0],
}


def make(name, **params):
    if name == "LagRegressor":
        params = {"estimator": LinearRegression()} | params
    if name == "ETS":  # The choice among all fifteen candidates has tests of its own.
        params = {"season_length": 1} | params
    return FORECASTERS[name](**params)


def monthly(n=72, n_series=2, seed=0):
    rng = np.random.default_rng(seed)
    months = pd.date_range("2015-01", periods=n, freq="MS")
    season = np.exp(0.2 * np.sin(2 * np.pi * np.arange(n) / 12))
    columns = {
        f"s{i}": (100 + i + np.arange(n)) * season * np.exp(0.05 * rng.normal(size=n))
        for i in range(n_series)
    }
    return pd.DataFrame(columns, index=months)


def odd_frame():
    rows = [(name, t, v) for name, values in ODD.items() for t, v in enumerate(values)]
    return pd.DataFrame(rows, columns=["unique_id", "ds", "y"])


# --- every forecaster --------------------------------------------------------------------------


@every_forecaster
def test_registry_holds_public_names(name):
    assert name in baselines.__all__
    assert getattr(baselines, name) is FORECASTERS[name]


@every_forecaster
@pytest.mark.parametrize("season_length", [1, 4])
def test_odd_series_get_finite_ordered_intervals(name, season_length):
    model = make(name, season_length=season_length).fit(odd_frame())
    out = model.predict(h=9, level=[50, 99.9]).set_index("unique_id")
    assert len(out) == 9 * len(ODD)
    values = out.drop(columns="ds")
    assert np.isfinite(values).all(axis=None)
    order = [f"{name}-lo-99.9", f"{name}-lo-50", name, f"{name}-hi-50", f"{name}-hi-99.9"]
    assert (np.diff(values[order].to_numpy(), axis=1) >= 0).all()
    assert out.loc["constant", name].tolist() == pytest.approx([3.0] * 9)
    assert out.loc["zero", name].tolist() == pytest.approx([0.0] * 9)
    assert set(out.loc["one", name]) == {5.0}


@every_forecaster
def test_intervals_widen_from_year_to_year(name):
    out = make(name, h=24).fit(monthly()).predict(level=90)
    width = (out["s0"][f"{name}-hi-90"] - out["s0"][f"{name}-lo-90"]).to_numpy()
    assert (width > 0).all()
    assert (width[12:] >= width[:12] * (1 - 1e-9)).all()


@every_forecaster
def test_trailing_missing_values_are_forecast_over(name):
    y = monthly(n_series=1)["s0"]
    # The calibration of LagRegressor does not see the rows: the comparison is exact.
    longer = make(name, h=5).fit(y).predict(level=80)
    gap = y.reindex(pd.date_range(y.index[0], periods=len(y) + 2, freq="MS"))
    out = make(name, h=5).fit(gap).predict(h=3, level=80)
    pd.testing.assert_frame_equal(out, longer.iloc[2:], check_freq=False)


@every_forecaster
def test_other_series_at_predict_do_not_change_the_model(name):
    fitted = make(name, h=3).fit(monthly(n_series=1))
    before = fitted.predict()
    other = monthly(n_series=2, seed=5)
    out = fitted.predict(df=other)
    assert out.shape == (3, 2)
    if name != "LagRegressor":
        expected = make(name, h=3).fit(other).predict()
        pd.testing.assert_frame_equal(out, expected)
    pd.testing.assert_frame_equal(fitted.predict(), before)


@every_forecaster
def test_clone_pickle_and_alias(name):
    model = make(name, h=2, alias="mine").fit(monthly())
    assert clone(model).get_params().keys() == model.get_params().keys()
    again = pickle.loads(pickle.dumps(model))
    pd.testing.assert_frame_equal(again.predict(level=80), model.predict(level=80))
    assert model.predict(level=80).columns[0] == ("s0", "mine")


@every_forecaster
def test_silent_and_input_unchanged(name, capfd, recwarn):
    df = odd_frame().sample(frac=1, random_state=0)
    copy = df.copy()
    make(name, h=2).fit(df).predict(level=80)
    pd.testing.assert_frame_equal(df, copy)
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


@every_forecaster
def test_bad_arguments_are_refused(name):
    with pytest.raises(NotFittedError):
        make(name, h=2).predict()
    with pytest.raises(ValueError, match="h must be an integer of at least 1, got 0"):
        make(name, h=0).fit(monthly())
    with pytest.raises(TypeError, match="season_length must be 'auto' or an integer, got 'yes'"):
        make(name, h=1, season_length="yes").fit(monthly())
    with pytest.raises(TypeError, match="alias must be a string"):
        make(name, h=1, alias=3).fit(monthly())
    fitted = make(name).fit(monthly())
    with pytest.raises(ValueError, match="h is not set"):
        fitted.predict()
    with pytest.raises(ValueError, match="h must be an integer of at least 1, got 0"):
        fitted.predict(h=0)
    for level in (0, 100, [80, 80], -5):
        with pytest.raises(ValueError, match="level must"):
            fitted.predict(h=1, level=level)


local = pytest.mark.parametrize("name", [name for name in FORECASTERS if name != "LagRegressor"])


@local
def test_threads_do_not_change_results(name):
    df = monthly(n_series=5)
    one = make(name, h=4).fit(df).predict(level=80)
    two = make(name, h=4, n_jobs=2).fit(df).predict(level=80)
    pd.testing.assert_frame_equal(one, two)


@local
@pytest.mark.parametrize("failure", ["raises", "nan", "late"])
def test_a_failing_series_falls_back_alone(name, failure, monkeypatch):
    class Broken:
        def forecast(self, h):
            return np.full(h, NAN if failure == "nan" or h > 2 else 1.0), np.ones(h)

    original = FORECASTERS[name]._fit_series

    def fit_series(self, y, m):
        if y[0] != df["s1"].iloc[0]:
            return original(self, y, m)
        if failure == "raises":
            raise RuntimeError("no luck")
        return Broken()

    df = monthly(n_series=3)
    expected = make(name).fit(df).predict(h=4)
    monkeypatch.setattr(FORECASTERS[name], "_fit_series", fit_series)
    model = make(name, h=2).fit(df)
    reasons = {"raises": "RuntimeError: no luck", "nan": "the forecast is not finite"}
    assert model.fallbacks_ == ({"s1": reasons[failure]} if failure in reasons else {})
    out = model.predict(h=4)
    assert model.fallbacks_ == {"s1": reasons.get(failure, "the forecast is not finite")}
    fallback = SeasonalNaive(season_length=model.season_length_).fit(df[["s1"]]).predict(h=4)
    assert out["s1"].tolist() == fallback["s1"].tolist()
    pd.testing.assert_frame_equal(out[["s0", "s2"]], expected[["s0", "s2"]])


@local
def test_progress_goes_to_standard_error(name, capfd):
    make(name, h=1, verbose=1).fit(monthly())
    captured = capfd.readouterr()
    assert captured.out == ""
    assert name in captured.err


def test_local_parameters_are_checked():
    with pytest.raises(ValueError, match="n_jobs must be None or an integer other than 0"):
        Naive(n_jobs=0).fit(monthly())
    with pytest.raises(ValueError, match="verbose must be an integer of at least 0"):
        Naive(verbose=-1).fit(monthly())


# --- naive -------------------------------------------------------------------------------------


def test_naive_interval_by_hand():
    # Residuals 3, -1, 2: sigma**2 = 14 / 3; step k has the variance k * sigma**2.
    out = Naive(h=3).fit(pd.Series([1.0, 4.0, 3.0, 5.0])).predict(level=95)
    width = 1.959963984540054 * np.sqrt(14 / 3 * np.array([1, 2, 3]))
    np.testing.assert_allclose(out["Naive-hi-95"], 5 + width)
    np.testing.assert_allclose(out["Naive-lo-95"], 5 - width)


def test_seasonal_naive_interval_by_hand():
    y = pd.Series([1.0, 10.0, 3.0, 14.0, 4.0, NAN])
    out = SeasonalNaive(h=3, season_length=2).fit(y).predict(level=80)
    # From the last observation on: phases 14 (missing step dropped), 4, 14, 4; residuals 2, 4, 1.
    assert out["SeasonalNaive"].tolist() == [4, 14, 4]
    width = norm.ppf(0.9) * np.sqrt(7 * np.array([1, 2, 2]))
    np.testing.assert_allclose(out["SeasonalNaive-hi-80"] - out["SeasonalNaive"], width)


def test_seasonal_naive_looks_back_for_a_missing_phase():
    y = pd.Series([1.0, 10.0, 3.0, NAN, 4.0])
    out = SeasonalNaive(h=2, season_length=2).fit(y).predict(level=80)
    assert out["SeasonalNaive"].tolist() == [10, 4]
    width = out["SeasonalNaive-hi-80"] - out["SeasonalNaive"]
    # The first step is two seasons after its observation.
    assert width.iloc[0] == pytest.approx(np.sqrt(2) * width.iloc[1])


# --- SES and Theta -----------------------------------------------------------------------------


def naive_ses(y):
    def recursion(params):
        alpha, level = params
        total = 0.0
        for value in y:
            error = value - level
            total += error**2
            level += alpha * error
        return total, level

    bounds = [(1e-4, 0.9999), (None, None)]
    runs = [
        minimize(lambda p: recursion(p)[0], [a, y[0]], bounds=bounds, options={"ftol": 1e-14})
        for a in (0.05, 0.5, 0.95)
    ]
    best = min(runs, key=lambda run: run.fun)
    return best.x[0], recursion(best.x)[1], best.fun


@pytest.mark.parametrize("seed", range(5))
def test_ses_matches_a_naive_search(seed):
    rng = np.random.default_rng(seed)
    y = 20 + np.cumsum(rng.normal(size=40)) + (5 - seed) * rng.normal(size=40)
    alpha, level, sse = naive_ses(y)
    model = SESModel.fit(y)
    assert (len(y) - 2) * model.sigma**2 == pytest.approx(sse, rel=1e-6)
    assert model.alpha == pytest.approx(alpha, abs=2e-3)
    assert model.level == pytest.approx(level, rel=1e-3)


def test_theta_matches_its_definition():
    rng = np.random.default_rng(4)
    season = np.tile([0.7, 1.1, 1.3, 0.9], 10)
    y = (50 + np.arange(40) + 2 * rng.normal(size=40)) * season
    from statsmodels.tsa.seasonal import seasonal_decompose

    index = seasonal_decompose(y, model="multiplicative", period=4).seasonal
    adjusted = y / index
    slope, intercept = np.polyfit(np.arange(40), adjusted, 1)
    alpha, level, sse = naive_ses(2 * adjusted - intercept - slope * np.arange(40))
    steps = np.arange(40, 46)
    expected = (level + intercept + slope * steps) / 2 * index[steps % 4]
    sigma = 0.5 * np.sqrt(sse / 38 * (1 + np.arange(6) * alpha**2)) * index[steps % 4]
    out = Theta(h=6, season_length=4).fit(pd.Series(y)).predict(level=80)
    np.testing.assert_allclose(out["Theta"], expected, rtol=2e-4)
    np.testing.assert_allclose(out["Theta-hi-80"], expected + norm.ppf(0.9) * sigma, rtol=1e-3)


def test_theta_stays_positive_only_for_positive_series():
    falling = pd.Series(np.linspace(40, 1, 40))
    assert Theta(h=10).fit(falling).predict().min() == 0
    assert Theta(h=10).fit(falling - 5).predict().min() < -5
    assert Theta(h=10).fit(pd.Series([1.0, 2.0])).fallbacks_.keys() == {"y"}


# --- ETS ---------------------------------------------------------------------------------------

ETS_MODELS = [
    (error, trend, damped, season)
    for error in ("add", "mul")
    for trend, damped in ((None, False), ("add", False), ("add", True))
    for season in (None, "add", "mul")
    if (error, season) != ("add", "mul")
]


@pytest.mark.parametrize(("error", "trend", "damped", "season"), ETS_MODELS)
def test_ets_matches_statsmodels_and_its_simulation(error, trend, damped, season):
    y = monthly(n_series=1)["s0"].to_numpy()
    model = StatsmodelsETS(
        y,
        error=error,
        trend=trend,
        damped_trend=damped,
        seasonal=season,
        seasonal_periods=12 if season else None,
        initialization_method="heuristic",
    )
    fitted = model.fit(disp=False)
    point, sigma = choose(y, 12, [(error, trend, damped, season)]).forecast(18)
    np.testing.assert_allclose(point, fitted.forecast(18))
    n_params = 1 + model.has_trend + model.has_seasonal + model.damped_trend
    noise = np.sqrt(np.sum(fitted.resid**2) / (len(y) - n_params))
    errors = noise * np.random.default_rng(0).normal(size=(18, 4000))
    paths = fitted.simulate(18, anchor="end", repetitions=4000, random_errors=errors)
    np.testing.assert_allclose(sigma, np.std(paths, axis=1), rtol=0.05)


def test_ets_finds_the_components():
    rng = np.random.default_rng(0)
    level = pd.Series(50 + 0.1 * np.cumsum(rng.normal(size=80)) + rng.normal(size=80))
    trend = level + 2.0 * np.arange(80)
    season = monthly(n=96, n_series=1)["s0"]
    chosen = {}
    for name, y in {"level": level, "trend": trend, "season": season}.items():
        chosen[name] = ETS(h=1).fit(y).models_[0]
    assert chosen["level"].beta == 0
    assert len(chosen["level"].season) == 1
    assert chosen["trend"].trend == pytest.approx(2.0, rel=0.1)
    assert chosen["season"].multiplicative_season


def test_ets_chooses_the_lowest_aicc_of_all_fits():
    y = monthly(n=48, n_series=1, seed=3)["s0"].to_numpy()
    lowest = np.inf
    for error, trend, damped, season in ETS_MODELS:
        model = StatsmodelsETS(
            y,
            error=error,
            trend=trend,
            damped_trend=damped,
            seasonal=season,
            seasonal_periods=12 if season else None,
            initialization_method="heuristic",
        )
        fitted = model.fit(disp=False)
        # Smoothing parameters, free initial states, variance.
        k = 2 * (trend is not None) + damped + 12 * (season is not None) + 3
        aicc = -2 * fitted.llf + 2 * k * 48 / (48 - k - 1)
        if aicc < lowest:
            lowest, best = aicc, fitted
    chosen = ETS(h=6, season_length=12).fit(pd.Series(y)).predict()
    np.testing.assert_allclose(chosen, best.forecast(6))


def test_long_season_goes_through_stl():
    rng = np.random.default_rng(1)
    t = np.arange(52 * 6)
    y = 100 + 0.05 * t + 8 * np.sin(2 * np.pi * t / 52) + rng.normal(size=len(t))
    y[[10, 100, 101]] = NAN
    weeks = pd.date_range("2015-01-04", periods=len(t), freq="W")
    model = ETS(h=52).fit(pd.Series(y, index=weeks))
    future = np.arange(len(t), len(t) + 52)
    truth = 100 + 0.05 * future + 8 * np.sin(2 * np.pi * future / 52)
    assert np.abs(model.predict() - truth).mean() < 1
    assert model.fallbacks_ == {}


# --- LagRegressor ------------------------------------------------------------------------------


def autoregression(n, seed, coefs=(0.5, 0.3), noise=0.0):
    rng = np.random.default_rng(seed)
    y = list(rng.normal(size=2))
    while len(y) < n:
        y.append(coefs[0] * y[-1] + coefs[1] * y[-2] + noise * rng.normal())
    return np.array(y)


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_lag_regressor_continues_an_exact_recurrence(strategy):
    t = np.arange(70)
    y = 3 + 0.2 * t + np.sin(0.7 * t)
    model = LagRegressor(LinearRegression(), h=10, lags=6, strategy=strategy)
    out = model.fit(pd.Series(y[:60])).predict()
    np.testing.assert_allclose(out, y[60:], atol=1e-8)


def test_lag_regressor_does_not_depend_on_units():
    df = monthly(n_series=3)
    scaled = df * [1.0, 1e6, 1e-3] - [0.0, 5.0, 2.0]
    plain = LagRegressor(LinearRegression(), h=6).fit(df).predict(level=80)
    out = LagRegressor(LinearRegression(), h=6).fit(scaled).predict(level=80)
    for name, factor, shift in (("s0", 1.0, 0.0), ("s1", 1e6, 5.0), ("s2", 1e-3, 2.0)):
        np.testing.assert_allclose(out[name], plain[name] * factor - shift, rtol=1e-6)


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_lag_regressor_intervals_cover(strategy):
    series = {f"s{i}": autoregression(120, i, noise=1.0) for i in range(60)}
    df = pd.DataFrame(series)
    model = LagRegressor(LinearRegression(), h=8, strategy=strategy)
    out = model.fit(df.iloc[:-8]).predict(level=80)
    truth = df.iloc[-8:]
    lo = out.xs("LagRegressor-lo-80", axis=1, level=1)
    hi = out.xs("LagRegressor-hi-80", axis=1, level=1)
    share = ((lo <= truth) & (truth <= hi)).mean(axis=None)
    assert 0.72 < share < 0.88


def test_lag_regressor_default_and_pooling():
    model = LagRegressor(h=2).fit(monthly(n_series=4))
    assert type(model.estimators_[0]).__name__ == "HistGradientBoostingRegressor"
    assert model.n_lags_ == 15
    assert np.isfinite(model.predict()).all(axis=None)


def test_lag_regressor_never_sees_missing_targets():
    class Recorder(LinearRegression):
        def fit(self, X, y):
            assert np.isfinite(X).all()
            self.n_rows_ = len(X)
            return super().fit(X, y)

    y = pd.Series(np.arange(30.0) + np.arange(30) % 3)
    full = LagRegressor(Recorder(), h=2, lags=4).fit(y)
    assert full.estimators_[0].n_rows_ == 26
    y[[8, 9, 20]] = NAN
    assert LagRegressor(Recorder(), h=2, lags=4).fit(y).estimators_[0].n_rows_ == 23


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"estimator": "ridge"}, TypeError, "estimator must be a scikit-learn regressor"),
        ({"estimator": LinearRegression}, TypeError, "estimator must be a scikit-learn regressor"),
        ({"lags": 1}, ValueError, "lags must be an integer of at least 2, got 1"),
        ({"strategy": "both"}, ValueError, "strategy='both' is not known"),
        ({"strategy": "direct", "h": None}, ValueError, "h must be given for strategy='direct'"),
    ],
)
def test_lag_regressor_parameters_are_checked(params, error, message):
    with pytest.raises(error, match=message):
        LagRegressor(**({"h": 2} | params)).fit(monthly())


def test_direct_strategy_ends_at_its_horizon():
    model = LagRegressor(LinearRegression(), h=2, strategy="direct").fit(monthly())
    with pytest.raises(ValueError, match=r"h must be an integer in \[1, 2\], got 3"):
        model.predict(h=3)


def test_direct_strategy_steps_over_a_gap_at_the_end():
    t = np.arange(40)
    y = (t + t % 3).astype(float)
    y[-4:] = NAN
    model = LagRegressor(LinearRegression(), h=6, lags=4, strategy="direct").fit(pd.Series(y))
    assert model.predict(h=2).tolist() == pytest.approx([40 + 40 % 3, 41 + 41 % 3])
