"""Errors that rest on values carried through gaps count the less, the more these may be off."""

import itertools

import numpy as np
import pandas as pd
import pytest
from detection_samples import two_waves

import tsrnn
from tsrnn.baselines import AutoRegression
from tsrnn.datasets import make_sensor_log
from tsrnn.detection.staleness import Ages, Staleness

N_TRAIN = 600


def with_gaps(X, seed=1):
    rng = np.random.default_rng(seed)
    X = X.mask(rng.random(X.shape) < 0.03)
    X.iloc[700:740, 0] = np.nan
    X.iloc[600:602] = np.nan
    X.iloc[800:805] = np.nan
    return X


@pytest.mark.parametrize("gaps_in_training", [False, True])
def test_streams_equal_batches_through_gaps_and_saving(gaps_in_training, tmp_path):
    X = with_gaps(two_waves())
    train = (X if gaps_in_training else two_waves())[:N_TRAIN]
    detector = AutoRegression(causal=True).fit(train)
    live = X[N_TRAIN:]
    table = detector.scores(live)
    cuts = [0, 1, 2, 3, 90, 101, 102, 130, 150, 199, 203, 204, 260]
    parts = [detector.update(live[a:b]) for a, b in itertools.pairwise(cuts)]
    detector.save(tmp_path / "model")
    loaded = tsrnn.load(tmp_path / "model")
    rest = [loaded.update(live[260:270]), loaded.update(live[270:])]
    pd.testing.assert_frame_equal(pd.concat([*parts, *rest]), table, check_exact=True)
    detector.reset_stream()
    one_by_one = [detector.score_one(row) for _, row in live.iterrows()]
    assert one_by_one == table["score"].to_list()


def test_the_doubt_is_the_sum_of_what_each_lag_may_be_off():
    X = with_gaps(two_waves())
    detector = AutoRegression(causal=True).fit(two_waves()[:N_TRAIN])
    (scorer,) = detector._ensemble.scorers
    scaled = detector._channels.transform(rows_of(X[N_TRAIN:]), carried=detector._channels.start())
    *_, doubt = scorer.start().push(scaled.inputs, scaled.stale)
    linear, change = scorer.linear_, scorer.staleness_.change_
    coef = np.abs(linear.coef_).reshape(linear.n_lags, 2, 2)
    missing = X[N_TRAIN:].isna().to_numpy()
    for row in (5, 12, 100, 105, 120, 141, 149, 160, 203, 214, 299):
        expected = np.zeros(2)
        for lag in range(linear.n_lags):
            before = row - linear.n_lags + lag
            for channel in range(2):
                if before < 0 and not missing[0, channel]:
                    continue
                at = max(before, 0)
                seen = np.flatnonzero(~missing[: at + 1, channel])
                age = at - seen[-1] if len(seen) else 10**9
                if age > 0:
                    power = min(int(np.ceil(np.log2(age))), len(change) - 1)
                    expected += coef[lag, channel] * change[power, channel]
        np.testing.assert_allclose(doubt[row], expected, rtol=1e-9)


def rows_of(X):
    from tsrnn.detection.frames import Rows

    return Rows(X.to_numpy(), X.index, tuple(X.columns))


def test_rows_that_rest_on_observed_ones_are_scored_as_ever():
    X, holes = two_waves(), two_waves()
    holes.iloc[700:705] = np.nan
    detector = AutoRegression(causal=True, smoothing=1).fit(X[:N_TRAIN])
    whole, score = detector.score_samples(X), detector.score_samples(holes)
    lags = detector._ensemble.scorers[0].linear_.n_lags
    clear = np.r_[0:700, 705 + lags : 900]
    np.testing.assert_array_equal(score[clear], whole[clear])
    assert (score[700:705] == 0).all()


def test_change_is_measured_between_observed_values():
    walk = np.cumsum(np.random.default_rng(0).normal(size=(4000, 1)), axis=0)
    model = Staleness().fit(walk, None)
    np.testing.assert_allclose(model.change_[:6, 0], np.sqrt(2.0 ** np.arange(6)), rtol=0.1)
    stale = np.zeros(walk.shape, bool)
    stale[1::4] = True
    spoilt = np.where(stale, 1e6, walk)
    np.testing.assert_allclose(Staleness().fit(spoilt, stale).change_[:6], model.change_[:6], 0.1)
    assert model.error(np.array([[10**9]]))[0, 0] == model.change_.max()


def test_nothing_is_kept_where_nothing_is_missing():
    ages = Ages(Staleness().fit(np.arange(20.0)[:, None], None), 3)
    assert ages.push(None, 5) is None
    stale = np.array([[True], [False]])
    np.testing.assert_array_equal(ages.push(stale, 2)[:, 0], [0, 0, 0, 1, 0])
    np.testing.assert_array_equal(ages.push(None, 1)[:, 0], [0, 1, 0, 0])
    np.testing.assert_array_equal(ages.push(None, 1)[:, 0], [1, 0, 0, 0])
    assert ages.push(None, 1) is None


def test_ordinary_rows_hours_after_training_raise_no_alarm_at_the_start(tmp_path):
    X = make_sensor_log(9000, anomalies=(), random_state=0)[0]
    AutoRegression().fit(X[:5000]).save(tmp_path / "m.tsrnn")
    watching = tsrnn.load(tmp_path / "m.tsrnn")
    causal = AutoRegression(causal=True).fit(X[:5000])
    # At any hour of the log's day, also at the top of its cycle.
    for begin in range(5100, 8900, 40):
        rows = X[begin : begin + 30]
        found = watching.reset_stream().update(rows)
        assert not found["is_anomaly"].any()
    expected = causal.scores(rows)
    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_freq=False)
    far = rows[:1] + 20 * X.std()
    assert watching.reset_stream().update(far)["is_anomaly"].all()
