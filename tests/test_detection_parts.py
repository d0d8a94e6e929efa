import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from statsmodels.tsa.stattools import acf

from tsrnn.detection.channels import Channels
from tsrnn.detection.ensemble_detector import choose_smoothing
from tsrnn.detection.frames import Rows
from tsrnn.detection.linear import RidgeLags, choose_lags
from tsrnn.detection.memory import WindowMemory
from tsrnn.detection.nearest import NearestWindow
from tsrnn.detection.period import autocorrelation, find_period
from tsrnn.detection.pruning import PrunedSearch
from tsrnn.detection.running import RunningLoudness
from tsrnn.detection.smoothing import smooth
from tsrnn.detection.wander import level_weight
from tsrnn.kernels.quantile import running_factors
from tsrnn.network.linear import linear_forward
from tsrnn.network.packed import pack


def draw(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def naive_smooth(values, width, causal, power=1):
    half = width if causal else (width + 1) // 2
    result = np.full_like(values, np.nan)
    for row in range(len(values)):
        total = weights = 0.0
        for other in range(len(values)):
            weight = max(1 - abs(row - other) / half, 0) ** (2 if causal else power)
            if weight > 0 and not np.isnan(values[other]) and not (causal and other > row):
                total, weights = total + weight * values[other], weights + weight
        if weights:
            result[row] = total / weights
    return result


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 40])
@pytest.mark.parametrize("causal", [False, True])
def test_smoothing_is_the_weighted_average_of_what_is_known(width, causal):
    values = draw(0, 25)
    np.testing.assert_allclose(
        smooth(values, width, causal=causal), naive_smooth(values, width, causal)
    )
    values[3:14] = np.nan
    both = smooth(np.column_stack((values, values[::-1])), width, causal=causal)
    np.testing.assert_allclose(both[:, 0], naive_smooth(values, width, causal))
    np.testing.assert_allclose(both[:, 1], naive_smooth(values[::-1], width, causal))


@pytest.mark.parametrize("width", [1, 5, 40])
def test_smoothing_by_the_cube_of_a_triangle(width):
    values = draw(0, 25)
    values[3:14] = np.nan
    found = smooth(values, width, power=3)
    np.testing.assert_allclose(found, naive_smooth(values, width, False, 3))


def test_smoothing_does_not_carry_one_huge_value_on():
    values = np.ones(100)
    values[10] = 1e30
    np.testing.assert_array_equal(smooth(values, 9)[20:], 1.0)


@pytest.mark.parametrize(
    ("period", "n_signals", "n_train", "step", "rows", "causal_rows"),
    [
        (0, 1, 5000, None, 450, 100),
        (10, 1, 5000, None, 300, 64),
        (70, 1, 5000, None, 420, 70),
        (500, 1, 5000, None, 450, 100),
        (0, 8, 5000, None, 95, 29),
        (0, 1, 100, None, 100, 25),
        # No season is longer than a year: 24 months, 8 quarters, but all of 450 hours.
        (12, 1, 5000, "30.44D", 24, 12),
        (4, 1, 5000, "91.3D", 8, 4),
        (24, 1, 5000, "1h", 300, 64),
    ],
)
def test_automatic_smoothing(period, n_signals, n_train, step, rows, causal_rows):
    known = period, n_signals, n_train, None if step is None else pd.Timedelta(step)
    assert choose_smoothing("auto", *known, causal=False) == rows
    assert choose_smoothing("auto", *known, causal=True) == causal_rows
    assert choose_smoothing(7, *known, causal=True) == 7


def usual_and_later(n_rows=400):
    rng = np.random.default_rng(5)
    usual = rng.lognormal(size=(300, 2))
    return np.quantile(usual, np.linspace(0, 1, 1001), axis=0).T, rng.lognormal(size=(n_rows, 2))


def factors(loudness, scores):
    out = np.empty(scores.shape)
    running_factors(scores, *loudness.state, out)
    return out


