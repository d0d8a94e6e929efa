"""Rank detectors without labels: by known faults, and side by side on a log as it is."""

import time
from itertools import pairwise

import numpy as np
import pandas as pd
from sklearn.base import clone

from tsrnn._validation import as_generator, check_choice, check_int, check_real, shown
from tsrnn.datasets.anomalies import SENSOR_FAULTS
from tsrnn.detection.base import BaseDetector
from tsrnn.detection.channels import Channels
from tsrnn.detection.faults import put_faults
from tsrnn.detection.frames import read_rows
from tsrnn.metrics._labels import harmonic_mean, hits, runs
from tsrnn.metrics.volume import vus_pr

_ROWS_PER_FAULT, _MOST_AT_ONCE = 250, 10
_FEWEST_ROWS = 40
_LONGEST_BUFFER = 100


def compare_on_faults(
    detectors, X, *, n_faults=20, kinds="all", test_fraction=0.3, random_state=None
):
    """Rank detectors by how well they find known faults put into rows without anomalies.

    Every detector is fitted on the first rows of `X`. Into copies of the last rows faults are put
    (a spike, a level shift, a drift, a stuck reading, a burst of noise; each in one signal, of a
    size in its standard deviations), at random places, the same for all. Nothing but that these
    faults are found is measured: real anomalies may be of other kinds.

    Parameters
    ----------
    detectors : dict of str to detector
        What to compare. They are cloned, not changed.
    X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
        Rows in time order that are believed to be usual, at least 40 for the faults.
    n_faults : int
        How many, at least 1; at most 10 at once in a copy.
    kinds : "all" or sequence of str
        Names in `tsrnn.datasets.anomalies.SENSOR_FAULTS`, in turn.
    test_fraction : float
        Share of the rows, the last ones, that get faults; in (0, 1).
    random_state : None, int, Generator or RandomState
        Seed of the faults.

    Returns
    -------
    DataFrame
        One row per detector (index ``model``), best first. ``f1`` of its events, which ranks;
        ``found`` of ``faults``; ``false_alarms``, events that are about no fault; ``vus_pr`` of the
        scores whatever the threshold, the mean over the copies; ``fit_seconds``,
        ``score_seconds`` of one copy; ``error``, what went wrong with a detector that has no
        figures, else None.

    Raises
    ------
    TypeError
        If `detectors` holds something else, or a parameter has a wrong type.
    ValueError
        If there are no detectors, too few rows, no signal that could have a fault, or a parameter
        is out of range.

    Notes
    -----
    An event is about the fault in which its peak lies, or within 100 rows of it, at most a quarter
    of the rows per fault: an alarm tells where to look, and one that never ends is about one fault
    at most. F1 is the harmonic mean of the share of events that are about a fault and the share of
    faults that an event is about. The buffers of VUS-PR are as long. The rule for the peak is that
    of the UCR anomaly archive (Wu and Keogh 2021, Current Time Series Anomaly Detection Benchmarks
    are Flawed and are Creating the Illusion of Progress, IEEE TKDE 35(3)).

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.baselines import AutoRegression, MovingEnergy
    >>> X = np.sin(np.arange(2000) / 5) + np.random.default_rng(0).normal(scale=0.1, size=2000)
    >>> detectors = {"energy": MovingEnergy(), "autoregression": AutoRegression()}
    >>> table = compare_on_faults(detectors, X[:, None], random_state=0)
    >>> list(table.index), int(table["faults"].iloc[0])
    (['autoregression', 'energy'], 20)
    """
    named = _check_detectors(detectors)
    check_int("n_faults", n_faults, 1)
    check_real("test_fraction", test_fraction, 0, 1, open_minimum=True, open_maximum=True)
    kinds = _check_kinds(kinds)
    rows = read_rows(BaseDetector(), X, reset=True)
    # As it is, with text as text; only signals get faults.
    frame = pd.DataFrame(X if isinstance(X, pd.DataFrame | pd.Series) else rows.values)
    frame.columns = rows.names
    n_fit = len(frame) - round(test_fraction * len(frame))
    if len(frame) - n_fit < _FEWEST_ROWS:
        raise ValueError(
            f"X must leave at least {_FEWEST_ROWS} rows for faults, got {len(frame) - n_fit} of "
            f"{len(frame)}"
        )
    rng = as_generator(random_state)
    copies, signals = _copies(rows, n_fit, n_faults, kinds, rng)
    logs = [_with_faults(frame, n_fit, copy, signals) for copy in copies]
    table = {name: _try(model, frame, n_fit, copies, logs) for name, model in named.items()}
    table = pd.DataFrame.from_dict(table, orient="index").rename_axis("model")
    return table.sort_values(["f1", "vus_pr"], ascending=False, na_position="last")


