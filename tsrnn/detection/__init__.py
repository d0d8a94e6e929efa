"""Anomaly detection in rows ordered by time."""

from tsrnn.detection.base import BaseDetector
from tsrnn.detection.compare import compare_events, compare_on_faults
from tsrnn.detection.detector import METHODS, RNNDetector

__all__ = ["METHODS", "BaseDetector", "RNNDetector", "compare_events", "compare_on_faults"]
