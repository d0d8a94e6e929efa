"""Put known faults into copies of usual rows, so that detectors can be tried without labels."""

from dataclasses import dataclass, field

import numpy as np

from tsrnn.datasets.anomalies import SENSOR_FAULTS

# A fault that changes its rows by less, in standard deviations, is none that anyone could find.
_LEAST_CHANGE = 0.25
_TRIES = 20


@dataclass(frozen=True)
class Faults:
    """A log with faults: `values` (n, n_channels), `labels` (n,), `rows` and `kinds` of each."""

    values: np.ndarray
    labels: np.ndarray
    rows: list = field(default_factory=list)
    kinds: list = field(default_factory=list)


@dataclass
class _Sensors:
    """What `SENSOR_FAULTS` are given."""

    values: np.ndarray
    analogue: np.ndarray
    scale: np.ndarray
    cycle_length: float


def put_faults(values, kinds, channels, scale, slots, rng):
    """Return a copy of `values` with one fault in each slot, where one can be seen.

    Parameters
    ----------
    values : ndarray of shape (n, n_channels)
        NaN where missing. Not modified.
    kinds : sequence of str
        Names in `SENSOR_FAULTS`, one per slot.
    channels : ndarray of int
        Those that can have faults.
    scale : ndarray of shape (n_channels,)
        Their usual standard deviations: how large a fault is, is told in these.
    slots : sequence of slice
        Rows for each fault; a fifth at either end stays free, and a fault takes at most a third.
    rng : numpy.random.Generator

    Returns
    -------
    Faults
        A slot where 20 tries made no difference to speak of (rows missing, or stuck before) stays
        as it is.
    """
    result = Faults(values.copy(), np.zeros(len(values), bool))
    for kind, slot in zip(kinds, slots, strict=True):
        for _ in range(_TRIES):
            length = (slot.stop - slot.start) / 2
            sensors = _Sensors(result.values.copy(), channels, scale, length)
            rows, changed = SENSOR_FAULTS[kind](sensors, slot, rng)
            change = np.abs(sensors.values - result.values)[rows, changed[0]]
            if np.nan_to_num(change).mean() >= _LEAST_CHANGE * scale[changed[0]]:
                result.values[:] = sensors.values
                result.labels[rows] = True
                result.rows.append(rows)
                result.kinds.append(kind)
                break
    return result
