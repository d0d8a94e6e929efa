"""Uneven and repeated time stamps: refused, or made even with answers on the user's rows."""

import re

import numpy as np
import pandas as pd
import pytest

import tsrnn
from tsrnn import RNNDetector

N_TRAIN = 700


def log(n=1000, seed=0):
    draw = np.random.default_rng(seed)
    time = np.arange(n)[:, None]
    values = np.sin(time / [5.0, 8.0]) + 0.1 * draw.normal(size=(n, 2))
    values[850:870] += 4
    index = pd.date_range("2024-03-30", periods=n, freq="min", tz="Europe/Berlin", name="time")
    return pd.DataFrame(values, index=index, columns=["flow", "level"])


def make(**parameters):
    return RNNDetector(**{"method": "forecast", "max_iter": 2, "random_state": 0} | parameters)


def assert_same(a, b):
    pd.testing.assert_frame_equal(a, b, check_exact=True, check_freq=False)


@pytest.fixture(scope="module")
def resampling():
    return make(irregular="resample").fit(log()[:N_TRAIN])


def test_even_rows_are_left_as_they_are(resampling):
    X = log()
    assert_same(resampling.scores(X), make().fit(X[:N_TRAIN]).scores(X))
    assert_same(make(irregular="raise").fit(X[:N_TRAIN]).scores(X), resampling.scores(X))


def test_gaps_become_missing_rows_and_answers_are_on_the_rows_there_are(resampling):
    X = log()
    holes = X.copy()
    holes.iloc[300:330] = holes.iloc[900:903] = np.nan
    kept = np.r_[0:300, 330:900, 903:1000]
    expected = resampling.scores(holes)
    assert_same(resampling.scores(X.iloc[kept]), expected.iloc[kept])
    decision = resampling.decision_function(holes)[kept]
    np.testing.assert_array_equal(resampling.decision_function(X.iloc[kept]), decision)
    np.testing.assert_array_equal(resampling.predict(X.iloc[kept]) == -1, decision < 0)
    score = resampling.score_samples(X.iloc[kept])
    np.testing.assert_array_equal(score, resampling.score_samples(holes)[kept])
    assert_same(resampling.detect(X.iloc[kept]), resampling.detect(holes))


def test_rows_of_one_step_share_the_score_of_their_mean(resampling):
    X = log()
    fine = X.loc[X.index.repeat(2)]
    late = pd.to_timedelta(np.tile([-10, 10], len(X)), unit="s")
    signs = np.tile([-1.0, 1.0], len(X))[:, None]
    fine = (fine + 0.01 * signs).set_axis(fine.index + late)
    even = resampling.scores(X)
    # Steps are counted from the first row on, which is 10 seconds early: all 20 belong together.
    table = resampling.scores(fine)
    np.testing.assert_array_equal(table.index, fine.index)
    np.testing.assert_allclose(table["score"], np.repeat(even["score"], 2), rtol=1e-9)
    events = resampling.detect(fine)
    inside = np.zeros(len(fine), bool)
    for event in events.itertuples():
        inside |= (fine.index >= event.start) & (fine.index <= event.end)
    assert inside.any()
    np.testing.assert_array_equal(table["is_anomaly"], inside)


def test_an_event_without_a_row_of_the_users_is_left_out():
    X = log()
    X.iloc[780:784] = 60.0
    detector = make(irregular="resample", smoothing=1, hysteresis=1.0).fit(X[:N_TRAIN])
    whole = detector.detect(X)
    assert (whole["start"] == X.index[780]).any()
    gone = detector.detect(X.drop(X.index[775:800]))
    assert not gone["start"].between(X.index[775], X.index[799]).any()


