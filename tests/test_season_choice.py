"""Whether segments see series with their seasons."""

import numpy as np
import pandas as pd
import pytest

import tsrnn
from tsrnn import RNNForecaster
from tsrnn.forecasting import learning

H, M = 8, 24
PATTERN = np.random.default_rng(1).normal(size=M)


def segments(**parameters):
    parameters = {"hidden_layer_sizes": (4,), "max_iter": 1, "random_state": 0} | parameters
    return RNNForecaster(H, season_length=M, strategy="segment", **parameters)


def regular(n_steps, noise=0.3, seed=0):
    """A season that stays as it is, on a level that wanders, and noise."""
    rng = np.random.default_rng(seed)
    level = 0.3 * rng.normal(size=n_steps).cumsum()
    return pd.Series(2 * np.resize(PATTERN, n_steps) + level + noise * rng.normal(size=n_steps))


def rhythm(n_steps, seed=0):
    """A wave whose period is no season."""
    wave = np.sin(2 * np.pi * np.arange(n_steps) / 7.3)
    return pd.Series(wave + 0.05 * np.random.default_rng(seed).normal(size=n_steps))


def error(model, y, n_known):
    model = model.fit(y[:n_known])
    origins = range(n_known, len(y) - H, H)
    return np.mean([np.abs(model.predict(df=y[:n]) - y[n : n + H]).mean() for n in origins])


def test_a_regular_season_is_taken_out_if_there_is_little_to_learn_it_from():
    y = regular(700, seed=1)
    model = segments().fit(y[:400])
    assert model._learnt.scaling.deseasonalize
    left_in = segments(deseasonalize=False)
    assert error(segments(), y, 400) < 0.97 * error(left_in, y, 400)


def test_what_is_no_season_stays():
    assert not segments().fit(rhythm(400))._learnt.scaling.deseasonalize


@pytest.mark.parametrize("chosen", [True, False])
def test_a_parameter_decides_before_past_forecasts_do(chosen, monkeypatch):
    monkeypatch.setattr(learning, "takes_season_out", lambda *args: pytest.fail("was asked"))
    model = segments(deseasonalize=chosen).fit(regular(300))
    assert model._learnt.scaling.deseasonalize is chosen
    direct = RNNForecaster(H, season_length=M, strategy="direct", max_iter=1, n_models=1)
    assert direct.fit(regular(300))._learnt.scaling.deseasonalize


@pytest.mark.parametrize(
    "y",
    [
        pd.Series(np.arange(9.0)),
        pd.Series(np.full(300, 3.0)),
        pd.Series(np.r_[np.arange(60.0) % 6, np.full(239, np.nan), 1.0]),
    ],
)
def test_series_that_tell_nothing_keep_their_season(y):
    model = segments().fit(y)
    assert not model._learnt.scaling.deseasonalize
    assert np.isfinite(model.predict(level=80).to_numpy()).all()


def test_series_of_other_lengths_and_covariates_beside_it(tmp_path):
    ys = [regular(n, seed=n) for n in (300, 260, 5)]
    df = pd.concat(
        [
            pd.DataFrame({"unique_id": k, "ds": range(len(y)), "y": y + k, "x": np.sin(y.index)})
            for k, y in enumerate(ys)
        ]
    )
    model = segments().fit(df)
    assert model._learnt.scaling.deseasonalize
    ahead = pd.DataFrame({"unique_id": 0, "ds": range(300, 300 + H), "x": 0.5})
    ahead = pd.concat(
        [ahead.assign(unique_id=k, ds=np.arange(len(y), len(y) + H)) for k, y in enumerate(ys)]
    )
    forecast = model.predict(X_df=ahead, level=80)
    assert np.isfinite(forecast["RNNForecaster-hi-80"]).all()
    model.save(tmp_path / "model")
    again = tsrnn.load(tmp_path / "model").predict(X_df=ahead, level=80)
    pd.testing.assert_frame_equal(again, forecast)
