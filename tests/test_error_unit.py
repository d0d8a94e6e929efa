"""The unit that errors are alike in, and whether the part they were made in was calm."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNForecaster, load
from tsrnn.forecasting.calmness import calmness
from tsrnn.forecasting.earlier_errors import StandIn, with_earlier
from tsrnn.forecasting.error_unit import ErrorUnit
from tsrnn.forecasting.held_out import PastForecasts
from tsrnn.forecasting.importance import naive_error
from tsrnn.forecasting.working_scale import WorkingScale

H = 4


def scaled_of(ys, n_known=None):
    return [WorkingScale.of(y, 1, n_known, take_log=False) for y in ys]


def walks(n, drifts, seed=0):
    """Random walks with unit steps that keep their direction as often as `drifts` say."""
    rng = np.random.default_rng(seed)
    ys = []
    for drift in drifts:
        signs = np.where(rng.random(n) < drift, 1, -1).cumprod()
        ys.append(np.cumsum(signs * rng.uniform(0.5, 1.5, n)))
    return ys


def panel(n_series=200):
    """Series that swing and series that drift, on which the naive forecast errs very unlike."""
    scaled = scaled_of(walks(60, np.linspace(0.02, 0.98, n_series)), 56)
    past = PastForecasts.of(scaled, np.full(n_series, 56), H)
    errors = past.truth - np.array([[s.z[-1]] for s in past.scaled])
    return past, errors, np.ones(n_series)


def test_the_unit_is_the_powers_of_what_the_history_says():
    past, errors, scale = panel()
    unit = ErrorUnit.learn(errors, past.scaled, scale, len(errors))
    movement = np.log([naive_error(s.z, H) + 1e-3 for s in past.scaled])
    size = np.log(np.mean(np.abs(errors) / np.abs(errors).mean(axis=0), axis=1) + 0.05)
    moved = movement - movement.mean()
    slope = moved @ size / (moved @ moved + 20 * moved.var())
    assert slope > 0.2
    np.testing.assert_allclose(unit.powers, [0, slope], atol=1e-12)
    np.testing.assert_allclose(unit.of(past.scaled, scale), np.exp(slope * moved))


def test_in_it_the_history_no_longer_tells_how_far_forecasts_err():
    past, errors, scale = panel()
    unit = ErrorUnit.learn(errors, past.scaled, scale, len(errors)).of(past.scaled, scale)
    before, after = (np.log(np.abs(e).mean(axis=1)) for e in (errors, errors / unit[:, None]))
    movement = np.log([naive_error(s.z, H) for s in past.scaled])
    assert np.corrcoef(movement, before)[0, 1] > 0.4
    assert abs(np.corrcoef(movement, after)[0, 1]) < 0.2
    assert after.std() < 0.95 * before.std()


def test_one_series_changes_little_and_nothing_known_changes_nothing():
    past, errors, scale = panel()
    many, one = (ErrorUnit.learn(errors, past.scaled, scale, n).powers[1] for n in (200, 1))
    assert abs(one) < 0.1 * abs(many)
    nothing = ErrorUnit.learn(np.full_like(errors, np.nan), past.scaled, scale, 200)
    assert nothing.of(past.scaled, scale) is scale
    assert ErrorUnit.learn(np.zeros_like(errors), past.scaled, scale, 200).of([], scale) is scale


def test_series_without_errors_or_beyond_all_others_do_not_bend_it():
    past, errors, scale = panel()
    still = scaled_of([np.full(56, 3.0)] * 10)
    padded = np.vstack([errors, np.zeros((10, H))])
    both = ErrorUnit.learn(padded, past.scaled + still, np.append(scale, np.full(10, 1e-4)), 210)
    alone = ErrorUnit.learn(errors, past.scaled, scale, 200)
    # But for what is usual at each horizon, a constant factor.
    np.testing.assert_allclose(both.powers, alone.powers, atol=0.03)
    wild = scaled_of([1e60 * past.scaled[-1].z])
    largest = alone.of(past.scaled, scale).max()
    assert 0 < alone.of(wild, np.ones(1))[0] <= largest * (1 + 1e-9)


def steady(change, n_series=40):
    """Random walks whose last `H` of 80 steps are `change` times as large as those before."""
    steps = np.random.default_rng(1).normal(size=(n_series, 80))
    steps[:, -H:] *= change
    return scaled_of(np.cumsum(steps, axis=1), 80 - H), np.full(n_series, 80 - H)


class One:
    """Stands for a recipe whose unit of errors is 1."""

    def units(self, scaled):
        return np.ones(len(scaled))


STAND_IN = StandIn({"last": 1.0}, One(), ErrorUnit(), 1)


@pytest.mark.parametrize("change", [0.5, 1.0, 2.0])
def test_calmness_tells_how_the_held_out_part_compares(change):
    scaled, n_known = steady(change)
    factor = calmness(scaled, n_known, H, STAND_IN)
    # Four earlier parts with the ratio of 1 / change, nine parts of 1.
    assert factor == pytest.approx((9 + 4 / change) / 13, rel=0.08)
    errors = np.ones((40, H))
    past = PastForecasts.of(scaled, n_known, H)
    found, heads = with_earlier(errors, past, scaled, n_known, STAND_IN, 40)
    assert heads is past.scaled
    np.testing.assert_array_equal(found, factor * errors)


def test_calmness_by_hand_of_one_earlier_part_and_none():
    y = np.cumsum(np.random.default_rng(2).normal(size=20))
    n_known = np.array([16])
    log_size = [
        np.log(np.mean(np.abs(y[n : n + H] - y[n - 1]) / np.abs(y[16:] - y[15])) + 0.05)
        for n in (16, 12, 8)
    ]
    ratios = np.exp(np.array(log_size[1:]) - log_size[0])
    found = calmness(scaled_of([y], 16), n_known, H, STAND_IN)
    assert found == pytest.approx((9 + ratios.sum()) / 11)
    assert calmness(scaled_of([y[:12]], 8), np.array([8]), H, STAND_IN) == 1


def test_many_rows_of_few_series_compare_parts_of_all_held_out_steps():
    y = np.cumsum(np.random.default_rng(3).normal(size=400))
    y[300:] = y[300] + 3 * (y[300:] - y[300])
    factor = calmness(scaled_of([y], 300), np.array([300]), 1, STAND_IN)
    # One part of 100 steps before it.
    assert factor == pytest.approx((9 + 1 / 3) / 10, rel=0.02)


@pytest.fixture(scope="module")
def fitted():
    ys = walks(48, np.linspace(0.02, 0.98, 40), seed=4)
    times = pd.date_range("2000", periods=48, freq="D")
    df = pd.DataFrame({f"s{i}": 100 + y for i, y in enumerate(ys)}, times)
    model = RNNForecaster(H, season_length=1, n_models=1, max_iter=3, random_state=0)
    return model.fit(df), df


def test_intervals_are_as_wide_as_the_history_moves(fitted):
    model, df = fitted
    out = model.predict(level=80)
    lower, upper = (out.xs(f"RNNForecaster-{end}-80", axis=1, level=1) for end in ("lo", "hi"))
    width = (upper - lower)[df.columns].mean().to_numpy()
    # The step to the next value is as large in all of them.
    assert np.mean(width[-10:]) > 1.3 * np.mean(width[:10])


def test_it_is_saved_and_stays_when_learning_goes_on(fitted, tmp_path):
    model, df = fitted
    before = model._learnt.unit
    model.save(tmp_path / "model")
    loaded = load(tmp_path / "model")
    pd.testing.assert_frame_equal(loaded.predict(level=80), model.predict(level=80))
    later = df.shift(4, freq="D").iloc[-4:]
    for again in (model, loaded):
        again.partial_fit(later)
        np.testing.assert_array_equal(again._learnt.unit.powers, before.powers)
    pd.testing.assert_frame_equal(loaded.predict(level=80), model.predict(level=80))