def test_running_loudness_is_that_of_all_rows_so_far():
    quantiles, later = usual_and_later()
    later[:, 1] *= 4
    later[50:60, 1] = np.nan
    found = factors(RunningLoudness(quantiles, 300), later)
    np.testing.assert_array_equal(found[:, 0], 1.0)
    for row in (0, 99, 399):
        seen = [np.concatenate((np.repeat(q, 300), np.repeat(s[: row + 1], 1001)))
                for q, s in zip(quantiles, later.T, strict=True)]  # fmt: skip
        now = [np.nanquantile(values, 0.6) for values in seen]
        was = np.quantile(quantiles, 0.6, axis=1)
        expected = max(1.0, now[1] / was[1] / (now[0] / was[0]))
        assert found[row, 1] == pytest.approx(expected, rel=0.05)
    assert found[-1, 1] > 2


def test_a_scorer_that_is_not_louder_than_the_first_keeps_its_unit():
    quantiles, later = usual_and_later()
    later[:, 0] *= 4
    np.testing.assert_array_equal(factors(RunningLoudness(quantiles, 300), later), 1.0)


def test_a_scorer_with_a_unit_of_its_own_is_not_turned_down():
    quantiles, later = usual_and_later()
    later[:, 0] /= 4
    later[:, 1] *= 4
    assert factors(RunningLoudness(quantiles, 300), later)[-1, 1] > 2
    fixed = RunningLoudness(quantiles, 300, np.array([np.nan, 1.0]))
    np.testing.assert_array_equal(factors(fixed, later), 1.0)


def test_running_loudness_has_the_same_bits_in_blocks():
    quantiles, later = usual_and_later()
    later[:, 1] *= np.linspace(0.1, 9, len(later))
    whole, cut = RunningLoudness(quantiles, 300), RunningLoudness(quantiles, 300)
    blocks = [factors(cut, later[i : i + 7]) for i in range(0, len(later), 7)]
    np.testing.assert_array_equal(np.concatenate(blocks), factors(whole, later))


def test_autocorrelation_is_that_of_statsmodels_on_detrended_data():
    values = draw(1, 300, 2).cumsum(axis=0)
    time = np.arange(300)
    residuals = values - np.column_stack(
        [np.polyval(np.polyfit(time, column, 1), time) for column in values.T]
    )
    expected = np.column_stack([acf(column, nlags=50) for column in residuals.T])
    np.testing.assert_allclose(autocorrelation(values, 50), expected, atol=1e-10)


@pytest.mark.parametrize("period", [4, 12, 48, 201])
@pytest.mark.parametrize("trend", [0.0, 0.02])
def test_period_of_noisy_seasonal_data(period, trend):
    time = np.arange(1500)
    shape = draw(2, period)[time % period]
    values = shape + 0.3 * draw(3, 1500) + trend * time
    assert find_period(values[:, None]) % period == 0
    wave = np.sin(2 * np.pi * time / period) + 0.1 * draw(4, 1500) + trend * time
    assert abs(find_period(wave[:, None]) - period) <= 1 + period // 50


@pytest.mark.parametrize("seed", range(5))
def test_no_period_in_noise_or_short_data(seed):
    assert find_period(draw(seed, 1000, 1)) == 0
    assert find_period(np.ones((100, 1))) == 0
    assert find_period(draw(seed, 5, 1)) == 0


def lag_columns(inputs, n_lags):
    return np.column_stack([inputs[lag : len(inputs) - n_lags + lag] for lag in range(n_lags)])


@pytest.mark.parametrize(("n", "n_lags"), [(60, 3), (9000, 2)])
def test_ridge_is_scikit_learns_on_standardised_lags(n, n_lags):
    inputs = draw(5, n, 3) * [1, 5, 0.2] + [3, 0, -40]
    targets = np.roll(inputs[:, :2], 1, axis=0) + 0.5 * draw(6, n, 2)
    model = RidgeLags(n_lags, alpha=1.0).fit(inputs, targets)
    design = lag_columns(inputs, n_lags)
    scaler = StandardScaler().fit(design)
    oracle = Ridge(alpha=1.0).fit(scaler.transform(design), targets[n_lags:])
    np.testing.assert_allclose(
        model.predict(inputs)[n_lags:],
        oracle.predict(scaler.transform(design)),
        rtol=1e-5,
        atol=1e-6,
    )


