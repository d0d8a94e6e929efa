"""Calibration rows that look like a fault themselves, and are to be left out."""

from dataclasses import replace

import numpy as np

from tsrnn.detection.events import event_rows, find_events
from tsrnn.detection.usual import LEAST_UNIT

# How many times as high as ever before the errors of a suspect stretch get. What gets to less is
# mostly rare but usual: holidays, bursts of load.
_FACTOR = 4.0
_HIGH = 0.95
# If more of the calibration rows are suspects, it is the normal behaviour that has changed.
_MOST = 0.5
# As the size of errors changes without the suspects, others may show.
_PASSES = 3
# Smoothing spreads a fault over rows around it: it must not reach most of the calibration rows.
_SHARE_OF_SMOOTHING = 0.1


def without_suspects(ensemble, scaled, n_train):
    """Mark targets of calibration rows that look like a fault as missing, in a copy of `scaled`.

    The rows after `n_train` tell what is usual. A fault among them would raise the threshold and
    the size of errors that counts as usual for its channels, and would be something that is known
    once these rows are learnt from as well. A stretch of them is a suspect if a scorer's smoothed
    errors stay above what is usually high, the .95 quantile of the rows before, and get to four
    times the highest of the rows before. As errors are smaller in rows that were learnt from, those
    before are multiplied by the ratio of the medians after and before, if above 1.

    Parameters
    ----------
    ensemble : Ensemble
        Fitted to the first `n_train` rows. The size of its errors is measured anew without the
        suspects, if there are any.
    scaled : Scaled
    n_train : int

    Returns
    -------
    Scaled
        `scaled` itself if there are no suspects, or if more than half of the rows are.
    """
    n_calibration = len(scaled) - n_train
    width = min(2 * ensemble.widths[True], max(1, int(_SHARE_OF_SMOOTHING * n_calibration)))
    if _none_is_near(ensemble, scaled, n_train, width):
        return scaled
    suspects, trimmed = np.zeros(len(scaled), bool), scaled
    for _ in range(_PASSES):
        found = suspects.copy()
        for total in ensemble.totals(scaled, width).T:
            found[n_train:] |= stand_out(total[:n_train], np.nan_to_num(total[n_train:]))
        if found[n_train:].mean() > _MOST:
            ensemble.measure(scaled, n_train)
            return scaled
        if np.array_equal(found, suspects):
            break
        suspects = found
        trimmed = replace(scaled, missing=scaled.missing | suspects[:, None])
        ensemble.measure(trimmed, n_train)
    return trimmed


def _none_is_near(ensemble, scaled, n_train, width):
    """Whether the rows just before the last ones, as many, already show that none stands out.

    They do almost always, and save the others from being scored once more.
    """
    start = max(0, 2 * n_train - len(scaled))
    totals = np.nan_to_num(ensemble.totals(scaled[start:], width))
    settled = width + max(scorer.context for scorer in ensemble.comparable)
    highest = totals[settled : n_train - start].max(axis=0, initial=LEAST_UNIT)
    return bool((totals[n_train - start :] <= _FACTOR * highest).all())


def stand_out(before, after):
    """Rows (n_after,) in events of the errors `after` that get far beyond those `before`.

    NaN among `before` is left out.
    """
    before = before[~np.isnan(before)]
    if not len(before):
        return np.zeros(len(after), bool)
    ratio = max(np.median(after), LEAST_UNIT) / max(np.median(before), LEAST_UNIT)
    usual, highest = np.maximum([np.quantile(before, _HIGH), before.max()], LEAST_UNIT) * max(
        1, ratio
    )
    return event_rows(find_events(after, _FACTOR * highest, usual), len(after))
