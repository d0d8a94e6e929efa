"""Exponential smoothing learnt with the network: recursion, gradients, known and new series."""

import itertools

import numpy as np
import pandas as pd
import pytest
import reference
from test_forecaster import make_panel, to_long

import tsrnn
from tsrnn import RNNForecaster
from tsrnn.forecasting.known_series import KnownSeries
from tsrnn.forecasting.smoothing_network import SmoothingNetwork
from tsrnn.forecasting.smoothing_recipe import SmoothingCrops
from tsrnn.kernels.smoothing import look, look_back, smooth, smooth_back
from tsrnn.network import Batch, loss_and_gradient, make_loss
from tsrnn.network.warmup import DTYPES, warm_up


def smoothing(h=6, **parameters):
    quick = {"max_iter": 4, "n_models": 1, "random_state": 0, "blend": False}
    return RNNForecaster(h, deseasonalize="exponential_smoothing", **quick | parameters)


def naive_smoothing(z, observed, a, g, season):
    """One row; `season` (m,) are the first seasons. Returns levels and seasons, m more of them."""
    season, levels = list(season), []
    for t, value in enumerate(z):
        if t == 0:
            level = value - season[0]
        elif observed[t]:
            level = a * (value - season[t]) + (1 - a) * level
        levels.append(level)
        new = g * (value - level) + (1 - g) * season[t]
        season.append(new if observed[t] else season[t])
    return levels, season


@pytest.mark.parametrize("m", [1, 4])
def test_the_recursion_is_that_of_a_loop_over_each_row(m):
    rng = np.random.default_rng(0)
    z, observed = rng.normal(size=(3, 11)), rng.random((3, 11)) > 0.2
    first, stop, phase = np.array([0, 3, 1]), np.array([11, 10, 4]), np.array([0, 2, 1]) % m
    a, g, start = rng.random(3), rng.random(3) * (m > 1), rng.normal(size=(3, m)) * (m > 1)
    level, season = np.zeros((3, 11)), np.zeros((3, 11 + m))
    smooth(z, observed, first, stop, a, g, start, phase, level, season)
    for b in range(3):
        inside = slice(first[b], stop[b])
        # The phase is that of the first step of all, not of the row.
        own = start[b, (phase[b] + first[b] + np.arange(m)) % m]
        levels, seasons = naive_smoothing(z[b, inside], observed[b, inside], a[b], g[b], own)
        np.testing.assert_allclose(level[b, inside], levels, atol=1e-12)
        np.testing.assert_allclose(season[b, first[b] : stop[b] + m], seasons, atol=1e-12)


def make_batch(network, n_timesteps=9):
    """Ragged rows, two of one series, missing steps, one that begins late and one unknown."""
    rng = np.random.default_rng(0)
    lengths = np.array([9, 5, 7, 2, 6])
    x = np.zeros((network.n_before + n_timesteps, 5, network.n_features))
    x[:, :, 0] = rng.normal(size=x.shape[:2])
    x[:, :, 1] = rng.random(x.shape[:2]) > 0.3
    x[:, :, 2] = rng.uniform(0.5, 2, x.shape[:2])
    x[:, :, 3] = [0, 2, 1, 0, -1]
    x[:, :, 4] = np.array([0, 2, 1, 0, 1]) % network.season_length
    x[:, :, 5] = [0, 2, 1, 2, 0]
    x[:, :, 6:] = rng.normal(size=x[:, :, 6:].shape)
    inside = (np.arange(n_timesteps)[:, None] < lengths)[:, :, None]
    target = rng.normal(size=(n_timesteps, 5, network.n_outputs))
    target[:, :, -1] = 0
    weight = rng.uniform(0.2, 3, target.shape) * inside
    return Batch(x, lengths, target, weight, every_step=True)


@pytest.mark.parametrize("m", [1, 3])
@pytest.mark.parametrize("loss", ["absolute_error", "squared_error"])
def test_gradients_of_all_parameters(m, loss):
    network = SmoothingNetwork(
        4, 3, m, 3, 1,
        squared=loss == "absolute_error",
        hidden_layer_sizes=(3, 3), cell="gru", residual=True, dilations=(1, 2),
    )  # fmt: skip
    theta = np.random.default_rng(1).normal(0, 0.5, network.layout.size)
    batch, loss = make_batch(network), make_loss(loss)
    # No gradient goes to others from a series without coefficients of its own.
    batch.weight[:, 4] = 0

    _, gradient, _ = loss_and_gradient(network, theta, loss, batch)
    expected = network.layout.views(
        reference.gradient_by_differences(
            lambda theta: loss_and_gradient(network, theta, loss, batch)[0], theta
        )
    )
    for name, view in network.layout.views(gradient).items():
        np.testing.assert_allclose(view, expected[name], rtol=2e-6, atol=2e-8, err_msg=name)
        assert view.any(), f"{name} has no gradient at all"


def test_an_unknown_series_has_median_coefficients_and_leaves_no_gradient():
    network = SmoothingNetwork(4, 3, 2, 3, 1, squared=True, hidden_layer_sizes=(3,))
    theta = np.random.default_rng(1).normal(0, 0.5, network.layout.size)
    packed = network.pack(theta)
    assert packed.level[-1] == np.sort(packed.level[:3])[1]
    assert packed.season[-1] == np.sort(packed.season[:3])[1]
    assert not packed.start[-1].any()
    batch = make_batch(network)
    batch.weight[:, :4] = 0
    _, gradient, _ = loss_and_gradient(network, theta, make_loss("absolute_error"), batch)
    views = network.layout.views(gradient)
    assert views["weight_ih_l0"].any()
    assert not any(view.any() for name, view in views.items() if name.startswith("smoothing"))


