"""The overall weighted average of the M4 competition."""

import numpy as np

from tsrnn.metrics.point import smape
from tsrnn.metrics.scaled import mase


def owa(y_true, y_pred, y_naive2, y_train, season_length=1):
    """Overall weighted average [1]_: half sMAPE, half MASE, in units of those of Naive2.

    ``(smape / smape_of_naive2 + mase / mase_of_naive2) / 2``, a ratio of means: each figure is
    averaged over all series first. Series without observation, and for MASE those without a scale,
    take no part in these averages.

    Parameters
    ----------
    y_true, y_pred, y_naive2 : array of shape (h,) or (n_series, h)
        Observations (NaN: missing), forecasts, and the forecasts of `tsrnn.baselines.Naive2`.
    y_train : array of shape (n_train,), or sequence of n_series such arrays
        The series before the forecasts; pairs with a NaN take no part.
    season_length : int
        Season length of the MASE, at least 1.

    Returns
    -------
    float
        At least 0; Naive2 has 1. NaN if no series has figures, or those of Naive2 are 0.

    Raises
    ------
    TypeError
        If `season_length` is not an integer.
    ValueError
        If the shapes differ, the number of series does, `y_true` is infinite, or `season_length` is
        less than 1.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition: 100,000
           time series and 61 forecasting methods. International Journal of Forecasting, 36(1).

    Examples
    --------
    >>> owa([[4.0]], [[4.5]], [[5.0]], y_train=[[1.0, 2.0, 4.0]]).__round__(6)
    0.514706
    """
    y_true, y_pred, y_naive2 = (
        np.asarray(values, dtype=np.float64) for values in (y_true, y_pred, y_naive2)
    )
    if y_true.ndim == 1:
        y_true, y_pred, y_naive2, y_train = y_true[None], y_pred[None], y_naive2[None], [y_train]
    counts = {y_pred.shape[:1], y_naive2.shape[:1], (len(y_train),)}
    if y_true.ndim != 2 or counts != {y_true.shape[:1]}:
        raise ValueError(
            "y_true, y_pred and y_naive2 must be of shape (h,) or (n_series, h), with as many "
            f"series in y_train, got {y_true.shape}, {y_pred.shape}, {y_naive2.shape} and "
            f"{len(y_train)} in y_train"
        )
    figures = np.array(
        [
            (
                smape(y, f),
                smape(y, naive2),
                mase(y, f, past, season_length),
                mase(y, naive2, past, season_length),
            )
            for y, f, naive2, past in zip(y_true, y_pred, y_naive2, y_train, strict=True)
        ]
    )
    failed = np.isnan(y_pred) & ~np.isnan(y_true)
    return float("nan") if failed.any() else ratio_of_means(figures)


def ratio_of_means(figures):
    """Return the OWA from sMAPE and that of Naive2, MASE and that of Naive2.

    Parameters
    ----------
    figures : array of shape (n_series, 4)
        In that order; NaN takes no part.

    Returns
    -------
    float
        NaN if a mean is undefined, or one of Naive2 is 0.
    """
    defined = ~np.isnan(figures)
    counts = defined.sum(axis=0)
    if not counts.all():
        return float("nan")
    smape_, smape_naive2, mase_, mase_naive2 = np.where(defined, figures, 0.0).sum(axis=0) / counts
    if smape_naive2 == 0 or mase_naive2 == 0:
        return float("nan")
    return float(smape_ / smape_naive2 + mase_ / mase_naive2) / 2
