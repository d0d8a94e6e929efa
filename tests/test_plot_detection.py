import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from plot_samples import HISTORY, LOG, legend, lines, scores_of, spans

from tsrnn.plots import plot_events, plot_scores

ORANGE, GREY = "#e69f00", "#999999"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


def test_events_panels_and_shades():
    names = ["flow_l_min", "valve", "current_A"]
    axes = plot_events(LOG.data, LOG.events, channels=names)
    assert [ax.get_ylabel() for ax in axes] == names
    for ax, name in zip(axes, names, strict=True):
        (line,) = ax.get_lines()
        np.testing.assert_array_equal(line.get_ydata(), LOG.data[name])
        ranked = sum(name in channels[:3] for channels in LOG.events["channels"])
        assert len(spans(ax, ORANGE)) == ranked
        assert len(spans(ax, GREY)) == len(LOG.events) - ranked


def test_events_shade_their_rows_and_fade_with_the_rank():
    X = pd.DataFrame(np.zeros((10, 4)), columns=list("abcd"))
    events = pd.DataFrame({"start": [2], "end": [4], "channels": [["c", "a", "d", "b"]]})
    axes = plot_events(X, events)
    patches = [ax.patches[0] for ax in axes]
    assert [(p.get_x(), p.get_width()) for p in patches] == [(1.5, 3.0)] * 4
    assert [to_hex(p.get_facecolor()) for p in patches] == [ORANGE, GREY, ORANGE, ORANGE]
    strength = dict(zip("abcd", (p.get_alpha() for p in patches), strict=True))
    assert strength["c"] > strength["a"] > strength["d"]
    assert legend(axes[0]) == ["event's first channel", "second", "third", "other channels"]


def test_events_show_the_eight_channels_ranked_highest():
    X = pd.DataFrame(np.zeros((20, 10)), columns=list("abcdefghij"))
    events = pd.DataFrame({"start": [1, 5], "end": [2, 6], "channels": [["j", "h"], ["h", "z"]]})
    axes = plot_events(X, events)
    assert [ax.get_ylabel() for ax in axes] == list("abcdefhj")
    assert axes[0].get_title(loc="right") == "8 of 10 channels"


def test_events_in_given_axes():
    axes = Figure().subplots(2)
    drawn = plot_events(LOG.data, LOG.events, ax=axes)
    assert list(drawn) == list(axes)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("X", [HISTORY, HISTORY.to_frame(), HISTORY.to_numpy()[:, None]])
def test_events_take_series_frames_and_arrays(X):
    (ax,) = plot_events(X, pd.DataFrame({"start": [], "end": []}))
    np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), HISTORY)
    assert ax.get_ylabel() == ("x0" if isinstance(X, np.ndarray) else "sales")
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((LOG.data, LOG.events["start"]), {}, TypeError, "events must be a DataFrame"),
        ((LOG.data, LOG.events.drop(columns="end")), {}, ValueError, "events must have .* 'end'"),
        ((LOG.data, LOG.events), {"channels": ["flow"]}, ValueError, "channels must name .*'flow'"),
        ((LOG.data, LOG.events), {"channels": []}, ValueError, "channels must name"),
        ((np.zeros(5), LOG.events), {}, ValueError, r"two dimensions, got .*\(5,\)"),
        (("log", LOG.events), {}, TypeError, "X must be a DataFrame, Series or numeric array"),
        ((HISTORY.to_numpy()[:, None], LOG.events), {}, ValueError, r"start.* must hold numbers"),
        ((LOG.data.iloc[:0], LOG.events), {}, ValueError, "X must have rows"),
        (
            (LOG.data, LOG.events),
            {"channels": ["valve"], "ax": Figure().subplots(2)},
            ValueError,
            r"one Axes per channel \(1\), got 2",
        ),
    ],
)
def test_events_errors(arguments, options, error, message):
    with pytest.raises(error, match=message):
        plot_events(*arguments, **options)
    assert plt.get_fignums() == []


def test_scores_lines_and_events(ax):
    scores = scores_of([0.5, 2.0, 3.0, 0.5, 4.0, 0.5])
    events = pd.DataFrame({"start": scores.index[[1, 4]], "end": scores.index[[2, 4]]})
    plot_scores(scores, events, ax=ax)
    drawn = lines(ax)
    np.testing.assert_array_equal(drawn["score"].get_ydata(), scores["score"])
    np.testing.assert_array_equal(drawn["threshold"].get_ydata(), np.ones(6))
    np.testing.assert_array_equal(
        drawn["flagged"].get_ydata(), [np.nan, 2.0, 3.0, np.nan, 4.0, np.nan]
    )
    assert list(drawn["flagged"].get_markevery()) == [4]
    widths = [round(patch.get_width() * 24, 6) for patch in spans(ax, ORANGE)]
    assert widths == [2.0, 1.0]  # hours: each row stands for one
    assert legend(ax) == ["score", "flagged", "threshold", "event"]
    assert ax.get_yscale() == "linear"


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1.0, 2.0, 40.0], "linear"),
        ([1.0, 2.0, 1000.0], "log"),
        ([0.0, 2.0, 1000.0], "log"),
        ([-1.0, 2.0, 1000.0], "linear"),
        ([np.nan, 2.0, 3.0], "linear"),
        ([0.0, 0.0, 0.0], "linear"),
        ([np.nan] * 3, "linear"),
    ],
)
def test_scores_choose_their_scale(values, scale, ax):
    plot_scores(scores_of(values), ax=ax)
    ax.figure.canvas.draw()
    assert ax.get_yscale() == scale


@pytest.mark.parametrize("column", ["score", "threshold", "is_anomaly"])
def test_scores_without_a_column(column):
    with pytest.raises(ValueError, match=f"scores must have .*{column}"):
        plot_scores(scores_of([1.0]).drop(columns=column))


def test_scores_need_events_with_start_and_end():
    with pytest.raises(ValueError, match=r"events must have .* 'start', 'end'"):
        plot_scores(scores_of([1.0]), pd.DataFrame({"begin": [1]}))


def test_one_channel_needs_no_legend(ax):
    events = pd.DataFrame(
        {"start": LOG.data.index[[3]], "end": LOG.data.index[[9]], "channels": [["valve"]]}
    )
    (panel,) = plot_events(LOG.data[["valve"]], events, ax=ax)
    assert len(spans(panel, ORANGE)) == 1
    assert panel.get_legend() is None
