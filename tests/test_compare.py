"""Backtests and the comparison of forecasters."""

import numpy as np
import pandas as pd
import pytest

import tsrnn
from tsrnn import RNNForecaster, metrics
from tsrnn.baselines import FORECASTERS, LagRegressor, Naive, Naive2, SeasonalNaive
from tsrnn.forecasting import BaseForecaster, compare
from tsrnn.forecasting.scoring import naive2

DAYS = pd.date_range("2024-01-01", periods=40, freq="D")


class Constant(BaseForecaster):
    """Global model: the overall mean at fit, plus the last value seen at predict."""

    def _fit_panel(self, panel):
        type(self).fits.append(panel)
        self.mean_ = np.nanmean(panel.y)

    def _predict_panel(self, panel, h, levels):
        last = panel.y[panel.indptr[1:] - 1]
        point = np.repeat(self.mean_ * 1000 + last[:, None], h, axis=1)
        return point, {level: (point - level, point + level) for level in levels}


@pytest.fixture
def fits():
    Constant.fits = []
    return Constant.fits


class Failing(Naive):
    def _fit_panel(self, panel):
        raise RuntimeError("cannot")


class Blind(Naive):
    def _predict_panel(self, panel, h, levels):
        point, intervals = super()._predict_panel(panel, h, levels)
        return point * np.nan, intervals


def two_series():
    rng = np.random.default_rng(0)
    a, b = rng.normal(10, 1, 40), np.cumsum(rng.normal(size=25))
    return pd.DataFrame(
        {
            "unique_id": ["a"] * 40 + ["b"] * 25,
            "ds": [*DAYS, *DAYS[:25]],
            "y": np.concatenate([a, b]),
        }
    )


# --- cross_validation --------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORECASTERS)
def test_windows_equal_forecasts_from_cut_data(name):
    df = two_series()
    params = {"lags": 3} if name == "LagRegressor" else {}
    model = FORECASTERS[name](h=3, **params)
    out = model.cross_validation(df, n_windows=2, step_size=2, refit=True, level=80)
    assert not hasattr(model, "panel_")
    assert out.columns.tolist()[:4] == ["unique_id", "ds", "cutoff", "y"]
    assert len(out) == 2 * 2 * 3
    for key, rows in out.groupby(["unique_id", "cutoff"], sort=False):
        series = df[df.unique_id == key[0]]
        assert rows.ds.tolist() == series[series.ds > key[1]].ds.iloc[:3].tolist()
        assert rows.y.tolist() == series[series.ds > key[1]].y.iloc[:3].tolist()
    for back in (5, 3):
        cut = pd.concat([s.iloc[: len(s) - back] for _, s in df.groupby("unique_id")])
        expected = FORECASTERS[name](h=3, **params).fit(cut).predict(level=80)
        window = out.groupby("unique_id").nth(slice(0, 3) if back == 5 else slice(3, 6))
        pd.testing.assert_frame_equal(
            window.drop(columns=["cutoff", "y"]).reset_index(drop=True), expected
        )


@pytest.mark.parametrize(
    ("refit", "n_fits"), [(False, 1), (True, 4), (1, 4), (2, 2), (3, 2), (9, 1)]
)
def test_refit_counts_fits_and_conditions_on_new_history(fits, refit, n_fits):
    df = two_series()
    out = Constant(h=2).cross_validation(df, n_windows=4, refit=refit)
    assert len(fits) == n_fits
    assert fits[0].lengths.tolist() == [32, 17]
    last = df.set_index(["unique_id", "ds"]).y
    seen = [last[(i, c)] for i, c in zip(out.unique_id, out.cutoff, strict=True)]
    means = (out["Constant"] - seen) / 1000
    assert means.round(9).nunique() == n_fits


def test_the_future_is_not_used():
    df = two_series()
    changed = df.copy()
    changed.loc[df.ds > DAYS[20], "y"] += 1e6
    for name, cls in FORECASTERS.items():
        one = cls(h=4).cross_validation(df[df.unique_id == "b"])
        two = cls(h=4).cross_validation(changed[df.unique_id == "b"])
        assert one[name].tolist() == two[name].tolist()
        assert not np.allclose(one["y"], two["y"])


