"""Seasons that drift are learnt from what is recent, others from all of the history."""

import numpy as np
import pytest

from tsrnn.forecasting.drifting_season import find_discount, means_before
from tsrnn.forecasting.multi_seasonal import find_seasons
from tsrnn.forecasting.seasonality import Season, seasonal_effects
from tsrnn.forecasting.shrunken_season import shrunken_season


def drifting(n_seasons, m, seed=0, noise=0.3):
    """Return a series whose season turns into its opposite, and the last season's indices."""
    rng = np.random.default_rng(seed)
    pattern = rng.normal(size=m)
    pattern -= pattern.mean()
    strength = np.repeat(np.linspace(1, -1, n_seasons), m)
    y = strength * np.tile(pattern, n_seasons) + noise * rng.normal(size=n_seasons * m)
    return y, -pattern


@pytest.mark.parametrize("m", [4, 12])
def test_a_season_that_turned_over_is_that_of_late(m):
    y, last = drifting(30, m)
    season = shrunken_season(y, m)
    assert np.abs(season.indices - last).mean() < 0.25
    # All of the history averages to about none.
    assert np.abs(shrunken_season(y, m, drifts=False).indices - last).mean() > 0.5


@pytest.mark.parametrize("seed", range(5))
def test_a_steady_season_is_that_of_all_the_history(seed):
    rng = np.random.default_rng(seed)
    y = np.tile(rng.normal(size=12), 15) + rng.normal(size=180)
    assert find_discount(*seasonal_effects(y, 12, False), 12) == 1
    assert shrunken_season(y, 12).past is None


def test_few_seasons_are_all_alike():
    y, _ = drifting(5, 4)
    assert find_discount(*seasonal_effects(y, 4, False), 4) == 1


def test_means_before_are_what_was_known_of_a_season():
    effects, steps = np.repeat([0.0, 8.0], [5, 3]), np.arange(8)
    means = means_before(effects, steps, 1, 0.5, 0.0)[:, 0]
    known = [effects[:k] @ 0.5 ** np.arange(k)[::-1] / sum(0.5 ** np.arange(k)) for k in (6, 7)]
    np.testing.assert_allclose(means, [0, 0, 0, 0, 0, 0, *known])


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_taken_out_of_the_past_is_put_back(sign):
    y, _ = drifting(30, 4)
    y = np.exp(y) if sign > 0 else y
    season = shrunken_season(y, 4)
    assert season.multiplicative == (sign > 0)
    assert len(season.past) == len(y)
    np.testing.assert_allclose(season.restore(season.remove(y)), y)
    np.testing.assert_array_equal(season.tile(len(y), 4), season.indices)
    # Early seasons are not adjusted by the last, their opposite.
    last = Season(season.indices, season.multiplicative)
    assert np.std(season.remove(y)[:40]) < 0.7 * np.std(last.remove(y)[:40])


def test_missing_values_do_not_move_the_seasons():
    y, last = drifting(30, 4)
    y[[5, 6, 41, 42, 43, 44, 45, 100]] = np.nan
    assert np.abs(shrunken_season(y, 4).indices - last).mean() < 0.3


@pytest.mark.parametrize(("weekly", "lengths"), [(0.0, [24]), (1.5, [24, 168])])
def test_days_drift_where_no_weeks_are_seen(weekly, lengths):
    y, _ = drifting(25, 24)
    y += np.tile(2 * np.sin(np.arange(24) * np.pi / 12), 25)
    y += weekly * np.repeat(np.resize([1, 1, 1, 1, 1, -2, -3], 25), 24)
    seasons = find_seasons(y, 24)
    assert [len(season.indices) for season in seasons] == lengths
    fixed, of_late = (shrunken_season(y, 24, drifts=drifts).indices for drifts in (False, True))
    assert not np.array_equal(fixed, of_late)
    np.testing.assert_array_equal(seasons[0].indices, fixed if weekly else of_late)
