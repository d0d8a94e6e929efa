"""Channels of text, categories and booleans: inputs with the channel's own name, never scored."""

import numpy as np
import pandas as pd
import pytest

import tsrnn
from tsrnn import RNNDetector
from tsrnn.baselines import DETECTORS, AutoRegression
from tsrnn.detection.categories import encode, find_levels, one_hot

N_TRAIN = 800
MODES = ("auto", "hand", "off")
LEVEL = {"auto": 0.0, "hand": 3.0, "off": -2.0}


def log(n=1200, seed=0):
    """Two signals, the first of which jumps with the mode that is set one row before."""
    rng = np.random.default_rng(seed)
    mode = np.repeat(rng.choice(MODES, n // 25 + 1), 25)[:n]
    valve = np.repeat(rng.random(n // 40 + 1) < 0.5, 40)[:n]
    levels = pd.Series(mode).map(LEVEL).to_numpy()
    heat = np.append(levels[:1], levels[:-1]) + rng.normal(scale=0.1, size=n)
    flow = np.sin(np.arange(n) / 5) + 2 * np.append(valve[:1], valve[:-1])
    columns = {"heat": heat, "mode": mode, "flow": flow + rng.normal(scale=0.1, size=n)}
    index = pd.date_range("2024-01-01", periods=n, freq="min", name="time")
    return pd.DataFrame({**columns, "valve": valve}, index=index)


def small(method="forecast", **parameters):
    return RNNDetector(method, hidden_layer_sizes=(4,), max_iter=2, random_state=0, **parameters)


@pytest.fixture(scope="module")
def fitted():
    return small(causal=True).fit(log()[:N_TRAIN])


def test_text_is_an_input_that_helps_and_is_never_scored(fitted):
    X = log()
    table = fitted.scores(X)
    columns = [f"{name}_{what}" for name in X.columns for what in ("expected", "score")]
    assert list(table.columns[4:]) == columns
    for name in ("mode", "valve"):
        assert table[f"{name}_expected"].isna().all()
        assert (table[f"{name}_score"] == 0).all()
    assert fitted.categories_ == {"mode": MODES}
    # Each jump of the mode is known of one row ahead.
    blind = small(causal=True).fit(X[["heat", "flow"]][:N_TRAIN]).scores(X[["heat", "flow"]])
    jumps = (X["mode"] != X["mode"].shift()).shift(fill_value=False).to_numpy()[N_TRAIN:]
    error, blind_error = (
        (X["heat"] - one["heat_expected"]).abs().to_numpy()[N_TRAIN:][jumps].mean()
        for one in (table, blind)
    )
    assert error < 0.5 < 1.5 < blind_error


@pytest.mark.parametrize(
    "dtype", [object, "category", "string", "str", pd.CategoricalDtype(MODES[::-1], ordered=True)]
)
def test_the_kind_of_text_makes_no_difference(fitted, dtype):
    X = log()
    expected = fitted.score_samples(X)
    other = X.astype({"mode": dtype, "valve": "boolean"})
    np.testing.assert_array_equal(fitted.score_samples(other), expected)
    again = small(causal=True).fit(other[:N_TRAIN])
    np.testing.assert_array_equal(again.score_samples(X), expected)


def test_two_levels_are_a_boolean_is_a_switch():
    X = log()[["heat", "flow", "valve"]]
    expected = small().fit(X[:N_TRAIN]).score_samples(X)
    for kind in (float, object, "boolean"):
        other = X.astype({"valve": kind})
        np.testing.assert_array_equal(small().fit(other[:N_TRAIN]).score_samples(other), expected)
    words = X.assign(valve=np.where(X["valve"], "open", "closed"))
    reverse = X.assign(valve=np.where(X["valve"], "ajar", "closed"))
    np.testing.assert_allclose(small().fit(words[:N_TRAIN]).score_samples(words), expected)
    # The linear part does not care which of two levels is the one.
    linear, turned = (
        AutoRegression().fit(one[:N_TRAIN]).score_samples(one) for one in (X, reverse)
    )
    np.testing.assert_allclose(turned, linear, rtol=1e-6)


@pytest.mark.parametrize("method", ["forecast", "ensemble", "reconstruct"])
def test_streams_equal_batches_and_go_on_after_saving(method, tmp_path):
    X = log().astype({"valve": object})
    X.iloc[900:930, 1] = None
    X.iloc[950:990, 1] = "never seen"
    X.iloc[1000:1020, 3] = np.nan
    detector = small(method, causal=True, window=16).fit(X[:N_TRAIN])
    live = X[N_TRAIN:]
    table = detector.scores(live)
    parts = [detector.update(live[i : i + 37]) for i in range(0, len(live), 37)]
    pd.testing.assert_frame_equal(pd.concat(parts), table)
    detector.reset_stream()
    rows = [live.iloc[i] for i in range(60)]
    shapes = [lambda row: row, lambda row: row.to_dict(), lambda row: row.to_list()]
    got = [detector.score_one(shapes[i % 3](row)) for i, row in enumerate(rows)]
    assert got == table["score"][:60].to_list()
    detector.save(tmp_path / "model")
    loaded = tsrnn.load(tmp_path / "model")
    assert loaded.categories_ == detector.categories_
    pd.testing.assert_frame_equal(loaded.update(live[60:]), table[60:])
    pd.testing.assert_frame_equal(loaded.scores(live), table)


def test_levels_not_seen_in_training_are_no_error_and_no_event():
    X = log()
    X["flow"] = log()["flow"] - 2 * log()["valve"].shift(fill_value=False)
    calm = X.assign(heat=np.random.default_rng(1).normal(size=len(X)))
    detector = small().fit(calm[:N_TRAIN])
    new = calm.assign(mode=calm["mode"].where(np.arange(len(X)) < 1000, "service"))
    table = detector.scores(new)
    assert np.isfinite(table["score"]).all()
    assert not table["is_anomaly"][1000:].any()
    # All unseen levels tell the same, whatever they are called and of whatever type they are.
    other = calm.assign(mode=calm["mode"].where(np.arange(len(X)) < 1000, 7))
    np.testing.assert_array_equal(detector.scores(other)["score"], table["score"])


def test_missing_text_is_carried_forward():
    X = log()
    detector = small(causal=True).fit(X[:N_TRAIN])
    gaps, filled = X[N_TRAIN:].copy(), X[N_TRAIN:].copy()
    rows = np.arange(30, 70)
    gaps.iloc[rows, 1] = None
    filled.iloc[rows, 1] = X["mode"].iloc[N_TRAIN + 29]
    carried, known = detector.scores(gaps), detector.scores(filled)
    pd.testing.assert_series_equal(carried["heat_expected"], known["heat_expected"])
    # What is not known for sure weighs less.
    assert (carried["score"] <= known["score"]).all()
    assert carried["score"].iloc[35] < known["score"].iloc[35]


@pytest.mark.parametrize("name", list(DETECTORS))
def test_every_detector_takes_text(name):
    X = log()
    table = DETECTORS[name]().fit(X[:N_TRAIN]).scores(X)
    assert np.isfinite(table["score"]).all()
    assert (table["mode_score"] == 0).all()


def test_resampled_text_is_the_last_of_a_step():
    X = log()
    twice = X.iloc[np.sort(np.append(np.arange(len(X)), np.arange(0, len(X), 3)))].copy()
    repeated = twice.index.duplicated(keep="last")
    twice.loc[repeated, "mode"] = "hand"
    for duplicates in ("mean", "last"):
        detector = small(irregular="resample", duplicates=duplicates).fit(X[:N_TRAIN])
        once = pd.Series(detector.score_samples(X), X.index)
        scores = pd.Series(detector.score_samples(twice), twice.index)
        np.testing.assert_allclose(scores[~repeated], once, rtol=1e-9)


def refused(X, message, error=ValueError, **parameters):
    with pytest.raises(error, match=message):
        AutoRegression(**parameters).fit(X)


def test_what_can_be_no_input_is_refused_with_what_to_do():
    X = log(300)
    n = np.arange(300)
    refused(X.assign(id=n.astype(str)), "'id' is text with 300 different.*holds numbers as text")
    ids = pd.Series([f"batch {i}" for i in n], X.index)
    refused(
        X.assign(id=ids), r"'id' is text with 300.*such as 'batch 0'.*drop it, X.drop.*to_datetime"
    )
    broken = pd.Series(n / 7, X.index).astype(object)
    broken.iloc[8] = "broken"
    refused(X.assign(p=broken), "'p' is text with.*most are numbers.*'broken' in row 8")
    refused(X.assign(mode=ids[:8])[:8], "each in two rows or more on average")
    refused(X.assign(day=X.index), "'day' has dtype datetime64.*make a time column the index")
    refused(X.assign(day=X.index.date), "'day' has dtype object.*make a time column the index")
    refused(X.assign(took=X.index - X.index[0]), "'took' has dtype timedelta64")
    refused(X.assign(bad=[["a"]] * 300), "'bad'", TypeError)
    refused(X.assign(bad=["a", ["a"]] * 150), "'bad'", TypeError)
    for name, kind in (("mode", "text"), ("valve", "booleans")):
        refused(X, f"names '{name}', which holds {kind}.*never scored", target_channels=[name])
    refused(X[["mode", "valve"]], r"no channel of numbers.*'mode' \(text\), 'valve' \(booleans\)")
    refused(X["mode"], "no channel of numbers")


def test_text_where_numbers_were_and_arrays_where_text_was(fitted):
    X = log()
    with pytest.raises(ValueError, match=r"'flow' has dtype .* but was numbers at fit.*to_numeric"):
        fitted.scores(X.assign(flow="high"))
    with pytest.raises(ValueError, match="must be a DataFrame, since channel 'mode' was text"):
        fitted.scores(X.to_numpy())
    with pytest.raises(TypeError, match="a row must hold numbers"):
        fitted.score_one({**X.iloc[0].to_dict(), "flow": "high"})
    with pytest.raises(ValueError, match=r"hold 4 value\(s\)"):
        fitted.score_one(["auto", 1.0])
    fitted.reset_stream()


def test_levels_are_told_by_their_text():
    column = pd.Series(
        ["b ", 3, "3", None, 3.0, "a", np.nan, 2.5, True, np.int64(2), np.float32(2)]
    )
    levels = find_levels("x", pd.concat([column] * 4))
    assert levels == ("2", "2.5", "3", "True", "a", "b")
    expected = [5, 2, 2, np.nan, 2, 4, np.nan, 1, 3, 0, 0]
    np.testing.assert_array_equal(encode("x", column, levels), expected)
    few = encode("x", pd.Series(["b", "z", None], dtype="category"), levels)
    np.testing.assert_array_equal(few, [5, 6, np.nan])


def test_one_hot_is_centred_and_knows_nothing_of_rare_levels():
    codes = np.array([0.0] * 50 + [1] * 30 + [2] * 20 + [np.nan] * 3 + [3] * 2)
    table = one_hot(codes, 5)
    assert table.shape == (6, 3)
    np.testing.assert_array_equal(table[3:], 0)
    columns = table[codes[:100].astype(int)]
    np.testing.assert_allclose(columns.mean(axis=0), 0, atol=1e-12)
    assert columns.var(axis=0).sum() == pytest.approx(1)
    assert one_hot(codes[:80], 5).shape == (6, 1)
    assert one_hot(codes[:50], 5).shape == (6, 0)
    assert one_hot(codes[100:103], 5).shape == (6, 0)
