import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector
from tsrnn.baselines import DETECTORS, AutoRegression, WindowedOutlier

ALL = [RNNDetector(random_state=0), *(cls() for cls in DETECTORS.values())]
for detector in ALL[1:]:
    if "random_state" in detector.get_params():
        detector.set_params(random_state=0)
every_detector = pytest.mark.parametrize("detector", ALL, ids=lambda d: type(d).__name__)


def log(n=240, seed=0):
    draw = np.random.default_rng(seed)
    time = np.arange(n)
    values = np.column_stack((np.sin(time / 4), np.cos(time / 7))) + 0.2 * draw.normal(size=(n, 2))
    index = pd.date_range("2024-03-01", periods=n, freq="10min")
    return pd.DataFrame(values, index=index, columns=["flow", "heat"])


def fails(detector, X, message, error=ValueError):
    with pytest.raises(error, match=message):
        detector.fit(X)


@every_detector
def test_refused_at_fit_with_the_culprit_named(detector):
    X = log()
    fails(detector, X["flow"].to_numpy(), "1D array")
    fails(detector, X.iloc[:1], "at least 8 rows.*n_samples=1")
    fails(detector, X.iloc[:7], "at least 8 rows.*n_samples=7")
    fails(detector, X.iloc[:0], "0 sample|n_samples=0")
    infinite = X.copy()
    infinite.iloc[30] = np.inf
    fails(detector, infinite, "'flow' is infinite at row 30")
    fails(detector, X.assign(dead=np.nan), "'dead' have no value")
    fails(detector, X.reset_index(), "'index' has dtype datetime")
    fails(detector, X.assign(z=1j), "complex data not supported")
    fails(detector, pd.concat((X, X["flow"]), axis=1), "more than one channel named 'flow'")
    fails(detector, X.set_axis([X.index] * 2), "MultiIndex")


@every_detector
def test_time_stamps_must_strictly_increase(detector):
    X = log()
    order = np.arange(len(X))
    order[[50, 51]] = [51, 50]
    fails(
        detector, X.iloc[order], f"not sorted: {X.index[51]} in row 50 is followed by {X.index[50]}"
    )
    order = np.sort(np.append(order, 20))
    fails(detector, X.iloc[order], f"repeats: {X.index[20]} in row 20")
    fails(detector, X.iloc[::-1], "not sorted")
    fails(detector, X.set_axis([pd.NaT, *X.index[1:]]), "missing value at row 0")


@every_detector
def test_channels_at_scoring(detector):
    X = log()
    detector = detector.fit(X)
    expected = detector.scores(X)
    pd.testing.assert_frame_equal(detector.scores(X[["heat", "flow"]]), expected)
    with pytest.raises(ValueError, match=r"lacks the channel.* 'heat'"):
        detector.scores(X[["flow"]])
    with pytest.raises(ValueError, match=r"'label'.* not seen at fit"):
        detector.scores(X.assign(label=0))
    assert detector.feature_names_in_.tolist() == ["flow", "heat"]
    assert detector.n_features_in_ == 2


@every_detector
@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024-01-01", periods=240, freq="h", tz="UTC"),
        pd.period_range("2000-01", periods=240, freq="M"),
        pd.timedelta_range("0s", periods=240, freq="s"),
        pd.RangeIndex(500, 740),
        pd.Index(np.arange(240) ** 1.5),
        pd.DatetimeIndex(np.cumsum(np.random.default_rng(0).integers(1, 9, 240)) * 10**9),
    ],
    ids=lambda index: type(index).__name__,
)
def test_any_increasing_index_is_kept(detector, index):
    X = log().set_axis(index)
    X.iloc[200:215] += 9
    detector = detector.fit(X.iloc[:150])
    table = detector.scores(X)
    assert table.index.equals(X.index)
    events = detector.detect(X)
    assert len(events)
    assert events["start"].isin(index).all()
    assert (events["start"] <= events["peak"]).all()
    assert (events["peak"] <= events["end"]).all()
    if isinstance(index, pd.DatetimeIndex):
        step = pd.Series(index[:150]).diff().median()
        assert (events["duration"] == events["end"] - events["start"] + step).all()
    else:
        rows = index.get_indexer(events["end"]) - index.get_indexer(events["start"]) + 1
        assert events["duration"].tolist() == rows.tolist()


@every_detector
def test_frames_series_arrays_and_dtypes_agree(detector):
    X = log().round(2)
    expected = detector.fit(X).score_samples(X)
    np.testing.assert_array_equal(detector.fit(X.to_numpy()).score_samples(X.to_numpy()), expected)
    lists = X.to_numpy().tolist()
    np.testing.assert_array_equal(detector.fit(lists).score_samples(lists), expected)
    nullable = X.astype("Float64")
    np.testing.assert_array_equal(detector.fit(nullable).score_samples(nullable), expected)
    objects = X.astype(object)
    np.testing.assert_array_equal(detector.fit(objects).score_samples(objects), expected)
    one = detector.fit(X["flow"])
    assert list(one.scores(X["flow"]).columns[4:]) == ["flow_expected", "flow_score"]


@every_detector
def test_input_is_left_alone(detector):
    X = log()
    X.iloc[40:60, 0] = np.nan
    before = X.copy()
    values = X.to_numpy(copy=True)
    values.setflags(write=False)
    detector.fit(X).detect(X)
    detector.fit(values).detect(values)
    pd.testing.assert_frame_equal(X, before)


