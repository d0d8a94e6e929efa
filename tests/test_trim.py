"""A fault among the calibration rows must not hide later ones."""

import numpy as np
import pytest
from detection_samples import two_waves
from sklearn.base import clone

from tsrnn import RNNDetector
from tsrnn.detection import ensemble_detector
from tsrnn.detection.trim import without_suspects

FAULT = slice(900, 940)
LATER = slice(1300, 1320)


def usual_log():
    return two_waves(1600, seed=3)


def log(fault=FAULT):
    """Train on the first 1,000 rows, of which the last 200 calibrate, and watch the others."""
    X = usual_log()
    X.iloc[fault, 1] += 3.0
    X.iloc[LATER, 1] += 1.0
    return X[:1000], X[1000:]


def detector(**parameters):
    return RNNDetector(max_iter=2, random_state=0, **parameters)


def finds(model, rows):
    events = model.detect(rows)
    hits = (events["start"] < LATER.stop) & (events["end"] >= LATER.start)
    return int(hits.sum()), len(events)


@pytest.mark.parametrize("method", ["ensemble", "forecast", "memory"])
@pytest.mark.parametrize("causal", [False, True])
def test_a_fault_among_the_calibration_rows_hides_no_later_one(method, causal, monkeypatch):
    model = detector(method=method, causal=causal)
    train, later = log()
    assert finds(clone(model).fit(train), later) == (1, 1)
    monkeypatch.setattr(ensemble_detector, "without_suspects", lambda e, scaled, n_train: scaled)
    assert finds(clone(model).fit(train), later) == (0, 0)


def test_the_fault_itself_is_not_taken_for_known():
    train, _ = log()
    events = detector().fit(train).detect(train)
    assert len(events) == 1
    assert events["start"][0] <= FAULT.start < FAULT.stop - 1 <= events["end"][0]


def test_scores_are_in_the_same_units_as_without_the_fault():
    train, later = log()
    clean = detector().fit(usual_log()[:1000])
    model = detector().fit(train)
    ratio = model.scores(later)["score"] / clean.scores(later)["score"]
    assert ratio.between(0.8, 1.25).all()
    assert model.offset_ == pytest.approx(clean.offset_, rel=0.1)


def learnt(X):
    """Detector fitted to `X`, its scaled rows and how many of them are learnt from."""
    model = detector().fit(X)
    return model._ensemble, model._channels.transform(model._read(X)), 800


def test_rows_without_a_fault_are_left_alone_and_most_are_not_looked_at(monkeypatch):
    ensemble, scaled, n_train = learnt(usual_log()[:1000])
    looked_at, totals = [], ensemble.totals
    monkeypatch.setattr(
        ensemble, "totals", lambda part, width: looked_at.append(len(part)) or totals(part, width)
    )
    assert without_suspects(ensemble, scaled, n_train) is scaled
    assert looked_at == [400]


def test_suspects_are_the_rows_of_the_fault_and_some_around_it():
    ensemble, _, n_train = learnt(usual_log()[:1000])
    train, _ = log()
    scaled = detector().fit(train)._channels.transform(detector().fit(train)._read(train))
    missing = without_suspects(ensemble.fit(scaled, n_train), scaled, n_train).missing
    assert missing[FAULT].all()
    assert not missing[: FAULT.start - 30].any()
    assert not missing[FAULT.stop + 30 :].any()


def test_a_change_of_most_calibration_rows_is_the_new_usual():
    X = usual_log()[:1000]
    X.iloc[830:, 1] += 3.0
    ensemble, scaled, n_train = learnt(X)
    ensemble.fit(scaled, n_train)
    size = ensemble.scorers[0].residual_scale_.copy()
    assert without_suspects(ensemble, scaled, n_train) is scaled
    np.testing.assert_array_equal(ensemble.scorers[0].residual_scale_, size)


@pytest.mark.parametrize("shift", [3.0, 5.0])
def test_rows_not_much_louder_than_some_that_were_learnt_from_stay(shift):
    X = usual_log()[:1000]
    X.iloc[300:320, 1] += 4.0
    X.iloc[900:920, 1] += shift
    ensemble, scaled, n_train = learnt(X)
    ensemble.fit(scaled, n_train)
    assert without_suspects(ensemble, scaled, n_train) is scaled
