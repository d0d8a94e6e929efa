"""The score of the Numenta Anomaly Benchmark."""

import numpy as np

from tsrnn._validation import check_choice
from tsrnn.metrics._labels import read_pair, runs

# Weights of a window found, a false alarm and a window missed.
_PROFILES = {
    "standard": (1.0, 0.11, 1.0),
    "reward_low_FP_rate": (1.0, 0.22, 1.0),
    "reward_low_FN_rate": (1.0, 0.11, 2.0),
}
_PROBATION, _MOST_PROBATION = 0.15, 750
# Window lengths after which an alarm has nothing to do with the window.
_FAR = 3.0


def nab_score(y_true, y_pred, profile="standard"):
    """NAB score of alarms: early ones in a window are worth most, every one outside costs.

    A window is a run of ones. With sigma(y) = 2 / (1 + exp(5 y)) - 1, an alarm i rows before the
    last row of a window of w rows scores ``sigma(-(i + 1) / w) / sigma(-1)``, and the best of a
    window counts; a window without one scores minus the weight of a miss. An alarm i rows after the
    last row of the window before it costs ``sigma(i / (w - 1))`` times the weight of a false alarm;
    beyond three window lengths, and before the first window, it costs all of that weight. The
    first 15 % of the rows, at most 750, do not count, nor do windows that end there. Scores of all
    series are added up; 0 stands for no alarm at all and 100 for one in the first row of every
    window.

    Parameters
    ----------
    y_true : array-like of shape (n,), or list of such arrays
        1 in the rows of labelled windows, 0 elsewhere; of one series or of each in a corpus.
    y_pred : array-like of shape (n,), or list of such arrays
        1 in rows with an alarm, 0 elsewhere. Every one counts: thin out alarms that last.
    profile : {"standard", "reward_low_FP_rate", "reward_low_FN_rate"}, default="standard"
        Weights of false alarms 0.11, 0.22, 0.11 and of misses 1, 1, 2.

    Returns
    -------
    float
        At most 100; negative if alarms do more harm than good.

    Raises
    ------
    ValueError
        If arrays hold anything but 0 and 1 or differ in length, the lists differ in length, no
        series holds a window that counts, or `profile` is unknown.

    Notes
    -----
    NAB takes the threshold of each detector that gives the best score over the whole corpus, so its
    published scores are those of thresholds chosen with the labels at hand.

    References
    ----------
    Lavin, Ahmad (2015), Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly
    Benchmark, ICMLA, section II.

    Examples
    --------
    >>> y_true = [0] * 10 + [1] * 4 + [0] * 6
    >>> nab_score(y_true, y_true)
    100.0
    >>> nab_score(y_true, [0] * 20), round(nab_score(y_true, [0] * 5 + [1] + [0] * 14), 6)
    (0.0, -5.5)
    """
    weights = _PROFILES[check_choice("profile", profile, _PROFILES)]
    corpus = _read_corpus(y_true, y_pred)
    raw, n_windows = np.sum([_raw_score(*pair, weights) for pair in corpus], axis=0)
    if not n_windows:
        raise ValueError("y_true must hold a window after the first 15 % of the rows, got none")
    found, _, missed = weights
    return float(100 * (raw + missed * n_windows) / ((found + missed) * n_windows))


def _read_corpus(y_true, y_pred):
    if not (isinstance(y_true, list | tuple) and len(y_true) and np.ndim(y_true[0]) == 1):
        y_true, y_pred = [y_true], [y_pred]
    if len(y_true) != len(y_pred):
        raise ValueError(
            f"y_true and y_pred must hold as many series, got {len(y_true)} and {len(y_pred)}"
        )
    return [read_pair(labels, alarms) for labels, alarms in zip(y_true, y_pred, strict=True)]


def _raw_score(y_true, y_pred, weights):
    """Weighted sum of the scores of one series, and its number of windows that count."""
    found, false, missed = weights
    n_ignored = int(min(_PROBATION * len(y_true), _MOST_PROBATION))
    first, stop = runs(y_true).T
    width = stop - first
    alarms = np.flatnonzero(y_pred)
    alarms = alarms[alarms >= n_ignored]
    inside = y_true[alarms]
    # Window in which an alarm lies or which it follows, -1 for none.
    window = np.searchsorted(first, alarms, side="right") - 1
    counts = stop > n_ignored
    best = np.full(len(first), -missed)
    hit = window[inside]
    to_end = (stop[hit] - alarms[inside]) / width[hit]
    np.maximum.at(best, hit, found * _sigma(-to_end) / _sigma(-1.0))
    late = window[~inside]
    position = np.full(len(late), np.inf)
    follows = (late >= 0) & (width[late] > 1) if len(first) else np.zeros(len(late), dtype=bool)
    late = late[follows]
    position[follows] = (alarms[~inside][follows] - stop[late] + 1) / (width[late] - 1)
    cost = np.where(position <= _FAR, _sigma(np.minimum(position, _FAR)), -1.0)
    return best[counts].sum() + false * cost.sum(), np.count_nonzero(counts)


def _sigma(position):
    return 2 / (1 + np.exp(5 * position)) - 1