@every_detector
def test_gaps_are_no_anomaly(detector):
    X = log(600)
    X.iloc[100:130, 0] = np.nan
    X.iloc[450:480, 1] = np.nan
    X.iloc[520:524] = np.nan
    detector = detector.fit(X.iloc[:400])
    assert np.isfinite(detector.score_samples(X)).all()
    assert not detector.scores(X.iloc[400:])["is_anomaly"].any()
    nothing = X.iloc[400:] * np.nan
    assert (detector.predict(nothing) == 1).all()


@every_detector
def test_as_few_rows_as_there_are_can_be_scored(detector):
    X = log()
    detector = detector.fit(X)
    for n in (1, 2, 3, 10, 31, 33):
        table = detector.scores(X.iloc[:n])
        assert len(table) == n
        assert np.isfinite(table["score"]).all()
        # To a forest, the seam between the training rows and these is a window like no other.
        assert isinstance(detector, WindowedOutlier) or not table["is_anomaly"].any()
    if isinstance(detector, WindowedOutlier):
        return
    far = X.iloc[:1] + 1000
    assert detector.score_samples(far)[0] < 10 * detector.score_samples(X.iloc[:1])[0]
    assert detector.predict(far)[0] == -1
    assert detector.detect(far)["duration"][0] == pd.Timedelta("10min")


@every_detector
@pytest.mark.parametrize("n", [8, 9, 13, 20, 50])
def test_short_training_data_shortens_the_windows(detector, n):
    X = log(n)
    table = detector.fit(X).scores(X)
    assert np.isfinite(table[["score", "threshold", "p_value"]].to_numpy()).all()


@every_detector
def test_constant_channels_are_ignored_and_all_constant_data_accepted(detector):
    X = log()
    with_constant = X.assign(setpoint=21.5)
    plain = detector.fit(X).score_samples(X)
    table = detector.fit(with_constant).scores(with_constant)
    np.testing.assert_allclose(-table["score"], plain)
    assert (table["setpoint_expected"] == 21.5).all()
    assert (table["setpoint_score"] == 0).all()
    flat = pd.DataFrame({"a": np.full(200, 5.0)})
    detector = detector.fit(flat)
    assert (detector.predict(flat) == 1).all()
    moved = flat.copy()
    moved.iloc[120:160] = 7.0
    if not isinstance(detector, WindowedOutlier):  # a forest cannot split on equal values
        assert detector.scores(moved)["score"].max() > detector.scores(flat)["score"].max()


@every_detector
def test_huge_values_do_not_spoil_the_rows_far_from_them(detector):
    X = log(900)
    detector = detector.fit(X.iloc[:500])
    X.iloc[700] = 1e200
    table = detector.scores(X.iloc[500:])
    assert np.isfinite(table["score"]).all()
    if not isinstance(detector, WindowedOutlier):  # a forest's score has a ceiling
        assert table["is_anomaly"].iloc[200]
    assert not table["is_anomaly"].iloc[:100].any()


def test_the_missing_value_of_pandas_among_objects():
    X = log()
    known = X.astype(object)
    known.iloc[30, 0] = known.iloc[200, 1] = pd.NA
    model = AutoRegression().fit(known)
    holes = X.where(known.notna())
    pd.testing.assert_frame_equal(model.scores(known), AutoRegression().fit(holes).scores(holes))
    assert model.score_one({"flow": 1.0, "heat": pd.NA}) == (
        model.reset_stream().score_one({"flow": 1.0, "heat": np.nan})
    )
    with pytest.raises(TypeError, match="hold numbers"):
        model.score_one([pd.NA, "high"])


def test_numbers_as_names_and_none():
    X = log().set_axis([0, 1], axis=1)
    model = AutoRegression().fit(X)
    expected = model.scores(X)
    pd.testing.assert_frame_equal(model.scores(X[[1, 0]]), expected)
    for row in ({0: 0.5, 1: 2.0}, pd.Series({1: 2.0, 0: 0.5}), [0.5, 2.0]):
        assert model.reset_stream().score_one(row) == (
            model.reset_stream().score_one(np.array([0.5, 2.0]))
        )
    one = log()["flow"]
    model = AutoRegression().fit(one)
    pd.testing.assert_frame_equal(model.scores(one.rename(None)), model.scores(one))


@pytest.mark.parametrize("wrong", [3, None])
def test_targets_of_a_wrong_kind_are_named(wrong):
    fails(RNNDetector(target_channels=wrong), log(), "target_channels must be", TypeError)


def test_durations_of_numpy_are_no_numbers_of_rows():
    of_numpy = AutoRegression(false_alarms_per=np.timedelta64(6, "h")).fit(log())
    assert of_numpy.offset_ == AutoRegression(false_alarms_per="6h").fit(log()).offset_


def test_a_mask_marks_missing_values():
    X = log().to_numpy()
    masked = np.ma.masked_array(X, X > 1)
    holes = np.where(X > 1, np.nan, X)
    model = AutoRegression().fit(masked)
    np.testing.assert_array_equal(
        model.score_samples(masked), AutoRegression().fit(holes).score_samples(holes)
    )
