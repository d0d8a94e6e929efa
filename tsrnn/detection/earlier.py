"""What the rows before the calibration rows tell of scores that are usual."""

import numpy as np

from tsrnn.detection.trim import stand_out
from tsrnn.detection.usual import LEAST_UNIT


def earlier_scores(calibration, training, run):
    """Scores of the training rows before the calibration rows, as if these had not been learnt.

    A smoothed score tells little more than others within `run` rows of it: the calibration rows
    alone hold too few independent ones to say how rarely a high level is crossed. Scores of rows
    that were learnt from are lower than those of others. By how much is seen on the calibration
    rows, which were scored before they were learnt, too: the others are multiplied by the ratio of
    the medians. What stands out from the calibration rows like a fault is left out.

    Parameters
    ----------
    calibration : ndarray of shape (n_calibration,)
        Scores of the last rows before they were learnt; NaN where unobserved or left out.
    training : ndarray of shape (n,)
        Scores of all rows after all were learnt; NaN where unobserved.
    run : int
        Rows over which one anomaly spreads its score. As many before the calibration rows are left
        out: a fault among these shows there.

    Returns
    -------
    ndarray of shape (at most n - n_calibration - run,)
        No NaN.

    Examples
    --------
    >>> earlier_scores(np.array([2.0, 2.0]), np.array([1.0, 3.0, 5.0, 1.0, 1.0]), 1)
    array([2., 6.])
    """
    n_earlier = len(training) - len(calibration)
    learnt = training[n_earlier:]
    both = ~np.isnan(calibration + learnt)
    earlier = training[: max(0, n_earlier - run)]
    earlier = earlier[~np.isnan(earlier)]
    if not both.any() or not len(earlier):
        return np.empty(0)
    after = max(float(np.median(learnt[both])), LEAST_UNIT)
    earlier = earlier * (max(float(np.median(calibration[both])), LEAST_UNIT) / after)
    return earlier[~stand_out(calibration, earlier)]


def usual_high(scores, earlier, n_stretches):
    """Return what is usually high: the .95 quantile of `scores`, moderated by earlier ones.

    One stretch may be louder or quieter than most. The quantile is drawn half way, on a logarithmic
    scale, to the median of it and those of the stretches before, and less far the more `scores`
    there are for each of the rows in one of these.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Of calibration rows, no NaN.
    earlier : ndarray of shape (n_earlier,)
        Of rows before them, in time order, no NaN.
    n_stretches : int
        Into how many stretches they are to be cut; 0 leaves them out.

    Examples
    --------
    >>> usual_high(np.full(10, 4.0), np.repeat([1.0, 0.5], 10), 2)
    2.0
    >>> round(usual_high(np.full(40, 4.0), np.repeat([1.0, 0.5], 10), 2), 3)
    3.364
    """
    own = float(np.quantile(scores, 0.95))
    if not n_stretches or len(earlier) < n_stretches:
        return own
    stretches = np.array_split(earlier, n_stretches)
    middle = np.median([own, *(np.quantile(stretch, 0.95) for stretch in stretches)])
    if not min(own, middle) > 0:
        return own
    share = min(1.0, len(stretches[0]) / len(scores)) / 2
    return float(own ** (1 - share) * middle**share)
