"""The M4 seasonality test and classical decomposition against statsmodels and naive loops."""

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf

from tsrnn.forecasting.seasonality import (
    Season,
    autocorrelation,
    is_seasonal,
    seasonal_indices,
)

RNG = np.random.default_rng(7)


def noisy_season(n, m, amplitude, multiplicative=True):
    pattern = np.random.default_rng(m).normal(size=m)
    noise = np.random.default_rng(n).normal(size=n)
    level = 50 + 0.3 * np.arange(n)
    if multiplicative:
        return level * np.exp(amplitude * np.resize(pattern, n) + 0.05 * noise)
    return level + 20 * amplitude * np.resize(pattern, n) + noise


def naive_is_seasonal(y, m):
    n, mean = len(y), sum(y) / len(y)
    if m <= 1 or n < 3 * m:
        return False
    total = sum((v - mean) ** 2 for v in y)
    r = [sum((y[t] - mean) * (y[t + k] - mean) for t in range(n - k)) / total for k in range(m + 1)]
    return abs(r[m]) > 1.645 / n**0.5 * (1 + 2 * sum(v**2 for v in r[1:m])) ** 0.5


@pytest.mark.parametrize("n", [36, 37, 100])
@pytest.mark.parametrize("m", [1, 4, 7, 12])
@pytest.mark.parametrize("amplitude", [0.0, 0.03, 0.3])
def test_m4_test_matches_its_definition(n, m, amplitude):
    y = noisy_season(n, m, amplitude)
    assert is_seasonal(y, m) == naive_is_seasonal(y, m)


def test_m4_test_decides_both_ways_and_needs_three_seasons():
    assert is_seasonal(noisy_season(48, 12, 0.3), 12)
    assert not is_seasonal(RNG.normal(size=48), 12)
    assert not is_seasonal(noisy_season(35, 12, 0.3), 12)
    assert not is_seasonal(np.full(48, 3.3), 12)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_autocorrelation_matches_statsmodels(share):
    y = RNG.normal(size=90)
    y[RNG.random(90) < share] = np.nan
    expected = acf(y, nlags=20, fft=False, missing="conservative")
    np.testing.assert_allclose(autocorrelation(y, 20), expected, atol=1e-12)


@pytest.mark.parametrize("multiplicative", [True, False])
@pytest.mark.parametrize(("n", "m"), [(24, 12), (50, 12), (31, 7), (14, 7), (9, 4)])
def test_indices_match_statsmodels(n, m, multiplicative):
    y = noisy_season(n, m, 0.3, multiplicative)
    model = "multiplicative" if multiplicative else "additive"
    expected = seasonal_decompose(y, model=model, period=m).seasonal[:m]
    np.testing.assert_allclose(seasonal_indices(y, m, multiplicative), expected, rtol=1e-10)


@pytest.mark.parametrize("multiplicative", [True, False])
def test_missing_values_leave_an_exact_season_intact(multiplicative):
    pattern = np.array([0.5, 1.5, 1.2, 0.8])
    y = np.resize(pattern * 10 if multiplicative else pattern + 9, 80)
    full = seasonal_indices(y, 4, multiplicative)
    np.testing.assert_allclose(full, pattern if multiplicative else pattern - 1)
    gappy = y.copy()
    gappy[[10, 11, 30, 33, 34, 61, 79]] = np.nan
    np.testing.assert_allclose(seasonal_indices(gappy, 4, multiplicative), full, atol=0.02)


def test_a_phase_never_observed_is_finite():
    y = noisy_season(48, 12, 0.3)
    y[5::12] = np.nan
    assert np.isfinite(seasonal_indices(y, 12, True)).all()


def test_indices_need_two_seasons():
    with pytest.raises(ValueError, match="at least two seasons, 8 values, got 7"):
        seasonal_indices(np.ones(7), 4, False)


@pytest.mark.parametrize("shift", [0.0, -120.0])
def test_season_is_multiplicative_only_for_positive_series(shift):
    y = noisy_season(60, 12, 0.4) + shift
    season = Season.find(y, 12)
    assert season.multiplicative == (shift == 0)
    np.testing.assert_allclose(season.restore(season.remove(y, 0), 0), y)
    np.testing.assert_allclose(season.tile(60, 3), season.indices[:3])
    assert np.std(season.remove(y)) < np.std(y)


def test_no_season_changes_nothing():
    y = RNG.normal(size=40)
    season = Season.find(y, 12)
    np.testing.assert_array_equal(season.remove(y), y)
    np.testing.assert_array_equal(season.restore(y, 5), y)
