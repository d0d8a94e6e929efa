import itertools

import numpy as np
import pandas as pd
import pytest

from tsrnn import datasets
from tsrnn.datasets import ANOMALY_KINDS, make_sensor_log

# Published figures: first, last, minimum, maximum, number of values and of missing ones.
REAL = {
    "load_co2": ("co2", "W-SAT", "1958-03-29", "2001-12-29", 316.1, 371.5, 313.0, 373.9, 2284, 59),
    "load_sea_surface_temperature": (
        *("sea_surface_temperature", "MS", "1950-01-01", "2010-12-01"),
        *(23.11, 22.07, 18.95, 29.24, 732, 0),
    ),
    "load_sunspots": ("sunspots", "YS-JAN", "1700-01-01", "2008-01-01", 5, 2.9, 0, 190.2, 309, 0),
}
SPANS = {
    "spike": (1, 3),
    "level_shift": (75, 150),
    "drift": (150, 300),
    "stuck": (50, 150),
    "dropout": (25, 100),
    "changed_period": (164, 246),
    "broken_correlation": (150, 300),
}


def clean_and_with(kind, seed, n_channels=6):
    """The same log without and with one event of `kind`, and the event."""
    clean = make_sensor_log(10_000, n_channels, anomalies=[], random_state=seed).data
    log = make_sensor_log(10_000, n_channels, anomalies=[kind], random_state=seed)
    return clean, log.data, log.events.iloc[0]


def test_every_loader_is_tested():
    assert set(REAL) == {name for name in datasets.__all__ if name.startswith("load_")}


@pytest.mark.parametrize("loader", REAL)
def test_real_series(loader):
    name, freq, start, end, first, last, low, high, n_values, n_missing = REAL[loader]
    series = getattr(datasets, loader)()
    assert isinstance(series, pd.Series)
    assert series.name == name
    assert series.dtype == np.float64
    assert series.index.freqstr == freq
    assert series.index[0] == pd.Timestamp(start)
    assert series.index[-1] == pd.Timestamp(end)
    assert (series.iloc[0], series.iloc[-1]) == (first, last)
    assert (series.min(), series.max()) == (low, high)
    assert (len(series), series.isna().sum()) == (n_values, n_missing)


@pytest.mark.parametrize("loader", REAL)
def test_real_series_are_fresh(loader):
    load = getattr(datasets, loader)
    changed, untouched = load(), load()
    changed.iloc[:] = -1.0
    pd.testing.assert_series_equal(load(), untouched)


def test_sea_surface_temperature_is_unpivoted_by_year_and_month():
    series = datasets.load_sea_surface_temperature()
    # From the published table: rows 1951 and 2007.
    assert series["1951-01-01"] == 24.19
    assert series["1951-12-01"] == 22.89
    assert series["2007-03-01"] == 26.41
    assert series["2007-11-01"] == 19.82


def test_default_log():
    log = make_sensor_log(random_state=0)
    assert list(log.data.columns) == [
        "pressure_bar",
        "flow_l_min",
        "valve",
        "temperature_C",
        "current_A",
        "vibration_mm_s",
    ]
    assert log.data.shape == (10_000, 6)
    assert (log.data.dtypes == np.float64).all()
    assert log.data.index.freqstr == "min"
    assert log.labels.dtype == bool
    assert log.labels.index.equals(log.data.index)
    assert set(log.data["valve"].unique()) == {0.0, 1.0}
    assert sorted(log.events["kind"]) == sorted(ANOMALY_KINDS)
    assert list(log.events.columns) == ["start", "end", "kind", "channels"]


