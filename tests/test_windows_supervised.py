"""make_supervised: labels, causality, normalisation and the way back, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from tsrnn.windows import NORMALIZATIONS, make_supervised

DAYS = pd.date_range("2024-01-01", periods=6, name="day")


@pytest.fixture
def frame():
    return pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0) * 10}, DAYS)


def naive(values, window, horizons):
    """Windows and targets of one series by a loop; values (n, n_columns)."""
    ends = range(window - 1, len(values) - max(horizons))
    X = [values[t - window + 1 : t + 1].ravel() for t in ends]
    return np.array(X), np.array([np.concatenate([values[t + h] for h in horizons]) for t in ends])


# --- what is in which cell ---------------------------------------------------------------------


def test_several_targets_and_horizons(frame):
    X, y = make_supervised(frame, 2, [3, 1], ["b", "a"], features=["a"])
    assert list(X.columns) == ["a_lag1", "a_lag0"]
    assert list(y.columns) == ["b_lead3", "a_lead3", "b_lead1", "a_lead1"]
    pd.testing.assert_index_equal(X.index, DAYS[1:3])
    pd.testing.assert_index_equal(y.index, DAYS[1:3])
    np.testing.assert_array_equal(X, [[0, 1], [1, 2]])
    np.testing.assert_array_equal(y, [[40, 4, 20, 2], [50, 5, 30, 3]])


@pytest.mark.parametrize("held", ["arrow", "category"])
def test_times_that_arrow_or_categories_hold_are_times(frame, held):
    dtype = held
    if held == "arrow":
        dtype = pd.ArrowDtype(pytest.importorskip("pyarrow").timestamp("us"))
    df = frame.reset_index()
    for some in (df.astype({"day": dtype}), df.astype({"day": dtype})[::-1]):
        X, _ = make_supervised(some, 2, target="a", features=["a"], time_col="day")
        assert list(X.index) == list(DAYS[1:5])
        np.testing.assert_array_equal(X, [[0, 1], [1, 2], [2, 3], [3, 4]])


@pytest.mark.parametrize(
    ("target", "horizon", "shape"),
    [("a", 1, (4,)), (["a"], 1, (4, 1)), ("a", [1], (4, 1)), (None, 1, (4, 2))],
)
def test_y_has_one_dimension_for_one_target_and_one_horizon(frame, target, horizon, shape):
    y = make_supervised(frame, 2, horizon, target).y
    assert y.shape == shape
    assert isinstance(y, pd.Series if len(shape) == 1 else pd.DataFrame)


@pytest.mark.parametrize("kind", ["series", "frame", "array"])
def test_same_kind_out(frame, kind):
    df = {"series": frame["a"], "frame": frame, "array": np.ascontiguousarray(frame)}[kind]
    X, y = make_supervised(df, 2)
    if kind == "array":
        assert type(X) is type(y) is np.ndarray
        assert np.shares_memory(X, df)
        with pytest.raises(ValueError, match="read-only"):
            X[0, 0] = 1
    else:
        assert isinstance(y, type(df))
    expected_X, expected_y = naive(np.asarray(df).reshape(6, -1), 2, [1])
    np.testing.assert_array_equal(X, expected_X)
    np.testing.assert_array_equal(np.asarray(y).reshape(4, -1), expected_y)
    assert make_supervised(np.float32([1, 2, 3]), 1).X.dtype == np.float32


def test_rows_of_many_series_in_any_order():
    long = pd.DataFrame(
        {
            "id": ["b", "a", "a", "b", "a", "b", "c"],
            "ds": [12, 1, 3, 10, 2, 11, 5],
            "y": [7.0, 1, 3, 5, 2, 6, 9],
        }
    )
    X, y = make_supervised(long, 2, 1, "y", id_col="id", time_col="ds")
    assert X.index.names == ["id", "ds"]
    assert X.index.tolist() == y.index.tolist() == [("a", 2), ("b", 11)]
    np.testing.assert_array_equal(X, [[1, 2], [5, 6]])
    assert y.tolist() == [3, 7]


def test_rows_to_forecast_from_are_kept_on_request(frame):
    X, y = make_supervised(frame, 3, [1, 2], "a", features="a", missing="keep")
    np.testing.assert_array_equal(X["a_lag0"], [2, 3, 4, 5])
    np.testing.assert_array_equal(y, [[3, 4], [4, 5], [5, np.nan], [np.nan, np.nan]])


def test_missing_values_drop_the_windows_they_are_in(frame):
    frame.loc[DAYS[2], "a"] = np.nan
    X, y = make_supervised(frame, 2, 1, "b")
    assert X.index.tolist() == [DAYS[1], DAYS[4]]
    assert y.tolist() == [20, 50]
    kept = make_supervised(frame, 2, 1, "b", missing="keep").X
    assert kept.index.tolist() == list(DAYS[1:])
    assert kept.isna().sum().to_dict() == {"a_lag1": 1, "b_lag1": 0, "a_lag0": 1, "b_lag0": 0}


def test_horizon_zero_is_for_targets_that_are_no_features(frame):
    X, y = make_supervised(frame, 2, 0, "b", features="a")
    np.testing.assert_array_equal(y, 10 * X["a_lag0"])
    with pytest.raises(ValueError, match="horizon 0 needs targets that are not among the features"):
        make_supervised(frame, 2, 0, "b")


def test_sequences_and_rows_of_the_result(frame):
    data = make_supervised(frame, 2, normalize="last")
    assert data.sequences.shape == (4, 2, 2)
    np.testing.assert_array_equal(data.sequences[1], [[-1, -10], [0, 0]])
    part = data[np.array([False, True, False, True])]
    np.testing.assert_array_equal(part.undo(part.y), frame.iloc[[3, 5]])
    assert len(data[1:3]) == 2
    with pytest.raises(TypeError, match="rows must be a slice or an array, got 0"):
        data[0]
    with pytest.raises(ValueError, match=r"shape \(2, 2\) of the targets, got \(4, 2\)"):
        part.undo(data.y)


# --- properties --------------------------------------------------------------------------------

panels = st.lists(st.integers(1, 9), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    lengths=panels,
    window=st.integers(1, 4),
    horizons=st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True),
    seed=st.integers(0, 99),
)
def test_no_feature_is_later_than_its_target_minus_the_horizon(lengths, window, horizons, seed):
    """Every value of a row is its own time: times can be read off the result."""
    times = np.concatenate([np.arange(n) + 10 for n in lengths])
    series = np.repeat(np.arange(len(lengths)), lengths)
    # Features and target name their series and time; shuffled rows must not matter.
    long = pd.DataFrame({"id": series, "ds": times, "x": times + 100 * series})
    long["y"] = long["x"] + 0.5
    shuffled = long.sample(frac=1, random_state=seed)
    before = shuffled.copy()
    arguments = {"id_col": "id", "time_col": "ds", "features": "x"}
    if max(lengths) < window + max(horizons):
        with pytest.raises(ValueError, match="no window is left: the longest series has"):
            make_supervised(shuffled, window, horizons, "y", **arguments)
        return
    X, y = make_supervised(shuffled, window, horizons, "y", **arguments)
    pd.testing.assert_frame_equal(shuffled, before)
    label = X.index.get_level_values("ds") + 100 * X.index.get_level_values("id")
    for k in range(window):
        np.testing.assert_array_equal(X[f"x_lag{k}"], label - k)
    for h in horizons:
        np.testing.assert_array_equal(y[f"y_lead{h}"] - 0.5, label + h)
    expected = sum(max(n - window - max(horizons) + 1, 0) for n in lengths)
    assert len(X) == expected


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(list(NORMALIZATIONS)),
    window=st.integers(1, 6),
    level=st.floats(-1e6, 1e6),
    spread=st.sampled_from([0.0, 1e-3, 1.0, 1e5]),
    seed=st.integers(0, 99),
)
def test_normalisation_is_undone(name, window, level, spread, seed):
    values = level + spread * np.random.default_rng(seed).normal(size=(20, 2))
    plain = make_supervised(values, window, [1, 3])
    data = make_supervised(values, window, [1, 3], normalize=name)
    np.testing.assert_allclose(data.undo(data.y), plain.y, rtol=1e-9, atol=1e-9 * spread)
    assert np.isfinite(data.X).all()
    assert (data.scale > 0).all()


@settings(max_examples=40, deadline=None)
@given(
    gaps=st.lists(st.floats(0.01, 3.0), min_size=2, max_size=15),
    at=st.integers(0, 30),
    name=st.sampled_from([None, *NORMALIZATIONS]),
)
def test_resampled_windows_do_not_see_later_rows(gaps, at, name):
    """Changing all rows after a time leaves features labelled up to it as they were."""
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum([0, *gaps]), "h").round("s")
    rows = pd.Series(np.arange(len(times), dtype=float), times, name="y")
    rows = rows[~rows.index.duplicated()]
    options = {"freq": "h", "irregular": "resample", "missing": "keep", "normalize": name}
    cut = rows.index[0] + pd.Timedelta(at, "h")
    changed = rows.where(rows.index <= cut, 999.0)
    X, again = (make_supervised(part, 1, 1, **options).X.loc[:cut] for part in (rows, changed))
    pd.testing.assert_frame_equal(X, again)


# --- normalisation -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "X", "y"),
    [
        ("standard", [-np.sqrt(1.5), 0, np.sqrt(1.5)], (10 - 4) / np.sqrt(8 / 3)),
        ("minmax", [0, 0.5, 1], (10 - 2) / 4),
        ("mean", [0.5, 1, 1.5], 10 / 4),
        ("last", [-4, -2, 0], 10 - 6),
    ],
)
def test_normalisation_by_hand(name, X, y):
    data = make_supervised([2.0, 4, 6, 10], 3, normalize=name)
    np.testing.assert_allclose(data.X, [X], atol=1e-15)
    np.testing.assert_allclose(data.y, [y])
    np.testing.assert_allclose(data.undo(data.y), [10])


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_normalisation_with_missing_and_constant_values(name):
    values = np.array([0.1, 0.1, 0.1, np.nan, 7.0, np.nan, np.nan, np.nan, 1.0])
    data = make_supervised(values, 3, normalize=name, missing="keep")
    np.testing.assert_array_equal(
        np.isnan(data.X), np.isnan(make_supervised(values, 3, missing="keep").X)
    )
    np.testing.assert_allclose(data.X[0], 1 if name == "mean" else 0, atol=1e-15)
    np.testing.assert_allclose(data.undo(data.y), [*values[3:], np.nan])
    np.testing.assert_array_equal(data.scale[5], 1)


def test_targets_are_normalised_by_their_own_past(frame):
    data = make_supervised(frame, 2, 1, "b", features="a", normalize="last")
    np.testing.assert_array_equal(data.y, [10] * 4)
    model = LinearRegression().fit(*data)
    np.testing.assert_allclose(data.undo(model.predict(data.X)), frame["b"].iloc[2:])


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"window": 0}, ValueError, "window must be an integer of at least 1, got 0"),
        (
            {"window": 6},
            ValueError,
            "longest series has 6 rows, of which window and horizon need 7",
        ),
        ({"horizon": -1}, ValueError, r"horizon\[0\] must be an integer of at least 0, got -1"),
        ({"horizon": [1, 1]}, ValueError, r"horizon must be at least one integer, each once"),
        ({"horizon": 1.5}, TypeError, "horizon must be an integer or integers"),
        ({"target": "bb"}, ValueError, "target='bb' is not among the columns .*mean 'b'"),
        ({"features": []}, ValueError, "features must be at least one column"),
        ({"features": ["a", "a"]}, ValueError, "features must be at least one column, each once"),
        ({"id_col": "id"}, ValueError, "id_col='id' is not among the columns"),
        ({"time_col": "ds"}, ValueError, "time_col='ds' is not among the columns"),
        ({"irregular": "drop"}, ValueError, "irregular='drop' is not known; accepted: 'raise'"),
        ({"missing": "fill"}, ValueError, "missing='fill' is not known; accepted: 'drop', 'keep'"),
        ({"normalize": "std"}, ValueError, "normalize='std' is not known; accepted: 'standard'"),
    ],
)
def test_bad_arguments_are_named(frame, arguments, error, message):
    with pytest.raises(error, match=message):
        make_supervised(frame, **{"window": 2} | arguments)


def test_bad_data_are_named(frame):
    with pytest.raises(ValueError, match="df has no rows"):
        make_supervised(frame[:0], 1)
    with pytest.raises(ValueError, match="no window is left: each has a missing value"):
        make_supervised(frame * np.nan, 1)
    with pytest.raises(ValueError, match="df has the column 'a' more than once"):
        make_supervised(frame[["a", "a"]], 1)
    with pytest.raises(ValueError, match="column 'c' must hold numbers, got dtype"):
        make_supervised(frame.assign(c="x"), 1)
    with pytest.raises(ValueError, match=r"index of df has 2 levels; use df.reset_index\(\)"):
        make_supervised(frame.set_index("b", append=True), 1)
    with pytest.raises(ValueError, match="id_col 'b' has a missing value in row 2"):
        make_supervised(frame.assign(b=[1, 1, None, 1, 1, 1]), 1, id_col="b")


def panel(ids):
    """Two series behind each other, as forecasters take them."""
    times = pd.date_range("2024-01-01", periods=10)
    parts = [pd.DataFrame({"unique_id": i, "ds": times, "y": np.arange(10.0)}) for i in ids]
    return pd.concat(parts, ignore_index=True)


def test_a_column_that_tells_series_apart_is_asked_for():
    df = panel(["a", "b"])
    for arguments in ({}, {"target": "y"}, {"target": "y", "time_col": "ds"}):
        with pytest.raises(ValueError, match=r"'unique_id' must .* pass id_col='unique_id'"):
            make_supervised(df, 3, **arguments)
    with pytest.raises(ValueError, match="more than once; for several series pass id_col"):
        make_supervised(df, 3, target="y", features="y", time_col="ds")
    with pytest.raises(ValueError, match=r"'ds' must hold numbers.* pass time_col='ds'"):
        make_supervised(df, 3, target="y", id_col="unique_id")


@pytest.mark.parametrize(
    ("df", "name"),
    [
        (panel(["a", "b"]), "unique_id"),
        (panel([7, 8]), "unique_id"),
        (
            panel(["a", "b"]).rename(columns={"unique_id": "shop"}).astype({"shop": "category"}),
            "shop",
        ),
    ],
)
def test_windows_from_one_series_into_the_next_are_warned_of(df, name):
    with pytest.warns(UserWarning, match=f"windows reach .* pass id_col='{name}'") as caught:
        make_supervised(df, 3, target="y", features=["y"])
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_supervised(df, 3, target="y", features=["y"], id_col=name, time_col="ds")


def test_a_text_beside_each_time_tells_no_series_apart(frame):
    told = frame.assign(shift_id=[1, 1, 1, 2, 2, 2], weather=["dry"] * 3 + ["wet"] * 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_supervised(told, 2, target="a", features=["a", "b", "shift_id"])
        make_supervised(
            frame.reset_index(drop=True).assign(weather=list("dwdwdw")), 2, features="a", target="a"
        )
