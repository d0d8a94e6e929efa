import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from tsrnn import RNNDetector
from tsrnn.baselines import DETECTORS, AutoRegression, STLResidual
from tsrnn.detection import METHODS
from tsrnn.detection.events import COLUMNS
from tsrnn.detection.scoring import ForecastScorer

ALL = [RNNDetector(), *(cls() for cls in DETECTORS.values())]
for _detector in ALL:
    if "random_state" in _detector.get_params():
        _detector.set_params(random_state=0)
every_detector = pytest.mark.parametrize("detector", ALL, ids=lambda d: type(d).__name__)
every_method = pytest.mark.parametrize("method", METHODS)


def log(n=3000, seed=0):
    """Three sensors, two with a daily cycle of 96 rows, one row every 15 minutes."""
    draw = np.random.default_rng(seed)
    day = 2 * np.pi * np.arange(n) / 96
    load = np.sin(day) + 0.1 * draw.normal(size=n)
    temperature = 20 + 3 * np.cos(day) + 0.3 * draw.normal(size=n)
    noise = draw.normal(size=n)
    index = pd.date_range("2024-01-01", periods=n, freq="15min")
    return pd.DataFrame({"load": load, "temperature": temperature, "noise": noise}, index=index)


@pytest.fixture(scope="module")
def fitted():
    return RNNDetector(random_state=0).fit(log().iloc[:2000])


@every_detector
def test_answers_tell_one_story(detector):
    X = log(1200)
    X.iloc[900:940, 0] += 6
    X.iloc[1000:1003] -= 9
    detector = clone(detector).set_params(
        threshold="quantile", hysteresis=0.4, merge_gap=4, min_duration=2
    )
    detector.fit(X.iloc[:700])
    table, events = detector.scores(X), detector.detect(X)
    names = [f"{c}_{kind}" for c in X.columns for kind in ("expected", "score")]
    assert table.columns.tolist() == ["score", "threshold", "p_value", "is_anomaly", *names]
    assert tuple(events.columns) == COLUMNS
    assert table["is_anomaly"].dtype == bool
    inside = np.zeros(len(X), dtype=bool)
    for event in events.itertuples():
        inside |= (X.index >= event.start) & (X.index <= event.end)
        part = table.loc[event.start : event.end]
        assert part["score"].idxmax() == event.peak
        assert event.severity == pytest.approx(part["score"].max() / table["threshold"].iloc[0])
        assert event.severity > 1
        assert event.p_value == part["p_value"].min()
        shares = part[[f"{c}_score" for c in event.channels]].sum()
        assert (np.diff(shares) <= 0).all()
    assert inside.any()
    assert not inside.all()
    np.testing.assert_array_equal(table["is_anomaly"], inside)
    np.testing.assert_array_equal(detector.predict(X) == -1, inside)
    np.testing.assert_array_equal(detector.decision_function(X) < 0, inside)
    np.testing.assert_array_equal(detector.score_samples(X), -table["score"])
    np.testing.assert_allclose(table.filter(regex="_score$").sum(axis=1), table["score"])
    assert (table["threshold"] == -detector.offset_).all()
    order = np.argsort(table["score"].to_numpy())
    assert (np.diff(table["p_value"].to_numpy()[order]) <= 0).all()


@every_detector
def test_decision_function_is_the_shifted_score_without_hysteresis(detector):
    X = log(600)
    X.iloc[500:520] += 4
    detector = clone(detector).set_params(hysteresis=1.0).fit(X.iloc[:400])
    shifted = detector.score_samples(X) - detector.offset_
    np.testing.assert_allclose(detector.decision_function(X), shifted)


FAULTS = {
    "spike": lambda X: X.__setitem__("noise", X["noise"].where(X.index != X.index[2500], 40.0)),
    "level shift": lambda X: X.__setitem__("temperature", X["temperature"] + 8 * between(X)),
    "stuck sensor": lambda X: X.__setitem__(
        "load", X["load"].where(~between(X), X["load"].iloc[2400])
    ),
    "drop-out": lambda X: X.__setitem__("temperature", X["temperature"].where(~between(X), 0.0)),
}
CULPRIT = {
    "spike": "noise",
    "level shift": "temperature",
    "stuck sensor": "load",
    "drop-out": "temperature",
}


def between(X):
    rows = np.arange(len(X))
    return (rows >= 2400) & (rows < 2500)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("causal", [False, True])
def test_finds_faults_and_names_the_channel(fault, causal):
    X = log()
    FAULTS[fault](X)
    events = RNNDetector(causal=causal, random_state=0).fit(X.iloc[:2000]).detect(X.iloc[2000:])
    worst = events.loc[events["severity"].idxmax()]
    assert worst["channels"][0] == CULPRIT[fault]
    near = pd.Timedelta("15min") * 100
    assert X.index[2400] - near <= worst["peak"] <= X.index[2500] + near
    assert worst["start"] <= X.index[2500]
    assert worst["end"] >= X.index[2400]


