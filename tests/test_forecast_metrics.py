"""Forecast metrics against hand-worked figures and naive loops."""

import inspect
import math

import numpy as np
import pytest

from tsrnn import metrics
from tsrnn.metrics import FORECAST_METRICS

RNG = np.random.default_rng(3)
Y, F = RNG.normal(5, 3, 13), RNG.normal(5, 3, 13)
TRAIN = RNG.normal(5, 3, 29)
LO, HI = F - 2, F + 1.5


# Those of one forecast, or one interval, per observation; the others have tests of their own.
POINTWISE = [name for name in FORECAST_METRICS if name not in ("owa", "wql", "crps")]


def arguments(name, y_true=Y, y_pred=F, lo=LO, hi=HI):
    known = {"y_true": y_true, "y_pred": y_pred, "y_train": TRAIN, "season_length": 4}
    known |= {"lo": lo, "hi": hi, "level": 80, "quantile": 0.3}
    return {key: known[key] for key in inspect.signature(FORECAST_METRICS[name]).parameters}


def naive(name, y_true, y_pred, lo, hi):
    n = len(y_true)
    errors = [t - p for t, p in zip(y_true, y_pred, strict=True)]
    steps = [TRAIN[i] - TRAIN[i - 4] for i in range(4, len(TRAIN))]
    bands = list(zip(y_true, lo, hi, strict=True))
    outside = [max(a - t, t - b, 0) for t, a, b in bands]
    return {
        "mae": sum(map(abs, errors)) / n,
        "rmse": math.sqrt(sum(e * e for e in errors) / n),
        "smape": sum(
            200 * abs(t - p) / (abs(t) + abs(p)) for t, p in zip(y_true, y_pred, strict=True)
        )
        / n,
        "mase": (sum(map(abs, errors)) / n) / (sum(map(abs, steps)) / len(steps)),
        "rmsse": math.sqrt((sum(e * e for e in errors) / n) / (sum(s * s for s in steps) / 25)),
        "pinball_loss": sum(0.3 * e if e > 0 else -0.7 * e for e in errors) / n,
        "coverage": sum(o == 0 for o in outside) / n,
        "winkler_score": sum(
            b - a + 2 / 0.2 * o for (_, a, b), o in zip(bands, outside, strict=True)
        )
        / n,
        "msis": sum(b - a + 2 / 0.2 * o for (_, a, b), o in zip(bands, outside, strict=True))
        / n
        / (sum(map(abs, steps)) / len(steps)),
    }[name]


@pytest.mark.parametrize("name", POINTWISE)
def test_metric_matches_a_naive_loop(name):
    result = FORECAST_METRICS[name](**arguments(name))
    assert isinstance(result, float)
    assert result == pytest.approx(naive(name, Y, F, LO, HI), rel=1e-12)


@pytest.mark.parametrize("name", POINTWISE)
def test_missing_observations_take_no_part(name):
    y = Y.copy()
    y[[2, 7]] = np.nan
    kept = np.delete(np.arange(13), [2, 7])
    expected = naive(name, Y[kept], F[kept], LO[kept], HI[kept])
    assert FORECAST_METRICS[name](**arguments(name, y_true=y)) == pytest.approx(expected)
    assert math.isnan(FORECAST_METRICS[name](**arguments(name, y_true=np.full(13, np.nan))))


@pytest.mark.parametrize("name", POINTWISE)
def test_a_missing_forecast_is_not_hidden(name):
    broken = F.copy()
    broken[4] = np.nan
    result = FORECAST_METRICS[name](**arguments(name, y_pred=broken, lo=broken - 2))
    assert math.isnan(result)


@pytest.mark.parametrize("name", POINTWISE)
def test_shapes_must_match(name):
    with pytest.raises(ValueError, match=r"one shape, got \(13,\) and \(12,\)"):
        FORECAST_METRICS[name](**arguments(name, y_pred=F[1:], lo=LO[1:]))


@pytest.mark.parametrize("name", POINTWISE)
def test_infinite_observations_are_refused(name):
    with pytest.raises(ValueError, match="y_true must be finite"):
        FORECAST_METRICS[name](**arguments(name, y_true=np.append(Y[:-1], np.inf)))


@pytest.mark.parametrize("name", FORECAST_METRICS)
def test_registry_holds_public_names(name):
    assert name in metrics.__all__
    assert getattr(metrics, name) is FORECAST_METRICS[name]


def test_smape_bounds():
    assert metrics.smape([1.0, -1.0], [-1.0, 1.0]) == 200
    assert metrics.smape([0.0], [0.0]) == 0
    assert metrics.smape([0.0, 4.0], [3.0, 4.0]) == 100


@pytest.mark.parametrize("name", ["mase", "rmsse", "msis"])
@pytest.mark.parametrize("train", [[3.0, 3.0, 3.0], [3.0], [3.0, np.nan, 4.0]])
def test_scaled_errors_without_a_scale_are_undefined(name, train):
    forecast = ([1.0], [2.0]) if name == "msis" else ([2.0],)
    assert math.isnan(FORECAST_METRICS[name]([1.0], *forecast, y_train=train))


def test_scale_skips_pairs_with_a_missing_value():
    assert metrics.mase([1.0], [3.0], [1.0, 2.0, np.nan, 5.0, 8.0]) == 2 / 2


@pytest.mark.parametrize("quantile", [0, 1, -0.1, math.nan])
def test_quantile_range(quantile):
    with pytest.raises(ValueError, match="quantile must be a number in"):
        metrics.pinball_loss(Y, F, quantile)


@pytest.mark.parametrize("level", [0, 100])
def test_level_range(level):
    with pytest.raises(ValueError, match="level must be a number in"):
        metrics.winkler_score(Y, LO, HI, level)


@pytest.mark.parametrize("season_length", [0, -1])
def test_season_length_range(season_length):
    with pytest.raises(ValueError, match="season_length must be an integer of at least 1"):
        metrics.mase(Y, F, TRAIN, season_length)


def test_pinball_is_lowest_at_the_quantile():
    sample = np.arange(1.0, 1001.0)
    losses = [metrics.pinball_loss(sample, np.full(1000, q), 0.9) for q in (850, 900, 950)]
    assert np.argmin(losses) == 1