@pytest.mark.parametrize(("n_timesteps", "n_channels"), [(560, 2), (567, 6), (3001, 1), (9000, 25)])
def test_labels_and_events_agree_whatever_the_size(n_timesteps, n_channels):
    for seed in range(5):
        data, labels, events = make_sensor_log(n_timesteps, n_channels, random_state=seed)
        assert data.shape == (n_timesteps, n_channels)
        assert data.columns.is_unique
        assert not labels.iloc[: n_timesteps - n_timesteps // 2].any()
        assert set(ANOMALY_KINDS) - set(events["kind"]) <= {"broken_correlation"}
        marked = pd.Series(0, index=data.index)
        for event in events.itertuples():
            marked.loc[event.start : event.end] += 1
            assert event.channels
            assert set(event.channels) <= set(data.columns)
        pd.testing.assert_series_equal(marked.astype(bool), labels, check_names=False)
        assert marked.max() == 1
        gaps = events["start"].to_numpy()[1:] - events["end"].to_numpy()[:-1]
        assert (gaps > np.timedelta64(8, "m")).all()


@pytest.mark.parametrize("kind", ANOMALY_KINDS)
def test_an_event_changes_its_rows_and_channels_and_nothing_else(kind):
    for seed in range(4):
        clean, log, event = clean_and_with(kind, seed)
        changed = (log != clean) | (log.isna() != clean.isna())
        inside = pd.DataFrame(False, index=log.index, columns=log.columns)
        inside.loc[event["start"] : event["end"], event["channels"]] = True
        assert not (changed & ~inside).any(axis=None)
        assert "valve" not in event["channels"]
        share = changed.to_numpy()[inside.to_numpy()].mean()
        assert share > 0.9
        rows = inside.any(axis=1).sum()
        assert SPANS[kind][0] <= rows <= SPANS[kind][1]


@pytest.mark.parametrize(("kind", "low", "high"), [("spike", 6, 9), ("level_shift", 2, 3.5)])
def test_offsets_are_in_deviations(kind, low, high):
    clean, log, event = clean_and_with(kind, seed=3)
    (channel,) = event["channels"]
    offset = (log - clean).loc[event["start"] : event["end"], channel] / clean[channel].std(ddof=0)
    assert offset.max() - offset.min() < 1e-9
    assert low <= abs(offset.iloc[0]) <= high


def test_drift_is_a_straight_line_from_nothing():
    clean, log, event = clean_and_with("drift", seed=4)
    (channel,) = event["channels"]
    offset = (log - clean).loc[event["start"] : event["end"], channel] / clean[channel].std(ddof=0)
    np.testing.assert_allclose(np.diff(offset), offset.iloc[0], rtol=1e-6)
    assert 3 <= abs(offset.iloc[-1]) <= 5


def test_stuck_repeats_the_reading_before():
    _, log, event = clean_and_with("stuck", seed=5)
    (channel,) = event["channels"]
    before = log.index[log.index.get_loc(event["start"]) - 1]
    assert log.loc[before : event["end"], channel].nunique() == 1


def test_dropout_is_missing_and_nothing_else_is():
    _, log, event = clean_and_with("dropout", seed=6)
    missing = log.isna()
    assert missing.loc[event["start"] : event["end"], event["channels"]].all(axis=None)
    assert missing.sum().sum() == missing.loc[event["start"] : event["end"]].sum().sum()


def test_changed_period_doubles_the_fast_cycle():
    clean, log, event = clean_and_with("changed_period", seed=7)
    period = 41  # 10,000 rows: a slow cycle of 500, a fast one of 500 // 12
    for data, factor in ((clean, 1), (log, 2)):
        x = data.loc[event["start"] : event["end"], "vibration_mm_s"].to_numpy()
        t = np.arange(len(x))
        trend = np.polynomial.Polynomial.fit(t, x, 5)(t)
        power = [np.abs(np.exp(-2j * np.pi * t / (period * k)) @ (x - trend)) ** 2 for k in (1, 2)]
        assert np.argmax(power) + 1 == factor


def test_broken_correlation_turns_a_channel_against_the_others_within_its_range():
    opposite = 0
    for seed in range(8):
        clean, log, event = clean_and_with("broken_correlation", seed)
        (channel,) = event["channels"]
        beyond = 0.5 * clean[channel].std()  # noise and fast cycle ride on what is clipped
        assert clean[channel].min() - beyond < log[channel].min()
        assert log[channel].max() < clean[channel].max() + beyond
        before = clean.loc[event["start"] : event["end"], channel]
        after = log.loc[event["start"] : event["end"], channel]
        line = np.linspace(before.iloc[0], before.iloc[-1], len(before))
        opposite += np.corrcoef(before - line, after - line)[0, 1] < 0
    assert opposite >= 6


def test_channels_follow_common_causes():
    data = make_sensor_log(20_000, 12, anomalies=[], random_state=0).data
    correlation = data.corr().abs()
    strongest = correlation.where(~np.eye(12, dtype=bool)).max()
    assert (strongest > 0.5).all()
    # The valve moves the flow more than any other cause does.
    assert correlation.loc["valve", "flow_l_min"] > 0.5
    assert not data.isna().any(axis=None)


def test_halves_of_a_clean_log_are_alike():
    data = make_sensor_log(20_000, 12, anomalies=[], random_state=1).data
    first, second = data.iloc[:10_000], data.iloc[10_000:]
    assert ((first.mean() - second.mean()).abs() < 0.5 * data.std()).all()
    assert (first.std() / second.std()).between(0.7, 1.4).all()


def test_random_state():
    logs = [make_sensor_log(1000, random_state=seed) for seed in (0, 0, 1)]
    pd.testing.assert_frame_equal(logs[0].data, logs[1].data)
    pd.testing.assert_frame_equal(logs[0].events, logs[1].events)
    assert not logs[0].data.equals(logs[2].data)
    generated = make_sensor_log(1000, random_state=np.random.default_rng(0))
    pd.testing.assert_frame_equal(generated.data, logs[0].data)


def test_no_global_random_state():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make_sensor_log(600)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_order_of_kinds_does_not_matter():
    events = [
        make_sensor_log(1000, anomalies=kinds, random_state=2).events
        for kinds in itertools.permutations(["stuck", "spike", "drift"])
    ]
    for other in events[1:]:
        pd.testing.assert_frame_equal(events[0], other)


def test_no_anomalies():
    log = make_sensor_log(80, 1, anomalies=())
    assert not log.labels.any()
    assert log.events.empty
    assert log.events["start"].dtype == log.data.index.dtype


def test_repeated_kinds_and_other_frequencies():
    log = make_sensor_log(400, 3, anomalies=["stuck"] * 4, freq="h", random_state=0)
    assert list(log.events["kind"]) == ["stuck"] * 4
    assert log.data.index[1] - log.data.index[0] == pd.Timedelta("1h")
    assert make_sensor_log(600, freq=pd.Timedelta("10s")).data.index.freq == pd.Timedelta("10s")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_timesteps": 79, "anomalies": []}, ValueError, "n_timesteps .* at least 80, got 79"),
        ({"n_timesteps": 559}, ValueError, "n_timesteps .* at least 560, got 559"),
        ({"n_timesteps": 1e4}, TypeError, "n_timesteps must be an integer"),
        ({"n_channels": 0}, ValueError, "n_channels .* at least 1, got 0"),
        ({"n_channels": True}, TypeError, "n_channels"),
        ({"anomalies": ["spyke"]}, ValueError, "anomalies='spyke'.*Did you mean 'spike'"),
        ({"anomalies": "spike"}, TypeError, "anomalies must be 'all' or a list"),
        ({"anomalies": None}, TypeError, "anomalies must be 'all' or a list"),
        (
            {"anomalies": ["broken_correlation"], "n_channels": 1},
            ValueError,
            "'broken_correlation' needs n_channels of at least 2",
        ),
        ({"freq": "often"}, ValueError, "freq .* got 'often'"),
        ({"freq": "-1min"}, ValueError, "freq must be a positive"),
        ({"freq": None}, ValueError, "freq .* got None"),
        ({"random_state": -1}, ValueError, "random_state .* got -1"),
        ({"random_state": "seed"}, ValueError, "random_state .* got 'seed'"),
    ],
)
def test_bad_input(arguments, error, message):
    with pytest.raises(error, match=message):
        make_sensor_log(**arguments)
