"""Time stamps that repeat, jitter or leave gaps: refused, or brought to even steps and back."""

import numbers
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tsrnn._validation import check_choice

IRREGULAR = ("ignore", "raise", "resample")
DUPLICATES = ("raise", "mean", "last")
# Rows that resampling may make of one: more is a wrong freq rather than a gap.
_MOST_ROWS = 1000
_NO_TIME, _DAY = pd.Timedelta(0), pd.Timedelta(days=1)
# In parts of a step: numbers that are written in decimals are not even to the last bit.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class OwnRows:
    """The user's rows: their `index`, and the place of each among the regular rows."""

    index: pd.Index
    places: np.ndarray

    def events(self, events):
        """Events (n, 2) of regular rows in the user's rows; those without any are left out."""
        own = np.searchsorted(self.places, events)
        return own[own[:, 0] < own[:, 1]]


def check_regular(detector):
    """Raise unless `irregular`, `duplicates` and `freq` of `detector` are known."""
    check_choice("irregular", detector.irregular, IRREGULAR)
    check_choice("duplicates", detector.duplicates, DUPLICATES)
    freq = detector.freq
    if freq is None or (0 < freq < np.inf if _is_number(freq) else _timedelta(freq) > _NO_TIME):
        return
    raise ValueError(
        "freq must be None, a positive time such as '1min', or for an index of numbers a positive "
        f"number; got {freq!r}"
    )


def _is_number(freq):
    # NumPy's durations count as integers.
    return isinstance(freq, numbers.Real) and not isinstance(freq, bool | np.timedelta64)


def _timedelta(freq):
    """Duration of a `freq`, NaT if it is none."""
    try:
        if not isinstance(freq, np.timedelta64):
            freq = pd.tseries.frequencies.to_offset(freq)
        return pd.Timedelta(freq)
    except (TypeError, ValueError):
        return pd.NaT


def make_regular(detector, rows, *, reset):
    """Return `rows` (Rows), whose index does not decrease, as `detector` wants them.

    With `reset` the step between rows is learnt from them, otherwise it is that of ``fit``.

    Raises
    ------
    ValueError
        If the index is not even and the detector has ``irregular="raise"``; if resampling would
        make more than a thousand rows of one; if `freq` does not suit the index, or the index is
        none of times as that of ``fit`` was, or the other way round.
    """
    if detector.duplicates != "raise" and not rows.index.is_unique:
        places = np.cumsum(~rows.index.duplicated()) - 1
        rows = _put(rows, places, rows.index.drop_duplicates(), detector.duplicates)
    if detector.irregular == "ignore":
        return rows
    if reset:
        detector._row_step = find_step(detector.freq, rows.index)
    elif not hasattr(detector, "_row_step"):
        raise ValueError(
            f"irregular={detector.irregular!r} was set after fit, which learns the step between "
            "rows; fit again"
        )
    elif _is_timed(rows.index) != isinstance(detector._row_step, pd.Timedelta):
        raise ValueError(
            f"irregular={detector.irregular!r} needs an index like that of fit, where rows were "
            f"{detector._row_step} apart, but that of X holds {rows.index.dtype}"
        )
    if detector.irregular == "resample":
        return _resample(rows, detector._row_step)
    check_even(rows.index, detector._row_step)
    return rows


def find_step(freq, index):
    """Step between rows: `freq`, or else the median one."""
    timed = _is_timed(index)
    if not timed and not pd.api.types.is_numeric_dtype(index):
        raise ValueError(
            f"irregular='resample' or 'raise' needs time stamps or numbers, but the index of X "
            f"holds {index.dtype}"
        )
    if freq is None:
        return pd.Series(index).diff().median()
    if timed == _is_number(freq):
        kind = "time stamps" if timed else "numbers"
        raise ValueError(f"freq={freq!r} does not suit X, whose index holds {kind}")
    return _timedelta(freq) if timed else freq


def check_even(index, step, first_row=0):
    """Raise ValueError, naming the first rows that are not `step` apart, from `first_row` on."""
    odd = uneven_steps(index, step)
    if not odd.any() or _even_months(index):
        return
    row = int(odd.argmax())
    raise ValueError(
        f"the index of X is irregular: {index[row]} in row {first_row + row} is followed by "
        f"{index[row + 1]}, but rows are {step} apart; fill or drop rows, or set "
        "irregular='resample' (to even steps) or 'ignore' (rows as they come)"
    )


def uneven_steps(index, step):
    """Which (n - 1,) of the labels after the first are not `step` after the one before."""
    steps = index[1:] - index[:-1]
    if not _is_timed(index):
        values = np.abs(np.asarray(index, dtype=np.float64))
        rounding = _ROUNDING * step + 4 * np.finfo(np.float64).eps * values.max()
        return np.abs(np.asarray(steps, dtype=np.float64) - step) > rounding
    odd = np.asarray(steps != step)
    if index.tz is not None and not step % _DAY:
        # Days on which clocks are changed have 23 or 25 hours.
        odd &= np.asarray(np.diff(index.tz_localize(None)) != step)
    return odd


def _is_timed(index):
    return isinstance(index, pd.DatetimeIndex)


def _even_months(index):
    """Whether labels are the same day, or the last one, of every month, quarter or year."""
    if not _is_timed(index):
        return False
    months = np.diff(12 * index.year + index.month)
    same_day = (index.day == index.day[0]).all() or index.is_month_end.all()
    return bool(months[0] > 0 and (months == months[0]).all() and same_day)


def _resample(rows, step):
    """Rows at even steps from the first one on, means of the user's; steps without any are NaN."""
    places = np.rint(np.asarray((rows.index - rows.index[0]) / step, dtype=np.float64))
    n_rows = int(places[-1]) + 1
    if n_rows > _MOST_ROWS * len(rows):
        raise ValueError(
            f"irregular='resample' would make {n_rows} rows, {step} apart, of {len(rows)}; "
            "set a longer freq"
        )
    index = pd.Index(rows.index[0] + step * np.arange(n_rows), name=rows.index.name)
    return _put(rows, places.astype(np.int64), index, "mean")


def _put(rows, places, index, rule):
    """Rows on `index`; the rows put to one of the `places`, which ascend, become one by `rule`."""
    values = np.full((len(index), rows.values.shape[1]), np.nan)
    if rule == "last":
        last = np.append(places[1:] != places[:-1], True)
        values[places[last]] = rows.values[last]
    else:
        known = ~np.isnan(rows.values)
        total, count = np.zeros(values.shape), np.zeros(values.shape)
        np.add.at(total, places, np.where(known, rows.values, 0.0))
        np.add.at(count, places, known)
        np.divide(total, count, out=values, where=count > 0)
        for channel in rows.texts:
            # Levels have no mean; the last one of repeated places is kept.
            seen = known[:, channel]
            values[places[seen], channel] = rows.values[seen, channel]
    own = rows.own or OwnRows(rows.index, np.arange(len(rows)))
    return replace(rows, values=values, index=index, own=OwnRows(own.index, places[own.places]))
