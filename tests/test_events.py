import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsrnn.detection.events import (
    COLUMNS,
    describe_events,
    event_rows,
    find_events,
    foremost,
)
from tsrnn.detection.pvalues import calibrate_tail, p_values


def naive_events(score, enter, leave, min_duration, merge_gap):
    """Row by row, with lists."""
    runs, current = [], None
    for row, value in enumerate([*score, -np.inf]):
        if value > leave:
            current = [row] if current is None else [*current, row]
        elif current is not None:
            if max(score[r] for r in current) > enter:
                runs.append([current[0], current[-1] + 1])
            current = None
    merged = []
    for start, stop in runs:
        if merged and start - merged[-1][1] <= merge_gap:
            merged[-1][1] = stop
        else:
            merged.append([start, stop])
    return [[a, b] for a, b in merged if b - a >= min_duration]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 6), max_size=30),
    st.integers(1, 5),
    st.integers(0, 4),
    st.integers(1, 4),
    st.integers(0, 3),
)
def test_events_are_those_of_a_naive_scan(score, enter, below, min_duration, merge_gap):
    score = np.array(score, dtype=float)
    leave = max(enter - below, 0)
    found = find_events(score, enter, leave, min_duration=min_duration, merge_gap=merge_gap)
    assert found.tolist() == naive_events(score, enter, leave, min_duration, merge_gap)
    assert event_rows(found, len(score)).sum() == (found[:, 1] - found[:, 0]).sum()


def describe(index, step):
    score = np.array([0.0, 2.0, 6.0, 3.0, 0.0, 9.0])
    parts = np.array(
        [[0, 0, 0], [1, 1, 0], [5, 1, 0], [3, 0, 0], [0, 0, 0], [2, 7, 0]], dtype=float
    )
    return describe_events(
        np.array([[1, 4], [5, 6]]),
        index=index,
        score=score,
        p_value=np.linspace(1, 0.5, 6),
        parts=parts,
        names=("a", "b", "c"),
        threshold=np.full(6, 3.0),
        step=step,
    )


def test_table_in_rows():
    table = describe(pd.RangeIndex(10, 16), None)
    assert tuple(table.columns) == COLUMNS
    assert table[["start", "end", "peak", "duration"]].to_numpy().tolist() == [
        [11, 13, 12, 3],
        [15, 15, 15, 1],
    ]
    assert table["severity"].tolist() == [2.0, 3.0]
    assert table["p_value"].tolist() == pytest.approx([0.8, 0.5])
    assert table["channels"].tolist() == [["a", "b"], ["b", "a"]]


def test_table_in_time():
    index = pd.date_range("2024-01-01", periods=6, freq="h", tz="Europe/Paris")
    table = describe(index, pd.Timedelta("1h"))
    assert table["duration"].tolist() == [pd.Timedelta("3h"), pd.Timedelta("1h")]
    assert table["start"].dtype == index.dtype
    assert table["peak"][0] == index[2]


@pytest.mark.parametrize("step", [None, pd.Timedelta("1D")])
def test_empty_table_keeps_columns_and_kinds(step):
    index = pd.date_range("2024-01-01", periods=6)
    table = describe_events(
        np.empty((0, 2), dtype=int),
        index=index,
        score=np.zeros(6),
        p_value=np.ones(6),
        parts=np.zeros((6, 1)),
        names=("a",),
        threshold=np.ones(1),
        step=step,
    )
    assert tuple(table.columns) == COLUMNS
    assert table["start"].dtype == index.dtype
    assert table["severity"].dtype == float


def test_p_values_are_conformal_in_the_body_and_keep_falling_in_the_tail():
    ordered = np.sort(np.random.default_rng(0).exponential(size=2000))
    tail = calibrate_tail(ordered)
    scores = np.linspace(0, 40, 400)
    p = p_values(scores, ordered, tail)
    body = scores <= tail.start
    by_hand = [(1 + np.sum(ordered >= s)) / 2001 for s in scores[body]]
    np.testing.assert_allclose(p[body], by_hand)
    assert np.all(np.diff(p) <= 0)
    assert np.all((p > 0) & (p <= 1))
    assert np.all(np.diff(p[~body]) < 0)
    # The tail of an exponential law, known exactly.
    assert abs(np.log(p_values(np.array([9.0]), ordered, tail)[0]) + 9) < 2


def test_p_values_are_uniform_for_exchangeable_scores():
    draw = np.random.default_rng(1)
    p = []
    for _ in range(50):
        ordered = np.sort(draw.normal(size=999))
        p.append(p_values(draw.normal(size=2000), ordered, calibrate_tail(ordered)))
    for level in (0.01, 0.1, 0.5):
        assert np.mean(np.array(p) <= level) == pytest.approx(level, rel=0.25)


@pytest.mark.parametrize("ordered", [[1.0], [0.0, 0.0, 0.0], [1.0, 2.0], np.zeros(50)])
def test_p_values_from_few_or_equal_scores(ordered):
    ordered = np.array(ordered)
    p = p_values(np.array([0.0, 1.0, 5.0]), ordered, calibrate_tail(ordered))
    assert np.all((p > 0) & (p <= 1))
    assert np.all(np.diff(p) <= 0)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        # What noise spreads over all is not what an event is about.
        ([0.02] * 20 + [0.5] + [0.02] * 20, [20, 0, 1]),
        ([3.0, 1.0, 1.0, 4.0, 5.0, 1.0, 6.0], [6, 4, 3]),
        ([5.0, 1.0, 1.0, 5.0, 5.0, 1.0, 5.0], [0, 3, 4, 6]),
        # Channels that are not scored have none, and need none.
        ([1.0, 0.0, 0.0, 2.0, 0.0], [3, 0]),
        ([0.0, 0.0], []),
        ([2.0], [0]),
    ],
)
def test_an_event_is_about_channels_with_more_than_an_even_share(shares, expected):
    assert foremost(np.array(shares)).tolist() == expected