def compare_events(detectors, X, *, first_row=0):
    """Set the events that fitted detectors find side by side.

    Parameters
    ----------
    detectors : dict of str to fitted detector
        The first one is the one that the others are held against.
    X : DataFrame, Series or array-like of shape (n_timesteps, n_channels)
        A log, as for their ``predict``.
    first_row : int
        Where to begin to count, at least 0: the rows before it are scored too, but may have been
        learnt from.

    Returns
    -------
    DataFrame
        One row per detector (index ``model``), as given: ``events``, ``share_of_rows`` in them,
        NaN if there is no row, ``shared``, how many events of the first one it flags too, at least
        in part.

    Raises
    ------
    TypeError
        If `detectors` holds something else.
    ValueError
        If there are none, or `first_row` is negative.

    Examples
    --------
    >>> import numpy as np
    >>> from tsrnn.baselines import AutoRegression, MovingEnergy
    >>> X = np.sin(np.arange(900) / 5) + np.random.default_rng(0).normal(scale=0.1, size=900)
    >>> X[700:720] += 4
    >>> both = {"a": AutoRegression(), "b": MovingEnergy()}
    >>> fitted = {name: one.fit(X[:600, None]) for name, one in both.items()}
    >>> compare_events(fitted, X[:, None])[["events", "shared"]].to_dict("list")
    {'events': [1, 1], 'shared': [1, 1]}
    """
    named = _check_detectors(detectors)
    check_int("first_row", first_row, 0)
    table, first = {}, None
    for name, model in named.items():
        flags = (model.predict(X) == -1)[first_row:]
        first = runs(flags) if first is None else first
        table[name] = {
            "events": len(runs(flags)),
            "share_of_rows": float(flags.mean()) if len(flags) else np.nan,
            "shared": int(hits(first, flags).sum()),
        }
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("model")


def _check_detectors(detectors):
    if not isinstance(detectors, dict):
        raise TypeError(f"detectors must be a dict of name to detector, got {shown(detectors)}")
    if not detectors:
        raise ValueError("detectors must hold at least one, got none")
    for model in detectors.values():
        if not isinstance(model, BaseDetector):
            raise TypeError(f"detectors must be detectors like AutoRegression(), got {model!r}")
    return detectors


def _check_kinds(kinds):
    if isinstance(kinds, str):
        kinds = SENSOR_FAULTS if kinds == "all" else [kinds]
    if not np.iterable(kinds):
        raise TypeError(f'kinds must be "all" or a list of names, got {shown(kinds)}')
    kinds = [check_choice("kinds", kind, SENSOR_FAULTS) for kind in kinds]
    if not kinds:
        raise ValueError(f"kinds must name at least one of {', '.join(SENSOR_FAULTS)}, got none")
    return kinds


def _copies(rows, n_fit, n_faults, kinds, rng):
    """Return Faults of the rows after `n_fit`, so many that there are `n_faults`; and signals."""
    channels = Channels().fit(rows[:n_fit])
    signals = channels.targets_[~channels.flat_]
    if not len(signals):
        raise ValueError(f"no channel changes in the first {n_fit} rows; faults need a signal")
    test = rows.values[n_fit:]
    most = int(np.clip(len(test) // _ROWS_PER_FAULT, 1, _MOST_AT_ONCE))
    copies = []
    for first in range(0, n_faults, most):
        here = [kinds[k % len(kinds)] for k in range(first, min(first + most, n_faults))]
        edges = np.linspace(0, len(test), len(here) + 1).astype(int)
        slots = [slice(a, b) for a, b in pairwise(edges)]
        copies.append(put_faults(test, rng.permutation(here), signals, channels.scale_, slots, rng))
    copies = [copy for copy in copies if copy.rows]
    if not copies:
        raise ValueError("no fault could be put into X: its last rows are missing or stuck")
    return copies, signals


def _with_faults(frame, n_fit, copy, signals):
    """Return `frame` with the values of a copy in its rows from `n_fit` on."""
    columns = {name: frame[name] for name in frame.columns}
    for signal in signals:
        name = frame.columns[signal]
        before = frame[name].to_numpy(dtype=float, na_value=np.nan)[:n_fit]
        columns[name] = np.concatenate((before, copy.values[:, signal]))
    return pd.DataFrame(columns, frame.index)


def _try(model, frame, n_fit, copies, logs):
    """Return the row of one detector: figures, or NaN and what went wrong."""
    figures = ["f1", "found", "faults", "false_alarms", "vus_pr", "fit_seconds", "score_seconds"]
    row = dict.fromkeys(figures, np.nan)
    try:
        begin = time.perf_counter()
        model = clone(model).fit(frame.iloc[:n_fit])
        fitted = time.perf_counter()
        answers = [model.scores(log).iloc[n_fit:] for log in logs]
        end = time.perf_counter()
    except Exception as error:  # One detector must not stop the others.
        return {**row, "error": f"{type(error).__name__}: {error}"}
    n_faults = sum(len(copy.rows) for copy in copies)
    found = n_right = n_events = 0
    volumes = []
    for copy, answer in zip(copies, answers, strict=True):
        score, flags = answer["score"].to_numpy(), answer["is_anomaly"].to_numpy()
        buffer = min(_LONGEST_BUFFER, len(score) // len(copy.rows) // 4)
        volumes.append(vus_pr(copy.labels, score, window=buffer))
        about = _about(copy, score, runs(flags), buffer)
        n_events += len(about)
        n_right += int(about.any(axis=1).sum())
        found += int(about.any(axis=0).sum())
    precision = n_right / n_events if n_events else 0.0
    return row | {
        "f1": float(harmonic_mean(precision, found / n_faults)),
        "found": found,
        "faults": n_faults,
        "false_alarms": n_events - n_right,
        "vus_pr": float(np.mean(volumes)),
        "fit_seconds": fitted - begin,
        "score_seconds": (end - fitted) / len(copies),
        "error": None,
    }


def _about(copy, score, events, buffer):
    """Tell (n_events, n_faults) which fault the peak of which event lies in or near."""
    peaks = np.array([a + int(score[a:b].argmax()) for a, b in events], dtype=int)[:, None]
    starts = np.array([rows.start for rows in copy.rows])
    stops = np.array([rows.stop for rows in copy.rows])
    return (peaks >= starts - buffer) & (peaks < stops + buffer)
