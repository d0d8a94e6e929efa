"""Sliding windows, lags and temporal_split: views, labels, nothing later than it may be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.sparse import csr_array
from statsmodels.tsa.tsatools import lagmat

import tsrnn
from tsrnn import windows
from tsrnn.windows import lag_matrix, make_supervised, sliding_windows, temporal_split

DAYS = pd.date_range("2024-01-01", periods=6, name="day")


@pytest.fixture
def frame():
    return pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0) * 10}, DAYS)


def test_public_names():
    assert tsrnn.windows is windows
    assert all(hasattr(windows, name) for name in windows.__all__)


# --- sliding_windows ---------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(
    X=arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.int64, np.bool_]),
        arrays.array_shapes(min_dims=1, max_dims=3, max_side=8),
    ),
    data=st.data(),
)
def test_windows_are_the_slices(X, data):
    window = data.draw(st.integers(1, len(X)))
    before = X.copy()
    result = sliding_windows(X, window)
    expected = np.stack([X[i : i + window] for i in range(len(X) - window + 1)])
    np.testing.assert_array_equal(result, expected)
    assert result.dtype == X.dtype
    assert np.shares_memory(result, X)
    np.testing.assert_array_equal(X, before)
    with pytest.raises(ValueError, match="read-only"):
        result[0] = 0


def test_windows_of_a_frame_are_labelled_with_their_last_row(frame):
    result = sliding_windows(frame, 3)
    assert list(result.columns) == ["a_lag2", "b_lag2", "a_lag1", "b_lag1", "a_lag0", "b_lag0"]
    pd.testing.assert_index_equal(result.index, DAYS[2:])
    np.testing.assert_array_equal(result.iloc[1], [1, 10, 2, 20, 3, 30])


def test_windows_of_a_series_share_its_memory():
    series = pd.Series(np.arange(5.0))
    result = sliding_windows(series, 2)
    assert list(result.columns) == ["x_lag1", "x_lag0"]
    assert np.shares_memory(result.to_numpy(), series.to_numpy())
    # A copy can be written to, and the series stays what it was.
    copy = result.copy()
    copy.iloc[0, 0] = 99
    assert series.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("X", "window", "error", "message"),
    [
        ([1, 2], 3, ValueError, "window=3 is longer than the 2 rows of X"),
        ([1, 2], 0, ValueError, "window must be an integer of at least 1, got 0"),
        ([1, 2], 1.5, TypeError, "window must be an integer of at least 1, got 1.5"),
        (5.0, 1, ValueError, "X must have at least one dimension"),
        (pd.Series([1, 2], DAYS[[1, 0]]), 1, ValueError, "must strictly increase; 2024-01-02"),
        (pd.Series([1, 2], DAYS[[1, 1]]), 1, ValueError, "drop repeated times"),
        (pd.Series([1, 2], [DAYS[0], pd.NaT]), 1, ValueError, "missing time in row 1"),
        (
            pd.Series([1, 2], pd.MultiIndex.from_tuples([("a", 1), ("b", 1)])),
            1,
            ValueError,
            "index of X has 2 levels",
        ),
    ],
)
def test_sliding_windows_names_what_is_wrong(X, window, error, message):
    with pytest.raises(error, match=message):
        sliding_windows(X, window)


# --- lag_matrix --------------------------------------------------------------------------------


@pytest.mark.parametrize("n_columns", [1, 3])
def test_lags_are_those_of_statsmodels(n_columns):
    X = np.random.default_rng(0).normal(size=(12, n_columns))
    ours, theirs = lag_matrix(X, 4), lagmat(X, 4, trim="forward", original="ex")
    known = ~np.isnan(ours)
    np.testing.assert_array_equal(ours[known], theirs[known])
    np.testing.assert_array_equal((~known).sum(axis=0), np.repeat([1, 2, 3, 4], n_columns))


def test_lags_of_a_frame_are_shifts(frame):
    result = lag_matrix(frame, [2, 0, 9])
    expected = pd.concat([frame.shift(k).add_suffix(f"_lag{k}") for k in (2, 0, 9)], axis=1)
    pd.testing.assert_frame_equal(result, expected, check_freq=False)


def test_lags_take_what_pandas_calls_missing_and_keep_float32():
    series = pd.Series([1, None, 3], dtype="Int64", name="n")
    assert lag_matrix(series, [1]).columns.tolist() == ["n_lag1"]
    np.testing.assert_array_equal(
        lag_matrix(series, [0, 1]), [[1, np.nan], [np.nan, 1], [3, np.nan]]
    )
    assert lag_matrix(np.ones(3, np.float32), 2).dtype == np.float32


@settings(max_examples=30, deadline=None)
@given(
    lags=st.lists(st.integers(0, 9), min_size=1, unique=True),
    n=st.integers(1, 8),
    at=st.integers(0, 8),
)
def test_lags_never_look_ahead(lags, n, at):
    X = np.arange(1.0, n + 1)
    changed = X.copy()
    changed[at:] = -1
    np.testing.assert_array_equal(lag_matrix(X, lags)[:at], lag_matrix(changed, lags)[:at])
    np.testing.assert_array_equal(X, np.arange(1.0, n + 1))


@pytest.mark.parametrize(
    ("X", "lags", "error", "message"),
    [
        ([1, 2], 0, ValueError, "lags must be an integer of at least 1, got 0"),
        ([1, 2], [1, -1], ValueError, r"lags\[1\] must be an integer of at least 0, got -1"),
        ([1, 2], [1, 1], ValueError, r"each once, got \[1, 1\]"),
        ([1, 2], [], ValueError, "lags must be at least one integer"),
        ([1, 2], None, TypeError, "lags must be an integer or integers"),
        (["a", "b"], 1, ValueError, "X must hold numbers, got dtype <U1"),
        (np.zeros((2, 2, 2)), 1, ValueError, "X must have 1 or 2 dimensions"),
        (pd.DataFrame({"a": [1], "t": ["x"]}), 1, ValueError, "column 't' must hold numbers"),
    ],
)
def test_lag_matrix_names_what_is_wrong(X, lags, error, message):
    with pytest.raises(error, match=message):
        lag_matrix(X, lags)


# --- temporal_split ----------------------------------------------------------------------------


def test_split_as_train_test_split_returns_it(frame):
    y = frame["a"].to_numpy()
    parts = temporal_split(frame, y, list(y), val_size=1, test_size=0.25, gap=1)
    assert [len(part) for part in parts] == [1, 1, 2] * 3
    pd.testing.assert_frame_equal(parts[2], frame.iloc[4:])
    assert parts[4].tolist() == parts[7] == [2]
    assert np.shares_memory(parts[5], y)


@settings(max_examples=50, deadline=None)
@given(
    n=st.integers(2, 40),
    test=st.one_of(st.integers(1, 10), st.floats(0.05, 0.9)),
    gap=st.integers(0, 5),
)
def test_split_is_in_order_and_as_large_as_asked(n, test, gap):
    X = np.arange(n)
    n_test = test if isinstance(test, int) else int(np.ceil(round(test * n, 9)))
    if n - n_test - gap < 1:
        with pytest.raises(ValueError, match="nothing is left to train on"):
            temporal_split(X, test_size=test, gap=gap)
        return
    train, later = temporal_split(X, test_size=test, gap=gap)
    np.testing.assert_array_equal(np.r_[train, np.arange(n - n_test - gap, n - n_test), later], X)


def test_split_of_a_panel_cuts_all_series_at_one_time():
    long = pd.DataFrame({"id": list("aaabbb"), "ds": [3, 1, 2, 2, 3, 4], "y": range(6)})
    train, test = temporal_split(long, test_size=2, time_col="ds")
    assert train["y"].tolist() == [1, 2, 3]
    assert test["y"].tolist() == [0, 4, 5]
    by_level = long.set_index(["id", "ds"])["y"]
    assert temporal_split(by_level, test_size=2)[1].tolist() == [0, 4, 5]
    assert temporal_split(by_level, list(by_level), test_size=2)[3] == [0, 4, 5]
    # A column called X is a column.
    train, test = temporal_split(long.rename(columns={"y": "X"}), test_size=2, time_col="ds")
    assert test["X"].tolist() == [0, 4, 5]
    assert temporal_split(csr_array(np.eye(4)), test_size=1)[1].toarray().tolist() == [[0, 0, 0, 1]]


def test_split_of_supervised_windows_keeps_what_undoes_them():
    data = make_supervised(np.arange(20.0) ** 2, 3, normalize="standard")
    train, test = temporal_split(data, test_size=5)
    assert (len(train), len(test)) == (12, 5)
    np.testing.assert_allclose(test.undo(test.y), np.arange(15.0, 20) ** 2)


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        ([], {}, TypeError, "at least one array"),
        ([[1, 2], [1]], {}, ValueError, r"equal numbers of rows, got \[2, 1\]"),
        ([[1, 2]], {"test_size": 2}, ValueError, "of 2 times, 2 are held out"),
        (
            [[1, 2]],
            {"test_size": 1.0},
            ValueError,
            r"test_size must be .* share in \(0, 1\), got 1",
        ),
        ([[1, 2]], {"val_size": "1"}, TypeError, "val_size must be an integer"),
        ([[1, 2]], {"test_size": True}, TypeError, "test_size must be an integer"),
        ([[1, 2]], {"gap": -1}, ValueError, "gap must be an integer of at least 0"),
        ([[1, 2]], {"time_col": "ds"}, ValueError, "time_col='ds' is not a column"),
        ([pd.Series([1, 2], DAYS[[1, 0]])], {}, ValueError, "must strictly increase"),
        (
            [pd.DataFrame({"ds": [pd.NaT, DAYS[0]]})],
            {"time_col": "ds"},
            ValueError,
            "time_col 'ds' has a missing time in row 0",
        ),
    ],
)
def test_temporal_split_names_what_is_wrong(data, options, error, message):
    with pytest.raises(error, match=message):
        temporal_split(*data, **options)
