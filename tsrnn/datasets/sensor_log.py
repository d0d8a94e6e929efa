"""A synthetic log of a plant's sensors, with labelled anomalies of known kinds."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from tsrnn._validation import as_generator, check_choice, check_int
from tsrnn.datasets.anomalies import ANOMALY_KINDS
from tsrnn.datasets.plant import channel_names, make_clean

_ROWS_PER_EVENT = 80
_FREQ_MESSAGE = "freq must be a positive pandas frequency such as '1min', got {!r}"


class SensorLog(NamedTuple):
    """What `make_sensor_log` returns.

    Attributes
    ----------
    data : DataFrame of float, shape (n_timesteps, n_channels)
        The log; DatetimeIndex, one column per channel.
    labels : Series of bool, shape (n_timesteps,)
        Whether a row belongs to an anomaly; named "is_anomaly", indexed like `data`.
    events : DataFrame
        One row per anomaly in order of time: `start` and `end` (first and last row, both
        included), `kind`, and `channels` (list of column names, most changed first).
    """

    data: pd.DataFrame
    labels: pd.Series
    events: pd.DataFrame


def make_sensor_log(
    n_timesteps=10_000, n_channels=6, *, anomalies="all", freq="1min", random_state=None
):
    """Make a log of a plant's sensors whose first half is clean and whose second half is not.

    The channels (pressure, flow, a valve's binary command, temperature, current, vibration, ...)
    follow common causes with their own gain, inertia, noise and unit: a slow cycle of 1,440 rows
    (a day of minutes; n_timesteps / 20 rows in shorter logs), a machine's fast cycle twelve times
    shorter, a random load and the valve. Gains vary by up to 20 % with `random_state`.

    Parameters
    ----------
    n_timesteps : int
        Rows, at least 80, and at least 80 per anomaly.
    n_channels : int
        Columns, at least 1. From the thirteenth on, names repeat with a number: "pressure_bar_2".
        The valve acts on the others only in logs that contain it (3 channels or more).
    anomalies : "all" or sequence of str
        Names from `ANOMALY_KINDS`, one event each, in random order at random places of the second
        half, never overlapping. A kind may be given several times; none gives a clean log. "all" is
        one event of every kind, except "broken_correlation" with one channel.
    freq : str or pandas offset
        Distance between rows, positive. The first row is at 2024-01-01 or the first date of that
        frequency after it.
    random_state : int, numpy.random.Generator or None
        Seed; the same int gives the same log.

    Returns
    -------
    log : SensorLog
        `(data, labels, events)`.

    Raises
    ------
    TypeError
        If `n_timesteps` or `n_channels` is not an integer, or `anomalies` is neither "all" nor a
        sequence.
    ValueError
        If a number is too small, a kind is unknown, "broken_correlation" is asked for with one
        channel, `freq` is not a positive frequency whose dates fit in pandas, or
        `random_state` cannot be used.

    Examples
    --------
    >>> from tsrnn.datasets import make_sensor_log
    >>> log = make_sensor_log(1000, 3, anomalies=["spike", "stuck"], random_state=0)
    >>> log.data.shape, list(log.data.columns)
    ((1000, 3), ['pressure_bar', 'flow_l_min', 'valve'])
    >>> sorted(log.events["kind"])
    ['spike', 'stuck']
    >>> bool(log.labels.iloc[:500].any())
    False
    """
    n_channels = check_int("n_channels", n_channels, minimum=1)
    kinds = _check_kinds(anomalies, n_channels)
    n_timesteps = check_int(
        "n_timesteps", n_timesteps, minimum=_ROWS_PER_EVENT * max(1, len(kinds))
    )
    index = _make_index(freq, n_timesteps)
    rng = as_generator(random_state)
    names = channel_names(n_channels)
    plant = make_clean(n_timesteps, names, rng)
    events = _add_anomalies(plant, kinds, rng)

    labels = np.zeros(n_timesteps, dtype=bool)
    for _, rows, _ in events:
        labels[rows] = True
    return SensorLog(
        data=pd.DataFrame(plant.values, index=index, columns=names),
        labels=pd.Series(labels, index=index, name="is_anomaly"),
        events=pd.DataFrame(
            {
                "start": index[[rows.start for _, rows, _ in events]],
                "end": index[[rows.stop - 1 for _, rows, _ in events]],
                "kind": pd.Series([kind for kind, _, _ in events], dtype=str),
                "channels": pd.Series([[names[c] for c in cs] for *_, cs in events], dtype=object),
            }
        ),
    )


def _add_anomalies(plant, kinds, rng):
    """Write one event per kind into the second half; returns (kind, rows, channels) in order."""
    n_timesteps = len(plant.values)
    edges = np.linspace(n_timesteps - n_timesteps // 2, n_timesteps, len(kinds) + 1).astype(int)
    events = []
    for kind, first, stop in zip(rng.permutation(kinds), edges, edges[1:], strict=False):
        rows, channels = ANOMALY_KINDS[kind](plant, slice(first, stop), rng)
        events.append((str(kind), rows, channels))
    return events


def _check_kinds(anomalies, n_channels):
    if isinstance(anomalies, str) and anomalies == "all":
        return [k for k in ANOMALY_KINDS if n_channels > 1 or k != "broken_correlation"]
    if isinstance(anomalies, str) or not np.iterable(anomalies):
        raise TypeError(f"anomalies must be 'all' or a list of kinds, got {anomalies!r}")
    kinds = [check_choice("anomalies", kind, ANOMALY_KINDS) for kind in anomalies]
    kinds.sort()  # so that a set, whose order changes from run to run, gives the same log too
    if n_channels == 1 and "broken_correlation" in kinds:
        raise ValueError("anomalies: 'broken_correlation' needs n_channels of at least 2, got 1")
    return kinds


def _make_index(freq, n_timesteps):
    try:
        index = pd.date_range("2024-01-01", periods=n_timesteps, freq=freq)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(_FREQ_MESSAGE.format(freq)) from error
    if freq is None or index[1] <= index[0]:
        raise ValueError(_FREQ_MESSAGE.format(freq))
    return index
