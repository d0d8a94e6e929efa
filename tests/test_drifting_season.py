"""Seasons that drift are learnt from what is recent, others from all of the history."""

import numpy as np
import pytest

from tsrnn.forecasting.drifting_season import season_weights
from tsrnn.forecasting.multi_seasonal import find_seasons
from tsrnn.forecasting.seasonality import seasonal_effects
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
    weights = season_weights(*seasonal_effects(y, 12, False), 12)
    np.testing.assert_array_equal(weights, 1)


def test_weights_fall_by_a_discount_from_season_to_season():
    y, _ = drifting(30, 4, noise=0)
    effects, phases = seasonal_effects(y, 4, False)
    weights = season_weights(effects, phases, 4)
    assert weights[-1] == 1
    ratios = weights[:-4] / weights[4:]
    np.testing.assert_allclose(ratios, ratios[0])
    assert ratios[0] in (0.5, 0.75)


def test_few_seasons_are_all_alike():
    y, _ = drifting(5, 4)
    np.testing.assert_array_equal(season_weights(*seasonal_effects(y, 4, False), 4), 1)


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
