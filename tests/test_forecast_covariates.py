"""Covariates: known in the future, in the past only, of the series, of the calendar."""

import numpy as np
import pandas as pd
import pytest
from test_forecaster import make_panel, quick, to_long

import tsrnn
from tsrnn import RNNForecaster
from tsrnn.baselines import ARIMA, LagRegressor, Naive
from tsrnn.forecasting import compare

H, N = 12, 150
NAME = "RNNForecaster"


def decided(seed=0, n_series=5):
    """Daily series that temperature (both ways) and promotions decide; sorted by series."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n_series):
        temp = rng.normal(size=N + H)
        promo = rng.random(N + H) < 0.2
        log = 3 + 0.3 * np.abs(temp) + 0.8 * promo + 0.02 * rng.normal(size=N + H).cumsum()
        rows.append(
            pd.DataFrame(
                {
                    "unique_id": f"s{i}",
                    "ds": pd.date_range("2022", periods=N + H, freq="D"),
                    "y": np.exp(log),
                    "temp": temp,
                    "promo": np.where(promo, "yes", "no"),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def split(df):
    is_train = df.groupby("unique_id").cumcount() < N
    return df[is_train], df[~is_train]


def error(forecast, test):
    both = forecast.merge(test, on=["unique_id", "ds"])
    assert len(both) == len(test)
    return np.abs(both[NAME] - both["y"]).mean()


@pytest.fixture(scope="module")
def fitted():
    train, test = split(decided())
    return quick(H).fit(train), train, test


def test_what_decides_is_learnt(fitted):
    model, train, test = fitted
    blind = quick(H).fit(train[["unique_id", "ds", "y"]]).predict()
    future = test.drop(columns="y").sample(frac=1, random_state=0)
    assert error(model.predict(X_df=future), test) < 0.25 * error(blind, test)


def test_columns_not_in_X_df_are_of_the_past(fitted):
    model, _, test = fitted
    errors = [
        error(model.predict(X_df=X_df), test)
        for X_df in (test, test[["unique_id", "ds", "promo"]], None)
    ]
    assert errors[0] < 0.6 * errors[1] < 0.6 * errors[2]


def test_declared_columns_are_asked_for(fitted):
    _, train, test = fitted
    model = quick(H, future_covariates=["promo"]).fit(train)
    with_promo = model.predict(X_df=test[["unique_id", "ds", "promo"]])
    pd.testing.assert_frame_equal(with_promo, model.predict(X_df=test))
    with pytest.raises(ValueError, match=r"X_df must hold the future of \['promo'\]"):
        model.predict()
    with pytest.raises(ValueError, match=r"must name covariates of df, \['temp', 'promo'\], got"):
        quick(H, future_covariates=["prom"]).fit(train)


def test_forecasts_do_not_depend_on_rows_or_order(fitted):
    model, train, test = fitted
    usual = model.predict(X_df=test, level=80)
    more = pd.concat([train, test]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(model.predict(X_df=more, level=80), usual)
    shuffled = quick(H).fit(train.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(shuffled.predict(X_df=test, level=80), usual)
    pd.testing.assert_frame_equal(model.predict(df=train, X_df=test, level=80), usual)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda X: X.iloc[:-2],
            r"lacks rows that the forecast needs: \('s4', 2022-06-10.*2022-06-11",
        ),
        (
            lambda X: X.assign(temp=X["temp"].where(X["unique_id"] != "s1")),
            r"lacks values of 'temp' that the forecast needs: \('s1', 2022-05-31.* and 9 more",
        ),
        (lambda X: X[["unique_id", "ds"]], r"holds none of the covariates \['temp', 'promo'\]"),
        (lambda X: X.drop(columns="unique_id"), "X_df must have the column 'unique_id'"),
        (lambda X: X.assign(temp="warm"), "'temp' of X_df must be numeric as in fit, got 'warm'"),
        (
            # Row 7 of X_df, after those of a series that is not there.
            lambda X: pd.concat(
                [X.iloc[:7].assign(unique_id="no"), X.assign(temp=np.inf)], ignore_index=True
            ),
            "'temp' of X_df is infinite in row 7",
        ),
        (lambda X: X[["unique_id", "ds", "temp", "temp"]], "X_df has the column 'temp' more than"),
        (lambda X: X[["unique_id", "ds", "ds", "temp"]], "X_df has the column 'ds' more than"),
        (lambda X: pd.concat([X, X.iloc[:1]]), "a time of series 's0' more than once"),
        (lambda X: X.assign(ds=1), "X_df must have times like those of fit"),
        (
            lambda X: X.assign(unique_id=X["unique_id"].str[1:].astype(int)),
            "X_df must have identifiers like those of the series, such as 's0', got 0",
        ),
        (lambda X: X.to_numpy(), "X_df must be a DataFrame, got ndarray"),
    ],
)
def test_a_future_that_is_not_there_is_told(fitted, change, message):
    model, _, test = fitted
    with pytest.raises((ValueError, TypeError), match=message):
        model.predict(X_df=change(test))


def test_sample_paths_come_back_as_data_all_at_once(fitted, monkeypatch):
    model, _, test = fitted
    panel, learnt = model._panel_to_forecast(None, test, H), model._learnt
    scaled = learnt.scaled(panel)
    z = np.random.default_rng(0).normal(size=(5, len(panel), H))
    each = [learnt.back(panel, scaled, path) for path in z]
    np.testing.assert_array_equal(learnt.back(panel, scaled, z), each)
    calls = []
    monkeypatch.setattr(
        type(learnt), "back", lambda self, panel, scaled, z: calls.append(z.shape) or np.exp(z)
    )
    model.simulate(H, n_paths=7, X_df=test)
    assert calls == [(7, len(panel), H)]


def test_missing_values_in_the_past_and_names_never_seen(fitted):
    _, train, test = fitted
    holes = train.copy()
    holes.loc[holes.index[3:30], ["temp", "promo"]] = np.nan
    holes.loc[holes.index[0], "temp"] = np.nan
    model = quick(H).fit(holes)
    assert np.isfinite(model.predict(X_df=test, level=80).iloc[:, 2:].to_numpy()).all()
    unseen = model.predict(X_df=test.assign(promo="double"))
    assert np.isfinite(unseen[NAME]).all()
    # A series that was not there has the effects that are usual.
    new = decided(seed=5, n_series=1).assign(unique_id="new")
    before, after = split(new)
    blind = model.predict(df=before)
    assert error(model.predict(df=before, X_df=after), after) < 0.3 * error(blind, after)


def test_series_that_are_not_positive_have_additive_effects():
    df = decided()
    df["y"] = np.log(df["y"]) - 3.5
    train, test = split(df)
    model = quick(H).fit(train)
    assert not model._learnt.regressors.is_log
    blind = quick(H).fit(train[["unique_id", "ds", "y"]]).predict()
    assert error(model.predict(X_df=test), test) < 0.3 * error(blind, test)


@pytest.mark.parametrize("adds", [True, False])
def test_effects_add_or_multiply_as_the_series_do(adds):
    rng = np.random.default_rng(0)
    n = 200
    level = 50 + 0.5 * np.arange(n) + 5 * np.sin(2 * np.pi * np.arange(n) / 7)
    promo = rng.integers(0, 2, n)
    y = level + 20 * promo if adds else level * 1.25**promo
    days = pd.date_range("2022", periods=n + 7)
    df = pd.DataFrame({"ds": days[:n], "y": y + rng.normal(size=n), "promo": promo})
    model = quick(7).fit(df)
    without, with_it = (
        model.predict(X_df=pd.DataFrame({"ds": days[n:], "promo": here}))[NAME] for here in (0, 1)
    )
    effect = with_it - without if adds else with_it / without
    np.testing.assert_allclose(effect, 20 if adds else 1.25, rtol=0.05)


def test_backtests_know_the_future_of_covariates_and_nothing_else(fitted):
    df = decided()
    columns = ["unique_id", "ds", "y"]
    seeing, blind = (quick(H).cross_validation(data, n_windows=2) for data in (df, df[columns]))
    errors = [np.abs(table["y"] - table[NAME]).mean() for table in (seeing, blind)]
    assert errors[0] < 0.25 * errors[1]
    model, _, test = fitted
    once = quick(H).cross_validation(df)
    np.testing.assert_array_equal(once[NAME], model.predict(X_df=test)[NAME])
    ranked = compare(df, [quick(H), Naive(h=H)], metrics="mae")
    assert ranked.index[0] == NAME
    assert ranked.loc[NAME, "mae"] < 0.3 * ranked.loc["Naive", "mae"]


def test_the_network_sees_what_is_known_of_the_past_only():
    # What happens next is what the covariate is now.
    rng = np.random.default_rng(0)
    sign = rng.choice([-1.0, 1.0], size=600)
    y = np.concatenate([[0.0], sign[:-1]]) + 0.1 * rng.normal(size=600)
    df = pd.DataFrame({"ds": np.arange(600), "y": y, "lead": sign})
    options = {"max_iter": 120, "blend": False, "season_length": 1, "normalization": "standard"}
    model = quick(1, future_covariates=[], **options).fit(df.iloc[:500])
    seeing = model.predict_insample(step_size=7)
    assert np.abs(seeing["y"] - seeing[NAME]).mean() < 0.5
    late = [model.predict(df=df.iloc[:n])[NAME].iloc[0] - y[n] for n in range(500, 600)]
    assert np.abs(late).mean() < 0.5


def test_static_covariates_tell_series_apart():
    # Of two kinds, one goes up from a common past and one goes down.
    rng = np.random.default_rng(1)
    rows = []
    for i in range(30):
        step = np.where(np.arange(40) % 8 == 7, 4.0 if i % 2 else -4.0, 0.0)
        y = np.cumsum(step) * (np.arange(40) >= 32) + rng.normal(scale=0.1, size=40)
        rows.append(pd.DataFrame({"unique_id": f"s{i:02}", "ds": np.arange(40), "y": y}))
    df = pd.concat(rows, ignore_index=True)
    static = pd.DataFrame(
        {
            "unique_id": [f"s{i:02}" for i in range(30)],
            "kind": ["down", "up"] * 15,
            "rank": range(30),
        }
    )
    options = {"max_iter": 40, "season_length": 1, "normalization": "standard", "blend": False}
    model = quick(2, **options).fit(df, static)
    assert model._learnt.regressors.n_inputs == 3
    assert set(model.panel_.covariates.static_names) == {"kind", "rank"}
    flipped = static.assign(kind=static["kind"].iloc[::-1].to_numpy())
    other = quick(2, **options).fit(df, flipped)
    assert not np.allclose(model.predict()[NAME], other.predict()[NAME])
    shuffled = quick(2, **options).fit(df, static.sample(frac=1, random_state=0))
    pd.testing.assert_frame_equal(shuffled.predict(), model.predict())


@pytest.mark.parametrize(
    ("static", "message"),
    [
        (pd.DataFrame({"unique_id": ["s0", "s0"], "a": [1, 2]}), "one row per series, got several"),
        (pd.DataFrame({"unique_id": ["s0"], "a": [1]}), "static_df has no row of series 's1'"),
        (pd.DataFrame({"a": [1]}), "static_df must have the column 'unique_id'"),
        (pd.DataFrame({"unique_id": ["s0", "s1"], "temp": [1, 2]}), "both have the columns"),
        ([1], "static_df must be a DataFrame, got list"),
        (pd.DataFrame({"unique_id": [0, 1], "a": [1, 2]}), "static_df must have identifiers like"),
    ],
)
def test_bad_static_covariates(static, message):
    with pytest.raises((ValueError, TypeError), match=message):
        quick(H).fit(decided(n_series=2), static)
    with pytest.raises(ValueError, match="static_df can only be used with a long frame"):
        quick().fit(make_panel(2), static)
    one = pd.DataFrame({"ds": range(9), "y": 1.0})
    with pytest.raises(ValueError, match="static_df needs series with identifiers"):
        quick().fit(one, pd.DataFrame({"unique_id": ["s0"], "a": [1]}))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pd.Timestamp("2020"), "covariate 'odd' must hold numbers, or names only, got Timestamp"),
        ([f"name{i}" for i in range(162)], "covariate 'odd' has 162 categories, at most 100"),
        ([1.0, "a"] * 81, "covariate 'odd' must hold numbers, or names only, got 1.0"),
        (np.inf, "covariate 'odd' of df is infinite in row 0"),
    ],
)
def test_bad_covariates(column, message):
    with pytest.raises((ValueError, TypeError), match=message):
        quick(H).fit(decided(n_series=1).assign(odd=column))


@pytest.mark.parametrize("make", [RNNForecaster, LagRegressor, ARIMA])
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (None, "future_covariates must be 'auto' or a list of str, got None"),
        ("temp", "future_covariates must be 'auto' or a list of str, got 'temp'"),
        ([1], r"a list of str, got \[1\]"),
        (["temp", "temp"], "future_covariates must hold each name once"),
        (["warmth"], "future_covariates must name covariates of df"),
    ],
)
def test_bad_names_of_covariates(make, names, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make(h=H, future_covariates=names).fit(decided(n_series=1))


def test_a_series_that_ends_before_others_is_named(fitted):
    model, train, test = fitted
    shorter = train.drop(index=train.index[train["unique_id"] == "s1"][-2:])
    with pytest.raises(ValueError, match=r"\('s1', 2022-05-29.*from its own end on: leave it out"):
        model.predict(df=shorter, X_df=test)
    # The remedy that the message names.
    known = train.assign(y=train["y"].where(train.index.isin(shorter.index)))
    forecast = model.predict(df=known, X_df=test)
    assert forecast["ds"].min() == test["ds"].min()


def test_without_covariates_there_is_nothing_to_look_ahead_at():
    long = to_long(make_panel(2))
    with pytest.raises(ValueError, match="X_df is given, but fit got no covariates"):
        quick().fit(long).predict(X_df=long)
    # Baselines take no note.
    assert len(Naive(h=2).fit(long.assign(a=1.0)).predict(X_df=long)) == 4


def test_calendar_features_need_no_X_df():
    stamps = pd.date_range("2021", periods=390, freq="D")
    rng = np.random.default_rng(0)
    y = 10 + 5.0 * (stamps.day == 1) + rng.normal(scale=0.2, size=390)
    series = pd.Series(y, index=stamps)
    train, test = series.iloc[:350], series.iloc[350:374]
    errors = [
        np.abs(quick(24, calendar=names).fit(train).predict() - test).max()
        for names in (None, ["day", "month"])
    ]
    assert errors[1] < 1.5 < 4 < errors[0]
    with pytest.raises(ValueError, match=r"calendar='days' is not known.*Did you mean 'day'"):
        quick(calendar=["days"]).fit(train)
    with pytest.raises(TypeError, match="calendar needs times that are dates, got int64"):
        quick(calendar=["day"]).fit(train.reset_index(drop=True))


def test_effects_may_differ_by_the_hour():
    rng = np.random.default_rng(0)
    stamps = pd.date_range("2021", periods=24 * 60, freq="h", tz="Europe/Berlin")
    off = np.repeat(rng.random(60) < 0.3, 24).astype(float)
    noon = np.asarray(stamps.hour) == 12
    y = 50 + 10 * noon * (1 - 2 * off) + rng.normal(scale=0.3, size=len(stamps))
    df = pd.DataFrame({"ds": stamps, "y": y, "off": off})
    off_ahead = df.iloc[-24:].assign(off=1.0)
    model = quick(24, max_iter=2).fit(df.iloc[:-24])
    day = model.predict(X_df=off_ahead)[NAME].to_numpy()
    at_noon = off_ahead["ds"].dt.hour.to_numpy() == 12
    assert day[at_noon][0] == pytest.approx(40, abs=1.5)
    np.testing.assert_allclose(day[~at_noon], 50, atol=1.5)


def test_covariates_are_saved_and_history_with_them_grows(fitted, tmp_path):
    _, train, test = fitted
    model = quick(H, calendar=["dayofweek"]).fit(
        train, pd.DataFrame({"unique_id": [f"s{i}" for i in range(5)], "size": range(5)})
    )
    model.predict()
    model.save(tmp_path / "model")
    loaded = tsrnn.load(tmp_path / "model")
    for X_df in (test, None):
        pd.testing.assert_frame_equal(loaded.predict(X_df=X_df), model.predict(X_df=X_df))
    later = test.assign(ds=test["ds"] + pd.Timedelta(days=H))
    expected = model.predict(df=pd.concat([train, test]), X_df=later)
    pd.testing.assert_frame_equal(model.update(test).predict(X_df=later), expected)
    loaded.partial_fit(test)
    assert np.isfinite(loaded.predict(X_df=later)[NAME]).all()
    with pytest.raises(ValueError, match=r"df lacks the covariates \['temp', 'promo'\]"):
        model.update(later[["unique_id", "ds", "y"]])


@pytest.mark.parametrize("strategy", ["segment", "recursive"])
def test_covariates_with_other_strategies(fitted, strategy):
    _, train, test = fitted
    model = quick(H, strategy=strategy, max_iter=1, hidden_layer_sizes=(8,)).fit(train)
    blind = quick(H, strategy=strategy, max_iter=1, hidden_layer_sizes=(8,)).fit(
        train[["unique_id", "ds", "y"]]
    )
    assert error(model.predict(X_df=test), test) < 0.4 * error(blind.predict(), test)
    assert np.isfinite(model.predict(2 * H)[NAME]).all()


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1.0, None, 3.0], object),
        ([None, None, None], object),
        ([1, None, 3], "Int64"),
        ([True, None, False], "boolean"),
        (["a", None, "b"], "category"),
        (["a", None, "b"], "string"),
        ([True, None, "b"], object),
    ],
)
def test_columns_of_any_dtype(values, dtype):
    column = pd.Series(values * 14, dtype=dtype)
    df = pd.DataFrame({"ds": np.arange(42), "y": np.arange(42) % 5 + 1.0, "c": column})
    model = quick(2).fit(df)
    ahead = pd.DataFrame({"ds": [42, 43], "c": column.iloc[[0, 2]].to_numpy()})
    if column.notna().any():
        assert np.isfinite(model.predict(X_df=ahead)[NAME]).all()
    assert np.isfinite(model.predict()[NAME]).all()


def test_history_without_its_covariates_is_refused(fitted):
    _, train, _ = fitted
    one = train[train["unique_id"] == "s0"].drop(columns=["unique_id", "promo"])
    model = quick(H).fit(one)
    for ask in (lambda df: model.predict(df=df), model.update):
        with pytest.raises(ValueError, match=r"df lacks the covariates \['temp'\]"):
            ask(one[["ds", "y"]])
        with pytest.raises(ValueError, match=r"df must .*(form|long frame)"):
            ask(one.set_index("ds")["y"])


@pytest.mark.parametrize("make", [RNNForecaster, LagRegressor])
def test_numbers_that_are_categories_are_names(make):
    rng = np.random.default_rng(0)
    day = pd.date_range("2024-01-01", periods=90)
    kind = rng.permutation(np.repeat([7, 30, 12], 30))
    y = 50 + 20 * (kind == 12) + rng.normal(size=90)
    df = pd.DataFrame({"ds": day, "y": y, "kind": pd.Categorical(kind)})
    options = {"n_models": 1, "max_iter": 2, "random_state": 0} if make is RNNForecaster else {}
    model = make(h=3, season_length=1, **options).fit(df)
    ahead = pd.DataFrame({"ds": pd.date_range("2024-03-31", periods=3), "kind": [7, 12, 30]})
    point = model.predict(X_df=ahead.astype({"kind": "category"})).iloc[:, -1]
    # The highest of them is the middle number.
    assert point[1] > 60 > point[[0, 2]].max()
    # As numbers they read the same, and as numbers again where they were such in fit.
    pd.testing.assert_series_equal(model.predict(X_df=ahead).iloc[:, -1], point)
    numbers = make(h=3, season_length=1, **options).fit(df.assign(kind=kind))
    first = numbers.predict(X_df=ahead)
    pd.testing.assert_frame_equal(numbers.predict(X_df=ahead.astype({"kind": "category"})), first)


def test_static_numbers_that_are_categories_too():
    df = pd.DataFrame({
        "unique_id": pd.Categorical(np.repeat([3, 1, 2], 40), ordered=True),
        "ds": np.tile(np.arange(40), 3),
        "y": np.random.default_rng(0).normal(size=120),
        "static_0": pd.Categorical(np.repeat([18, 43, 18], 40)),
    })  # fmt: skip
    model = RNNForecaster(2, season_length=1, n_models=1, max_iter=1, random_state=0).fit(df)
    assert model.predict()["unique_id"].tolist() == [1, 1, 2, 2, 3, 3]
