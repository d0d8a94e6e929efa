"""What sets each baseline detector apart; what they share is in test_detector*.py."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import median_abs_deviation
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor
from sklearn.svm import OneClassSVM

from tsrnn import RNNDetector
from tsrnn.baselines import AutoRegression, RollingMAD, RollingZScore, STLResidual, WindowedOutlier


def wave(n=900, seed=0, period=24):
    draw = np.random.default_rng(seed)
    return np.sin(2 * np.pi * np.arange(n) / period) + 0.1 * draw.normal(size=n)


@pytest.mark.parametrize(
    ("detector", "centre", "deviation"),
    [
        (RollingZScore(20), np.mean, np.std),
        (RollingMAD(20), np.median, lambda w: median_abs_deviation(w, scale="normal")),
    ],
)
def test_rolling_scores_are_those_of_a_loop(detector, centre, deviation):
    X = np.column_stack((wave(), np.random.default_rng(1).gamma(2.0, size=900)))
    X[500, 0] = np.nan
    table = detector.fit(X[:400]).scores(X)
    scale = X[:320].std(axis=0)
    for row in (20, 21, 100, 505, 899):
        squares = []
        for channel in range(2):
            past = X[row - 20 : row, channel]
            past = past[~np.isnan(past)]
            spread = max(deviation(past), 0.05 * scale[channel])
            squares.append(((X[row, channel] - centre(past)) / spread) ** 2)
            assert table[f"x{channel}_expected"].iloc[row] == pytest.approx(centre(past))
        assert table["score"].iloc[row] == pytest.approx(np.sqrt(np.mean(squares)))


def test_median_is_not_moved_by_a_burst_that_moves_the_mean():
    X = wave(period=300)[:, None] + 10
    X[600:606] += 8
    after = slice(606, 616)
    robust = RollingMAD(30).fit(X[:400]).scores(X)["x0_expected"].iloc[after]
    plain = RollingZScore(30).fit(X[:400]).scores(X)["x0_expected"].iloc[after]
    truth = 10 + np.sin(2 * np.pi * np.arange(606, 616) / 300)
    assert np.abs(robust - truth).max() < 0.5 < np.abs(plain - truth).min()


def test_stl_expects_what_statsmodels_finds():
    from statsmodels.tsa.seasonal import STL

    X = pd.DataFrame({"a": wave(period=24) + np.arange(900) / 200, "b": wave(seed=1, period=35)})
    table = STLResidual().fit(X.iloc[:600]).scores(X)
    for name, period in (("a", 24), ("b", 35)):
        fit = STL(X[name].to_numpy(), period=period, robust=True).fit()
        expected = fit.trend + fit.seasonal
        # Jumps and fewer robust passes make a small difference.
        difference = np.abs(table[f"{name}_expected"] - expected)
        assert np.quantile(difference, 0.95) < 0.1 * X[name].std()
        assert np.corrcoef(table[f"{name}_expected"], expected)[0, 1] > 0.999


def test_stl_finds_a_value_that_is_usual_at_another_time_of_the_day():
    X = wave()[:, None]
    X[700] = X[712]
    assert STLResidual().fit(X[:500]).scores(X)["score"].idxmax() == 700
    assert RollingZScore().fit(X[:500]).scores(X)["score"].idxmax() != 700


def test_stl_without_a_season_uses_the_moving_mean():
    X = np.random.default_rng(0).normal(size=(600, 1))
    model = STLResidual().fit(X[:400])
    assert model.period_ == 0
    expected = model.scores(X)["x0_expected"]
    window = model.window_
    moving = X[300 - window // 2 : 300 - window // 2 + window].mean()
    assert expected.iloc[300] == pytest.approx(moving)


@pytest.mark.parametrize("causal", [False, True])
def test_auto_regression_is_the_detector_without_its_network(causal, monkeypatch):
    X = np.column_stack((wave(), wave(seed=2, period=50)))
    X[700:720, 0] += 2
    monkeypatch.setattr(RNNDetector, "_recurrent_part", lambda self, *_: None)
    full = RNNDetector("forecast", causal=causal, random_state=0).fit(X[:600])
    plain = AutoRegression(causal=causal).fit(X[:600])
    assert plain.smoothing_ == full.smoothing_
    assert plain.offset_ == full.offset_
    pd.testing.assert_frame_equal(plain.scores(X), full.scores(X))


def test_auto_regression_without_smoothing_is_the_squared_error_of_least_squares():
    draw = np.random.default_rng(0)
    x = np.zeros(1500)
    for t in range(2, 1500):
        x[t] = 0.6 * x[t - 1] - 0.3 * x[t - 2] + draw.normal()
    model = AutoRegression(2, smoothing=1, causal=True).fit(x[:1000, None])
    score = model.score_samples(x[:, None])

    def errors(n_train, rows):
        """Squared errors of `rows`, forecast with what the first `n_train` rows teach."""
        lags = np.column_stack((x[1:-1], x[:-2], np.ones(1498)))
        coef = np.linalg.lstsq(lags[: n_train - 2], x[2:n_train], rcond=None)[0]
        return ((x[2:] - lags @ coef) ** 2)[rows.start - 2 : rows.stop - 2]

    # The unit is the .95 quantile of the calibration rows' errors, which are not learnt from.
    unit = np.quantile(errors(800, slice(800, 1000)), 0.95)
    expected = errors(1000, slice(1000, 1500)) / unit
    assert -score[1000:] == pytest.approx(expected, rel=0.05, abs=0.02)


@pytest.mark.parametrize(
    "estimator",
    [
        None,
        IsolationForest(n_estimators=20, random_state=0),
        LocalOutlierFactor(),
        LocalOutlierFactor(novelty=True),
        PCA(0.9),
        OneClassSVM(gamma="scale"),
    ],
    ids=["default", "forest", "lof", "novelty", "pca", "svm"],
)
@pytest.mark.parametrize("causal", [False, True])
def test_windowed_outlier_takes_any_estimator(estimator, causal):
    X = wave(1200)[:, None]
    X[900:950] = np.random.default_rng(3).normal(size=(50, 1))
    model = WindowedOutlier(estimator, causal=causal, random_state=0).fit(X[:700])
    assert model.score_samples(X).argmin() in range(890, 1000)


def test_transformers_are_scored_by_their_error_of_reconstruction():
    X = np.column_stack((wave(1200), wave(1200)))  # singular: no likelihood, but an error
    X[900:950, 1] += 0.5 * np.random.default_rng(3).normal(size=50)
    model = WindowedOutlier(PCA(0.9)).fit(X[:700])
    assert model.score_samples(X).argmin() in range(890, 960)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"window": 0}, ValueError, "window must be"),
        ({"window": 2.0}, TypeError, "window must be"),
        ({"smoothing": 0}, ValueError, "smoothing must be"),
        ({"smoothing": "none"}, ValueError, "smoothing='none'"),
        ({"causal": "yes"}, TypeError, "causal must be"),
        ({"threshold": "spott"}, ValueError, "Did you mean 'spot'"),
    ],
)
def test_auto_regression_refuses(parameters, error, message):
    with pytest.raises(error, match=message):
        AutoRegression(**parameters).fit(wave()[:, None])