def test_a_short_series_leaves_only_the_windows_it_is_too_short_for():
    df = pd.concat([two_series(), pd.DataFrame({"unique_id": "c", "ds": DAYS[:5], "y": 1.0})])
    out = Naive(h=2).cross_validation(df, n_windows=3)
    assert out.groupby("unique_id").cutoff.nunique().to_dict() == {"a": 3, "b": 3, "c": 2}
    with pytest.raises(ValueError, match="more than 40 steps; the longest has 40"):
        Naive(h=2).cross_validation(df, n_windows=20)


def test_forms_of_the_answer():
    wide = two_series().pivot(index="ds", columns="unique_id", values="y")
    out = Naive(h=2).cross_validation(wide.rename_axis(columns=None), n_windows=2)
    assert out.columns.tolist() == ["unique_id", "ds", "cutoff", "y", "Naive"]
    assert out[out.unique_id == "b"].y.isna().all()
    series = wide["a"].rename_axis("when")
    out = Naive(h=2).cross_validation(series, n_windows=2)
    assert out.columns.tolist() == ["cutoff", "a", "Naive"]
    assert out.index.name == "when"
    assert out.index.tolist() == list(DAYS[-4:])
    assert out.cutoff.tolist() == list(DAYS[[35, 35, 37, 37]])
    periods = series.set_axis(DAYS.to_period("D"))
    assert Naive(h=2).cross_validation(periods).cutoff.iloc[0] == DAYS.to_period("D")[37]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_windows": 0}, ValueError, "n_windows must be an integer of at least 1"),
        ({"step_size": 0}, ValueError, "step_size must be an integer of at least 1"),
        ({"refit": 0}, ValueError, "refit must be an integer of at least 1"),
        ({"refit": "no"}, TypeError, "refit must be an integer"),
        ({"h": 0}, ValueError, "h must be an integer of at least 1"),
    ],
)
def test_plan_is_checked(options, error, message):
    with pytest.raises(error, match=message):
        Naive(h=1).cross_validation(two_series(), **options)
    with pytest.raises(error, match=message):
        compare(two_series(), [Naive(h=1)], **options)


# --- compare -----------------------------------------------------------------------------------


def test_figures_equal_those_of_cross_validation():
    df = two_series()
    model = SeasonalNaive(h=3)
    names = ["mase", "rmsse", "smape", "mae", "coverage", "winkler_score", "pinball_loss"]
    table = tsrnn.compare(df, [model], n_windows=2, metrics=names, level=80)
    out = model.cross_validation(df, n_windows=2, level=80)
    expected = {name: [] for name in names}
    for (i, cutoff), rows in out.groupby(["unique_id", "cutoff"]):
        train = df[(df.unique_id == i) & (df.ds <= cutoff)].y.to_numpy()
        point, lo, hi = (rows[f"SeasonalNaive{end}"] for end in ("", "-lo-80", "-hi-80"))
        expected["mase"].append(metrics.mase(rows.y, point, train, 7))
        expected["rmsse"].append(metrics.rmsse(rows.y, point, train, 7))
        expected["smape"].append(metrics.smape(rows.y, point))
        expected["mae"].append(metrics.mae(rows.y, point))
        expected["pinball_loss"].append(metrics.pinball_loss(rows.y, point))
        expected["coverage"].append(metrics.coverage(rows.y, lo, hi))
        expected["winkler_score"].append(metrics.winkler_score(rows.y, lo, hi, 80))
    for name in names:
        assert table.loc["SeasonalNaive", name] == pytest.approx(np.mean(expected[name]))
    assert table.columns.tolist() == [
        *names,
        "fit_seconds",
        "predict_seconds",
        "fallbacks",
        "error",
    ]


