"""The linear forecast that networks of segments add to."""

import numpy as np
import pandas as pd
import pytest

import tsrnn
from tsrnn import RNNForecaster
from tsrnn.forecasting import window_regression
from tsrnn.forecasting.blend import Prior, blend_names
from tsrnn.forecasting.earlier_errors import StandIn
from tsrnn.forecasting.error_unit import ErrorUnit
from tsrnn.forecasting.segment_windows import SegmentWindows, last_windows
from tsrnn.forecasting.window_regression import WindowRegression
from tsrnn.forecasting.working_scale import WorkingScale


def windows_of(*series, h=3, input_size=6, segment=2):
    scaled = [WorkingScale.of(np.asarray(y, float), 1, take_log=False) for y in series]
    return SegmentWindows(
        scaled, h=h, input_size=input_size, segment=segment, batch_size=4, n_windows=100
    )


def walk(n, seed=0):
    return np.random.default_rng(seed).normal(size=n).cumsum()


def rows_of(y, h=3, input_size=6):
    """All whole windows of a series, relative to their last value, in units of its deviation."""
    y, x, after = y / np.std(y), [], []
    for end in range(input_size - 1, len(y) - h):
        x.append(y[end - input_size + 1 : end + 1] - y[end])
        after.append(y[end + 1 : end + 1 + h] - y[end])
    return np.array(x), np.array(after)


def ridge(x, y, penalty):
    gram = x.T @ x
    unit = np.trace(gram) / x.shape[1]
    return np.linalg.solve(gram + penalty * unit * np.eye(len(gram)), x.T @ y)


