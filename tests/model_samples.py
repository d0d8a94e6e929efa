"""One small fitted model of every public class, and what is asked of it."""

import inspect

import numpy as np
import pandas as pd

import tsrnn
from tsrnn import baselines
from tsrnn.detection.base import BaseDetector
from tsrnn.forecasting.base import BaseForecaster

_rng = np.random.default_rng(0)
ROWS = _rng.normal(size=(40, 6))
TARGET = ROWS[:, -2:].sum(axis=1)
LABELS = np.where(TARGET > 0, "up", "down")
_t = np.arange(400)
LOG = pd.DataFrame(
    {
        "a": np.sin(_t / 5) + _rng.normal(scale=0.1, size=400),
        "b": _rng.normal(size=400),
    },
    index=pd.date_range("2024", periods=400, freq="h", tz="Europe/Berlin"),
)
PANEL = pd.DataFrame(
    {
        "unique_id": np.repeat(["x", "y"], 60),
        "ds": np.tile(pd.date_range("2015", periods=60, freq="MS"), 2),
        "y": np.tile(np.sin(np.arange(60) * np.pi / 6) + 5, 2) + _rng.normal(scale=0.1, size=120),
    }
)

MODELS = {
    name: value
    for name, value in {
        **{name: getattr(tsrnn, name) for name in tsrnn.__all__},
        **baselines.FORECASTERS,
        **baselines.DETECTORS,
    }.items()
    if inspect.isclass(value) and hasattr(value, "fit")
}
# What keeps these, as they are by default, from being saved.
REFUSED = {
    "LagRegressor": "estimators_[0]",
    "WindowedOutlier": "estimator_",
}


def fitted(cls, **parameters):
    """A fitted model of `cls`, small and seeded."""
    known = inspect.signature(cls).parameters
    small = {"h": 3, "max_iter": 2, "random_state": 0}
    model = cls(**{k: v for k, v in small.items() if k in known} | parameters)
    if isinstance(model, BaseForecaster):
        return model.fit(PANEL)
    if isinstance(model, BaseDetector):
        return model.fit(LOG[:200])
    y = LABELS if hasattr(model, "predict_proba") else TARGET
    if cls.__name__ == "WindowedRegressor" and "estimator" not in parameters:
        model.set_params(estimator=tsrnn.RNNRegressor(max_iter=2, random_state=0), window=4)
    return model.fit(ROWS, y)


def answers(model):
    """What a model says, as a frame."""
    if isinstance(model, BaseForecaster):
        return model.predict(level=[80])
    if isinstance(model, BaseDetector):
        return model.scores(LOG)
    proba = {"proba": model.predict_proba(ROWS)[:, 0]} if hasattr(model, "predict_proba") else {}
    return pd.DataFrame({"y": model.predict(ROWS)} | proba)
