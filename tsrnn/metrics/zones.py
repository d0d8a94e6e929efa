"""Affiliation precision and recall: distances between events, as survival probabilities."""

from typing import NamedTuple

import numpy as np

from tsrnn.metrics._labels import check_has_event, harmonic_mean, read_pair, runs

_N_SHIFTS = 20


class Affiliation(NamedTuple):
    """Precision, recall and their harmonic mean; `random_f1` is what the same alarms get by luck.

    All four lie between 0 and 1; `precision` is NaN without any alarm, and F1 is 0 then.
    """

    precision: float
    recall: float
    f1: float
    random_f1: float


def affiliation(y_true, y_pred):
    """Affiliation precision and recall: how near alarms are to events, compared with chance.

    Every true event owns the zone of the time line that is nearer to it than to the others; rows
    are intervals of length 1. Precision of a zone: for each moment x flagged in it, the chance that
    a moment drawn uniformly from the zone is further from the event than x (1 inside the event);
    averaged over the flagged moments, then over zones with any. Recall: for each moment y of the
    event, the chance that a moment drawn from the zone is further from y than the nearest flagged
    moment of the zone (0 if none); averaged over y, then over all zones.

    Being near is enough, so alarms at random places reach .5 to .7: compare `f1` with `random_f1`,
    its mean over 20 circular shifts of `y_pred` by equal steps.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        1 in anomalous rows, 0 elsewhere; at least one 1.
    y_pred : array-like of shape (n,)
        1 in flagged rows, 0 elsewhere.

    Returns
    -------
    Affiliation
        Named tuple ``(precision, recall, f1, random_f1)``.

    Raises
    ------
    ValueError
        If they hold anything but 0 and 1, are not one-dimensional and of one length, or `y_true`
        holds no 1.

    References
    ----------
    Huet, Navarro, Rossi (2022), Local Evaluation of Time Series Anomaly Detection Algorithms, KDD,
    sections 3 and 4.

    Examples
    --------
    >>> y_true = [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    >>> y_pred = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    >>> precision, recall, f1, random_f1 = affiliation(y_true, y_pred)
    >>> round(precision, 3), round(recall, 3)
    (0.7, 0.8)
    """
    y_true, y_pred = read_pair(y_true, y_pred)
    check_has_event(y_true)
    precision, recall = _precision_recall(y_true, y_pred)
    # Of fewer than 21 rows, fewer different ones, the alarms as they are among them.
    shifts = np.unique(np.arange(1, _N_SHIFTS + 1) * len(y_pred) // (_N_SHIFTS + 1))
    by_luck = [_f1(*_precision_recall(y_true, np.roll(y_pred, shift))) for shift in shifts]
    return Affiliation(precision, recall, _f1(precision, recall), float(np.mean(by_luck)))


def _f1(precision, recall):
    return 0.0 if np.isnan(precision) else float(harmonic_mean(precision, recall))


def _precision_recall(y_true, y_pred):
    events, alarms = runs(y_true).astype(float), runs(y_pred).astype(float)
    borders = (events[1:, 0] + events[:-1, 1]) / 2
    edges = np.concatenate(([0.0], borders, [len(y_true)]))
    precisions, recalls = [], []
    for event, low, high in zip(events, edges[:-1], edges[1:], strict=True):
        cut = np.clip(alarms[(alarms[:, 1] > low) & (alarms[:, 0] < high)], low, high)
        if len(cut):
            precisions.append(_zone_precision(event, cut, low, high))
        recalls.append(_zone_recall(event, cut, low, high) if len(cut) else 0.0)
    precision = float(np.mean(precisions)) if precisions else float("nan")
    return precision, float(np.mean(recalls))


def _zone_precision(event, alarms, low, high):
    """Mean over flagged moments outside of the survival function of the distance, 1 inside."""
    start, stop = event
    near = min(start - low, high - stop)

    def closer_integral(distance):
        # Integral from 0 of P(closer) times the zone's length: both sides up to `near`, then one.
        both = np.minimum(distance, near)
        return (stop - start) * distance + distance**2 / 2 + both**2 / 2 + both * (distance - both)

    left = np.maximum(start - alarms, 0.0)
    right = np.maximum(alarms - stop, 0.0)
    outside = (left[:, 0] - left[:, 1]) + (right[:, 1] - right[:, 0])
    closer = closer_integral(left[:, 0]) - closer_integral(left[:, 1])
    closer += closer_integral(right[:, 1]) - closer_integral(right[:, 0])
    total = (alarms[:, 1] - alarms[:, 0]).sum()
    return 1.0 - closer.sum() / (high - low) / total if outside.sum() else 1.0


def _zone_recall(event, alarms, low, high):
    """Mean over the event of the chance that a random moment is further than the nearest alarm.

    The chance is piecewise linear in the moment, so a trapezium between its corners is exact.
    """
    start, stop = event
    starts, stops = alarms[:, 0], alarms[:, 1]

    def distance(moment):
        after = np.minimum(np.searchsorted(stops, moment), len(stops) - 1)
        before = np.maximum(after - 1, 0)
        to_next = np.maximum(np.maximum(starts[after] - moment, moment - stops[after]), 0.0)
        return np.minimum(to_next, np.abs(moment - np.clip(moment, starts[before], stops[before])))

    def chance(moment):
        away = distance(moment)
        closer = np.minimum(away, moment - low) + np.minimum(away, high - moment)
        return 1.0 - closer / (high - low)

    # Corners: ends of alarms, middles between them, and where a distance reaches the zone's edge.
    corners = np.concatenate(
        (
            alarms.ravel(),
            (stops[:-1] + starts[1:]) / 2,
            (starts + low) / 2,
            (stops + high) / 2,
            event,
        )
    )
    corners = np.unique(np.clip(corners, start, stop))
    heights = chance(corners)
    return float(np.sum(np.diff(corners) * (heights[1:] + heights[:-1]) / 2) / (stop - start))