def test_the_untrained_network_forecasts_level_and_season():
    wide = make_panel(1, n=40)
    model = smoothing(h=5, max_iter=1, learning_rate_init=1e-9, season_length=12).fit(wide)
    (scaled,) = model._learnt.scaled(model.panel_)
    views = model._learnt.model.recipe.make_network().layout.views(model._learnt.model.thetas[0])
    a, g = (1 / (1 + np.exp(-views[f"smoothing.{name}"][0])) for name in ("level", "season"))
    assert (a, g) == pytest.approx((0.8, 0.1))
    levels, season = naive_smoothing(scaled.z, np.ones(40, bool), a, g, np.zeros(12))
    expected = scaled.back(levels[-1] + np.array(season[40:45]), 40)
    np.testing.assert_allclose(model.predict().to_numpy()[:, 0], expected, rtol=1e-4)


def test_the_level_follows_random_walks_more_than_noise():
    rng = np.random.default_rng(0)
    walks, noise = np.cumsum(rng.normal(size=(8, 80)), axis=1), rng.normal(size=(8, 80))
    values = pd.DataFrame(np.vstack([walks, noise]).T)
    model = smoothing(
        h=3, freq=1, season_length=1, max_iter=60, batch_size=8,
        input_size=1, learning_rate_init=0.05, normalization="standard",
    ).fit(values)  # fmt: skip
    network = model._learnt.model.recipe.make_network()
    level = network.layout.views(model._learnt.model.thetas[0])["smoothing.level"]
    assert level[:8].min() > level[8:].max()


def test_later_values_do_not_change_what_a_step_sees():
    wide = make_panel(2)
    model = smoothing().fit(wide)
    recipe = model._learnt.model.recipe
    network, theta = recipe.make_network(), model._learnt.model.thetas[0]
    full = model._learnt.scaled(model.panel_)
    heads = [s.head(50) for s in full]
    outputs = []
    for scaled in (full, heads):
        crops = SmoothingCrops(scaled, recipe.sight, crop=256, batch_size=2, penalty=0.5)
        batch, _ = crops.batch(np.arange(2), np.zeros(2, int), np.array([50, 50]))
        outputs.append(network.forward(theta, batch.x, batch.lengths, every_step=True)[0])
    np.testing.assert_array_equal(*outputs)


def test_a_series_that_begins_later_keeps_its_coefficients_and_phase():
    wide = make_panel(3)
    model = smoothing().fit(wide)
    known = model._learnt.scaling.known
    later = wide.iloc[17:].rename(columns={"s01": "new"})
    model.predict(df=later)
    panel = model._panel_to_forecast(later, None, 6)
    rows, skipped = known.places(panel)
    by_id = dict(zip(panel.ids, zip(rows, skipped, strict=True), strict=True))
    assert by_id["s00"] == (0, 17)
    assert by_id["s02"] == (2, 17)
    assert by_id["new"][0] == -1


def test_known_series_of_another_kind_of_time_are_new():
    model = smoothing(h=2).fit(make_panel(2))
    other = smoothing(h=2, freq=1, season_length=12).fit(make_panel(2).reset_index(drop=True))
    assert (KnownSeries.of(model.panel_).places(other.panel_)[0] == -1).all()


def test_new_series_gaps_updates_and_further_training(tmp_path):
    df = to_long(make_panel(4))
    df.loc[df.index[30:36], "y"] = np.nan
    df = df.drop(df.index[100:103])
    early = df[df["ds"] < "2020-01-01"]
    rest = df[df["ds"] >= "2020-01-01"]
    model = smoothing(n_models=2).fit(early)
    before = model.predict()
    model.save(tmp_path / "model.tsrnn")
    again = tsrnn.load(tmp_path / "model.tsrnn")
    pd.testing.assert_frame_equal(again.predict(), before, check_exact=True)
    new = early.assign(unique_id=early["unique_id"] + "x")
    assert np.isfinite(model.predict(df=new, level=80).iloc[:, 2:].to_numpy()).all()
    for one, step in itertools.product((model, again), ("update", "partial_fit")):
        part = rest[rest["ds"] < "2020-07-01"] if step == "update" else pd.concat([rest, new])
        getattr(one, step)(part)
    pd.testing.assert_frame_equal(again.predict(), model.predict(), check_exact=True)
    assert set(model.predict()["unique_id"]) == set(df["unique_id"]) | set(new["unique_id"])
    assert np.isfinite(model.predict()["RNNForecaster"]).all()


@pytest.mark.parametrize("scale", [1e3, 1e6])
def test_scale_does_not_matter(scale):
    wide = make_panel(3) - 400
    plain = smoothing(normalization="local").fit(wide).predict().to_numpy()
    scaled = smoothing(normalization="local").fit(wide * scale).predict().to_numpy()
    np.testing.assert_allclose(scaled, plain * scale, rtol=2e-2, atol=5 * scale)


def test_warming_up_compiles_what_a_fit_needs():
    for dtype in DTYPES:
        warm_up("lstm", dtype)
    smoothing(loss="mse").fit(make_panel(2))
    for kernel in (smooth, look, look_back, smooth_back):
        # One of each dtype, and none for another layout of arrays.
        assert len(getattr(kernel, "signatures", ())) <= len(DTYPES)
