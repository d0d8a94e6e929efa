"""Recurrent networks for time-series forecasting and anomaly detection.

Public names are loaded on first use (PEP 562): ``import tsrnn`` itself imports neither NumPy nor
Numba and compiles nothing.
"""

import importlib

__version__ = "0.1.0.dev0"

# Public name -> module that defines it; None marks a module that is itself the public name.
_PUBLIC = {
    "RNNRegressor": "tsrnn.estimators.regressor",
    "RNNClassifier": "tsrnn.estimators.classifier",
    "WindowedRegressor": "tsrnn.estimators.windowed",
    "RNNForecaster": "tsrnn.forecasting.forecaster",
    "RNNDetector": "tsrnn.detection.detector",
    "compare": "tsrnn.forecasting.compare",
    "export_onnx": "tsrnn.onnx_export",
    "load": "tsrnn.model_file",
    "ModelFileError": "tsrnn.model_file",
    "baselines": None,
    "cells": None,
    "datasets": None,
    "metrics": None,
    "plots": None,
    "thresholds": None,
    "windows": None,
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name):
    if name not in _PUBLIC:
        raise AttributeError(f"module 'tsrnn' has no attribute {name!r}")
    home = _PUBLIC[name]
    if home is None:
        value = importlib.import_module(f"tsrnn.{name}")
    else:
        value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(__all__)
