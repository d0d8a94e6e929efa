"""Sample paths: spread like the intervals, hanging together like past errors."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from test_forecaster import make_panel, quick, to_long

from tsrnn.forecasting.conformal import half_widths
from tsrnn.forecasting.sample_paths import draw_errors


def test_forms_and_determinism():
    wide = make_panel(3)
    model = quick(alias="net").fit(to_long(wide))
    paths = model.simulate(n_paths=7)
    assert list(paths.columns) == ["unique_id", "ds", "sample_id", "net"]
    assert len(paths) == 3 * 7 * 6
    one = paths[(paths["unique_id"] == "s01") & (paths["sample_id"] == 4)]
    assert list(one["ds"]) == list(pd.date_range("2021-01-01", periods=6, freq="MS"))
    from_wide = quick(alias="net").fit(wide).simulate(n_paths=7)
    np.testing.assert_array_equal(from_wide["s01", 4], one["net"])
    series = quick().fit(wide["s00"]).simulate(9, n_paths=2)
    assert series.shape == (9, 2)
    assert series.columns.name == "sample_id"
    pd.testing.assert_frame_equal(paths, model.simulate(n_paths=7))


@pytest.mark.parametrize("h", [8, 20])
def test_paths_are_spread_like_the_intervals(h):
    rng = np.random.default_rng(5)
    walks = pd.DataFrame(np.cumsum(rng.normal(size=(90, 60)), axis=0))
    model = quick(8, max_iter=1).fit(walks)
    paths = model.simulate(h, n_paths=400).to_numpy().reshape(h, 60, 400)
    forecast = model.predict(h, level=[50, 80, 95])
    for level in (50, 80, 95):
        low, high = (
            forecast.xs(f"RNNForecaster-{side}-{level}", axis=1, level=1).to_numpy()[..., None]
            for side in ("lo", "hi")
        )
        inside = ((low <= paths) & (paths <= high)).mean(axis=(1, 2))
        np.testing.assert_allclose(inside, level / 100, atol=0.03 if h == 8 else 0.06)
    middle = np.median(paths, axis=2)
    width = paths.std(axis=2)
    point = forecast.xs("RNNForecaster", axis=1, level=1).to_numpy()
    assert np.abs((middle - point) / width).mean() < 0.1
    # The errors of a random walk at steps 4 and 8 share half of their variance.
    error = (paths - point[..., None]).reshape(h, -1)
    assert np.corrcoef(error[3], error[7])[0, 1] == pytest.approx(np.sqrt(0.5), abs=0.12)


def test_ranks_hang_together_as_those_of_past_errors():
    rng = np.random.default_rng(0)
    common = rng.normal(size=(2000, 1))
    errors = np.hstack([common, 0.6 * common + 0.8 * rng.normal(size=(2000, 1)), -2 * common])
    paths = draw_errors(errors, 3, (5000,), rng)
    expected, got = spearmanr(errors).statistic, spearmanr(paths).statistic
    np.testing.assert_allclose(got, expected, atol=0.04)
    widths = half_widths(errors, [80])[80]
    np.testing.assert_allclose(np.mean(np.abs(paths) <= widths, axis=0), 0.8, atol=0.02)


def test_errors_of_few_and_partly_known_forecasts():
    rng = np.random.default_rng(0)
    errors = np.array([[1.0, np.nan], [-2.0, np.nan]])
    paths = draw_errors(errors, 4, (3, 5), rng)
    assert paths.shape == (3, 5, 4)
    assert np.isfinite(paths).all()
    assert np.abs(paths[..., :2]).max() <= half_widths(errors, [99.5])[99.5].max()


def test_bad_numbers_of_paths():
    model = quick().fit(make_panel(2))
    with pytest.raises(ValueError, match="n_paths must be an integer of at least 1, got 0"):
        model.simulate(n_paths=0)
    with pytest.raises(ValueError, match="h must be an integer of at least 1, got 0"):
        model.simulate(0)