def test_ridge_leaves_out_missing_targets_one_channel_at_a_time():
    inputs = draw(7, 200, 2)
    targets = np.roll(inputs, 1, axis=0) + 0.1 * draw(8, 200, 2)
    missing = np.zeros((200, 2), dtype=bool)
    missing[20:90, 0] = True
    garbled = np.where(missing, 1e3, targets)
    model = RidgeLags(2).fit(inputs, garbled, missing)
    kept = ~missing[2:, 0]
    design = lag_columns(inputs, 2)[kept]
    scaler = StandardScaler().fit(design)
    oracle = Ridge(alpha=1.0).fit(scaler.transform(design), targets[2:, 0][kept])
    np.testing.assert_allclose(model.coef_[:, 0], oracle.coef_ / scaler.scale_, atol=1e-8)
    np.testing.assert_allclose(model.coef_[:, 1], RidgeLags(2).fit(inputs, targets).coef_[:, 1])


def test_ridge_forecasts_from_the_past_alone_and_survives_repeated_columns():
    inputs = np.tile(draw(9, 100, 1), (1, 3))
    model = RidgeLags(4, alpha=0.0).fit(inputs, inputs)
    before = model.predict(inputs)
    changed = inputs.copy()
    changed[50:] += 10
    np.testing.assert_array_equal(model.predict(changed)[:51], before[:51])
    assert np.isfinite(before).all()


def test_lags_follow_the_length_and_the_channels():
    assert choose_lags(1000, 1, 64) == 50
    assert choose_lags(1000, 1, 20) == 20
    assert choose_lags(1000, 8, 64) == 10
    assert choose_lags(20, 8, 64) == 5
    assert choose_lags(1000, 500, 64) == 2
    assert choose_lags(3, 2000, 64) == 1


def naive_nearest(query, known, windows, level_weight):
    """Distance per channel to the window with the smallest sum over channels."""
    best, found = np.inf, None
    for window in windows:
        per_channel = []
        for c in range(query.shape[1]):
            difference = (query - window)[known[:, c], c]
            mean = difference.mean()
            per_channel.append(np.mean((difference - (1 - level_weight[c]) * mean) ** 2))
        total = np.dot(per_channel, known.sum(axis=0))
        if total < best:
            best, found = total, per_channel
    return found


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("length", [8, 70])
def test_memory_finds_what_a_naive_search_finds(gaps, length):
    weight = np.array([1.0, 0.3])
    train, rows = draw(10, 300, 2), draw(11, 150, 2)
    memory = WindowMemory(length, level_weight=weight).fit(
        train, np.zeros(train.shape, bool), pd.RangeIndex(300)
    )
    layout = memory.layout
    missing = np.zeros(rows.shape, dtype=bool)
    if gaps:
        missing[80 : 80 + 2 * layout.box, 1] = True
    ends = np.array([layout.span - 1, 90, 149])
    distance, _ = memory.nearest(rows, missing, pd.RangeIndex(1000, 1150), ends)
    for end, found in zip(ends, distance, strict=True):
        part = slice(end + 1 - layout.span, end + 1)
        query = rows[part].reshape(layout.n_points, layout.box, 2).mean(axis=1)
        known = ~missing[part].reshape(layout.n_points, layout.box, 2)
        known = known.mean(axis=1) >= 0.5
        expected = naive_nearest(query, known, memory.windows_, weight)
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_memory_does_not_recognise_a_window_by_itself():
    rows = draw(12, 200, 1)
    labels, missing = pd.date_range("2024-01-01", periods=200), np.zeros((200, 1), bool)
    memory = WindowMemory(16).fit(rows, missing, labels)
    ends = np.arange(15, 200)
    here, _ = memory.nearest(rows, missing, labels, ends)
    elsewhere, _ = memory.nearest(rows, missing, labels + pd.Timedelta("1000D"), ends)
    assert here.min() > 0.1
    np.testing.assert_allclose(elsewhere, 0, atol=1e-12)


