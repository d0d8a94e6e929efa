"""Times of rows that come one by one: how they are written shows only little by little."""

import numpy as np
import pandas as pd

from tsrnn.files.dates import EPOCHS, EXCEL, FORMATS, excel_days

_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})$"
_COMPACT = (18000101, 21001231)


class NotAfter(str):
    """Reason why a row comes too late: its time is not after that of the row before."""

    __slots__ = ()


class LiveTimes:
    """Reads texts as times.

    Of the formats that the first time has, the one that reads most of what follows, in order,
    is kept: 3/2/2024 may turn out to be in February or in March.

    Parameters
    ----------
    date_format : str, optional
        Format of `strptime` instead of a guess; "excel": days as spreadsheets count them.
    after : Timestamp or number, optional
        Times must be later than that.
    """

    def __init__(self, date_format=None, after=None):
        self.formats = None if date_format is None else [date_format]
        self.last, self.last_text = after, None
        self.corrected = False

    def read(self, texts):
        """Return times and reasons, two lists: a time is None where there is a reason why not.

        `corrected` is then true if times returned earlier were read by a format found wrong.
        """
        self.corrected = False
        if self.formats is None:
            self.formats = _formats_of(texts)
            if not self.formats:
                return [None] * len(texts), [f"{text!r} is no time" for text in texts]
        times, reasons = self._in_order(self.formats[0], texts, self.last)
        if not any(reasons) or len(self.formats) == 1:
            return self._keep(times, reasons, texts)
        for other in self.formats[1:]:
            last = self.last if self.last_text is None else _parse(other, [self.last_text])[0]
            if last is None:
                continue
            found = self._in_order(other, texts, last)
            if sum(map(bool, found[1])) < sum(map(bool, reasons)):
                self.formats = self.formats[self.formats.index(other) :]
                self.corrected = True
                return self._keep(*found, texts, last)
        return self._keep(times, reasons, texts)

    def _keep(self, times, reasons, texts, last=None):
        good = [i for i, reason in enumerate(reasons) if not reason]
        if good:
            self.last, self.last_text = times[good[-1]], texts[good[-1]]
        elif last is not None:
            self.last = last
        return times, reasons

    def _in_order(self, one, texts, last):
        times, reasons = _parse(one, texts), []
        for i, time in enumerate(times):
            reason = ""
            if time is None:
                reason = f"{texts[i]!r} is no time"
            elif last is not None:
                reason = _not_after(time, last)
            if reason:
                times[i] = None
            else:
                last = time
            reasons.append(reason)
        return times, reasons


def _not_after(time, last):
    try:
        return "" if time > last else NotAfter(f"{time} does not come after {last}")
    except TypeError:
        return f"{time} cannot be compared with {last}, the time before"


def _formats_of(texts):
    """Return the formats that the first text that is a time can be read by."""
    for text in texts:
        found = [one for one in ("number", "ISO8601") if _parse(one, [text])[0] is not None][:1]
        found = found or [one for one in FORMATS if _parse(one, [text])[0] is not None]
        if found:
            return found
    return []


def _parse(one, texts):
    """Return the times of `texts` by a format, None for each that it does not fit."""
    if one == "number":
        return [_from_number(text) for text in texts]
    column = pd.Series(texts, dtype=str)
    aware = one == "ISO8601" and bool(column.str.contains(_OFFSET).any() and ":" in texts[0])
    if one == EXCEL:
        times = excel_days(pd.to_numeric(column.str.replace(",", "."), errors="coerce"))
    else:
        times = pd.to_datetime(column, format=one, errors="coerce", utc=aware)
    return [None if time is pd.NaT else time for time in times]


def _from_number(text):
    try:
        value = float(text)
    except ValueError:
        return None
    if not np.isfinite(value):
        return None
    for unit, (first, last) in EPOCHS.items():
        if first <= value < last:
            return pd.to_datetime(value, unit=unit)
    if _COMPACT[0] <= value <= _COMPACT[1]:
        time = pd.to_datetime(text, format="%Y%m%d", errors="coerce")
        return None if time is pd.NaT else time
    return int(value) if value == int(value) else value


def looks_like_time(text):
    """Whether a field is a date, not a plain number."""
    return _from_number(text) is None and bool(_formats_of([text]))
