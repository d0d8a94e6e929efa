"""The regression on covariates, and the columns it is made of."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from tsrnn.forecasting.basis import Basis
from tsrnn.forecasting.calendar_features import CALENDAR, calendar_codes
from tsrnn.forecasting.effects import Effects


@pytest.mark.parametrize("name", CALENDAR)
def test_calendar_features_are_categories(name):
    stamps = pd.date_range("2020-01-01", "2021-01-01", freq="37min")
    codes = calendar_codes(stamps, [name])[:, 0]
    assert set(codes) == set(range(CALENDAR[name][1]))


def test_effects_are_those_of_a_regression():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 2))
    y = x @ [2.0, -1.0] + rng.normal(size=2000)
    effects, loss = Effects.learn([y], [x], 1)
    np.testing.assert_allclose(effects.own[0], LinearRegression().fit(x, y).coef_, atol=0.02)
    assert effects.strength == 1
    # Deviation 1 is left of one of the root of 6.
    assert abs(loss - 6**-0.5) < 0.05
    assert abs(effects.phi) < 0.05
    walk, _ = Effects.learn([y + 3 * rng.normal(size=2000).cumsum()], [x], 1)
    np.testing.assert_allclose(walk.own[0], [2, -1], atol=0.3)
    assert walk.phi > 0.95


def test_effects_that_do_not_help_are_not_believed():
    rng = np.random.default_rng(3)
    series = [rng.normal(size=40) for _ in range(3)]
    columns = [rng.normal(size=(40, 12)) for _ in range(3)]
    effects, _ = Effects.learn(series, columns, 1)
    assert np.abs(effects.own).max() < 0.25
    nothing, loss = Effects.learn(
        [np.zeros(1), np.full(9, np.nan)], [np.ones((1, 1)), np.ones((9, 1))], 4
    )
    np.testing.assert_array_equal(nothing.own, 0)
    assert loss == 1


def test_basis_bends_at_its_knots_and_has_a_column_per_category():
    basis = Basis.learn(np.array([0.0, 1, 2, 3, np.nan]))
    scaled = basis.of(np.array([0.0, 3, np.nan]))
    assert scaled.shape == (3, 3)
    np.testing.assert_allclose(scaled[1, 1:] * basis.std, [2, 1])
    # A missing number counts as the mean.
    np.testing.assert_array_equal(scaled[2], basis.of(np.array(1.5)))
    np.testing.assert_array_equal(
        Basis.learn(np.zeros(2), 2).of(np.array([0.0, 1, 2, np.nan])),
        [[1, 0], [0, 1], [0, 0], [0, 0]],
    )
