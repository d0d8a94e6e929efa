"""ARIMA against statsmodels' state space models and its tests."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.arima_process import ArmaProcess
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.stattools import kpss

import tsrnn
from tsrnn.baselines import ARIMA, SeasonalNaive
from tsrnn.baselines.arima_model import ARIMAModel
from tsrnn.baselines.arima_search import difference, kpss_statistic, n_differences, search
from tsrnn.baselines.arma import Orders, fit_arma


def simulate(ar, ma, n, seed):
    rng = np.random.default_rng(seed)
    return ArmaProcess(ar, ma).generate_sample(n, distrvs=rng.standard_normal, burnin=100)


def monthly(seed, n=144):
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    return 100 + 0.5 * t + 15 * np.sin(2 * np.pi * t / 12) + np.cumsum(rng.normal(size=n))


# --- models ------------------------------------------------------------------------------------

CASES = {
    "ar": ((2, 0, 1), (0, 0, 0, 0)),
    "airline": ((0, 1, 1), (0, 1, 1, 12)),
    "seasonal": ((1, 0, 1), (1, 1, 0, 12)),
    "twice": ((1, 2, 1), (0, 0, 0, 0)),
}


@pytest.mark.parametrize("case", CASES)
def test_forecasts_and_variances_match_the_state_space_model(case):
    order, seasonal_order = CASES[case]
    (p, d, q), (P, D, Q, m) = order, seasonal_order
    y = monthly(1, n=240)
    w = difference(y, d, D, m)
    fit = fit_arma(w, Orders(p, q, P, Q, max(m, 1), False))
    oracle = SARIMAX(y, order=order, seasonal_order=seasonal_order)
    # statsmodels multiplies out the same polynomials from coefficients of its own sign.
    blocks = {"ar": p, "ma": q, "sar": P, "sma": Q}
    polynomials = {"ar": fit.ar, "ma": fit.ma}
    parameters = []
    for block, n in blocks.items():
        side = polynomials[block[-2:]]
        sign = -1 if block.endswith("ar") else 1
        step = m if block.startswith("s") else 1
        parameters += [sign * side[k * step] for k in range(1, n + 1)]
    expected = oracle.filter([*parameters, fit.variance]).get_forecast(24)
    point, sigma = ARIMAModel.of(y, d, D, fit).forecast(24)
    np.testing.assert_allclose(point, expected.predicted_mean, rtol=2e-3)
    np.testing.assert_allclose(sigma, expected.se_mean, rtol=2e-2)


def test_fit_comes_near_the_maximum_of_the_likelihood():
    y = simulate([1, -0.7], [1, 0.4], 300, seed=0) + 5
    fit = fit_arma(y, Orders(1, 1, 0, 0, 1, True))
    oracle = SARIMAX(y, order=(1, 0, 1), trend="c").fit(disp=False)
    constant, ar, ma, variance = oracle.params
    assert -fit.ar[1] == pytest.approx(ar, abs=0.02)
    assert fit.ma[1] == pytest.approx(ma, abs=0.02)
    assert fit.mean == pytest.approx(constant / (1 - ar), abs=0.1)
    assert fit.variance == pytest.approx(variance, rel=0.03)
    # AICc of the exact likelihood, in which n (1 + log 2 pi) is the same for all models.
    k, n = 4, 300
    aicc = -2 * oracle.llf + 2 * k * n / (n - k - 1)
    assert fit.aicc + n * (1 + np.log(2 * np.pi)) == pytest.approx(aicc, abs=0.5)


def test_polynomials_are_stationary_and_multiply_out():
    ar, ma = Orders(2, 1, 1, 1, 4, False).polynomials(np.array([0.5, -2.0, 3.0, 0.2, -9.0]))
    assert len(ar) == 2 + 4 + 1
    assert len(ma) == 1 + 4 + 1
    assert ar[0] == ma[0] == 1
    assert ma[5] == pytest.approx(ma[1] * ma[4])
    assert (np.abs(np.roots(ar)) < 1).all()
    assert (np.abs(np.roots(ma)) < 1).all()


# --- orders ------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [10, 57, 400])
def test_kpss_matches_statsmodels(n):
    w = np.cumsum(np.random.default_rng(n).normal(size=n))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # p-values outside the table
        expected = kpss(w, "c", nlags=int(3 * np.sqrt(n) / 13))[0]
    assert kpss_statistic(w) == pytest.approx(expected)


def test_differences_follow_the_data():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=200)
    assert n_differences(noise, 1) == (0, 0)
    assert n_differences(np.cumsum(noise), 1) == (1, 0)
    assert n_differences(np.cumsum(np.cumsum(noise)), 1) == (2, 0)
    assert n_differences(noise + 10 * np.sin(np.arange(200) * np.pi / 6), 12) == (0, 1)
    assert n_differences(noise, 12) == (0, 0)
    assert n_differences(np.full(50, 3.0), 12) == (0, 0)


def test_search_finds_a_model_as_good_as_the_true_one():
    for seed, (ar, ma, orders) in enumerate(
        [([1, -0.8], [1], (1, 0)), ([1], [1, 0.6], (0, 1)), ([1, -1.2, 0.5], [1], (2, 0))]
    ):
        w = simulate(ar, ma, 400, seed)
        found = search(w, 1, mean=True)
        assert found.aicc <= fit_arma(w, Orders(*orders, 0, 0, 1, False)).aicc + 1e-9


def test_automatic_airline_data_beat_the_seasonal_naive_forecast():
    y = pd.Series(monthly(2))
    past, future = y.iloc[:-24], y.iloc[-24:]
    model = ARIMA(h=24, season_length=12).fit(past)
    assert model.fallbacks_ == {}
    assert model.models_[0].seasonal_order[1] == 1
    naive = SeasonalNaive(h=24, season_length=12).fit(past).predict()
    assert np.abs(model.predict() - future).mean() < np.abs(naive - future).mean()


# --- ARIMA -------------------------------------------------------------------------------------


def test_given_orders_by_hand():
    # A random walk with drift 2 +- 1 has forecasts of drift 2 and variances k * sigma**2.
    y = pd.Series(np.cumsum([0.0, *[1.0, 3.0] * 20]))
    out = ARIMA(h=3, order=(0, 1, 0)).fit(y).predict(level=80)
    np.testing.assert_allclose(out["ARIMA"], 80 + 2 * np.arange(1, 4))
    width = 1.2815515655446004 * np.sqrt(40 / 39 * np.arange(1, 4))
    np.testing.assert_allclose(out["ARIMA-hi-80"] - out["ARIMA"], width)


def test_seasonal_random_walk_is_the_seasonal_naive_forecast():
    y = pd.Series(np.random.default_rng(3).normal(size=41))
    model = ARIMA(h=9, order=(0, 0, 0), seasonal_order=(0, 1, 0), season_length=4)
    expected = SeasonalNaive(h=9, season_length=4).fit(y).predict()
    np.testing.assert_allclose(model.fit(y).predict(), expected)


def test_a_long_season_goes_through_stl():
    rng = np.random.default_rng(1)
    t = np.arange(52 * 5)
    y = 100 + 8 * np.sin(2 * np.pi * t / 52) + rng.normal(size=len(t))
    model = ARIMA(h=52, season_length=52).fit(pd.Series(y))
    rest = y - STL(y, period=52, seasonal=11).fit().seasonal
    adjusted = ARIMA(h=52).fit(pd.Series(rest)).predict()
    np.testing.assert_allclose(model.predict() - adjusted, (y - rest)[-52:])


def test_too_short_for_the_orders_is_recorded():
    model = ARIMA(h=1, order=(1, 1, 1), seasonal_order=(1, 1, 1), season_length=12)
    model.fit(pd.Series(np.arange(14.0) ** 1.5))
    assert model.fallbacks_["y"].startswith("ValueError: 14 steps are too few for the orders")


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"order": (1, 1)}, ValueError, "order must be None or three integers"),
        ({"order": "auto"}, ValueError, "order must be None or three integers, got 'auto'"),
        ({"order": (1, 3, 1)}, ValueError, r"order must be an integer in \[0, 2\], got 3"),
        ({"order": (-1, 0, 1)}, ValueError, "order must be an integer of at least 0, got -1"),
        ({"order": (1.0, 0, 1)}, TypeError, "order must be an integer"),
        ({"order": (1, 1, 1), "seasonal_order": (0, 2, 0)}, ValueError, "seasonal_order .* got 2"),
        ({"seasonal_order": (0, 1, 1)}, ValueError, "seasonal_order needs order as well"),
    ],
)
def test_orders_are_checked(params, error, message):
    with pytest.raises(error, match=message):
        ARIMA(h=1, **params).fit(pd.Series(monthly(0)))


def regression(n, seed, *, trend=False):
    """A series that two covariates move, with ARMA errors; the covariates; the effects."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.cumsum(rng.normal(size=n)) * 0.3, rng.random(n) < 0.3])
    effects = x @ [2.0, -3.0]
    errors = 0.5 * simulate([1, -0.6], [1, 0.3], n, seed)
    return effects + (np.cumsum(errors) if trend else errors) + 20, x, effects