def test_memory_with_nothing_else_to_compare_with_has_no_distance():
    rows, missing, labels = draw(13, 8, 1), np.zeros((8, 1), bool), pd.RangeIndex(8)
    memory = WindowMemory(8).fit(rows, missing, labels)
    distance, _ = memory.nearest(rows, missing, labels, np.array([7]))
    assert np.isnan(distance).all()


def test_level_counts_unless_it_wanders():
    stays, walks = draw(14, 2000), draw(15, 2000).cumsum()
    weight = level_weight(np.column_stack((stays, walks)), 0)
    assert weight[0] > 0.95
    assert weight[1] < 0.1
    wave = np.sin(2 * np.pi * np.arange(2000) / 400)[:, None]
    assert level_weight(wave, 400) > 0.99 > level_weight(wave, 0)


def rows_of(values, names=None):
    values = np.asarray(values, dtype=float)
    names = names or tuple(f"x{i}" for i in range(values.shape[1]))
    return Rows(values, pd.RangeIndex(len(values)), names)


def test_channels_fill_gaps_forward_then_with_the_median():
    channels = Channels().fit(rows_of([[1.0], [3.0], [8.0], [np.nan]]))
    scaled = channels.transform(rows_of([[np.nan], [np.nan], [5.0], [np.nan]]))
    np.testing.assert_allclose(channels.restore(scaled.target_values)[:, 0], [3, 3, 5, 5])
    assert scaled.missing[:, 0].tolist() == [True, True, False, True]


def test_targets_are_the_channels_with_most_values():
    wave = np.arange(40.0)
    switch, dial, flat = wave % 2, wave % 5, np.full(40, 7.0)

    def scored(*columns):
        rows = rows_of(np.column_stack(columns))
        channels = Channels().fit(rows)
        return channels.targets_[channels.transform(rows).counts].tolist()

    assert scored(switch, wave, dial, flat) == [1]
    assert scored(switch, dial, flat) == [1]
    assert scored(switch, flat) == [0]
    assert scored(flat, flat) == [0, 1]


def woken():
    """A switch and a constant, 60 rows to train; then the constant moves from row 20 of 50 on."""
    switch, signal = np.arange(110.0) % 2, np.full(110, 7.0)
    signal[80:] += np.arange(30.0)
    values = np.column_stack((switch, signal))
    return Channels().fit(rows_of(values[:60])), rows_of(values[60:])


def test_a_constant_that_turns_out_to_be_a_signal_is_scored_instead_of_switches():
    channels, rows = woken()
    together = channels.transform(rows, pool=True)
    assert channels.targets_[together.counts].tolist() == [1]
    later = np.concatenate((np.full(60, 7.0), rows.values[:, 1]))
    expected = (rows.values[:, 1] - 7) / later.std()
    np.testing.assert_allclose(together.target_values[:, 1], expected)
    assert channels.transform(rows).counts.tolist() == [True, False]


def test_in_a_stream_it_is_scored_from_its_third_then_its_eleventh_value_on():
    channels, rows = woken()
    scaled = channels.transform_next(rows, channels.start())
    signal = rows.values[:, 1]
    # 8 is the second value and makes it a switch like the other, 9 a dial, 17 a signal.
    kinds = np.searchsorted([8, 9], signal, side="right")
    assert scaled.counts[:, 1].tolist() == (kinds > 0).tolist()
    assert scaled.counts[:, 0].tolist() == (kinds < 2).tolist()
    last = np.arange(7.0, 18.0)
    assert scaled.target_values[-1, 1] == pytest.approx((36 - 7) / last.std())


