"""Seasons shrunk towards none by what noise alone would make of them."""

import numpy as np
import pytest
from scipy.stats import f_oneway

from tsrnn.forecasting.seasonality import Season, seasonal_effects, seasonal_indices
from tsrnn.forecasting.shrunken_season import shrunken_season


def noisy(n, m, amplitude, seed):
    """Return a series with a season, and its indices."""
    rng = np.random.default_rng(seed)
    pattern = rng.normal(size=m)
    pattern -= pattern.mean()
    return np.resize(amplitude * pattern, n) + rng.normal(size=n), amplitude * pattern


def additive(season, m):
    """Return the addends of a season, 0 of none."""
    return season.restore(np.zeros(m))


@pytest.mark.parametrize(("n", "m"), [(48, 12), (40, 4), (41, 7)])
def test_share_is_that_of_an_analysis_of_variance(n, m):
    y, _ = noisy(n, m, 0.7, seed=n)
    effects, steps = seasonal_effects(y, m, False)
    f = f_oneway(*(effects[steps % m == phase] for phase in range(m))).statistic
    expected = max(0.0, 1 - 1 / f) * seasonal_indices(y, m, False)
    assert 1 < f < 100
    np.testing.assert_allclose(shrunken_season(y, m).indices, expected, rtol=1e-9)


@pytest.mark.parametrize("multiplicative", [True, False])
def test_a_season_without_noise_is_taken_out_whole(multiplicative):
    y = np.resize([8.0, 10.0, 15.0, 7.0], 40) - (0 if multiplicative else 30)
    season = shrunken_season(y, 4)
    assert season.multiplicative == multiplicative
    np.testing.assert_allclose(season.indices, seasonal_indices(y, 4, multiplicative), rtol=1e-12)
    assert np.ptp(season.remove(y)) < 1e-12


def test_indices_are_closer_to_the_true_ones_than_those_of_a_test():
    errors = []
    for seed in range(200):
        y, true = noisy(60, 12, 0.5, seed)
        found = (shrunken_season(y, 12), Season.find(y, 12))
        errors.append([np.mean((additive(s, 12) - true) ** 2) for s in found] + [np.mean(true**2)])
    shrunken, tested, none = np.mean(errors, axis=0)
    assert shrunken < 0.8 * tested
    assert shrunken < 0.8 * none


def test_of_noise_little_is_left():
    sizes = []
    for seed in range(100):
        y, _ = noisy(60, 12, 0.0, seed)
        kept = np.std(additive(shrunken_season(y, 12), 12))
        sizes.append((kept, np.std(seasonal_indices(y, 12, False))))
    kept, all_of_it = np.mean(sizes, axis=0)
    assert kept < 0.25 * all_of_it


@pytest.mark.parametrize(
    "y", [np.full(60, 3.3), np.arange(60.0), 3 + np.arange(60.0), np.resize([1.0, 9.0], 35)]
)
def test_there_is_none_in_constants_lines_and_short_series(y):
    np.testing.assert_array_equal(shrunken_season(y, 12).indices, [1.0])


def test_gaps_are_no_season():
    y, true = noisy(240, 12, 3.0, seed=1)
    y[np.random.default_rng(2).random(240) < 0.2] = np.nan
    np.testing.assert_allclose(shrunken_season(y, 12).indices, true, atol=0.8)
