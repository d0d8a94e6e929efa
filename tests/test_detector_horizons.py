"""Several rows ahead: every forecast of a row counts, however early it was made."""

import itertools

import numpy as np
import pandas as pd
import pytest
from detection_samples import two_waves

import tsrnn
from tsrnn import RNNDetector
from tsrnn.detection.ensemble import Member
from tsrnn.detection.linear import RidgeLags
from tsrnn.detection.scoring import LEAST_RESIDUAL, ForecastScorer

N_TRAIN = 600


def make(method="forecast", **parameters):
    small = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}
    return RNNDetector(method, **small | parameters)


def with_gaps(X):
    X = X.copy()
    X.iloc[700:720, 0] = np.nan
    X.iloc[640:642] = np.nan
    return X


@pytest.mark.parametrize("method", ["forecast", "ensemble"])
@pytest.mark.parametrize("n_horizons", [2, 5])
def test_streams_equal_batches_also_after_saving(method, n_horizons, tmp_path):
    X = with_gaps(two_waves())
    detector = make(method, n_horizons=n_horizons, causal=True).fit(X[:N_TRAIN])
    live = X[N_TRAIN:]
    table = detector.scores(live)
    cuts = [0, 1, 2, 3, 12, 50, 101, 119, 130]
    parts = [detector.update(live[a:b]) for a, b in itertools.pairwise(cuts)]
    detector.save(tmp_path / "model")
    loaded = tsrnn.load(tmp_path / "model")
    assert loaded.n_horizons == n_horizons
    parts += [loaded.update(live[130:133]), loaded.update(live[133:])]
    pd.testing.assert_frame_equal(pd.concat(parts), table, check_exact=True)
    detector.reset_stream()
    assert [detector.score_one(row) for _, row in live.iterrows()] == table["score"].to_list()


@pytest.fixture(scope="module")
def scaled():
    detector = make().fit(two_waves()[:N_TRAIN])
    from tsrnn.detection.frames import Rows

    X = with_gaps(two_waves())
    return detector._channels.transform(Rows(X.to_numpy(), X.index, ("a", "b")))


def test_the_error_is_the_mean_over_direct_forecasts(scaled):
    """Against one regression for each horizon, each with its own inputs."""
    k, clear = 3, slice(0, N_TRAIN)
    scorer = ForecastScorer(8, None, k).fit(scaled[clear], 500)
    found = scorer.errors(scaled[clear], causal=True)
    inputs, targets = scaled.inputs[clear], scaled.target_values[clear]
    squares = []
    for step in range(k):
        # The row `step` rows before is forecast like the next one: from the rows before it.
        late = np.roll(inputs, step, axis=0)[step:500]
        rows = slice(0, 500 - (k - 1))
        model = RidgeLags(8).fit(late[rows], targets[step:500][rows])
        forecast = model.predict(np.roll(inputs, step, axis=0)[step:])
        error = targets[step:] - forecast
        scale = np.sqrt(np.mean(error[500:] ** 2, axis=0))
        own = scorer.residual_scale_.reshape(k, 2)[step]
        np.testing.assert_allclose(own, scale, rtol=0.05)
        error /= np.maximum(own, LEAST_RESIDUAL)
        squares.append(np.concatenate((np.full((step, 2), np.nan), error**2)))
        if step == 0:
            np.testing.assert_allclose(found.expected[20:], forecast[20:], rtol=1e-9)
    expected = np.mean(squares, axis=0)
    np.testing.assert_allclose(found.squares[20:], expected[20:], rtol=1e-6)


def test_missing_rows_have_no_error_and_their_forecasts_are_forgotten(scaled):
    scorer = ForecastScorer(8, None, 4).fit(scaled[:N_TRAIN], 500)
    squares = scorer.errors(scaled[N_TRAIN:], causal=True).squares
    assert np.isnan(squares[100:120, 0]).all()
    assert np.isnan(squares[40:42]).all()
    assert np.isfinite(np.delete(squares, [40, 41, *range(100, 120)], axis=0)).all()


def test_a_drift_that_is_followed_from_row_to_row_stands_out_more():
    rng = np.random.default_rng(0)
    walk = np.zeros(3000)
    for t in range(1, 3000):
        walk[t] = 0.9 * walk[t - 1] + rng.normal(scale=0.1)
    drift = walk.copy()
    drift[2400:2500] += np.linspace(0, 1.5, 100)
    severity = {}
    for k in (1, 8):
        detector = make(n_horizons=k, threshold=1.0).fit(walk[:2000, None])
        severity[k] = detector.scores(drift[2000:, None])["score"].iloc[400:550].max()
        severity[k] /= detector.scores(walk[2000:, None])["score"].max()
    assert severity[8] > 1.1 * severity[1]


def test_one_horizon_is_the_default_and_short_logs_shorten_many(monkeypatch):
    X = two_waves()
    expected = make().fit(X[:N_TRAIN]).score_samples(X)
    np.testing.assert_array_equal(make(n_horizons=1).fit(X[:N_TRAIN]).score_samples(X), expected)
    for n in (8, 12, 30):
        detector = make(n_horizons=1000).fit(X[:n])
        scorer = detector._ensemble.members[0].scorer
        assert isinstance(detector._ensemble.members[0], Member)
        assert 1 <= scorer.n_horizons_ <= n // 4
        assert np.isfinite(detector.score_samples(X[:n])).all()
    for wrong, error in ((0, ValueError), (1.5, TypeError)):
        with pytest.raises(error, match="n_horizons must be"):
            make(n_horizons=wrong).fit(X)


def test_the_network_learns_all_horizons_and_no_calibration_row():
    X = two_waves(2000)
    X["a"] += np.sin(np.arange(2000) / 6) ** 3 * X["b"].shift(fill_value=0)
    detector = make(n_horizons=3, hidden_layer_sizes=(8,), max_iter=20).fit(X[:1500])
    scorer = detector._ensemble.members[0].scorer
    assert scorer.residual_model.n_targets_ == 6
    changed = X[:1500].copy()
    changed.iloc[1200:] = changed.iloc[1200:].to_numpy() + 0.5
    again = make(n_horizons=3, hidden_layer_sizes=(8,), max_iter=20).fit(changed)
    theta = again._ensemble.members[0].scorer.residual_model.theta_
    np.testing.assert_array_equal(scorer.residual_model.theta_, theta)