def test_freq_sets_the_step():
    X = log()
    coarse = make(irregular="resample", freq="5min").fit(X[:N_TRAIN])
    by_hand = make().fit(
        X[:N_TRAIN].set_axis(np.arange(N_TRAIN)).groupby(lambda i: (i + 2) // 5).mean()
    )
    assert len(coarse.calibration_scores_) == len(by_hand.calibration_scores_)
    table = coarse.scores(X)
    assert len(table) == len(X)
    # The first three rows are nearest to the first step, the next five to the second.
    assert table["score"][3:8].nunique() == 1
    assert table["score"].nunique() > 150


def test_numbers_as_an_index(tmp_path):
    X = log().reset_index(drop=True)
    X.index = 0.5 * X.index
    detector = make(irregular="resample").fit(X[:N_TRAIN])
    holes = X.copy()
    holes.iloc[900:903] = np.nan
    kept = np.r_[0:900, 903:1000]
    expected = detector.scores(holes).iloc[kept]
    assert_same(detector.scores(X.iloc[kept]), expected)
    # The step is that of fit, also after loading, even where these rows have another one.
    detector.save(tmp_path / "model.tsrnn")
    assert_same(tsrnn.load(tmp_path / "model.tsrnn").scores(X.iloc[kept]), expected)
    sparse = X.iloc[700:999].copy()
    sparse.iloc[1::2] = np.nan
    assert_same(detector.scores(X.iloc[700::2]), detector.scores(sparse)[::2])


@pytest.mark.parametrize("rule", ["mean", "last"])
def test_repeated_time_stamps(rule):
    X = log()
    twice = pd.concat([X.iloc[:400], X.iloc[390:400] + 1, X.iloc[400:]]).sort_index(kind="stable")
    merged = X.copy()
    merged.iloc[390:400] += {"mean": 0.5, "last": 1.0}[rule]
    detector = make(duplicates=rule).fit(X[:N_TRAIN])
    table = detector.scores(twice)
    np.testing.assert_array_equal(table.index, twice.index)
    expected = make().fit(X[:N_TRAIN]).scores(merged).loc[twice.index]
    pd.testing.assert_frame_equal(table, expected, rtol=1e-9, check_freq=False)
    assert len(detector.predict(twice)) == len(twice)
    again = make(duplicates=rule).fit(twice[: N_TRAIN + 10])
    assert len(again.calibration_scores_) == len(detector.calibration_scores_)


def refused(detector, X, *words):
    with pytest.raises(ValueError, match=".*".join(map(re.escape, words))):
        detector.fit(X)


def test_refusals_name_the_first_offence():
    X = log(200)
    refused(make(irregular="raise"), X.drop(X.index[50:53]), "00:49:00", "row 49", "00:53:00")
    swapped = X.iloc[[*range(60), 61, 60, *range(62, 200)]]
    for parameters in ({}, {"duplicates": "mean"}, {"irregular": "resample"}):
        refused(make(**parameters), swapped, "not sorted", "01:01:00", "row 60", "01:00:00")
    twice = X.iloc[[*range(60), 59, *range(60, 200)]]
    refused(make(irregular="resample"), twice, "repeats", "00:59:00", "duplicates='mean'")
    refused(make(irregular="resample", freq="1ms"), X, "freq")
    refused(make(irregular="raise", freq=5), X, "freq=5", "time stamps")
    refused(make(irregular="raise", freq="1min"), X.reset_index(drop=True), "freq", "numbers")
    refused(make(irregular="raise"), X.set_axis(X.index.astype(str)), "time stamps or numbers")
    refused(
        make(duplicates="mean"), X.iloc[:8].set_axis(X.index[[0, 0, 1, 1, 2, 2, 3, 3]]), "8 rows"
    )


def test_months_are_even():
    X = log(120).set_axis(pd.date_range("2010", periods=120, freq="MS"))
    ends = X.set_axis(pd.date_range("2010", periods=120, freq="QE"))
    assert len(make(irregular="raise").fit(ends).scores(ends)) == 120
    detector = make(irregular="raise").fit(X)
    assert len(detector.scores(X)) == 120
    refused(make(irregular="raise"), X.drop(X.index[60]), "irregular")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"irregular": "drop"}, "irregular='drop'"),
        ({"duplicates": "first"}, "duplicates='first'"),
        ({"freq": "often"}, "freq"),
        ({"freq": 0}, "freq"),
        ({"freq": True}, "freq"),
        ({"freq": np.inf}, "freq"),
        ({"freq": np.timedelta64(0, "s")}, "freq"),
        ({"irregular": "resample", "causal": True}, "causal"),
        ({"duplicates": "mean", "causal": True}, "causal"),
    ],
)
def test_parameters_are_checked(parameters, message):
    refused(make(**parameters), log(200), message)


def test_streams_merge_no_rows_but_go_on_with_even_ones(resampling):
    X = log()
    with pytest.raises(ValueError, match="irregular='ignore'"):
        resampling.update(X[N_TRAIN:])
    resampling.set_params(irregular="ignore")
    assert len(resampling.update(X[N_TRAIN:])) == len(X) - N_TRAIN
    resampling.reset_stream().set_params(irregular="resample")


def test_even_is_meant_as_people_do():
    X = log(200)
    refused(make(irregular="raise"), X.set_axis(np.r_[0:100, 100.5:200] * 0.1), "irregular")
    # Tenths are not even to the last bit; days are 23 to 25 hours long where clocks change.
    for index in (
        1.7e9 + 0.1 * np.arange(200),
        pd.date_range("2024-01-01", periods=200, freq="D", tz="Europe/Berlin"),
    ):
        even = X.set_axis(index)
        assert len(make(irregular="raise").fit(even).scores(even)) == 200
    hours = pd.date_range("2024-10-20", periods=201, freq="h", tz="Europe/Berlin")
    set_back = hours.get_loc(pd.Timestamp("2024-10-27 01:00", tz="UTC"))
    refused(make(irregular="raise"), X.set_axis(hours.delete(set_back)), "irregular")


def test_steps_of_numpy():
    X = log(300)
    minutes = make(irregular="resample", freq=np.timedelta64(2, "m")).fit(X)
    assert_same(minutes.scores(X), make(irregular="resample", freq="2min").fit(X).scores(X))
    counted = X.reset_index(drop=True)
    by_two = make(irregular="resample", freq=np.int64(2)).fit(counted).scores(counted)
    assert_same(by_two, make(irregular="resample", freq=2).fit(counted).scores(counted))


@pytest.mark.parametrize("irregular", ["raise", "resample"])
def test_an_index_of_another_kind_than_at_fit(irregular):
    X = log(200)
    counted = X.reset_index(drop=True)
    for known, other in ((X, counted), (counted, X)):
        with pytest.raises(ValueError, match=f"irregular='{irregular}' needs an index like"):
            make(irregular=irregular).fit(known).scores(other)


def test_streams_refuse_a_step_that_is_not_even():
    X = log()
    detector = make(irregular="raise").fit(X[:N_TRAIN])
    detector.update(X[N_TRAIN : N_TRAIN + 10])
    for later in (X[N_TRAIN + 11 :], X[N_TRAIN + 11 : N_TRAIN + 12]):
        with pytest.raises(ValueError, match="in row 9 is followed by"):
            detector.update(later)
    with pytest.raises(ValueError, match="irregular"):
        detector.score_one(X.iloc[N_TRAIN + 11])
    assert len(detector.update(X[N_TRAIN + 10 :])) == len(X) - N_TRAIN - 10


def test_a_step_that_fit_did_not_learn():
    X = log(200)
    detector = make().fit(X).set_params(irregular="raise")
    with pytest.raises(ValueError, match="irregular='raise' was set after fit"):
        detector.scores(X)
