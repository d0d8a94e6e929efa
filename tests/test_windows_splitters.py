"""Blocked and purged splitters: what is in which part, and their place in scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

from tsrnn.windows import BlockedSplit, PurgedKFold, make_supervised

SPLITTERS = (BlockedSplit, PurgedKFold)


@settings(max_examples=50, deadline=None)
@given(n=st.integers(12, 60), n_splits=st.integers(2, 4), test=st.integers(1, 2))
def test_blocks_are_disjoint_and_tested_at_their_end(n, n_splits, test):
    seen = []
    for train, later in BlockedSplit(n_splits, test_size=test).split(np.zeros(n)):
        assert len(later) == test
        np.testing.assert_array_equal(np.diff(train), 1)
        assert later[0] == train[-1] + 1
        seen += [*train, *later]
    assert seen == list(range(n))


def test_a_share_counts_within_the_block_and_the_gap_before_the_test():
    (train, test), *_ = BlockedSplit(2, test_size=0.3, gap=2).split(np.zeros(20))
    assert train.tolist() == [0, 1, 2, 3, 4]
    assert test.tolist() == [7, 8, 9]


@settings(max_examples=50, deadline=None)
@given(
    n=st.integers(2, 60),
    n_splits=st.integers(2, 5),
    window=st.integers(1, 5),
    horizon=st.integers(1, 3),
    embargo=st.integers(0, 3),
)
def test_no_training_row_shares_a_time_with_a_test_row(n, n_splits, window, horizon, embargo):
    """By sets of times: row t is made from the times t - window + 1 to t + horizon."""
    n = max(n, n_splits)
    splitter = PurgedKFold(n_splits, purge=window + horizon - 1, embargo=embargo)

    def used(t):
        return set(range(t - window + 1, t + horizon + 1))

    try:
        splits = list(splitter.split(np.zeros(n)))
    except ValueError as error:
        assert "nothing is left to train on" in str(error)  # noqa: PT017
        return
    np.testing.assert_array_equal(np.concatenate([test for _, test in splits]), np.arange(n))
    for train, test in splits:
        in_test = set().union(*(used(t) for t in test))
        apart = [t for t in range(n) if not used(t) & in_test]
        expected = [t for t in apart if not 0 <= t - (test[-1] + window + horizon) < embargo]
        assert train.tolist() == expected


def test_without_purge_it_is_blocked_k_fold():
    for (train, test), (other_train, other_test) in zip(
        PurgedKFold(4).split(np.zeros(12)), KFold(4).split(np.zeros(12)), strict=True
    ):
        np.testing.assert_array_equal(train, other_train)
        np.testing.assert_array_equal(test, other_test)


@pytest.mark.parametrize("cls", SPLITTERS)
@pytest.mark.parametrize("way", ["groups", "index"])
def test_series_of_a_panel_are_cut_at_the_same_times(cls, way):
    times = np.array([3, 1, 2, 0, 5, 4, 3, 1, 2, 0, 5, 4])
    if way == "groups":
        X, groups = np.zeros((12, 1)), times
    else:
        ids = np.repeat(["a", "b"], 6)
        X = pd.DataFrame({"x": np.zeros(12)}, pd.MultiIndex.from_arrays([ids, times]))
        groups = None
    splitter = cls(n_splits=2)
    expected = [(set(a), set(b)) for a, b in splitter.split(np.zeros(6))]
    found = [(set(times[a]), set(times[b])) for a, b in splitter.split(X, groups=groups)]
    assert found == expected
    for train, test in splitter.split(X, groups=groups):
        assert len(train) % 2 == len(test) % 2 == 0


@pytest.mark.parametrize("cls", SPLITTERS)
def test_in_company_of_scikit_learn(cls):
    X, y = make_supervised(np.sin(np.arange(120.0)), window=4)
    splitter = cls(n_splits=3)
    assert splitter.get_n_splits(X) == 3
    assert cross_val_score(Ridge(1e-3), X, y, cv=splitter).min() > 0.9
    search = GridSearchCV(Ridge(), {"alpha": [1e-3, 1e3]}, cv=splitter).fit(X, y)
    assert search.best_params_ == {"alpha": 1e-3}
    assert repr(clone(search).cv) == repr(splitter)
    assert "n_splits=3" in repr(splitter)


@pytest.mark.parametrize(
    ("splitter", "n", "error", "message"),
    [
        (BlockedSplit(1), 9, ValueError, "n_splits must be an integer of at least 2, got 1"),
        (PurgedKFold(2.0), 9, TypeError, "n_splits must be an integer of at least 2, got 2.0"),
        (PurgedKFold(5), 4, ValueError, "n_splits=5 is greater than the number of times, 4"),
        (PurgedKFold(2, purge=5), 9, ValueError, "nothing is left to train on in split 0"),
        (PurgedKFold(2, purge=-1), 9, ValueError, "purge must be an integer of at least 0"),
        (PurgedKFold(2, embargo=0.1), 9, TypeError, "embargo must be an integer of at least 0"),
        (BlockedSplit(2, test_size=4), 9, ValueError, "nothing is left to train on in split 0"),
        (BlockedSplit(2, test_size=0), 9, ValueError, "test_size must be an integer of at least 1"),
        (BlockedSplit(2, gap=-2), 9, ValueError, "gap must be an integer of at least 0"),
    ],
)
def test_bad_parameters_are_named(splitter, n, error, message):
    with pytest.raises(error, match=message):
        list(splitter.split(np.zeros(n)))


def test_groups_must_fit():
    with pytest.raises(ValueError, match="groups has 2 times, X has 9 rows"):
        list(PurgedKFold(2).split(np.zeros(9), groups=[1, 2]))
    with pytest.raises(ValueError, match="groups has a missing time in row 1"):
        list(PurgedKFold(2).split(np.zeros(3), groups=[1, None, 2]))
