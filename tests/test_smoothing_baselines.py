"""Mean, drift, Naive2 and the smoothing methods against hand-worked and independent figures."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel as StatsmodelsETS
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.seasonal import seasonal_decompose

from tsrnn.baselines import ETS, SES, Comb, Drift, Holt, HoltWinters, Mean, Naive2
from tsrnn.baselines.holt_model import HoltModel
from tsrnn.baselines.holt_model import smooth as holt_errors

Z80 = norm.ppf(0.9)


def walk(seed, n=40, trend=0.5, noise=1.0):
    rng = np.random.default_rng(seed)
    return 50 + trend * np.arange(n) + np.cumsum(rng.normal(size=n)) + noise * rng.normal(size=n)


def seasonal(seed, n_years=8):
    rng = np.random.default_rng(seed)
    t = np.arange(4 * n_years)
    return (60 + 0.8 * t + rng.normal(size=len(t))) * np.array([0.7, 1.2, 1.3, 0.8])[t % 4]


# --- mean and drift ----------------------------------------------------------------------------


def test_mean_by_hand():
    out = Mean(h=2).fit(pd.Series([1.0, np.nan, 2.0, 6.0])).predict(level=80)
    assert out["Mean"].tolist() == [3, 3]
    # Deviations -2, -1, 3: variance 14 / 2, and 1 + 1 / 3 times that.
    np.testing.assert_allclose(out["Mean-hi-80"], 3 + Z80 * np.sqrt(7 * 4 / 3))


def test_drift_by_hand():
    out = Drift(h=3).fit(pd.Series([2.0, 5.0, 4.0, 8.0])).predict(level=80)
    assert out["Drift"].tolist() == [10, 12, 14]
    # Steps 3, -1, 4 less 2: squares 1 + 9 + 4 over 2; at step k times k (1 + k / 3).
    k = np.array([1, 2, 3])
    np.testing.assert_allclose(
        out["Drift-lo-80"], out["Drift"] - Z80 * np.sqrt(7 * k * (1 + k / 3))
    )


def test_drift_over_a_gap():
    out = Drift(h=1).fit(pd.Series([2.0, np.nan, 4.0, 9.0, np.nan])).predict()
    # The line from 2 to 9 over three steps; the missing last step is forecast first.
    assert out.tolist() == pytest.approx([9 + 2 * 7 / 3])
    assert Drift(h=1).fit(pd.Series([2.0])).fallbacks_["y"].startswith("ValueError: 1 observations")


# --- Naive2 ------------------------------------------------------------------------------------


def test_naive2_is_the_definition():
    y = seasonal(0)
    index = seasonal_decompose(y, model="multiplicative", period=4).seasonal
    adjusted = y / index
    out = Naive2(h=6, season_length=4).fit(pd.Series(y)).predict(level=80)
    expected = adjusted[-1] * index[:6]
    np.testing.assert_allclose(out["Naive2"], expected)
    sigma = np.sqrt(np.mean(np.diff(adjusted) ** 2) * np.arange(1, 7)) * index[:6]
    np.testing.assert_allclose(out["Naive2-hi-80"], expected + Z80 * sigma)


def test_naive2_without_a_season_is_naive():
    y = np.random.default_rng(0).normal(size=40)
    assert set(Naive2(h=3, season_length=4).fit(pd.Series(y)).predict()) == {y[-1]}
    assert set(Naive2(h=3).fit(pd.Series(seasonal(0))).predict()) == {seasonal(0)[-1]}


# --- SES ---------------------------------------------------------------------------------------


def test_ses_smooths_the_adjusted_series():
    y = seasonal(1)
    index = seasonal_decompose(y, model="multiplicative", period=4).seasonal
    adjusted = y / index

    def loss(parameters):
        alpha, level = parameters
        total = 0.0
        for value in adjusted:
            total += (value - level) ** 2
            level += alpha * (value - level)
        return total, level

    bounds = [(1e-4, 0.9999), (None, None)]
    best = minimize(
        lambda p: loss(p)[0], [0.5, adjusted[0]], bounds=bounds, options={"ftol": 1e-14}
    )
    out = SES(h=5, season_length=4).fit(pd.Series(y)).predict()
    np.testing.assert_allclose(out, loss(best.x)[1] * index[:5], rtol=1e-4)


# --- Holt --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("alpha", "beta", "phi"), [(0.3, 0.1, 1.0), (0.9, 0.8, 0.85)])
def test_holt_errors_are_those_of_the_recursion(alpha, beta, phi):
    y = walk(2, n=25)

    def recursion(level, trend):
        errors = []
        for value in y:
            error = value - level - phi * trend
            errors.append(error)
            level += phi * trend + alpha * error
            trend = phi * trend + beta * error
        return np.array(errors)

    errors, level, trend = holt_errors(y, alpha, beta, phi)
    np.testing.assert_allclose(errors, recursion(level, trend), atol=1e-9)
    # No other first states are better: the errors are orthogonal to what the states change.
    for change in ((1.0, 0.0), (0.0, 1.0)):
        effect = recursion(level + change[0], trend + change[1]) - errors
        assert abs(effect @ errors) < 1e-8


@pytest.mark.parametrize("damped", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_holt_fits_about_as_well_as_statsmodels(seed, damped):
    y = walk(seed, trend=(-1) ** seed * 0.5)
    rival = ExponentialSmoothing(
        y,
        trend="add",
        damped_trend=damped,
        initialization_method="estimated",
        bounds={"damping_trend": (0.8, 0.98)} if damped else None,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = rival.fit().sse
    model = HoltModel.fit(y, damped)
    assert model.sigma**2 * (len(y) - 4 - damped) <= 1.03 * expected


@pytest.mark.parametrize("damped", [False, True])
def test_holt_intervals_are_those_of_the_state_space_model(damped):
    y = walk(5, n=60)
    model = HoltModel.fit(y, damped)
    oracle = StatsmodelsETS(
        y,
        error="add",
        trend="add",
        damped_trend=damped,
        initialization_method="known",
        initial_level=y[0],
        initial_trend=0.5,
    )
    parameters = [model.alpha, model.beta] + [model.phi] * damped
    result = oracle.smooth(np.array(parameters))
    noise = np.random.default_rng(0).normal(size=(8, 20000)) * model.sigma
    paths = result.simulate(8, anchor="end", repetitions=20000, random_errors=noise)
    np.testing.assert_allclose(model.forecast(8)[1], np.std(paths, axis=1), rtol=0.03)


def test_a_line_goes_on_and_a_damped_one_bends():
    y = pd.Series(3.0 + 2.0 * np.arange(20))
    straight = Holt(h=30).fit(y).predict()
    np.testing.assert_allclose(straight, 3.0 + 2.0 * np.arange(20, 50), rtol=1e-6)
    damped = Holt(h=30, damped_trend=True).fit(y).predict()
    steps = np.diff(damped)
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_holt_parameters_are_checked():
    with pytest.raises(TypeError, match="damped_trend must be True or False, got 'yes'"):
        Holt(damped_trend="yes").fit(pd.Series(walk(0)))
    assert Holt(h=1).fit(pd.Series([1.0, 2.0, 3.0])).fallbacks_.keys() == {"y"}


# --- Comb --------------------------------------------------------------------------------------


def test_comb_is_the_mean_of_its_three():
    y = pd.Series(seasonal(3))
    members = [SES(), Holt(), Holt(damped_trend=True)]
    parts = [
        m.set_params(h=6, season_length=4, alias="m").fit(y).predict(level=80) for m in members
    ]
    out = Comb(h=6, season_length=4, alias="m").fit(y).predict(level=80)
    np.testing.assert_allclose(out, np.mean([part.to_numpy() for part in parts], axis=0))


@pytest.mark.parametrize("method", [Naive2, SES, Holt, Comb])
def test_no_forecast_below_zero_without_a_negative_observation(method):
    falling = pd.Series(np.maximum(20.0 - 3 * np.arange(12), 0))
    assert method(h=8).fit(falling).predict().min() >= 0


def test_holt_goes_below_zero_with_the_data():
    assert Holt(h=3).fit(pd.Series(10.0 - 3 * np.arange(12))).predict().max() < -20


# --- Holt-Winters ------------------------------------------------------------------------------


@pytest.mark.parametrize("damped", [False, True])
@pytest.mark.parametrize("kind", ["add", "mul"])
def test_holt_winters_is_the_ets_model(kind, damped):
    y = seasonal(4)
    oracle = StatsmodelsETS(
        y,
        error=kind,
        trend="add",
        damped_trend=damped,
        seasonal=kind,
        seasonal_periods=4,
        initialization_method="heuristic",
    ).fit(disp=False)
    model = HoltWinters(h=6, seasonal=kind, damped_trend=damped, season_length=4)
    np.testing.assert_allclose(model.fit(pd.Series(y)).predict(), oracle.forecast(6))


def test_holt_winters_chooses_the_kind_of_season():
    growing = pd.Series(seasonal(5, n_years=15))
    season = np.tile([-20.0, 5.0, 30.0, -15.0], 15)
    level = pd.Series(200 + 2 * np.arange(60) + season + np.random.default_rng(0).normal(size=60))
    for y, kind in ((growing, "mul"), (level, "add"), (growing - 100, "add")):
        auto = HoltWinters(h=4, season_length=4).fit(y).predict()
        given = HoltWinters(h=4, season_length=4, seasonal=kind).fit(y).predict()
        assert auto.tolist() == given.tolist()
    refused = HoltWinters(h=4, season_length=4, seasonal="mul").fit(growing - 100)
    assert refused.fallbacks_ == {"y": "ValueError: seasonal='mul' needs values above 0"}


def test_holt_winters_without_room_for_a_season_is_holt():
    y = pd.Series(walk(6, n=9))
    one = HoltWinters(h=3, season_length=4).fit(y).predict()
    assert one.tolist() == Holt(h=3, season_length=1).fit(y).predict().tolist()
    with pytest.raises(ValueError, match="seasonal='both' is not known"):
        HoltWinters(seasonal="both").fit(y)


def test_ets_results_are_small():
    model = ETS(h=1, season_length=4).fit(pd.Series(seasonal(7, n_years=100)))
    assert sum(np.size(value) for value in vars(model.models_[0]).values()) < 20
