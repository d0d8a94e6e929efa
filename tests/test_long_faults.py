"""Faults that last through most of the rows that are scored together."""

import numpy as np
import pytest

from tsrnn import RNNDetector
from tsrnn.detection.usual import Usual

N_BEFORE = 160


def plant(n, seed, *, n_shaken=0):
    """Twenty slow sensors; rows after the first 160 of some of them come in any order."""
    rng = np.random.default_rng(seed)
    rows, level = np.empty((n, 20)), np.zeros(20)
    for row in rows:
        level = 0.97 * level + 0.24 * rng.normal(size=20)
        row[:] = level
    rows += 0.02 * rng.normal(size=rows.shape)
    rows[N_BEFORE:, :n_shaken] = rng.permuted(rows[N_BEFORE:, :n_shaken], axis=0)
    return rows


# Of all sensors, the forecast is far more surprised than the memory of windows; of some, the mean
# over sensors rises by little, which usual scores, that hardly vary, make much.
@pytest.mark.parametrize("n_shaken", [5, 20])
def test_a_long_fault_is_found_and_not_what_is_before(n_shaken):
    detector = RNNDetector(random_state=0).fit(plant(500, 1))
    flags = detector.predict(plant(960, 2, n_shaken=n_shaken)) == -1
    margin = detector.smoothing_ // 2
    assert not flags[: N_BEFORE - margin].any()
    assert flags[N_BEFORE + margin :].all()


@pytest.mark.parametrize("louder", [1.0, 1.4, 4.0, 50.0])
def test_a_fault_that_one_scorer_notices_does_not_shrink_the_units_of_others(louder):
    usual = Usual(np.linspace(0.5, 1.5, 1001) * np.ones((2, 1)), np.ones((2, 1)), 100)
    total = np.ones((2000, 2)) * [louder, 1.0]
    first, second = usual.units_among(total) / usual.units
    assert first == 1
    assert second == pytest.approx(1 / min(louder, 1.5), rel=0.05)
