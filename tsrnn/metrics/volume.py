"""Range-AUC and its volume over buffer lengths (VUS), in closed form.

Paparrizos, Boniol, Palpanas, Tsay, Elmore, Franklin (2022), Volume Under the Surface: A New
Accuracy Evaluation Measure for Time-Series Anomaly Detection, PVLDB 15(11). What their text leaves
open follows the code of the TSB-AD benchmark, ``RangeAUC_volume_opt``.
"""

import numpy as np

from tsrnn._validation import check_choice, check_int
from tsrnn.metrics._labels import read_scored, runs

_N_THRESHOLDS = 250
_BLOCK = 256
# The benchmark's search for a period: lags, rows, and what it takes if it finds none.
_FIRST_LAG, _LAST_LAG, _ROWS, _NO_PERIOD = 3, 400, 20_000, 125
_ACCEPTED_LAGS = (6, 303)


def vus_pr(y_true, score, window=100):
    """Volume under the surface of precision and recall: `range_auc` averaged over buffers.

    The mean of ``range_auc(y_true, score, w, curve="pr")`` over w = 0, ..., `window`. It rewards
    scores that are high in and near anomalies, whatever their threshold. Scores need no scale:
    only their order counts. A score that says nothing gets about the share of anomalous rows.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        1 in anomalous rows, 0 elsewhere.
    score : array-like of shape (n,)
        Higher is more anomalous; finite.
    window : int, default=100
        Longest buffer in rows, at least 0; half of it lies on either side of an anomaly. The
        benchmark takes `vus_window` of the first channel.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If `y_true` holds anything but 0 and 1 or no 1, `score` is not finite, they are not
        one-dimensional and of one length, or `window` is negative.
    TypeError
        If `window` is not an integer.

    References
    ----------
    Paparrizos et al. (2022), PVLDB 15(11), section 4.

    Examples
    --------
    >>> y_true = [0, 0, 0, 1, 1, 0, 0, 0]
    >>> vus_pr(y_true, y_true, window=0)
    1.0
    >>> late = [0, 0, 0, 0, 0, 1, 1, 0]
    >>> bool(vus_pr(y_true, late, window=4) > vus_pr(y_true, late, window=0))
    True
    """
    check_int("window", window, 0)
    return float(_precision_recall_areas(*read_scored(y_true, score), np.arange(window + 1)).mean())


def vus_roc(y_true, score, window=100):
    """Volume under the ROC surface: `range_auc` with ``curve="roc"``, averaged over buffers.

    Less telling than `vus_pr` where anomalies are rare: 0.5 stands for no skill, and many false
    alarms cost little.

    Parameters
    ----------
    y_true, score, window
        As for `vus_pr`.

    Returns
    -------
    float

    Raises
    ------
    ValueError, TypeError
        As for `vus_pr`, and ValueError if every row is anomalous.

    References
    ----------
    Paparrizos et al. (2022), PVLDB 15(11), section 4.

    Examples
    --------
    >>> vus_roc([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], window=0)
    1.0
    """
    check_int("window", window, 0)
    return float(_roc_areas(*read_scored(y_true, score), np.arange(window + 1)).mean())


def range_auc(y_true, score, window=100, curve="pr"):
    """Area under the curve with labels that fade out around each anomaly.

    A row at distance d = 1, ..., w // 2 of an anomaly has the label ``sqrt(1 - d / w)``, with w the
    `window`; labels of several anomalies add up, to 1 at most. At a threshold, TP is the sum of the
    labels of predicted rows, TP_out that of those outside anomalies, and

    - recall = min(1, TP / (P + TP_out / 2)) times the share of anomalies, each with its buffers and
      merged where these meet, in which any row is predicted (P anomalous rows);
    - precision = TP / N_pred;
    - false-positive rate = (N_pred - TP) / (n - P - TP_out / 2).

    The thresholds are 250 scores at evenly spaced ranks. The area under precision and recall is
    ``sum(precision * increase of recall)``, that under ROC a sum of trapezia, closed by (1, 1).

    Parameters
    ----------
    y_true, score
        As for `vus_pr`.
    window : int, default=100
        Buffer in rows, at least 0.
    curve : {"pr", "roc"}, default="pr"
        Precision and recall, or true and false positives.

    Returns
    -------
    float

    Raises
    ------
    ValueError, TypeError
        As for `vus_pr`; ValueError for another `curve`, or for "roc" if every row is anomalous.

    References
    ----------
    Paparrizos et al. (2022), PVLDB 15(11), section 3.

    Examples
    --------
    >>> y_true, score = [0, 1, 0, 0], [0.1, 0.4, 0.5, 0.2]
    >>> range_auc(y_true, score, window=0)
    0.5
    >>> round(range_auc(y_true, score, window=2), 3)
    0.777
    """
    areas = {"pr": _precision_recall_areas, "roc": _roc_areas}[
        check_choice("curve", curve, ("pr", "roc"))
    ]
    check_int("window", window, 0)
    return float(areas(*read_scored(y_true, score), np.array([window]))[0])


