"""F1 of rows after point adjustment, and a version of it that can be trusted more."""

import itertools

import numpy as np

from tsrnn._validation import check_real
from tsrnn.metrics._labels import check_has_event, harmonic_mean, read_pair, runs


def point_adjusted_f1(y_true, y_pred):
    """F1 of rows, where one flagged row is taken to flag its whole anomaly.

    **Do not trust it.** It is here because much of the literature reports it. One lucky row in a
    long anomaly counts as if all its rows had been found, while every false row counts once: with
    anomalies of some hundred rows, alarms thrown at random reach 0.9 and beat published detectors
    (Kim et al. 2022). Report `pa_k`, `event_f1` or `vus_pr` instead, or at least beside it.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        1 in anomalous rows, 0 elsewhere; at least one 1.
    y_pred : array-like of shape (n,)
        1 in flagged rows, 0 elsewhere.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If they hold anything but 0 and 1, are not one-dimensional and of one length, or `y_true`
        holds no 1.

    References
    ----------
    Xu et al. (2018), Unsupervised Anomaly Detection via Variational Auto-Encoder for Seasonal KPIs
    in Web Applications, WWW, section 4.2. Kim, Choi, Choi, Lee, Yoon (2022), Towards a Rigorous
    Evaluation of Time-Series Anomaly Detection, AAAI.

    Examples
    --------
    >>> point_adjusted_f1([0, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 0])
    1.0
    """
    return pa_k(y_true, y_pred, k=0)


def pa_k(y_true, y_pred, k=None):
    """F1 of rows, where only anomalies found to more than `k` percent count as found throughout.

    At k = 0 it is `point_adjusted_f1`, at k = 100 the plain F1 of rows. Without `k` it is the mean
    over all k from 0 to 100, the area under the curve that its authors recommend, here exact.

    Parameters
    ----------
    y_true, y_pred
        As for `point_adjusted_f1`.
    k : float, optional
        Percent, from 0 to 100.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        As for `point_adjusted_f1`, or if `k` is out of range.
    TypeError
        If `k` is not a number.

    References
    ----------
    Kim, Choi, Choi, Lee, Yoon (2022), Towards a Rigorous Evaluation of Time-Series Anomaly
    Detection, AAAI, equation 10.

    Examples
    --------
    >>> y_true, y_pred = [0, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 0]
    >>> pa_k(y_true, y_pred, k=20), pa_k(y_true, y_pred, k=25), pa_k(y_true, y_pred)
    (1.0, 0.4, 0.55)
    """
    if k is not None:
        k = check_real("k", k, 0, 100)
    y_true, y_pred = read_pair(y_true, y_pred)
    check_has_event(y_true)
    events = runs(y_true)
    length = events[:, 1] - events[:, 0]
    found = np.diff(np.concatenate(([0], np.cumsum(y_pred)))[events], axis=1)[:, 0]
    share = 100.0 * found / length
    n_false = np.count_nonzero(y_pred & ~y_true)

    def f1(k):
        n_found = np.where(share > k, length, found).sum()
        return harmonic_mean(n_found / max(n_found + n_false, 1), n_found / length.sum())

    if k is not None:
        return float(f1(k))
    # F1 changes where k passes the share of an anomaly, and is constant from there on.
    edges = np.unique(np.concatenate(([0.0, 100.0], share)))
    areas = [f1(low) * (high - low) for low, high in itertools.pairwise(edges)]
    return float(sum(areas) / 100)
