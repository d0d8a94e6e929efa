"""Real series that need no download, and a synthetic sensor log with labelled anomalies."""

from tsrnn.datasets.anomalies import ANOMALY_KINDS
from tsrnn.datasets.real import load_co2, load_sea_surface_temperature, load_sunspots
from tsrnn.datasets.sensor_log import SensorLog, make_sensor_log

__all__ = [
    "ANOMALY_KINDS",
    "SensorLog",
    "load_co2",
    "load_sea_surface_temperature",
    "load_sunspots",
    "make_sensor_log",
]