def vus_window(values):
    """Buffer length that the TSB-AD benchmark takes for a series: its period.

    The lag of the highest local maximum of the autocorrelation at lags 3 to 400 of the first
    20,000 values; 125 if there is none or it lies outside of 6 to 303.

    Parameters
    ----------
    values : array-like of shape (n,)
        The series, or the first channel of several; finite.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If `values` is empty, not one-dimensional or not finite.

    Examples
    --------
    >>> vus_window(np.sin(2 * np.pi * np.arange(500) / 24)), vus_window([1.0, 1.0])
    (24, 125)
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(f"values must be one-dimensional, finite, not empty, got {values.shape}")
    values = values[:_ROWS]
    if not np.ptp(values):
        return _NO_PERIOD
    values = values - values.mean()
    power = np.abs(np.fft.rfft(values, 2 * len(values))) ** 2
    covariance = np.fft.irfft(power)[: min(_LAST_LAG + 1, len(values))]
    tail = covariance[_FIRST_LAG:] / covariance[0]
    peaks = np.flatnonzero((tail[1:-1] > tail[:-2]) & (tail[1:-1] > tail[2:])) + 1
    if not len(peaks):
        return _NO_PERIOD
    lag = int(peaks[np.argmax(tail[peaks])]) + _FIRST_LAG
    return lag if _ACCEPTED_LAGS[0] <= lag <= _ACCEPTED_LAGS[1] else _NO_PERIOD


def _precision_recall_areas(labels, score, windows):
    recall, precision, _ = _curves(labels, score, windows)
    return (np.diff(recall, axis=1, prepend=0.0) * precision).sum(axis=1)


def _roc_areas(labels, score, windows):
    if labels.all():
        raise ValueError("y_true must hold a normal row for the ROC curve, got none")
    recall, _, fall_out = _curves(labels, score, windows)
    ends = {"axis": 1, "prepend": 0.0, "append": 1.0}
    closed = np.pad(recall, ((0, 0), (1, 1)), constant_values=((0, 0), (0.0, 1.0)))
    return (np.diff(fall_out, **ends) * (closed[:, 1:] + closed[:, :-1]) / 2).sum(axis=1)


def _curves(labels, score, windows):
    """Recall, precision and false-positive rate (n_windows, n_thresholds)."""
    n = len(score)
    descending = -np.sort(-score)
    levels = descending[np.linspace(0, n - 1, _N_THRESHOLDS).astype(int)]
    # A row is predicted from its step on; the last level is the lowest score.
    step = np.searchsorted(-levels, -score)
    n_predicted, inside = _count(step), _count(step[labels])
    outside = _buffer_sums(labels, step, windows)
    positives = labels.sum() + outside / 2
    true_positives = inside + outside
    hit = _share_of_segments(labels, step, windows.max() // 2)[windows // 2]
    recall = np.minimum(true_positives / positives, 1.0) * hit
    with np.errstate(invalid="ignore", divide="ignore"):
        fall_out = (n_predicted - true_positives) / (n - positives)
    return recall, true_positives / n_predicted, fall_out


def _count(step, weights=None):
    return np.cumsum(np.bincount(step, weights, minlength=_N_THRESHOLDS))


def _buffer_sums(labels, step, windows):
    """Sum of the fading labels of predicted rows outside anomalies (n_windows, n_thresholds)."""
    reach = windows.max() // 2
    if not reach:
        return np.zeros((len(windows), _N_THRESHOLDS))
    row, distance = _neighbours(labels, reach)
    alone = np.bincount(row, minlength=len(labels))[row] == 1
    # Rows in one buffer only: one matrix product of labels by distance and counts by distance.
    cell = (distance[alone] - 1) * _N_THRESHOLDS + step[row[alone]]
    counts = np.bincount(cell, minlength=reach * _N_THRESHOLDS).reshape(reach, _N_THRESHOLDS)
    counts = np.cumsum(counts, axis=1, dtype=np.float64)
    # Rows in several: their labels are added up and capped row by row.
    shared, place = np.unique(row[~alone], return_inverse=True)
    gap = distance[~alone] - 1
    sums = np.empty((len(windows), _N_THRESHOLDS))
    for first in range(0, len(windows), _BLOCK):
        block = slice(first, first + _BLOCK)
        fading = _fading(windows[block], reach)
        sums[block] = fading @ counts
        if len(shared):
            for target, label in zip(sums[block], fading, strict=True):
                total = np.bincount(place, label[gap], minlength=len(shared))
                target += _count(step[shared], np.minimum(total, 1.0))
    return sums


def _fading(windows, reach):
    """Label at distances 1 to `reach` (n_windows, reach)."""
    distance = np.arange(1, reach + 1)
    windows = windows[:, None]
    share = np.where(distance <= windows // 2, distance / np.maximum(windows, 1), 1.0)
    return np.sqrt(1.0 - share)


def _neighbours(labels, reach):
    """Pairs (row, distance) of normal rows within `reach` of an anomaly, one per anomaly."""
    events = runs(labels)
    distance = np.arange(1, reach + 1)
    rows = np.concatenate((events[:, :1] - distance, events[:, 1:] - 1 + distance))
    known = (rows >= 0) & (rows < len(labels))
    known[known] = ~labels[rows[known]]
    return rows[known], np.broadcast_to(distance, rows.shape)[known]


def _share_of_segments(labels, step, reach):
    """Share of anomalies with buffers of 0 to `reach` rows that are hit (reach + 1, n_levels)."""
    events = runs(labels)
    starts, stops = events[:, 0], events[:, 1]
    apart = starts[1:] - stops[:-1] + 1
    # Beyond the ends of the series there is nothing to predict.
    padded = np.concatenate(([_N_THRESHOLDS], step, [_N_THRESHOLDS]))
    first = np.minimum.reduceat(padded, events.ravel() + 1)[::2]
    share = np.empty((reach + 1, _N_THRESHOLDS))
    for half in range(reach + 1):
        left, right = np.maximum(starts - half, -1), np.minimum(stops - 1 + half, len(labels))
        first = np.minimum(first, np.minimum(padded[left + 1], padded[right + 1]))
        groups = np.concatenate(([0], np.flatnonzero(apart > 2 * half) + 1))
        share[half] = _count(np.minimum.reduceat(first, groups)) / len(groups)
    return share
