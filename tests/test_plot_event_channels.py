import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from plot_samples import legend, lines

from tsrnn.plots import plot_event_channels

N = 200
INDEX = pd.date_range("2024-01-01", periods=N, freq="h")
LOG = pd.DataFrame(np.arange(3.0 * N).reshape(N, 3), index=INDEX, columns=list("abc"))
SCORES = (LOG + 0.5).add_suffix("_expected").assign(score=1.0)
EVENT = pd.Series({"start": INDEX[100], "end": INDEX[139], "channels": ["c", "a", "b"]})


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_actual_and_expected_values_of_the_first_channels():
    axes = plot_event_channels(LOG, SCORES, EVENT, n_channels=2)
    assert [ax.get_ylabel() for ax in axes] == ["c", "a"]
    for ax, name in zip(axes, "ca", strict=True):
        drawn = lines(ax)
        # 40 rows of the event, and as many on either side.
        np.testing.assert_array_equal(drawn["actual"].get_ydata(), LOG[name].iloc[60:180])
        np.testing.assert_array_equal(drawn["expected"].get_ydata(), LOG[name].iloc[60:180] + 0.5)
        (patch,) = ax.patches
        hours = patch.get_width() * 24
        assert hours == pytest.approx(40)
    assert legend(axes[0]) == ["actual", "expected", "event"]


@pytest.mark.parametrize(
    ("margin", "first", "stop"), [(0, 80, 160), (0.75, 70, 170), (1.5, 40, 200), (9, 0, 200)]
)
def test_margin(margin, first, stop):
    (ax,) = plot_event_channels(LOG, SCORES, EVENT, n_channels=1, margin=margin)
    np.testing.assert_array_equal(lines(ax)["actual"].get_ydata(), LOG["c"].iloc[first:stop])


def test_rows_of_detect_in_any_form_and_arrays():
    frame = LOG.set_axis(["x0", "x1", "x2"], axis=1).reset_index(drop=True)
    scores = SCORES.rename(columns={f"{c}_expected": f"x{i}_expected" for i, c in enumerate("abc")})
    scores = scores.reset_index(drop=True)
    events = pd.DataFrame({"start": [50], "end": [50], "channels": [["x1"]]})
    for event in (events.iloc[0], next(events.itertuples())):
        (ax,) = plot_event_channels(frame.to_numpy(), scores, event)
        assert ax.get_ylabel() == "x1"
        assert len(lines(ax)["actual"].get_ydata()) == 41
        assert ax.patches[0].get_x() == 49.5
        assert ax.patches[0].get_width() == 1


def test_draws_on_given_axes_and_changes_nothing():
    log, scores = LOG.copy(), SCORES.copy()
    axes = Figure().subplots(3)
    assert (plot_event_channels(log, scores, EVENT, ax=axes) == axes).all()
    assert not plt.get_fignums()
    pd.testing.assert_frame_equal(log, LOG)
    pd.testing.assert_frame_equal(scores, SCORES)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"event": EVENT.drop("channels")}, ValueError, "Series without channels"),
        ({"event": "first"}, ValueError, "str without start"),
        ({"event": EVENT.replace({INDEX[100]: INDEX[199]})}, ValueError, "must lie in X"),
        ({"n_channels": 0}, ValueError, "n_channels must be"),
        ({"margin": -1}, ValueError, "margin must be"),
        ({"scores": SCORES.iloc[1:]}, ValueError, "199 and 200 rows"),
        ({"scores": SCORES.drop(columns="a_expected")}, ValueError, "scores must have the column"),
        ({"scores": SCORES.reset_index(drop=True)}, ValueError, "another index"),
        ({"X": LOG.drop(columns="c")}, ValueError, "none called 'c'"),
        ({"ax": [1, 2, 3]}, TypeError, "ax must be"),
        ({"ax": Figure().subplots(2)}, ValueError, r"one Axes per channel \(3\), got 2"),
    ],
)
def test_refuses(changes, error, message):
    arguments = {"X": LOG, "scores": SCORES, "event": EVENT} | changes
    with pytest.raises(error, match=message):
        plot_event_channels(**arguments)
    assert not plt.get_fignums()


def test_events_that_cannot_be_drawn_are_refused():
    nothing = pd.Series({"start": INDEX[1], "end": INDEX[2], "channels": []})
    with pytest.raises(ValueError, match="at least one channel"):
        plot_event_channels(LOG, SCORES, nothing)
    with pytest.raises(ValueError, match=r"one row of detect\(X\), got all 1: events.iloc\[0\]"):
        plot_event_channels(LOG, SCORES, pd.DataFrame([EVENT]))
    numbers = pd.Series({"start": 3, "end": 5, "channels": ["a"]})
    with pytest.raises(ValueError, match="kind of time"):
        plot_event_channels(LOG, SCORES, numbers)