def frame(y, x):
    columns = {"ds": pd.date_range("2021", periods=len(y), freq="D"), "y": y}
    return pd.DataFrame(columns | {"price": x[:, 0], "open": x[:, 1]})


@pytest.mark.parametrize(("orders", "trend"), [((1, 0, 1), False), ((1, 1, 1), True)])
def test_coefficients_of_covariates_match_the_maximum_of_the_likelihood(orders, trend):
    y, x, _ = regression(300, 3, trend=trend)
    model = ARIMA(h=3, order=orders, season_length=1).fit(frame(y[:-3], x[:-3]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = SARIMAX(y[:-3], exog=x[:-3], order=orders, trend="n" if trend else "c").fit(
            disp=False
        )
    names = list(reference.model.param_names)
    at = [names.index("x1"), names.index("x2")]
    found = model.models_[0].coefficients / x[:-3].std(axis=0)
    np.testing.assert_allclose(found, reference.params[at], atol=0.5 * reference.bse[at].max())
    forecast = model.predict(X_df=frame(y, x)[-3:], level=80)["ARIMA"]
    expected = reference.get_forecast(3, exog=x[-3:])
    np.testing.assert_allclose(forecast, expected.predicted_mean, atol=0.3 * expected.se_mean[0])


def test_known_covariates_that_decide_leave_nothing(tmp_path):
    _, x, effects = regression(80, 0)
    df = frame(effects + 5, x).assign(y=lambda d: d["y"].where(d["ds"].dt.day != 5))
    # The last steps before the forecast are missing.
    df.loc[72:75, "y"] = np.nan
    model = ARIMA(h=4, season_length=1).fit(df[:76])
    ahead = df[76:].drop(columns="y").sample(frac=1, random_state=0)
    forecast = model.predict(X_df=ahead, level=95)
    np.testing.assert_allclose(forecast["ARIMA"], effects[76:] + 5, atol=1e-6)
    paths = model.simulate(n_paths=2, X_df=ahead, random_state=0)
    np.testing.assert_allclose(paths.query("sample_id == 1")["ARIMA"], effects[76:] + 5, atol=1e-6)
    model.save(tmp_path / "model")
    again = tsrnn.load(tmp_path / "model").predict(X_df=ahead, level=95)
    pd.testing.assert_frame_equal(again, forecast)
    # The same at another history, and not without the covariates.
    again = model.predict(df=df[10:76], X_df=ahead)
    np.testing.assert_allclose(again["ARIMA"], effects[76:] + 5, atol=1e-6)
    plain = ARIMA(h=4, season_length=1).fit(df[:76][["ds", "y"]]).predict()
    pd.testing.assert_frame_equal(model.predict(), plain)
    np.testing.assert_allclose(model.predict(X_df=ahead)["ARIMA"], forecast["ARIMA"])


def test_a_long_season_and_covariates_are_told_apart():
    y, x, _ = regression(52 * 4 + 3, 5)
    t = np.arange(len(y))
    df = frame(y + 9 * np.sin(2 * np.pi * t / 52), x)
    model = ARIMA(h=3, season_length=52).fit(df[:-3])
    found = model.models_[0].coefficients / x[:-3].std(axis=0)
    np.testing.assert_allclose(found, [2.0, -3.0], atol=0.3)


def test_covariates_of_the_future_are_asked_for():
    y, x, _ = regression(60, 1)
    df = frame(y, x)
    model = ARIMA(h=2, season_length=1, future_covariates=["price"]).fit(df[:-2])
    with pytest.raises(ValueError, match=r"X_df must hold the future of \['price'\]"):
        model.predict()
    with pytest.raises(ValueError, match="X_df lacks rows that the forecast needs"):
        model.predict(X_df=df[-1:])
    with pytest.raises(ValueError, match=r"X_df lacks values of 'price'"):
        model.predict(X_df=df[-2:].assign(price=np.nan))
    with pytest.raises(ValueError, match="future_covariates must name covariates of df"):
        ARIMA(h=2, future_covariates=["wind"]).fit(df)
    assert len(model.cross_validation(df, n_windows=2)) == 4


def test_too_few_observations_for_covariates_are_recorded():
    y, x, _ = regression(7, 1)
    model = ARIMA(h=1, season_length=1).fit(frame(y, x))
    assert model.fallbacks_["y"] == "ValueError: 7 observations are too few for 2 covariates"
    assert np.isfinite(model.predict(X_df=frame(*regression(8, 1)[:2])[-1:])["ARIMA"]).all()