@pytest.mark.parametrize("seed", range(3))
@every_method
def test_clean_data_raise_no_alarm(method, seed):
    X = log(seed=seed)
    assert RNNDetector(method, random_state=0).fit(X.iloc[:2000]).detect(X.iloc[2000:]).empty


@pytest.mark.parametrize("seed", range(4))
def test_random_walk_raises_no_alarm(seed):
    walk = np.random.default_rng(seed).normal(size=(3000, 1)).cumsum(axis=0)
    assert RNNDetector(random_state=0).fit(walk[:2000]).detect(walk[2000:]).empty


@every_detector
@pytest.mark.parametrize("row", [1, 40, 150])
def test_causal_scores_do_not_change_when_later_rows_do(detector, row):
    if isinstance(detector, STLResidual):
        pytest.skip("a decomposition looks at all rows")
    detector = clone(detector)
    if "causal" in detector.get_params():
        detector.set_params(causal=True)
    X = log(1000)
    X.iloc[720:730, 1] = np.nan
    detector.fit(X.iloc[:700])
    later = X.iloc[700:900].copy()
    before = detector.scores(later)
    changed = later.copy()
    changed.iloc[row:] = 50.0
    after = detector.scores(changed)
    columns = before.columns.difference(["is_anomaly"])  # the row may begin an event by then
    pd.testing.assert_frame_equal(after[columns].iloc[:row], before[columns].iloc[:row])
    pd.testing.assert_frame_equal(
        detector.scores(later.iloc[:row])[columns], before[columns].iloc[:row]
    )


@every_method
def test_causal_methods_do_not_look_ahead(method):
    X = log(1000)
    detector = RNNDetector(method, causal=True, random_state=0).fit(X.iloc[:700])
    whole, part = X.iloc[700:], X.iloc[700:820]
    np.testing.assert_allclose(
        detector.score_samples(whole)[:120], detector.score_samples(part), rtol=1e-9
    )


@every_detector
def test_deterministic_and_survives_pickle_and_clone(detector):
    X = log(500)
    detector = clone(detector)
    if "random_state" in detector.get_params():
        detector.set_params(random_state=3)
    first = detector.fit(X).scores(X)
    pd.testing.assert_frame_equal(clone(detector).fit(X).scores(X), first)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(detector)).scores(X), first)


def test_expectation_is_in_the_users_units(fitted):
    table = fitted.scores(log().iloc[2000:])
    error = log().iloc[2000:]["temperature"] - table["temperature_expected"]
    assert error.std() < 1.0
    assert abs(error.mean()) < 0.2


def test_training_rows_are_not_recognised_by_themselves(fitted):
    X = log()
    train, later = fitted.scores(X)["score"].iloc[:2000], fitted.scores(X)["score"].iloc[2000:]
    assert 0.5 < train.median() / later.median() < 2


@every_detector
@pytest.mark.parametrize("contamination", [0.02, 0.1, 0.2])
def test_contamination_flags_that_share_of_the_training_rows(detector, contamination):
    X = log(1000)
    verdict = clone(detector).set_params(contamination=contamination).fit_predict(X)
    assert np.mean(verdict == -1) == pytest.approx(contamination, abs=1e-3)


@pytest.mark.parametrize("tolerated", ["5D", 480, pd.Timedelta("120h")])
def test_tolerated_rate_is_about_the_rate_met(tolerated):
    X = pd.DataFrame(
        {"x": np.random.default_rng(0).normal(size=28_000)},
        index=pd.date_range("2024-01-01", periods=28_000, freq="15min"),
    )
    detector = RNNDetector("forecast", false_alarms_per=tolerated, smoothing=8, random_state=0)
    alarms = len(detector.fit(X.iloc[:8000]).detect(X.iloc[8000:]))
    assert 10 <= alarms <= 90  # 20,000 / 480 = 42, from a threshold set on 1,600 rows


def test_threshold_by_number_and_callable():
    X = log(400)
    assert RNNDetector(threshold=4.5, random_state=0).fit(X).offset_ == -4.5
    detector = RNNDetector(threshold=np.max, random_state=0).fit(X)
    assert -detector.offset_ == detector.calibration_scores_.max()


