"""Whether the held-out part of a panel was calmer than its past usually is.

The series of a panel, however many, are calm together, and then errors of one part of their history
say too little of the next. Simple forecasts, which look at no later value, tell how its errors
compare with those of earlier parts.
"""

import numpy as np

from tsrnn.forecasting.error_unit import log_sizes, usual_sizes
from tsrnn.forecasting.held_out import PastForecasts

# Parts before the held-out one to compare with, and what the belief counts for, in parts, that it
# was like any other.
_N_PARTS = 4
_PRIOR_PARTS = 8
# Forecasts of a part to compare, at most; and the share of the series that must be that long.
_COMPARED = 400
_LEAST_SHARE = 0.3


def calmness(scaled, n_known, h, stand_in):
    """Return how far forecasts usually err by how far they erred in the held-out part.

    Geometric means of the sizes of errors there and in up to four parts of as many steps before,
    by series that are long enough, give one ratio each. Returned is their mean with nine more of 1.

    Parameters
    ----------
    scaled : list of WorkingScale
        The series, with as many held-out steps each, `h` at least.
    n_known : ndarray of shape (n_series,)
        First held-out origin of each.
    h : int
        Horizon in steps.
    stand_in : StandIn

    Returns
    -------
    float > 0
        1 if all series are too short.
    """
    n_out = len(scaled[0].z) - n_known[0]
    n_series = max(1, min(len(scaled), _COMPARED // (n_out - h + 1)))
    chosen = np.unique(np.linspace(0, len(scaled) - 1, n_series).astype(int))
    least = np.maximum(n_known // 2, max(2 * stand_in.season_length + 1, 8))

    def errors_of(rows, part):
        origins = n_known[rows] - part * n_out
        parts = [scaled[i].head(n + n_out) for i, n in zip(rows, origins, strict=True)]
        past = PastForecasts.of(parts, origins, h)
        return stand_in.errors(past), rows[past.series]

    held_out, series = errors_of(chosen, 0)
    usual = usual_sizes(held_out)
    held_out, ratios = log_sizes(held_out, usual), []
    for part in range(1, _N_PARTS + 1):
        rows = chosen[(n_known - part * n_out >= least)[chosen]]
        if len(rows) < max(1, _LEAST_SHARE * len(chosen)):
            break
        before = log_sizes(errors_of(rows, part)[0], usual)
        change = before - held_out[np.isin(series, rows)]
        if np.isfinite(change).any():
            ratios.append(np.exp(np.nanmean(change)))
    return (1 + _PRIOR_PARTS + sum(ratios)) / (1 + _PRIOR_PARTS + len(ratios))
