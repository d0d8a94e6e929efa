"""Precision and recall of ranges."""

import numpy as np

from tsrnn._validation import check_choice, check_real
from tsrnn.metrics._labels import check_has_event, read_pair, runs

# Weight of row i = 1, ..., length of a range.
_BIASES = {
    "flat": lambda i, length: np.ones(length),
    "front": lambda i, length: length - i + 1.0,
    "middle": lambda i, length: np.where(i <= length / 2, i, length - i + 1.0),
    "back": lambda i, length: i.astype(float),
}
_CARDINALITIES = {"one": lambda n: 1.0, "reciprocal": lambda n: 1.0 / n}


def range_precision_recall(y_true, y_pred, *, alpha=0.0, bias="flat", cardinality="reciprocal"):
    """Precision and recall averaged over ranges instead of rows.

    The recall of a true range R is ``alpha * [any row of R predicted] + (1 - alpha) * c * w``: w is
    the weight of its predicted rows in that of all its rows, c is 1 if one predicted range overlaps
    R and the factor `cardinality` of their number if more do. Recall is the mean over true ranges;
    precision is the same with the roles exchanged, ``alpha=0`` and flat weights.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        1 in anomalous rows, 0 elsewhere; at least one 1.
    y_pred : array-like of shape (n,)
        1 in flagged rows, 0 elsewhere.
    alpha : float, default=0.0
        Weight in [0, 1] of being found at all.
    bias : {"flat", "front", "middle", "back"}, default="flat"
        Where in a true range detection counts most.
    cardinality : {"reciprocal", "one"}, default="reciprocal"
        Factor for n overlapping ranges, 1/n or 1: whether to punish fragments.

    Returns
    -------
    precision, recall : float
        Between 0 and 1; precision is 0 without any alarm.

    Raises
    ------
    ValueError
        If the arrays hold anything but 0 and 1, are not one-dimensional and of one length, `y_true`
        holds no 1, or another argument is not accepted.
    TypeError
        If `alpha` is not a number.

    References
    ----------
    Tatbul, Lee, Zdonik, Alam, Gottschlich (2018), Precision and Recall for Time Series, NeurIPS,
    equations 1 to 8 and figure 2.

    Examples
    --------
    >>> y_true = [0, 1, 1, 1, 1, 0, 0, 0]
    >>> y_pred = [0, 0, 0, 1, 1, 1, 1, 0]
    >>> range_precision_recall(y_true, y_pred)
    (0.5, 0.5)
    >>> range_precision_recall(y_true, y_pred, bias="front")
    (0.5, 0.3)
    """
    check_real("alpha", alpha, 0, 1)
    weigh = _BIASES[check_choice("bias", bias, _BIASES)]
    factor = _CARDINALITIES[check_choice("cardinality", cardinality, _CARDINALITIES)]
    y_true, y_pred = read_pair(y_true, y_pred)
    check_has_event(y_true)
    recall = _mean_overlap(y_true, y_pred, alpha, weigh, factor)
    return _mean_overlap(y_pred, y_true, 0.0, _BIASES["flat"], factor), recall


def _mean_overlap(ranges, flags, alpha, weigh, factor):
    rewards = []
    for start, stop in runs(ranges):
        inside = flags[start:stop]
        n_overlaps = len(runs(inside))
        weight = weigh(np.arange(1, stop - start + 1), stop - start)
        overlap = weight[inside].sum() / weight.sum() * factor(max(n_overlaps, 1))
        rewards.append(alpha * (n_overlaps > 0) + (1 - alpha) * overlap)
    return float(np.mean(rewards)) if rewards else 0.0