@pytest.mark.parametrize("size", [1, 7, 50])
def test_a_stream_wakes_channels_however_it_is_cut(size):
    channels, rows = woken()
    whole = channels.transform_next(rows, channels.start())
    carried = channels.start()
    parts = [channels.transform_next(rows[i : i + size], carried) for i in range(0, 50, size)]
    np.testing.assert_array_equal(
        np.concatenate([part.target_values for part in parts]), whole.target_values
    )
    ignored = np.concatenate([part.ignored for part in parts])
    np.testing.assert_array_equal(ignored, whole.ignored)


def test_rounding_noise_does_not_wake_a_constant():
    flat = 0.1 * (1 + 1e-13 * draw(18, 100))
    wave = np.arange(100.0)
    channels = Channels().fit(rows_of(np.column_stack((wave, flat))[:50]))
    rows = rows_of(np.column_stack((wave, flat))[50:])
    assert channels.transform(rows, pool=True).counts.tolist() == [True, False]


def test_pooled_spread_is_the_deviation_of_both_parts_together():
    train, later = draw(16, 100, 1), 3 + 2 * draw(17, 50, 1)
    channels = Channels().fit(rows_of(train))
    spread = channels.transform(rows_of(later), pool=True).spread
    expected = np.std(np.concatenate((train, later))) / np.std(train)
    assert spread[0] == pytest.approx(expected)
    assert channels.transform(rows_of(later)).spread[0] == 1


@pytest.mark.parametrize("kind", ["waves", "noise", "copies", "huge"])
def test_pruned_search_finds_what_a_product_with_all_windows_finds(kind):
    """The rows that the coordinates rule out are none that could have been the nearest."""
    rows = draw(1, 203, 40)
    if kind == "waves":
        phase, wave = draw(2, 203)[:, None], np.arange(40) / 4
        rows = np.sin(6 * phase + wave) + 0.1 * rows
    elif kind == "copies":
        rows[100:] = rows[:103]
    elif kind == "huge":
        rows[7] *= 1e15
    rows = rows.astype(np.float32)
    queries = np.concatenate((rows[::5] + 0.1 * draw(3, 41, 40), 3 * draw(4, 20, 40)))
    queries = queries.astype(np.float32)
    panels, squares = pack(-2 * rows), np.sum(rows**2, axis=1)
    gap = linear_forward(panels, squares, queries)
    barred = np.array([[0, 3, 3], gap.argsort(axis=1)[[0, 3, 3], [0, 0, 1]]])
    gap[tuple(barred)] = np.inf
    search = PrunedSearch(rows, panels, squares)
    found, reachable = search.search(queries, tuple(barred))
    np.testing.assert_array_equal(found, gap.argmin(axis=1))
    assert reachable.all()
    everything = np.zeros(203, np.int64), np.arange(203)
    assert not search.search(queries[:1], everything)[1].any()


@pytest.mark.parametrize("gaps", [False, True])
def test_whole_windows_compared_in_one_call_are_told_the_same(monkeypatch, gaps):
    rng = np.random.default_rng(5)
    values = rng.normal(size=(700, 2)).cumsum(axis=0)
    missing = np.zeros(values.shape, bool)
    if gaps:
        missing[160:200, 0] = missing[300:360] = True
    memory = WindowMemory(40, random_state=0, level_weight=0.5)
    memory.fit(values[:400], missing[:400], pd.RangeIndex(400))
    # Windows that were remembered at rows 100 and 104 are met again there.
    own = np.array([100, 104]), np.array([50, 52])
    found = []
    for whole in (True, False):
        if not whole:
            monkeypatch.setattr(NearestWindow, "compare_whole", lambda *arguments: None)
        search = NearestWindow(memory.windows_, memory.level_weight, exact=True)
        starts = np.arange(0, 660, 4)
        found.append(memory.compare(search, values, missing, starts, own, point=-1))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    # A window is its own neighbour, unless it is barred.
    distance = dict(zip(starts.tolist(), found[0][0].max(axis=1), strict=True))
    assert max(distance[0], distance[56]) < 1e-12
    assert distance[100] > 1e-6
