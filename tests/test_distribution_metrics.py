"""Scores of quantiles, samples and scaled intervals, and the OWA, against hand-worked figures."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from tsrnn import metrics
from tsrnn.metrics.relative import ratio_of_means

RNG = np.random.default_rng(5)
Y = RNG.normal(5, 3, (4, 6))
QUANTILES = [0.1, 0.5, 0.75]
Q = np.sort(RNG.normal(5, 3, (4, 6, 3)), axis=-1)


def pinball_sum(y, forecast, q):
    total = 0.0
    for t, f in zip(np.ravel(y), np.ravel(forecast), strict=True):
        total += q * (t - f) if t > f else (1 - q) * (f - t)
    return total


def test_wql_by_a_naive_loop():
    expected = 0.0
    for k, q in enumerate(QUANTILES):
        expected += 2 * pinball_sum(Y, Q[..., k], q) / sum(abs(v) for v in Y.ravel()) / 3
    assert metrics.wql(Y, Q, QUANTILES) == pytest.approx(expected, rel=1e-12)


def test_wql_of_the_median_is_the_weighted_percentage_error():
    # |10 - 8| + |-5 - -4| over 10 + 5.
    assert metrics.wql([10.0, -5.0], [[8.0], [-4.0]], [0.5]) == pytest.approx(3 / 15)


def test_crps_of_quantiles_by_a_naive_loop():
    expected = sum(2 * pinball_sum(Y, Q[..., k], q) for k, q in enumerate(QUANTILES)) / 3 / 24
    assert metrics.crps(Y, Q, QUANTILES) == pytest.approx(expected, rel=1e-12)


def test_crps_of_samples_is_the_double_sum():
    samples = RNG.normal(5, 3, (4, 6, 7))
    expected = 0.0
    for y, x in zip(Y.ravel(), samples.reshape(24, 7), strict=True):
        spread = sum(abs(a - b) for a in x for b in x) / 49
        expected += (sum(abs(a - y) for a in x) / 7 - spread / 2) / 24
    assert metrics.crps(Y, samples) == pytest.approx(expected, rel=1e-12)


def test_crps_of_large_numbers_keeps_its_digits():
    steps = RNG.integers(-1000, 1000, 500) / 8
    near, far = (metrics.crps([level], [level + steps]) for level in (0.0, 2.0**40))
    assert far == pytest.approx(near, rel=1e-12)


def test_crps_is_the_integral_of_its_definition():
    x, y = np.array([1.0, 2.5, 6.0]), 3.0

    def squared_distance(z):
        return (np.mean(x <= z) - (y <= z)) ** 2

    expected = quad(squared_distance, 0, 7, points=[1, 2.5, 3, 6], limit=200)[0]
    assert metrics.crps([y], [x]) == pytest.approx(expected, abs=1e-6)


def test_crps_of_a_normal_distribution():
    # Gneiting and Raftery (2007), equation 21's closed form for a normal distribution.
    y, mean, sigma = 1.0, 0.5, 2.0
    z = (y - mean) / sigma
    expected = sigma * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi))
    levels = (np.arange(2000) + 0.5) / 2000
    quantiles = norm.ppf(levels, mean, sigma)
    assert metrics.crps([y], [quantiles], levels) == pytest.approx(expected, rel=1e-3)
    assert metrics.crps([y], [quantiles]) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("name", ["wql", "crps"])
def test_missing_and_broken_values(name):
    metric = getattr(metrics, name)
    y = Y.copy()
    y[1, 2] = np.nan
    kept = ~np.isnan(y)
    assert metric(y, Q, QUANTILES) == pytest.approx(metric(Y[kept], Q[kept], QUANTILES))
    assert math.isnan(metric(np.full(2, np.nan), np.zeros((2, 1)), [0.5]))
    broken = Q.copy()
    broken[0, 0, 1] = np.nan
    assert math.isnan(metric(Y, broken, QUANTILES))
    assert math.isnan(metrics.crps(Y, broken))
    assert math.isnan(metrics.wql([0.0], [[1.0]], [0.5]))


@pytest.mark.parametrize("name", ["wql", "crps"])
@pytest.mark.parametrize(
    ("y_true", "y_pred", "quantiles", "error", "message"),
    [
        (Y, Q[:, :5], QUANTILES, ValueError, r"one more axis.*got \(4, 5, 3\) for \(4, 6\)"),
        (Y, Y, QUANTILES, ValueError, "one more axis"),
        (Y, Q, [0.1, 0.5], ValueError, "quantiles must be as many as y_pred has columns, 3, got 2"),
        (Y, Q, [0.1, 0.5, 1.0], ValueError, r"quantiles must be a number in \(0, 1\), got 1.0"),
        (Y, Q, ["a", "b", "c"], TypeError, "quantiles must be a number"),
        ([np.inf], [[1.0]], [0.5], ValueError, "y_true must be finite"),
    ],
)
def test_arguments_are_checked(name, y_true, y_pred, quantiles, error, message):
    with pytest.raises(error, match=message):
        getattr(metrics, name)(y_true, y_pred, quantiles)


# --- MSIS --------------------------------------------------------------------------------------


def test_msis_by_hand():
    # 95 %: widths 4 and 4; 11 is 1 above: 4 + 2 / 0.05 * 1 = 44. Mean 24; seasonal steps 1, 3: 2.
    result = metrics.msis([9.0, 11.0], [6.0, 6.0], [10.0, 10.0], [1.0, 2.0, 2.0, 5.0], 2)
    assert result == pytest.approx(24 / 2)


# --- OWA ---------------------------------------------------------------------------------------

TRUE = np.array([[10.0, 20.0], [5.0, 5.0]])
PRED = np.array([[12.0, 20.0], [5.0, 4.0]])
NAIVE2 = np.array([[10.0, 10.0], [8.0, 8.0]])
TRAIN = [np.array([1.0, 2.0, 4.0]), np.array([3.0, 7.0, 3.0, 7.0])]


def test_owa_is_a_ratio_of_means():
    smape = np.mean([(400 / 22 + 0) / 2, (0 + 200 / 9) / 2])
    smape2 = np.mean([(0 + 2000 / 30) / 2, 600 / 13])
    mase = np.mean([(2 + 0) / 2 / 1.5, (0 + 1) / 2 / 4])
    mase2 = np.mean([(0 + 10) / 2 / 1.5, 3 / 4])
    expected = (smape / smape2 + mase / mase2) / 2
    assert metrics.owa(TRUE, PRED, NAIVE2, TRAIN) == pytest.approx(expected, rel=1e-12)
    assert metrics.owa(TRUE, NAIVE2, NAIVE2, TRAIN) == pytest.approx(1.0)


def test_published_owa_of_theta_on_the_hourly_series():
    # M4: sMAPE and MASE of Theta and of Naive2, and the OWA in the competition's table.
    figures = np.array([[18.138, 18.383, 2.455, 2.395]])
    assert ratio_of_means(figures) == pytest.approx(1.0058623305979464, abs=1e-6)


def test_owa_of_one_series_and_of_undefined_ones():
    one = metrics.owa(TRUE[0], PRED[0], NAIVE2[0], TRAIN[0])
    smape, mase = (400 / 22 / 2) / (2000 / 30 / 2), (1 / 1.5) / (5 / 1.5)
    assert one == pytest.approx((smape + mase) / 2)
    # A constant series has no MASE, a missing one no figures at all.
    more = metrics.owa(
        np.vstack([TRUE[:1], [[np.nan, np.nan]]]),
        PRED,
        NAIVE2,
        [TRAIN[0], np.ones(4)],
    )
    assert more == pytest.approx(one)
    assert math.isnan(metrics.owa(TRUE, np.where(TRUE == 20, np.nan, PRED), NAIVE2, TRAIN))
    assert math.isnan(metrics.owa(TRUE, PRED, TRUE, TRAIN))


def test_owa_needs_as_many_series_everywhere():
    with pytest.raises(ValueError, match=r"as many series in y_train, got .* and 1 in y_train"):
        metrics.owa(TRUE, PRED, NAIVE2, TRAIN[:1])
    with pytest.raises(ValueError, match="one shape"):
        metrics.owa(TRUE, PRED[:, :1], NAIVE2, TRAIN)
