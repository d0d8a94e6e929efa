"""Rows of several series, in any order, checked and laid out as a regular `Panel`."""

import numpy as np

from tsrnn._validation import shown
from tsrnn.forecasting.frequency import check_freq, infer_freq
from tsrnn.forecasting.mixed_frequencies import refuse_mixed, refuse_sparse
from tsrnn.forecasting.panel import Panel
from tsrnn.forecasting.time_axis import make_axis


def raw_codes(stamps):
    """Return int64 codes that order the stamps and tell equal ones."""
    return stamps.asi8 if hasattr(stamps, "asi8") else stamps.to_numpy()


def assemble(ids, codes, stamps, y, form, freq, x=None):
    """Return the `Panel` of rows in any order.

    Parameters
    ----------
    ids : Index of shape (n_series,)
        Identifiers.
    codes : int array of shape (n_rows,)
        Position in `ids` of the series of each row.
    stamps : DatetimeIndex, PeriodIndex or int64 Index of shape (n_rows,)
        Times, none missing.
    y : float64 array of shape (n_rows,)
        Values, NaN for missing.
    form : Form
        The form of the user's input.
    freq : str, int, pandas offset or None
        Frequency; None infers it.
    x : float64 array of shape (n_rows, n_covariates), optional
        Covariates, NaN for missing.

    Raises
    ------
    TypeError, ValueError
        As `to_panel` says of values, times and frequency.
    """
    codes = codes.astype(np.int64, copy=False)
    raw = raw_codes(stamps)
    if not ((codes[1:] > codes[:-1]) | ((codes[1:] == codes[:-1]) & (raw[1:] >= raw[:-1]))).all():
        order = np.lexsort((raw, codes))
        codes, raw, stamps, y = codes[order], raw[order], stamps[order], y[order]
        x = None if x is None else x[order]
    starts = np.concatenate([[True], codes[1:] != codes[:-1]])
    _check_rows(ids, codes, raw, stamps, y, starts)
    is_given = freq is not None
    freq = check_freq(freq, stamps) if is_given else infer_freq(stamps, starts)
    axis = make_axis(stamps, freq)
    time, off = axis.encode(stamps)
    first = time[starts][codes]
    wrong = (time - first) % axis.step != 0
    wrong = wrong if off is None else wrong | off
    if wrong.any():
        row = int(np.argmax(wrong))
        if not is_given:
            refuse_mixed(ids, codes, stamps, codes[row])
        _refuse_irregular(ids, codes, stamps, starts, row, freq)
    place = (time - first) // axis.step
    if not is_given:
        refuse_sparse(ids, codes, stamps, starts, place, freq)
    last_rows = np.concatenate([np.flatnonzero(starts[1:]), [len(codes) - 1]])
    lengths = place[last_rows] + 1
    _check_gaps(ids, codes, stamps, lengths, last_rows)
    # Leading NaN carry nothing; without them "longer than k steps" means "observed before".
    observed = ~np.isnan(y)
    first_observed = place[observed][np.unique(codes[observed], return_index=True)[1]]
    keep = place >= first_observed[codes]
    lengths = lengths - first_observed
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.full(indptr[-1], np.nan)
    at = indptr[codes[keep]] + (place - first_observed[codes])[keep]
    flat[at] = y[keep]
    if x is not None:
        flat_x = np.full((indptr[-1], x.shape[1]), np.nan)
        flat_x[at] = x[keep]
        x = flat_x
    return Panel(ids, indptr, flat, time[last_rows], axis, form, x)


def _check_rows(ids, codes, raw, stamps, y, starts):
    twice = (raw[1:] == raw[:-1]) & ~starts[1:]
    if twice.any():
        row = int(np.argmax(twice))
        raise ValueError(
            f"series {shown(ids[codes[row]])} has the time {stamps[row]} more than once"
        )
    if np.isinf(y).any():
        row = int(np.argmax(np.isinf(y)))
        raise ValueError(f"series {shown(ids[codes[row]])} has the value {y[row]} at {stamps[row]}")
    n_observed = np.bincount(codes, weights=~np.isnan(y), minlength=len(ids))
    if (n_observed == 0).any():
        empty = ids[int(np.argmin(n_observed))]
        raise ValueError(f"series {shown(empty)} has no observation: all its values are NaN")


def _refuse_irregular(ids, codes, stamps, starts, row, freq):
    name = freq if isinstance(freq, int) else freq.freqstr
    where = f"{stamps[row]}" if starts[row] else f"{stamps[row]} (after {stamps[row - 1]})"
    raise ValueError(
        f"series {shown(ids[codes[row]])} is not regular: {where} does not lie on the frequency "
        f"{name!r}; resample the series or pass another freq"
    )


def _check_gaps(ids, codes, stamps, lengths, last_rows):
    """Refuse a grid so much longer than the data that a time stamp must be wrong."""
    if lengths.sum() <= 10_000_000 + 100 * len(codes):
        return
    i = int(np.argmax(lengths))
    first_row = last_rows[i - 1] + 1 if i else 0
    raise ValueError(
        f"series {shown(ids[i])} runs from {stamps[first_row]} to {stamps[last_rows[i]]}: "
        f"{lengths[i]} steps for {last_rows[i] - first_row + 1} rows; check its times and freq"
    )