def test_scores_of_distributions_are_those_of_the_deciles():
    df = two_series()
    names = ["wql", "crps", "msis", "owa"]
    table = tsrnn.compare(df, [SeasonalNaive(h=3)], n_windows=2, metrics=names, level=80)
    out = SeasonalNaive(h=3).cross_validation(df, n_windows=2, level=[20, 40, 60, 80])
    yardstick = Naive2(h=3).cross_validation(df, n_windows=2)["Naive2"]
    expected, parts = {name: [] for name in names}, []
    for (i, cutoff), rows in out.groupby(["unique_id", "cutoff"]):
        train = df[(df.unique_id == i) & (df.ds <= cutoff)].y.to_numpy()
        lower = [f"SeasonalNaive-lo-{level}" for level in (80, 60, 40, 20)]
        upper = [f"SeasonalNaive-hi-{level}" for level in (20, 40, 60, 80)]
        deciles = rows[[*lower, "SeasonalNaive", *upper]].to_numpy()
        assert (np.diff(deciles, axis=1) > 0).all()
        expected["wql"].append(metrics.wql(rows.y, deciles, np.arange(1, 10) / 10))
        expected["crps"].append(metrics.crps(rows.y, deciles, np.arange(1, 10) / 10))
        lo, hi = rows["SeasonalNaive-lo-80"], rows["SeasonalNaive-hi-80"]
        expected["msis"].append(metrics.msis(rows.y, lo, hi, train, 7, 80))
        parts.append((rows.y.to_numpy(), rows["SeasonalNaive"], yardstick[rows.index], train))
    y, point, naive, train = zip(*parts, strict=True)
    expected["owa"] = metrics.owa(y, point, naive, train, 7)
    for name in names:
        assert table.loc["SeasonalNaive", name] == pytest.approx(np.mean(expected[name]))


def test_naive2_has_an_owa_of_one():
    table = compare(two_series(), [Naive2(), Naive()], h=4, n_windows=2, metrics="owa")
    assert table.loc["Naive2", "owa"] == pytest.approx(1)


def test_naive2_of_the_yardstick_is_the_baseline():
    t = np.arange(30)
    y = np.where(t % 7 == 0, np.nan, (20 + t) * np.array([0.8, 1.1, 1.1])[t % 3])
    model = Naive2(h=5, season_length=3).fit(pd.Series(y))
    gap = naive2(model.panel_.series(0), 3, 5)
    np.testing.assert_allclose(model.predict(), gap)


def test_rank_and_failures():
    t = np.arange(40)
    y = pd.Series(10 + np.tile([0.0, 5, 1, 7, 2, 8, 3], 6)[:40] + 0.01 * t, index=DAYS)
    models = {"plain": Naive(), "bad": Failing(), "season": SeasonalNaive(), "blind": Blind()}
    table = compare(y, models, h=7, n_windows=2)
    assert table.index.name == "model"
    assert table.index.tolist()[:2] == ["season", "plain"]
    assert table["error"].iloc[:2].isna().all()
    assert table.loc["bad", "error"] == "RuntimeError: cannot"
    assert "series 'y' is not finite" in table.loc["blind", "error"]
    assert table.loc[["bad", "blind"], ["mase", "smape"]].isna().all(axis=None)
    assert (table.loc[["season", "plain"], "fit_seconds"] > 0).all()
    assert (table["fallbacks"] == 0).all()


def test_fallbacks_are_counted():
    class Picky(Naive):
        def _fit_series(self, y, m):
            if y[0] == 5:
                raise np.linalg.LinAlgError("singular")
            return super()._fit_series(y, m)

    df = pd.DataFrame({"a": np.arange(9.0), "b": 5 + np.arange(9.0), "c": 5.0})
    table = compare(df, [Picky(alias="picky"), SeasonalNaive()], h=2, n_windows=2, refit=True)
    assert table["fallbacks"].to_dict() == {"picky": 2, "SeasonalNaive": 0}
    assert table["error"].isna().all()


def test_covariates_reach_the_models_that_learn_from_them():
    rng = np.random.default_rng(0)
    open_ = rng.random(200) < 0.5
    df = pd.DataFrame({"ds": np.arange(200), "open": open_, "y": 3.0 + 9 * open_})
    df = pd.concat([df.assign(unique_id=name) for name in "ab"])
    static = pd.DataFrame({"unique_id": ["a", "b"], "kind": ["x", "y"]})
    network = RNNForecaster(h=4, season_length=1, max_iter=2, random_state=0)
    table = compare(df, [network, Naive()], h=4, metrics="mae", static_df=static, season_length=1)
    assert table["error"].isna().all()
    assert table.loc["RNNForecaster", "mae"] < 0.5 < table.loc["Naive", "mae"]


def test_coverage_ranks_by_distance_to_the_level():
    class Wide(Naive):
        def _predict_panel(self, panel, h, levels):
            point, _ = super()._predict_panel(panel, h, levels)
            return point, dict.fromkeys(levels, (point - 1e9, point + 1e9))

    y = pd.Series(np.random.default_rng(0).normal(size=300).cumsum())
    table = compare(y, [Wide(), Naive()], h=1, n_windows=60, metrics="coverage", level=80)
    assert table.index.tolist() == ["Naive", "Wide"]
    assert table["coverage"].tolist()[1] == 1