def test_coefficients_are_those_of_the_penalty_that_forecasts_parts_of_time_best():
    ys = [walk(n, n) + 4 * np.sin(np.arange(n)) for n in (70, 90)]
    rows = [rows_of(y) for y in ys]
    x, y = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    fold = np.concatenate([4 * np.arange(len(part)) // len(part) for part, _ in rows])
    losses = [
        sum(
            np.sum((y[fold == k] - x[fold == k] @ ridge(x[fold != k], y[fold != k], p)) ** 2)
            for k in range(4)
        )
        for p in window_regression._PENALTIES
    ]
    best = window_regression._PENALTIES[np.argmin(losses)]
    # Neither end, so that the choice could have been another.
    assert 0.004 < best < 16
    regression = WindowRegression.learn(windows_of(*ys))
    np.testing.assert_allclose(regression.coef, ridge(x, y, best), rtol=1e-4, atol=1e-5)


def test_what_follows_linearly_is_forecast():
    t = np.arange(300)
    wave = np.sin(0.4 * t) + 0.5 * np.cos(1.1 * t)
    windows = windows_of(5 + wave, h=4, input_size=12)
    regression = WindowRegression.learn(windows)
    known = WorkingScale.of(5 + wave, 1, take_log=False).head(296)
    batch, last = last_windows([known], 12, 2)
    forecast = last + regression.output(batch) * np.std(wave)
    np.testing.assert_allclose(forecast[0], 5 + wave[-4:], atol=0.05)


def test_gaps_count_by_what_is_known_after_them():
    y = walk(80)
    y[[30, 31, 50]] = np.nan
    windows = windows_of(y)
    scaled = WorkingScale.of(y, 1, take_log=False)
    filled, observed = scaled.z / scaled.spread, np.isfinite(y)
    ends = np.arange(5, 77)
    x, after = windows.pairs(np.concatenate(windows.whole(1000, 4)))
    factor = np.sqrt([observed[end + 1 : end + 4].mean() for end in ends])[:, None]
    seen = np.stack([filled[end - 5 : end + 1] - filled[end] for end in ends])
    comes = np.stack([filled[end + 1 : end + 4] - filled[end] for end in ends])
    np.testing.assert_allclose(x, factor * seen, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(after, factor * comes, rtol=1e-5, atol=1e-6)
    assert np.isfinite(WindowRegression.learn(windows).coef).all()


def test_parts_of_time_hold_whole_windows_of_all_series():
    windows = windows_of(walk(30), walk(22, 1), walk(8, 2), walk(3, 3))
    parts = windows.whole(1000, 4)
    # Ends of windows: 5 to 26, 5 to 18, 4 (shorter than what is seen) and none.
    assert sum(len(part) for part in parts) == 22 + 14 + 1
    for n, expected in [(30, 22), (22, 14)]:
        offset = 6 if n == 30 else 6 + 30 + 3 + 6
        of_series = [part[(part >= offset) & (part < offset + n)] - offset for part in parts]
        assert [len(ends) for ends in of_series] == np.bincount(
            4 * np.arange(expected) // expected
        ).tolist()
        assert np.concatenate(of_series).tolist() == list(range(5, 5 + expected))
    thinned = np.concatenate(windows.whole(9, 4))
    assert len(np.unique(thinned)) == 9
    assert np.isin(thinned, np.concatenate(parts)).all()


@pytest.mark.parametrize("y", [walk(3), np.full(40, 7.0)])
def test_the_last_value_is_the_forecast_where_there_is_nothing_to_learn(y):
    windows = windows_of(y)
    regression = WindowRegression.learn(windows)
    batch, last = last_windows([WorkingScale.of(y, 1, take_log=False)], 6, 2)
    assert not regression.output(batch).any()
    np.testing.assert_allclose(last, y[-1])


def test_with_a_few_windows_the_penalty_is_large():
    y = walk(11)
    x, after = rows_of(y)
    assert len(x) == 3
    regression = WindowRegression.learn(windows_of(y))
    expected = ridge(x, after, max(window_regression._PENALTIES))
    np.testing.assert_allclose(regression.coef, expected, rtol=1e-4, atol=1e-6)


def test_a_series_shorter_than_the_window_is_continued_backwards():
    y = np.array([3.0, 5.0, 4.0])
    batch, last = last_windows([WorkingScale.of(y, 1, take_log=False)], 6, 2)
    np.testing.assert_allclose(batch.x[:, 0].ravel() * np.std(y), [-1, -1, -1, -1, 1, 0], rtol=1e-6)
    assert batch.lengths.tolist() == [3]
    np.testing.assert_allclose(last, [[4.0]])


def test_of_very_long_windows_the_last_values_are_seen(monkeypatch):
    y = walk(200)
    short = WindowRegression.learn(windows_of(y, input_size=4))
    monkeypatch.setattr(window_regression, "_MOST_SEEN", 4)
    windows = windows_of(y, input_size=6)
    long = WindowRegression.learn(windows)
    assert long.coef.shape == short.coef.shape == (4, 3)
    batch = next(windows.batches())
    seen = batch.x[:, 0].ravel()[-4:]
    np.testing.assert_allclose(long.output(batch)[0], seen @ long.coef, rtol=1e-5)


def seasonal(n_steps=400, n_series=2):
    t = np.arange(n_steps)
    rng = np.random.default_rng(0)
    columns = {f"s{k}": np.sin(t / (2 + k)) + 0.1 * rng.normal(size=n_steps) + 3 for k in range(2)}
    return pd.DataFrame(columns, index=pd.date_range("2024", periods=n_steps, freq="h"))


def segments(**parameters):
    parameters = {"hidden_layer_sizes": (4,), "max_iter": 1, "random_state": 0} | parameters
    return RNNForecaster(8, season_length=4, strategy="segment", **parameters)


@pytest.mark.parametrize(
    ("n_blocks", "expected"), [(84, [0.375, 0.625]), (630, [0.75, 0.25]), (8000, [1, 0])]
)
def test_networks_that_learn_from_little_change_little_of_the_regression(n_blocks, expected):
    recipe = segments()._recipe(4, 400)[1]
    names = blend_names(recipe, 4, True)
    assert names == ["network", "linear"]
    np.testing.assert_array_equal(Prior.of(recipe).weights(names, n_blocks), expected)


def test_networks_learn_what_the_regression_leaves():
    y = walk(60)
    y[40] = np.nan
    windows = windows_of(y)
    regression = WindowRegression.learn(windows)
    beyond = next(windows.beyond(regression).batches())
    batch = next(windows.batches())
    rest = np.where(batch.weight > 0, batch.target - regression.output(batch), 0)
    np.testing.assert_allclose(beyond.target, rest, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(beyond.x, batch.x)
    # The windows themselves are as they were.
    np.testing.assert_array_equal(next(windows.batches()).target, batch.target)


def test_an_untrained_network_forecasts_as_the_regression_does():
    model = segments(learning_rate_init=1e-12, blend=False).fit(seasonal())
    assert model.weights_ == {"network": 1.0}
    learnt = model._learnt.model
    scaled = model._learnt.scaled(model.panel_)
    np.testing.assert_allclose(
        learnt.forecast(scaled, 20)[0], learnt.forecast_linear(scaled, 20), rtol=1e-6
    )


def test_the_blend_holds_what_the_regression_forecasts_also_further():
    wide = seasonal()
    model = segments().fit(wide)
    learnt = model._learnt
    scaled = learnt.scaled(model.panel_)
    expected = learnt.weights["network"] * learnt.model.forecast(scaled, 20)[0] + learnt.weights[
        "linear"
    ] * learnt.model.forecast_linear(scaled, 20)
    assert model.weights_["linear"] > 0
    np.testing.assert_allclose(model.predict(20).to_numpy().T, expected)
    first = learnt.model.forecast_linear(scaled, 8)
    np.testing.assert_array_equal(first, learnt.model.forecast_linear(scaled, 20)[:, :8])
    # A network of one pass does not know the wave, the regression does.
    truth = seasonal(420).iloc[400:].to_numpy().T
    assert np.abs(truth - expected).mean() < 0.3


def test_the_regression_is_saved_and_learnt_anew_by_partial_fit(tmp_path):
    wide = seasonal()
    model = segments().fit(wide.iloc[:300])
    model.save(tmp_path / "model")
    loaded = tsrnn.load(tmp_path / "model")
    pd.testing.assert_frame_equal(model.predict(level=80), loaded.predict(level=80))
    before = model._learnt.model.regression.coef
    model.update(wide.iloc[300:350])
    np.testing.assert_array_equal(model._learnt.model.regression.coef, before)
    model.partial_fit(wide.iloc[350:])
    scaled = model._learnt.scaled(model.panel_)
    expected = WindowRegression.learn(model._learnt.model.recipe.data(scaled))
    np.testing.assert_array_equal(model._learnt.model.regression.coef, expected.coef)
    assert (model._learnt.model.regression.coef != before).any()


def test_a_regression_of_another_size_is_refused(tmp_path):
    model = segments().fit(seasonal())
    regression = model._learnt.model.regression
    model._learnt.model.regression = WindowRegression(regression.coef[1:])
    # Checked when saving as when loading.
    with pytest.raises(ValueError, match="coef must be of shape"):
        model.save(tmp_path / "model")


def test_earlier_errors_are_those_of_what_learnt_nothing_from_them():
    recipe = segments()._recipe(4, 400)[1]
    weights = {"network": 0.625, "linear": 0.375}
    assert StandIn.of(weights, recipe, ErrorUnit(), 4).weights == {"season": 1.0}
    assert StandIn.of({"network": 1.0}, recipe, ErrorUnit(), 4).weights == {"season": 1.0}


def test_forecasts_do_not_depend_on_the_number_of_threads():
    one, two = (segments(n_models=2, n_jobs=n_jobs).fit(seasonal()) for n_jobs in (1, 2))
    pd.testing.assert_frame_equal(one.predict(20), two.predict(20), check_exact=True)


def test_sample_paths_and_intervals_lie_about_the_forecast():
    wide = seasonal()
    wide.iloc[50:60] = np.nan
    model = segments().fit(wide)
    forecast = model.predict(level=90)
    for name in wide.columns:
        point = forecast[name, "RNNForecaster"]
        assert (forecast[name, "RNNForecaster-lo-90"] < point).all()
        assert (forecast[name, "RNNForecaster-hi-90"] > point).all()
    paths = model.simulate(n_paths=50, random_state=0)
    assert np.isfinite(paths.to_numpy()).all()
    middle = paths.T.groupby(level=0).median().T
    np.testing.assert_allclose(middle, forecast.xs("RNNForecaster", axis=1, level=1), atol=0.3)
