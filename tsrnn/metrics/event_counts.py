"""Metrics of alarms that count events: runs of flagged rows."""

import numpy as np

from tsrnn._validation import check_real
from tsrnn.metrics._labels import check_has_event, harmonic_mean, hits, read_pair, runs


def event_f1(y_true, y_pred):
    """Harmonic mean of event precision and event recall.

    An event is a run of ones. Precision is the share of predicted events that overlap a true one,
    recall the share of true events that overlap a predicted one: every event counts once, however
    long. One alarm that lasts for ever reaches 1; look at `false_alarm_rate` and at
    `range_precision_recall` too.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        1 in anomalous rows, 0 elsewhere; at least one 1.
    y_pred : array-like of shape (n,)
        1 in rows inside an alarm, 0 elsewhere; for a detector ``predict(X) == -1``.

    Returns
    -------
    float
        Between 0 and 1; 0 without any alarm.

    Raises
    ------
    ValueError
        If they hold anything but 0 and 1, are not one-dimensional and of one length, or `y_true`
        holds no 1.

    References
    ----------
    Hundman et al. (2018), Detecting Spacecraft Anomalies Using LSTMs and Nonparametric Dynamic
    Thresholding, KDD, section 4.2.

    Examples
    --------
    >>> event_f1([0, 1, 1, 0, 0, 1], [0, 0, 1, 0, 0, 0])
    0.6666666666666666
    """
    y_true, y_pred = read_pair(y_true, y_pred)
    check_has_event(y_true)
    alarms = runs(y_pred)
    if not len(alarms):
        return 0.0
    precision, recall = hits(alarms, y_true).mean(), hits(runs(y_true), y_pred).mean()
    return float(harmonic_mean(precision, recall))


def detection_delay(y_true, y_pred):
    """Mean number of rows from the start of a true event to its first flagged row.

    Parameters
    ----------
    y_true, y_pred
        As for `event_f1`.

    Returns
    -------
    float
        At least 0; NaN if no event is found. Events that are missed do not count: see it beside
        their recall. A detector that looks ahead may flag rows before it could have told.

    Raises
    ------
    ValueError
        As for `event_f1`.

    Examples
    --------
    >>> detection_delay([0, 1, 1, 1, 0, 1], [0, 0, 0, 1, 0, 1])
    1.0
    """
    y_true, y_pred = read_pair(y_true, y_pred)
    check_has_event(y_true)
    events = runs(y_true)
    found = events[hits(events, y_pred)]
    if not len(found):
        return float("nan")
    flagged = np.flatnonzero(y_pred)
    first = flagged[np.searchsorted(flagged, found[:, 0])]
    return float(np.mean(first - found[:, 0]))


def false_alarm_rate(y_true, y_pred, per=1):
    """Alarms that overlap no true event, per normal row or per so many of them.

    Parameters
    ----------
    y_true, y_pred
        As for `event_f1`, but `y_true` may hold no 1.
    per : float, default=1
        Rows in which to count, greater than 0: 1440 gives false alarms per day of one-minute rows.

    Returns
    -------
    float
        At least 0; NaN if every row is anomalous.

    Raises
    ------
    ValueError
        As for `event_f1`, or if `per` is not greater than 0.
    TypeError
        If `per` is not a number.

    Examples
    --------
    >>> false_alarm_rate([0, 0, 0, 0, 1], [1, 1, 0, 1, 1], per=4)
    1.0
    """
    per = check_real("per", per, 0, open_minimum=True)
    y_true, y_pred = read_pair(y_true, y_pred)
    n_normal = np.count_nonzero(~y_true)
    if not n_normal:
        return float("nan")
    return float(np.count_nonzero(~hits(runs(y_pred), y_true)) * per / n_normal)