def test_only_target_channels_are_scored():
    X = log(600)
    table = RNNDetector(target_channels=["load"], random_state=0).fit(X).scores(X)
    assert (table[["temperature_score", "noise_score"]] == 0).all(axis=None)
    np.testing.assert_allclose(table["load_score"], table["score"])
    assert table["temperature_expected"].isna().all()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"method": "reconstruction"}, ValueError, "method='reconstruction' is not known"),
        ({"window": 0}, ValueError, "window must be"),
        ({"window": 2.5}, TypeError, "window must be"),
        ({"smoothing": 0}, ValueError, "smoothing must be"),
        ({"smoothing": "long"}, ValueError, "smoothing='long'"),
        ({"causal": "yes"}, TypeError, "causal must be"),
        ({"threshold": "pots"}, ValueError, "Did you mean 'pot'"),
        ({"contamination": 0.6}, ValueError, "contamination must be"),
        ({"contamination": "high"}, TypeError, "contamination must be"),
        ({"calibration_fraction": 1.0}, ValueError, "calibration_fraction must be"),
        ({"min_duration": 0}, ValueError, "min_duration must be"),
        ({"merge_gap": -1}, ValueError, "merge_gap must be"),
        ({"hysteresis": 0}, ValueError, "hysteresis must be"),
        ({"hysteresis": 1.1}, ValueError, "hysteresis must be"),
        ({"false_alarms_per": "often"}, ValueError, "false_alarms_per must be"),
        ({"false_alarms_per": 1}, ValueError, "false_alarms_per must be"),
        ({"false_alarms_per": "1min"}, ValueError, "longer than the time between two rows"),
        ({"threshold": "pot", "contamination": 0.1}, ValueError, "only one"),
        ({"target_channels": ["load", "weight"]}, ValueError, "'weight'"),
        ({"target_channels": []}, ValueError, "target_channels"),
        ({"target_channels": "load"}, ValueError, "target_channels='load'"),
        ({"random_state": -1}, ValueError, "random_state"),
    ],
)
def test_parameters_are_checked_at_fit(settings, error, message):
    with pytest.raises(error, match=message):
        RNNDetector(**settings).fit(log(200))


def test_duration_needs_time_stamps():
    with pytest.raises(ValueError, match="needs a DatetimeIndex"):
        RNNDetector(false_alarms_per="1D").fit(log(200).to_numpy())


@every_detector
@pytest.mark.parametrize("method", ["scores", "detect", "predict", "score_samples"])
def test_not_fitted(detector, method):
    with pytest.raises(NotFittedError):
        getattr(clone(detector), method)(log(50))


class Echo:
    """Residual model that knows the noise: it was told which rows to expect."""

    def __init__(self, secret):
        self.secret = secret

    def fit(self, inputs, residuals, n_train):
        self.seen = inputs.shape, residuals.copy(), n_train
        return self

    def start(self):
        return self

    def push(self, inputs):
        return self.secret[: len(inputs)]


def test_residual_model_is_fitted_on_residuals_and_added_to_the_linear_part():
    X = log(400)
    X.iloc[50:60, 0] = np.nan
    detector = RNNDetector("forecast", random_state=0).fit(X)
    scaled = detector._channels.transform(detector_rows(X))
    model = Echo(np.full((400, 3), 0.25))
    scorer = ForecastScorer(64, model).fit(scaled, 320)
    shape, residuals, n_train = model.seen
    assert shape == (400, 3)
    assert n_train == 320
    linear = scorer.linear_.predict(scaled.inputs)
    lags = scorer.linear_.n_lags
    assert np.isnan(residuals[:lags]).all()
    assert np.isnan(residuals[50:60, 0]).all()
    np.testing.assert_allclose(residuals[100:], (scaled.target_values - linear)[100:])
    np.testing.assert_allclose(scorer.predict(scaled.inputs), linear + 0.25)
    np.testing.assert_allclose(scorer.errors(scaled, False).expected[lags:], linear[lags:] + 0.25)


def detector_rows(X):
    from tsrnn.detection.frames import Rows

    return Rows(X.to_numpy(), X.index, tuple(X.columns))


def test_broken_channel_comes_before_those_forecast_from_it():
    X = log()
    X["temperature"] = 20 + 3 * X["load"] + 0.3 * np.random.default_rng(5).normal(size=len(X))
    FAULTS["stuck sensor"](X)
    events = RNNDetector(random_state=0).fit(X.iloc[:2000]).detect(X.iloc[2000:])
    assert events.loc[events["severity"].idxmax(), "channels"][0] == "load"


def test_the_network_learns_what_no_linear_forecast_can():
    draw = np.random.default_rng(0)
    x = np.zeros(4000)
    for t in range(1, 4000):
        # Two regimes, told by the sign of the last value.
        x[t] = (0.9 if x[t - 1] > 0 else -0.9) * x[t - 1] + 0.3 * draw.normal()
    train, test = x[:2500, None], x[2500:, None]

    def error(model):
        expected = model.fit(train).scores(test)["x0_expected"].to_numpy()
        return np.mean((test[:, 0] - expected) ** 2)

    # Noise of deviation .3 is what remains to the best forecast.
    ours, linear = error(RNNDetector("forecast", random_state=0)), error(AutoRegression())
    assert ours - 0.09 < 0.7 * (linear - 0.09)


def test_a_fit_that_fails_leaves_the_detector_as_it_was():
    X = np.random.default_rng(0).normal(size=(200, 2))
    detector = RNNDetector(max_iter=1, random_state=0).fit(X)
    before = detector.scores(X)
    unseen = np.random.default_rng(1).normal(size=(100, 3))
    unseen[60:] = np.nan
    with pytest.raises(ValueError, match="calibrate the threshold"):
        detector.fit(unseen)
    pd.testing.assert_frame_equal(detector.scores(X), before)