def test_undefined_scores_take_no_part():
    df = pd.concat([two_series(), pd.DataFrame({"unique_id": "c", "ds": DAYS, "y": 2.0})])
    table = compare(df, [Naive()], h=2)
    without = compare(two_series(), [Naive()], h=2)
    assert table.loc["Naive", "mase"] == pytest.approx(without.loc["Naive", "mase"])


def test_horizon_may_come_from_the_models():
    assert len(compare(two_series(), [Naive(h=3), SeasonalNaive()])) == 2
    with pytest.raises(ValueError, match=r"h must be given .* \[2, 3\]"):
        compare(two_series(), [Naive(h=3), SeasonalNaive(h=2)])
    with pytest.raises(ValueError, match="h must be given"):
        compare(two_series(), [Naive()])


def test_a_season_that_no_series_has_seen_scales_nothing():
    # An hour of seconds is the usual season; the series last 300.
    rng = np.random.default_rng(0)
    y = pd.Series(rng.normal(size=300).cumsum(), index=pd.date_range("2024", periods=300, freq="s"))
    plan = {"h": 10, "n_windows": 2}
    table = compare(y, [SeasonalNaive(), Naive()], **plan)
    expected = compare(y, [SeasonalNaive(), Naive()], season_length=1, **plan)
    assert table["mase"].notna().all()
    pd.testing.assert_series_equal(table["mase"], expected["mase"])


def test_season_length_sets_the_scale():
    y = two_series().query("unique_id == 'a'")
    table = compare(y, [Naive()], h=2, season_length=1)
    train, truth = y.y.to_numpy()[:-2], y.y.to_numpy()[-2:]
    expected = metrics.mase(truth, np.full(2, train[-1]), train, 1)
    assert table.loc["Naive", "mase"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("models", "options", "error", "message"),
    [
        ([], {}, ValueError, "models must hold at least one"),
        ([Naive], {}, TypeError, "models must be forecasters"),
        ([Naive(), Naive()], {}, ValueError, "two of the name 'Naive'"),
        ([Naive()], {"metrics": "mas"}, ValueError, "metrics='mas' is not known.*'mase'"),
        (None, {}, ValueError, "models must hold at least one forecaster, got None"),
        ([Naive()], {"metrics": []}, ValueError, "metrics must hold at least one metric, got"),
        ([Naive()], {"metrics": None}, ValueError, "metrics must hold at least one metric, got No"),
        ([Naive()], {"verbose": "yes"}, TypeError, "verbose must be an integer"),
        ([Naive()], {"level": [80, 90]}, ValueError, "level must be one number"),
        ([Naive()], {"season_length": 0}, ValueError, "season_length must be an integer"),
    ],
)
def test_arguments_are_checked(models, options, error, message):
    with pytest.raises(error, match=message):
        compare(two_series(), models, h=1, **options)


def test_progress_only_when_asked(capfd):
    compare(two_series(), [Naive()], h=1)
    assert capfd.readouterr() == ("", "")
    compare(two_series(), [Naive(), LagRegressor(lags=2)], h=1, verbose=1)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "compare" in captured.err


def test_the_frequency_is_that_of_the_models():
    y = pd.Series(np.arange(40.0), DAYS)[::2]
    mixed = pd.concat([
        pd.DataFrame({"unique_id": "a", "ds": DAYS, "y": np.arange(40.0)}),
        pd.DataFrame({"unique_id": "b", "ds": y.index, "y": y.to_numpy()}),
    ])  # fmt: skip
    with pytest.raises(ValueError, match="several frequencies"):
        compare(mixed, [Naive()], h=2)
    table = compare(mixed, [Naive(freq="D"), SeasonalNaive()], h=2)
    assert table["error"].tolist() == [None, None]
    with pytest.raises(ValueError, match=r"freq must be given .* theirs: \['D', 'h'\]"):
        compare(mixed, [Naive(freq="D"), SeasonalNaive(freq="h")], h=2)
    assert len(compare(mixed, [Naive(freq="D"), SeasonalNaive(freq="h")], h=2, freq="D")) == 2
