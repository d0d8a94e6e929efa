"""Detectors ranked without labels: by faults put into usual rows, and by the events they share."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tsrnn.baselines import AutoRegression, MovingEnergy, RollingZScore
from tsrnn.datasets.anomalies import SENSOR_FAULTS
from tsrnn.detection import BaseDetector, compare_events, compare_on_faults
from tsrnn.detection.compare import _about
from tsrnn.detection.faults import put_faults
from tsrnn.metrics._labels import runs


def wave(n_rows=1200, seed=0, n_channels=1):
    draw = np.random.default_rng(seed)
    return np.sin(np.arange(n_rows) / 5)[:, None] + 0.1 * draw.normal(size=(n_rows, n_channels))


def faults(kinds, values, slots=None, seed=0):
    slots = slots or [slice(100 * k, 100 * (k + 1)) for k in range(len(kinds))]
    channels = np.arange(values.shape[1])
    return put_faults(
        values, kinds, channels, np.ones(len(channels)), slots, np.random.default_rng(seed)
    )


@pytest.mark.parametrize("kind", SENSOR_FAULTS)
def test_a_fault_changes_one_channel_and_just_the_rows_with_labels(kind):
    values = wave(500, n_channels=3)
    before = values.copy()
    copy = faults([kind], values, [slice(200, 400)])
    assert (values == before).all()
    [rows] = copy.rows
    assert copy.kinds == [kind]
    assert 200 < rows.start < rows.stop < 400
    assert rows.stop - rows.start <= 70
    assert np.flatnonzero(copy.labels).tolist() == list(range(rows.start, rows.stop))
    changed = copy.values != values
    assert changed.any(axis=0).sum() == 1
    assert not changed[~copy.labels].any()
    assert np.abs(copy.values - values)[rows].max(axis=1).mean() >= 0.25


def test_noise_burst_adds_noise_and_no_offset():
    values = np.zeros((5000, 1))
    copy = faults(["noise_burst"], values, [slice(0, 5000)])
    burst = copy.values[copy.rows[0], 0]
    assert 250 <= len(burst) <= 750
    assert 0.9 < burst.std() < 2.1
    assert abs(burst.mean()) < 0.3


def test_what_nobody_could_see_is_no_fault():
    values = wave(200)
    values[:100] = np.nan
    assert faults(["spike", "spike"], values).labels[:100].sum() == 0
    assert len(faults(["stuck", "spike"], np.zeros((200, 1))).rows) == 1


def test_an_alarm_is_about_the_fault_that_its_peak_lies_in_or_near():
    score = np.zeros(100)
    score[[12, 50, 97]] = 5.0
    events = np.array([[0, 20], [20, 60], [90, 100]])
    copy = SimpleNamespace(rows=[slice(10, 15), slice(40, 45), slice(80, 90)])
    assert _about(copy, score, events, 5).tolist() == [
        [True, False, False], [False, False, False], [False, False, False],
    ]  # fmt: skip
    assert _about(copy, score, events, 6)[1].tolist() == [False, True, False]
    assert _about(copy, score, runs(np.zeros(100, bool)), 5).shape == (0, 3)


class Fixed(BaseDetector):
    """Gives the scores that it is told; 1 is its threshold."""

    def __init__(self, flags_all=False, breaks=False):
        self.flags_all = flags_all
        self.breaks = breaks

    def fit(self, X, y=None):
        if self.breaks:
            raise RuntimeError("no power")
        self.usual_ = X.to_numpy()
        return self

    def scores(self, X):
        odd = np.abs(X.select_dtypes("number").to_numpy()).max(axis=1) > 1.6
        score = odd + 2.0 * self.flags_all
        return pd.DataFrame({"score": score, "is_anomaly": score > 0.5})


def test_figures_of_detectors_that_know_flag_everything_or_break():
    detectors = {"all": Fixed(flags_all=True), "broken": Fixed(breaks=True), "knows": Fixed()}
    table = compare_on_faults(detectors, wave(2500), n_faults=6, kinds=["spike"], random_state=0)
    assert list(table.index) == ["knows", "all", "broken"]
    assert table.loc["knows", ["f1", "found", "faults", "false_alarms"]].tolist() == [1, 6, 6, 0]
    assert table.loc["knows", "vus_pr"] == pytest.approx(1)
    assert table.loc["all", "found"] <= 2, "an alarm that never ends is about one fault in a copy"
    assert table.loc["all", "f1"] < 0.6
    assert np.isnan(table.loc["broken", "f1"])
    assert table.loc["broken", "error"] == "RuntimeError: no power"
    assert not hasattr(detectors["knows"], "usual_")


def test_a_forecast_beats_the_energy_and_seeds_decide_the_faults():
    detectors = {"MovingEnergy": MovingEnergy(), "AutoRegression": AutoRegression()}
    tables = [compare_on_faults(detectors, wave(), random_state=seed) for seed in (0, 0, 1)]
    one, same, other = (table.filter(regex="^(?!.*seconds)") for table in tables)
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)
    assert one.index[0] == "AutoRegression"
    assert (one["faults"] == 20).all()
    assert one.loc["AutoRegression", "f1"] > 0.7


def test_only_signals_get_faults():
    switch = (np.arange(1200) // 50 % 2).astype(float)
    words = np.where(switch > 0, "on", "off")
    X = pd.DataFrame({"switch": switch, "words": words, "still": 1.0, "wave": wave()[:, 0]})
    seen = []

    class Spy(Fixed):
        def scores(self, X):
            seen.append(X)
            return super().scores(X)

    compare_on_faults({"spy": Spy()}, X, n_faults=10, random_state=0)
    assert seen
    table = compare_on_faults({"a": AutoRegression()}, X, n_faults=10, random_state=0)
    assert table.loc["a", "error"] is None
    for copy in seen:
        assert (copy["words"] == words).all()
        assert (copy["switch"] == X["switch"]).all()
        assert (copy["still"] == 1).all()
        assert (copy["wave"] != X["wave"]).any()
        assert (copy["wave"] == X["wave"])[:840].all()


def test_events_side_by_side():
    X = wave(900)
    X[700:720] += 4
    fitted = {"a": AutoRegression().fit(X[:600]), "z": RollingZScore().fit(X[:600])}
    table = compare_events(fitted, X)
    for name, model in fitted.items():
        flags = model.predict(X) == -1
        assert table.loc[name, "events"] == len(model.detect(X))
        assert table.loc[name, "share_of_rows"] == flags.mean()
    assert table.loc["a", "shared"] == table.loc["a", "events"] == 1
    later = compare_events(fitted, X, first_row=880)
    assert later.loc["a"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"detectors": [AutoRegression()]}, TypeError, "dict of name to detector"),
        ({"detectors": {}}, ValueError, "at least one"),
        ({"detectors": {"a": "AutoRegression"}}, TypeError, "detectors like AutoRegression"),
        ({"X": wave(100)}, ValueError, "at least 40 rows for faults, got 30 of 100"),
        ({"X": np.ones((500, 1))}, ValueError, "no channel changes in the first 350 rows"),
        ({"kinds": ["spikes"]}, ValueError, "Did you mean 'spike'"),
        ({"kinds": "spikes"}, ValueError, "Did you mean 'spike'"),
        ({"kinds": 3}, TypeError, "kinds must be"),
        ({"kinds": []}, ValueError, "kinds must name at least one"),
        ({"random_state": "x"}, ValueError, "random_state must be"),
        ({"n_faults": 0}, ValueError, "n_faults must be an integer of at least 1"),
        ({"test_fraction": 1}, ValueError, "test_fraction must be a number"),
    ],
)
def test_what_cannot_be_compared(change, error, message):
    arguments = {"detectors": {"a": AutoRegression()}, "X": wave(), **change}
    with pytest.raises(error, match=message):
        compare_on_faults(**arguments)


def test_rows_that_can_hold_no_fault():
    X = wave(400)
    X[280:] = np.nan
    with pytest.raises(ValueError, match="missing or stuck"):
        compare_on_faults({"a": AutoRegression()}, X)
