"""RNNForecaster: forms, horizons, missing values, intervals, and no look ahead."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from tsrnn import RNNForecaster
from tsrnn.baselines import SeasonalNaive
from tsrnn.cells import CELLS
from tsrnn.forecasting.conformal import half_widths
from tsrnn.forecasting.crops import Crops, Sight
from tsrnn.forecasting.recipes import StepRecipe
from tsrnn.forecasting.working_scale import WorkingScale

STAMPS = pd.date_range("2015-01-01", periods=72, freq="MS")


def make_panel(n_series=12, n=72, seed=0):
    """Monthly series with a trend, a shared season and noise; wide."""
    rng = np.random.default_rng(seed)
    t = np.arange(n)[:, None]
    season = 1 + 0.3 * np.sin(2 * np.pi * t / 12)
    growth = 1 + rng.uniform(0.002, 0.01, n_series) * t
    values = rng.uniform(50, 500, n_series) * growth * season
    values *= np.exp(0.03 * rng.normal(size=values.shape))
    return pd.DataFrame(values, index=STAMPS[:n], columns=[f"s{i:02}" for i in range(n_series)])


def to_long(wide):
    stacked = wide.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")
    return stacked[["unique_id", "ds", "y"]]


def quick(h=6, **parameters):
    return RNNForecaster(h, **{"max_iter": 4, "n_models": 1, "random_state": 0} | parameters)


def test_long_wide_and_series_give_the_same_numbers_in_their_form():
    wide = make_panel()
    from_wide = quick().fit(wide).predict()
    from_long = quick().fit(to_long(wide)).predict()
    assert list(from_long.columns) == ["unique_id", "ds", "RNNForecaster"]
    pivoted = from_long.pivot(index="ds", columns="unique_id", values="RNNForecaster")
    np.testing.assert_array_equal(pivoted.to_numpy(), from_wide.to_numpy())
    assert list(from_wide.columns) == list(wide.columns)
    assert from_wide.index[0] == pd.Timestamp("2021-01-01")
    one = wide["s03"]
    series = quick().fit(one).predict()
    frame = quick().fit(one.to_frame()).predict()
    np.testing.assert_array_equal(series.to_numpy(), frame["s03"].to_numpy())


def test_columns_of_intervals_and_alias():
    forecast = quick(alias="net").fit(to_long(make_panel(3))).predict(level=[80, 97.5])
    assert list(forecast.columns) == [
        "unique_id", "ds", "net", "net-lo-80", "net-hi-80", "net-lo-97.5", "net-hi-97.5",
    ]  # fmt: skip


def test_default_beats_seasonal_naive_on_trend_and_season():
    wide = make_panel(12)
    train, test = wide.iloc[:-6], wide.iloc[-6:].to_numpy()

    def error(model):
        return np.abs(model.fit(train).predict(6).to_numpy() - test).mean()

    ours = error(RNNForecaster(6, max_iter=30, random_state=0))
    assert ours < 0.9 * error(SeasonalNaive())


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_forecasts(cell):
    assert np.isfinite(quick(cell=cell).fit(make_panel(3)).predict().to_numpy()).all()


@pytest.mark.parametrize(
    "parameters",
    [
        {"strategy": "segment"},
        {"strategy": "segment", "hidden_layer_sizes": 8, "input_size": 30},
        {"strategy": "recursive"},
        {"normalization": "log"},
        {"normalization": "local"},
        {"normalization": "standard", "deseasonalize": False},
        {"loss": "mse"},
        {"loss": "huber"},
        {"blend": False},
        {"hidden_layer_sizes": (6, 5), "dropout": 0.1},
        {"input_size": 1},
        {"dilations": (1, 4), "dropout": 0.1},
        {"residual": True, "hidden_layer_sizes": (5, 5), "dilations": (3, 1)},
        {"deseasonalize": "exponential_smoothing"},
        {"deseasonalize": "exponential_smoothing", "strategy": "recursive", "loss": "mse"},
    ],
)
def test_every_part_can_be_chosen_by_name(parameters):
    wide = make_panel(3)
    model = quick(**parameters).fit(wide)
    forecast = model.predict(9, level=80)
    assert np.isfinite(forecast.to_numpy()).all()
    assert model.strategy_ == parameters.get("strategy", "direct")
    assert sum(model.weights_.values()) == pytest.approx(1)
    assert ("comb" in model.weights_) == (
        parameters.keys().isdisjoint({"strategy", "blend"}) or model.strategy_ == "recursive"
    )


@pytest.mark.parametrize(
    ("h", "season_length", "n_steps", "expected"),
    [
        (5, 24, 60, 30),
        (5, 24, 47, 7),  # Less than two seasons: nothing to see of them.
        (5, 3600, 7300, 384),
        (400, 3600, 7300, 500),
        (1, 1, 60, 4),
    ],
)
def test_what_the_network_sees_is_bounded(h, season_length, n_steps, expected):
    model = RNNForecaster(h, season_length=season_length, strategy="direct")
    assert model._recipe(season_length, n_steps)[1].input_size == expected


def test_a_series_the_network_cannot_learn_gets_the_seasonal_naive_forecast():
    # A season of noise that the test of M4 does not take out, since the first lag is as strong.
    season = np.random.default_rng(3).normal(size=11).cumsum()
    y = pd.Series(np.tile(season, 12), index=pd.RangeIndex(132))
    model = quick(11, season_length=11, max_iter=1, deseasonalize=False).fit(y)
    assert model.weights_["season"] == 1
    np.testing.assert_allclose(model.predict().to_numpy(), season, atol=1e-9)


def test_forecast_of_the_fitted_series_is_kept_for_predict():
    wide = make_panel(3)
    model = quick().fit(wide)
    np.testing.assert_allclose(
        model.predict(3).to_numpy(), model.predict(3, df=wide).to_numpy(), rtol=1e-6
    )


def test_intervals_contain_the_point_nest_and_do_not_shrink():
    model = quick(season_length=1).fit(np.log(make_panel(6)))
    forecast = model.predict(level=[50, 80, 95])
    for name in forecast.columns.levels[0]:
        one = forecast[name]
        nested = ["-lo-95", "-lo-80", "-lo-50", "", "-hi-50", "-hi-80", "-hi-95"]
        values = one[[f"RNNForecaster{suffix}" for suffix in nested]].to_numpy()
        assert (np.diff(values, axis=1) >= 0).all()
    # On the working scale, the logarithm, widths do not shrink with the horizon.
    widths = half_widths(model._learnt.errors, [80])[80]
    assert (np.diff(widths) >= 0).all()
    assert widths[-1] > widths[0]


def test_intervals_cover_their_share_of_random_walks():
    # So many that the share itself is known to about 0.012.
    rng = np.random.default_rng(5)
    walks = pd.DataFrame(np.cumsum(rng.normal(size=(90, 600)), axis=0))
    train, test = walks.iloc[:-8], walks.iloc[-8:].to_numpy()
    forecast = quick(8, max_iter=1).fit(train).predict(level=[80, 95])
    for level in (80, 95):
        low = forecast.xs(f"RNNForecaster-lo-{level}", axis=1, level=1).to_numpy()
        high = forecast.xs(f"RNNForecaster-hi-{level}", axis=1, level=1).to_numpy()
        assert np.mean((low <= test) & (test <= high)) == pytest.approx(level / 100, abs=0.04)


def test_any_horizon():
    model = quick().fit(make_panel())
    usual = model.predict()
    pd.testing.assert_frame_equal(model.predict(2), usual.iloc[:2])
    far = model.predict(20, level=80)
    points = far.xs("RNNForecaster", axis=1, level=1)
    assert len(points) == 20
    np.testing.assert_array_equal(points.iloc[:6].to_numpy(), usual.to_numpy())
    assert np.isfinite(far.to_numpy()).all()


def test_forecasting_beyond_h_goes_on_from_the_forecasts():
    wide = make_panel(4)
    model = quick(season_length=1, blend=False).fit(wide)
    first = model.predict()
    longer = pd.concat([wide, first])
    second = model.predict(df=longer)
    np.testing.assert_allclose(model.predict(12).to_numpy()[6:], second.to_numpy(), rtol=1e-3)


def test_new_series_at_predict():
    wide = make_panel(8)
    model = quick().fit(wide)
    pd.testing.assert_frame_equal(model.predict(df=wide), model.predict())
    other = make_panel(2, seed=9).add_prefix("new_")
    assert list(model.predict(df=other).columns) == ["new_s00", "new_s01"]


def test_missing_values_gaps_and_short_series_next_to_long_ones():
    long = to_long(make_panel(5))
    long.loc[3:9, "y"] = np.nan
    long = long.drop(index=range(80, 95))
    short = long[long["unique_id"] == "s04"].tail(3).assign(unique_id="three")
    single = long[long["unique_id"] == "s03"].tail(1).assign(unique_id="one")
    forecast = quick().fit(pd.concat([long, short, single])).predict(level=90)
    assert forecast.groupby("unique_id").size().to_dict() == dict.fromkeys(
        ["one", "s00", "s01", "s02", "s03", "s04", "three"], 6
    )
    assert np.isfinite(forecast.iloc[:, 2:].to_numpy()).all()


def test_scale_does_not_matter():
    wide = make_panel(4)
    base = quick().fit(wide).predict().to_numpy()
    scaled = quick().fit(wide * 1e6).predict().to_numpy()
    np.testing.assert_allclose(scaled, base * 1e6, rtol=1e-3)


@pytest.mark.parametrize("normalization", ["local", "standard"])
def test_unit_does_not_matter_to_series_that_are_not_positive(normalization):
    rng = np.random.default_rng(0)
    y = pd.Series(np.sin(np.arange(150) / 5) + 0.1 * rng.normal(size=150))
    model = quick(season_length=1, normalization=normalization)
    base = model.fit(y).predict(level=80).to_numpy()
    for unit in (1e-8, 1e6):
        forecast = model.fit(y * unit).predict(level=80).to_numpy()
        np.testing.assert_allclose(forecast / unit, base, rtol=1e-3, atol=1e-4)


def test_the_spread_of_equal_values_is_no_error_of_rounding():
    y = np.r_[np.full(20, -0.1), -0.2]
    assert 0 < np.std(y[:-1]) < 1e-15
    assert WorkingScale.of(y[:-1], 1).spread == 1
    assert WorkingScale.of(y, 1, 20).spread == np.std(y)


def test_constant_zero_and_negative_series():
    stamps = STAMPS[:40]
    wide = pd.DataFrame(
        {"constant": 5.0, "zero": 0.0, "negative": np.linspace(-9, -1, 40)}, index=stamps
    )
    forecast = quick(season_length=1).fit(wide).predict(level=90)
    np.testing.assert_allclose(forecast["constant"].to_numpy(), 5, rtol=1e-3)
    np.testing.assert_allclose(forecast["zero"].to_numpy(), 0, atol=1e-2)
    assert np.isfinite(forecast.to_numpy()).all()


def test_forecasts_of_counts_are_not_negative():
    rng = np.random.default_rng(0)
    counts = pd.DataFrame(rng.poisson(0.4, size=(60, 5)).astype(float), index=STAMPS[:60])
    assert (quick().fit(counts).predict(level=95).to_numpy() >= 0).all()


def test_inputs_of_a_step_do_not_depend_on_later_values():
    y = np.random.default_rng(0).normal(size=50)
    other = y.copy()
    other[30:] = 100.0
    x = []
    for series in (y, other):
        # The season and the usual variation are known from the first 30 steps only.
        scaled = [WorkingScale.of(series, 1, 30)]
        sight = Sight(h=3, input_size=6, season_length=12, season_ago=True)
        x.append(next(Crops(scaled, sight, crop=49, batch_size=1).batches()).x)
    np.testing.assert_array_equal(x[0][:30], x[1][:30])
    assert (x[0][30:] != x[1][30:]).any()


def test_missing_values_are_carried_forward_not_interpolated():
    scaled = WorkingScale.of(np.array([1.0, np.nan, np.nan, -4.0]), 1)
    np.testing.assert_array_equal(scaled.z, [1, 1, 1, -4])
    np.testing.assert_array_equal(scaled.observed, [True, False, False, True])


def test_every_step_learns_the_next_h_relative_to_its_own_value():
    scaled = [WorkingScale.of(np.arange(10.0) - 3, 1)]
    sight = Sight(h=2, input_size=3, local_scale=False, weighted=False)
    batch = next(Crops(scaled, sight, crop=9, batch_size=1).batches())
    spread = np.std(np.arange(10))
    np.testing.assert_allclose(batch.target[4, 0] * spread, [1, 2], rtol=1e-6)
    np.testing.assert_allclose(batch.x[4, 0] * spread, [-2, -1, 0], rtol=1e-6)
    # Learnt from the second step on; the last step knows one step of its future only.
    np.testing.assert_array_equal(batch.weight[:, 0].sum(axis=0), [8, 7])


def test_half_widths_are_the_conformal_quantiles():
    errors = np.arange(1.0, 20)[:, None] * [1.0, 3.0, 2.0]
    # The rank is 20 * 0.9 = 18; the last two horizons are pooled because they would shrink.
    np.testing.assert_allclose(half_widths(errors, [90])[90], [18, 45, 45])
    # Three errors cannot be ranked: Student's t at .975, 5 degrees of freedom, times their size.
    few = half_widths(errors[:3, :1], [95])[95][0]
    assert few == pytest.approx(2.5706 * np.sqrt((1 + 4 + 9) / 3), rel=1e-4)
    assert half_widths(np.array([[0.0], [4.0]]), [70])[70][0] == 4


@pytest.mark.parametrize("n_models", [1, 3])
@pytest.mark.parametrize(
    "structure", [{}, {"deseasonalize": "exponential_smoothing", "dilations": (2,)}]
)
def test_same_seed_same_bits_for_any_number_of_threads(n_models, structure):
    wide = make_panel(12)
    state = np.random.get_state()[1].copy()  # noqa: NPY002

    def forecast(**parameters):
        model = quick(n_models=n_models, blend=False, **structure, **parameters)
        return model.fit(wide).predict(level=80)

    one = forecast(n_jobs=1)
    pd.testing.assert_frame_equal(one, forecast(n_jobs=2), check_exact=True)
    assert (one != forecast(random_state=1)).to_numpy().any()
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_several_models_are_averaged_on_the_working_scale():
    wide = np.log(make_panel(5)) - 10
    model = quick(n_models=3, season_length=1, blend=False).fit(wide)
    assert len(model._learnt.model.thetas) == 3
    together = model.predict(df=wide).to_numpy()
    alone = []
    thetas = model._learnt.model.thetas
    for theta in thetas:
        model._learnt.model.thetas = [theta]
        alone.append(model.predict(df=wide).to_numpy())
    np.testing.assert_allclose(together, np.mean(alone, axis=0), rtol=1e-5)


def test_cross_validation_forecasts_what_was_held_out():
    wide = make_panel(4)
    table = quick().cross_validation(wide, h=3, n_windows=2, level=80)
    assert {"cutoff", "RNNForecaster", "RNNForecaster-lo-80"} <= set(table.columns)
    assert len(table) == 4 * 2 * 3
    assert table["cutoff"].nunique() == 2


def test_pickle_and_input_untouched():
    wide = make_panel(3)
    before = wide.copy()
    model = quick().fit(wide)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(model)).predict(), model.predict())
    pd.testing.assert_frame_equal(wide, before)


def test_predict_before_fit():
    with pytest.raises(NotFittedError):
        quick().predict()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"h": 0}, "h must be an integer of at least 1, got 0"),
        ({"h": 2.5}, "h must be an integer of at least 1, got 2.5"),
        ({"cell": "gruu"}, "cell='gruu' is not known.*Did you mean 'gru'"),
        ({"hidden_layer_sizes": (0,)}, r"hidden_layer_sizes\[0\] must be an integer of at least 1"),
        ({"input_size": -1}, "input_size must be an integer of at least 1, got -1"),
        ({"n_models": 0}, "n_models must be an integer of at least 1, got 0"),
        ({"max_iter": "many"}, "max_iter must be an integer of at least 1, got 'many'"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1"),
        ({"learning_rate_init": -1.0}, "learning_rate_init must be a number greater than 0"),
        ({"dropout": 1.0}, r"dropout must be a number in \[0, 1\)"),
        ({"loss": "l1"}, "loss='l1' is not known; accepted: 'mae'"),
        ({"strategy": "direkt"}, "strategy='direkt' is not known.*Did you mean 'direct'"),
        (
            {"strategy": "segment", "hidden_layer_sizes": (8, 8)},
            r"hidden_layer_sizes must be one layer with segments, got \(8, 8\)",
        ),
        ({"normalization": "logs"}, "normalization='logs' is not known.*Did you mean 'log'"),
        ({"deseasonalize": "no"}, "deseasonalize='no' is not known; accepted: 'auto'"),
        ({"deseasonalize": 1}, "deseasonalize must be True or False, got 1"),
        ({"dilations": (0,)}, r"dilations\[0\] must be an integer of at least 1, got 0"),
        ({"dilations": 2}, "dilations must be None or a tuple of positive integers, got 2"),
        (
            {"hidden_layer_sizes": (8, 8), "dilations": (2,)},
            r"dilations must have one entry for each of the 2 layer\(s\)",
        ),
        ({"residual": "yes"}, "residual must be True or False, got 'yes'"),
        (
            {"strategy": "segment", "deseasonalize": "exponential_smoothing"},
            "deseasonalize='exponential_smoothing' needs the strategy 'direct' or 'recursive'",
        ),
        ({"strategy": "segment", "residual": True}, "residual=True needs the strategy"),
        ({"blend": None}, "blend must be True or False, got None"),
        ({"season_length": 0}, "season_length must be an integer of at least 1, got 0"),
        ({"solver": "sgdd"}, "solver='sgdd' is not known"),
        ({"random_state": -1}, "random_state must be None"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        quick(**parameters).fit(make_panel(2))


def test_one_observation_is_too_little_to_learn_from():
    with pytest.raises(ValueError, match="a series of at least two time steps"):
        quick(freq="MS").fit(make_panel(2).iloc[:1])


def test_diverging_training_is_reported_and_leaves_finite_forecasts():
    model = quick(learning_rate_init=1e30, solver="sgd", clip_norm=None)
    with pytest.warns(ConvergenceWarning, match=r"training diverged.*lower learning_rate_init"):
        model.fit(make_panel(2))
    assert np.isfinite(model.predict().to_numpy()).all()


def test_a_fit_that_fails_leaves_the_model_as_it_was():
    wide = make_panel(3)
    model = quick().fit(wide)
    before = model.predict(level=80)
    with pytest.raises(ValueError, match="a series of at least two time steps"):
        model.set_params(freq="D", season_length=7).fit(wide.iloc[:1])
    pd.testing.assert_frame_equal(model.predict(level=80), before)


def test_progress_bar_only_when_verbose(capsys):
    quick().fit(make_panel(2))
    assert capsys.readouterr() == ("", "")
    quick(verbose=1).fit(make_panel(2))
    assert "training" in capsys.readouterr().err


OUT_OF_RANGE = "the largest value is not between 1e-100 and 1e+100 in size"
WILD = {
    "large": np.resize([1e300, -1e300, 3.0], 72),
    "largest": np.resize([1.7e308, -1.7e308], 72),
    "one": np.where(np.arange(72) == 40, 1e300, np.linspace(-1, 1, 72)),
    "tiny": np.linspace(-1e-310, 1e-310, 72),
}


@pytest.mark.parametrize("values", WILD.values(), ids=WILD)
def test_a_series_out_of_range_changes_no_other(values):
    tame = make_panel(4)
    wild = tame.assign(wild=values)
    model, without = quick().fit(wild), quick().fit(tame)
    assert model.fallbacks_ == {"wild": OUT_OF_RANGE}
    assert without.fallbacks_ == {}
    forecast, alone = model.predict(level=[80]), without.predict(level=[80])
    pd.testing.assert_frame_equal(forecast[tame.columns], alone[tame.columns])
    assert np.isfinite(forecast).all().all()
    np.testing.assert_array_equal(forecast["wild"]["RNNForecaster"], values[-12:-6])
    paths = model.simulate(n_paths=5)
    assert np.isfinite(paths).all().all()
    # New series, newer rows and more learning go the same way.
    pd.testing.assert_frame_equal(without.predict(df=wild, level=[80]), forecast)
    model.partial_fit(wild[-1:])
    assert model.fallbacks_ == {"wild": OUT_OF_RANGE}
    pd.testing.assert_frame_equal(
        model.predict()[tame.columns], without.partial_fit(tame[-1:]).predict()
    )


def test_a_forecast_that_is_not_finite_falls_back_alone(monkeypatch):
    wide = make_panel(4)
    expected = quick().fit(wide).predict(level=[80])
    recipe_forecast = StepRecipe.forecast

    def fails_for_one(self, thetas, scaled):
        z, scale = recipe_forecast(self, thetas, scaled)
        z[[s.level == np.abs(wide["s02"]).mean() for s in scaled]] = np.nan
        return z, scale

    monkeypatch.setattr(StepRecipe, "forecast", fails_for_one)
    model = quick().fit(wide)
    assert model.fallbacks_ == {"s02": "the forecast is not finite"}
    forecast = model.predict(level=[80])
    others = ["s00", "s01", "s03"]
    pd.testing.assert_frame_equal(forecast[others], expected[others])
    naive = SeasonalNaive(6).fit(wide[["s02"]]).predict(level=[80])
    naive = naive.rename(columns=lambda name: name.replace("SeasonalNaive", "RNNForecaster"))
    pd.testing.assert_frame_equal(forecast[["s02"]], naive)


def test_a_series_out_of_range_alone_is_refused():
    with pytest.raises(ValueError, match="no series to learn from: of 'wild'"):
        quick().fit(make_panel(1)[[]].assign(wild=WILD["large"]))


def test_what_predict_keeps_follows_the_history_and_is_not_pickled():
    wide = make_panel(3)
    newer = make_panel(3, seed=1)
    model = quick(4).fit(wide[:60])
    first = model.predict(level=[80])
    size = len(pickle.dumps(quick(4).fit(wide[:60])))
    pd.testing.assert_frame_equal(model.predict(level=[80]), first)
    assert len(pickle.dumps(model)) == size
    # What is kept is that of the fitted series only.
    other = model.predict(df=newer[:60], level=[80])
    assert not np.allclose(other, first)
    pd.testing.assert_frame_equal(model.predict(level=[80]), first)
    loaded = pickle.loads(pickle.dumps(model))
    for _ in range(2):
        pd.testing.assert_frame_equal(loaded.predict(level=[80]), first)
    # Newer rows: as with the whole history for `df`.
    expected = model.predict(df=wide[:66], level=[80])
    pd.testing.assert_frame_equal(model.update(wide[60:66]).predict(level=[80]), expected)
    pd.testing.assert_frame_equal(model.predict(h=9), model.predict(h=9, df=wide[:66]))
    model.fit(newer[:60])
    pd.testing.assert_frame_equal(
        model.predict(level=[80]), quick(4).fit(newer[:60]).predict(level=[80])
    )
    model.partial_fit(newer[60:])
    pd.testing.assert_frame_equal(model.predict(), model.predict(df=newer))
