"""Panels whose series are not all of one frequency, which no step of time fits.

Weekly series among daily ones all lie on days: read as daily, six of seven of their values are
missing. That is what a daily series with gaps looks like too, unless it has no gap of any length
but one.
"""

import numpy as np

from tsrnn._validation import shown
from tsrnn.forecasting.frequency import infer_freq
from tsrnn.forecasting.time_axis import make_axis

# Steps that a series must have to be clear: among thousands of series with few values, there are
# some whose gaps are alike by chance, though hardly a week, a month or a quarter each.
_LEAST_STEPS = 8
_LEAST_MULTIPLES = 16
# The share of them that must be alike.
_ALIKE = 0.85
# Series that are looked at one by one, at most.
_LOOKED_AT = 1000


def refuse_sparse(ids, codes, stamps, starts, place, freq):
    """Refuse series that have a frequency of their own and no two rows one step of `freq` apart.

    Parameters
    ----------
    ids : Index of shape (n_series,)
    codes : int array of shape (n_rows,)
        Position in `ids` of the series of each row, increasing.
    stamps : Index of shape (n_rows,)
    starts : bool array of shape (n_rows,)
        True where a series starts.
    place : int array of shape (n_rows,)
        Steps since the first row of the series.
    freq : int or pandas offset
        That was inferred of all.

    Raises
    ------
    ValueError
        If there is such a series; those with fewer than eight steps (16 if they are multiples, of
        two days for example) or several lengths of steps are none.
    """
    inside = ~starts[1:]
    of, steps = codes[1:][inside], np.diff(place)[inside]
    n_steps = np.bincount(of, minlength=len(ids))
    n_single = np.bincount(of[steps == 1], minlength=len(ids))
    sparse = np.flatnonzero((n_steps >= _LEAST_STEPS) & (n_single == 0))
    for i in sparse[:_LOOKED_AT]:
        own = _own_freq(stamps, codes, i)
        if own is not None and own != freq:
            other = int(np.argmax(n_single))
            _refuse(ids, i, own, other, freq)


def refuse_mixed(ids, codes, stamps, i):
    """Refuse the panel if series `i` and another one have frequencies of their own.

    Parameters
    ----------
    ids, codes, stamps
        See `refuse_sparse`.
    i : int

    Raises
    ------
    ValueError
    """
    own = _own_freq(stamps, codes, i)
    if own is None:
        return
    for other in range(min(len(ids), _LOOKED_AT)):
        freq = _own_freq(stamps, codes, other)
        if freq is not None and freq != own:
            _refuse(ids, i, own, other, freq)


def _own_freq(stamps, codes, i):
    """Return the frequency of series `i`, None if it is not clear."""
    stamps = stamps[slice(*np.searchsorted(codes, [i, i + 1]))]
    if len(stamps) <= _LEAST_STEPS:
        return None
    freq = infer_freq(stamps, np.arange(len(stamps)) == 0)
    axis = make_axis(stamps, freq)
    time, off = axis.encode(stamps)
    steps, rest = np.divmod(np.diff(time), axis.step)
    if (off is not None and off.any()) or rest.any() or np.mean(steps == 1) < _ALIKE:
        return None
    if len(steps) < _LEAST_MULTIPLES and _is_multiple(freq):
        return None
    return freq


def _is_multiple(freq):
    return freq > 1 if isinstance(freq, int) else freq.n > 1


def _refuse(ids, i, own, other, freq):
    raise ValueError(
        f"df has series of several frequencies: {shown(ids[i])} has {_name(own)}, "
        f"{shown(ids[other])} has {_name(freq)}; fit them apart, resample them to one frequency, "
        "or pass freq to take what lies between for missing"
    )


def _name(freq):
    return repr(freq if isinstance(freq, int) else freq.freqstr)
