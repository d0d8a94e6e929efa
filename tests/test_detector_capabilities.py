"""What a log may be like, and what a detector must make of it: one short log, many troubles."""

import numpy as np
import pandas as pd
import pytest

from tsrnn import RNNDetector
from tsrnn.detection import METHODS
from tsrnn.thresholds import THRESHOLDS

N_TRAIN, FAULT, QUIET = 1000, slice(1300, 1340), slice(1200, 1300)
TIMES = pd.date_range("2024-01-01", periods=1600, freq="min", name="time")
every_mode = pytest.mark.parametrize("causal", [False, True], ids=["offline", "causal"])
every_method = pytest.mark.parametrize("method", METHODS)


def log(seed=0):
    """Two clean waves, a noisy one, and a switch, a dial, a word and a constant beside them."""
    rng, n = np.random.default_rng(seed), len(TIMES)
    wave = np.arange(n) / 8
    noise = rng.normal(scale=[[0.1, 0.1, 0.3]], size=(n, 3))
    signals = np.column_stack((np.sin(wave), 10 + 3 * np.cos(wave), np.sin(wave))) + noise
    X = pd.DataFrame(signals, index=TIMES, columns=["speed", "heat", "load"])
    X["switch"] = (rng.random(n // 40 + 1) < 0.5).repeat(40)[:n].astype(float)
    X["dial"] = rng.integers(0, 4, n // 25 + 1).repeat(25)[:n]
    X["mode"] = rng.choice(["auto", "hand"], n // 50 + 1).repeat(50)[:n]
    return X.assign(setpoint=21.5)


def broken(X, rows=FAULT):
    X = X.copy()
    X.iloc[rows, 0] += 4
    return X


def make(method="ensemble", **parameters):
    small = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}
    return RNNDetector(method, **small | parameters)


def events_of(detector, X):
    """Events in the rows after training that touch the fault, and the others."""
    events = detector.detect(X[N_TRAIN:])
    first, last = TIMES[FAULT][[0, -1]]
    touch = (events["start"] <= last) & (events["end"] >= first)
    return events[touch], events[~touch]


# --- thresholds, methods, modes -------------------------------------------------------------------

RULES = {
    **{name: {"threshold": name} for name in THRESHOLDS},
    "number": {"threshold": 4.0},
    "callable": {"threshold": lambda scores: 3 * np.quantile(scores, 0.9)},
    "duration": {"false_alarms_per": "1D"},
    "rows": {"false_alarms_per": 600},
}
# Rules that leave a wide margin; the others are set on 200 smoothed rows, few of which are
# independent, and raise alarms that barely pass.
STRICT = ("auto", "number", "callable")


@every_mode
@every_method
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_the_fault_and_little_else(rule, method, causal):
    X = log()[["speed", "heat", "load"]]
    detector = make(method, causal=causal, **RULES[rule])
    if rule == "benjamini_hochberg" and causal:
        with pytest.raises(ValueError, match="judges a batch of rows as a whole"):
            detector.fit(X[:N_TRAIN])
        return
    detector.fit(X[:N_TRAIN])
    clean = detector.detect(X[N_TRAIN:])
    assert len(clean) <= (0 if rule in STRICT else 12)
    hits, _ = events_of(detector, broken(X))
    worst = hits.loc[hits["severity"].idxmax()]
    assert worst["severity"] > 1.5
    assert clean.empty or worst["severity"] > 4 * clean["severity"].max()
    assert "speed" in worst["channels"]


# --- what logs are like ---------------------------------------------------------------------------


@every_mode
def test_only_signals_are_scored_and_units_are_kept(causal):
    X = log()
    detector = make(causal=causal).fit(X[:N_TRAIN])
    table = detector.scores(X[N_TRAIN:])
    assert not table["is_anomaly"].any()
    scored = [name for name in X.columns if (table[f"{name}_score"] > 0).any()]
    assert scored == ["speed", "heat", "load"]
    assert (table["setpoint_expected"] == 21.5).all()
    assert (table["heat_expected"] - X["heat"]).abs().median() < 0.3
    hits, others = events_of(detector, broken(X))
    assert (len(hits), len(others)) == (1, 0)
    assert hits["channels"].iloc[0][0] == "speed"


def lose_cells(X):
    return X.mask(np.random.default_rng(1).random(X.shape) < 0.05)


def lose_channel(X):
    X = X.astype({"mode": object})
    X.iloc[QUIET, 0] = np.nan
    return X


def lose_rows(X):
    X = X.astype({"mode": object})
    X.iloc[QUIET] = np.nan
    return X


@every_mode
@every_method
@pytest.mark.parametrize("lose", [lose_cells, lose_channel, lose_rows])
def test_what_is_missing_is_no_event_and_the_score_resumes(lose, method, causal):
    X = log()
    train = lose(X) if lose is lose_cells else X
    detector = make(method, causal=causal).fit(train[:N_TRAIN])
    table = detector.scores(lose(X)[N_TRAIN:])
    assert np.isfinite(table["score"]).all()
    assert not table["is_anomaly"].any()
    hits, others = events_of(detector, lose(broken(X)))
    assert len(hits)
    assert others.empty
    assert hits["severity"].max() > 2


@every_mode
def test_rows_that_were_never_written_are_missing_ones(causal):
    X = log()
    holes = X.drop(X.index[QUIET])
    if causal:
        with pytest.raises(ValueError, match="bring them to even steps yourself"):
            make(causal=True, irregular="resample").fit(X[:N_TRAIN])
        with pytest.raises(ValueError, match="is irregular"):
            make(causal=True, irregular="raise").fit(X[:N_TRAIN]).scores(holes)
        return
    detector = make(irregular="resample").fit(X[:N_TRAIN])
    hits, others = events_of(detector, broken(X).drop(X.index[QUIET]))
    assert (len(hits), len(others)) == (1, 0)
    assert len(detector.scores(holes)) == len(holes)


def test_uneven_and_repeated_time_stamps_are_refused_or_resampled_as_asked():
    X = log()
    late = pd.to_timedelta(np.random.default_rng(0).integers(-20, 20, len(X)), unit="s")
    uneven = X.set_axis(X.index + late)
    with pytest.raises(ValueError, match="is irregular"):
        make(irregular="raise").fit(uneven[:N_TRAIN])
    repeated = X.iloc[np.sort(np.append(np.arange(len(X)), np.arange(0, len(X), 9)))]
    with pytest.raises(ValueError, match="repeats"):
        make().fit(repeated)
    for rows in (uneven, repeated):
        faulty = rows.copy()
        inside = (rows.index >= TIMES[FAULT.start]) & (rows.index < TIMES[FAULT.stop])
        faulty.loc[inside, "speed"] += 4
        train = rows[rows.index < TIMES[N_TRAIN]]
        detector = make(irregular="resample", freq="1min", duplicates="mean").fit(train)
        live = rows.index >= TIMES[N_TRAIN]
        assert detector.detect(rows[live]).empty
        events = detector.detect(faulty[live])
        assert len(events) == 1
        assert events["start"].iloc[0] <= TIMES[FAULT.stop]
        assert events["end"].iloc[0] >= TIMES[FAULT.start]


@every_mode
@pytest.mark.parametrize("method", ["forecast", "memory", "ensemble"])
def test_a_sensor_that_is_stuck_is_an_event_with_its_name(method, causal):
    X = log()[["speed", "heat", "load"]]
    stuck = X.copy()
    stuck.iloc[1300:1400, 0] = stuck.iloc[1300, 0]
    detector = make(method, causal=causal).fit(X[:N_TRAIN])
    hits, others = events_of(detector, stuck)
    assert len(hits) == 1
    assert others.empty
    assert "speed" in hits["channels"].iloc[0][:2]


@every_mode
def test_a_constant_that_begins_to_move_is_an_event(causal):
    X = log()
    moved = X.copy()
    moved.iloc[1300:1400, -1] += np.sin(np.arange(100))
    hits, others = events_of(make(causal=causal).fit(X[:N_TRAIN]), moved)
    assert len(hits)
    assert others.empty
    assert hits["channels"].iloc[0][0] == "setpoint"


def soil_bursts(X, rng):
    for start in range(100, 700, 120):
        X.iloc[start : start + 10, rng.integers(0, 3)] += rng.choice([-4, 4])
    return X


def soil_points(X, rng):
    rows = rng.choice(N_TRAIN, N_TRAIN // 20, replace=False)
    X.iloc[rows, rng.integers(1, 3)] += 6 * rng.choice([-1, 1], len(rows))
    return X


def soil_once(X, rng):
    X.iloc[500:550, 0] += 4
    return X


@every_mode
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("soil", [soil_bursts, soil_points, soil_once])
def test_one_row_in_twenty_of_the_training_part_may_be_anomalous(soil, seed, causal):
    X = log(seed=seed)
    train = soil(X[:N_TRAIN].copy(), np.random.default_rng(seed))
    assert 0.03 < (train != X[:N_TRAIN]).any(axis=1).mean() <= 0.06
    hits, _ = events_of(make(causal=causal).fit(train), broken(X))
    assert len(hits)
    assert hits["channels"].iloc[0][0] == "speed"
