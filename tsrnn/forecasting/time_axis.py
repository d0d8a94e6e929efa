"""Time stamps as integers: a regular series has a constant difference between neighbours.

An axis knows how to `encode` stamps of its kind and to `decode` integers, also those after the end
of the data, so that everything else in the package works on plain int64 arrays.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BusinessHour, Day, Tick, Week

_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class IntegerAxis:
    """Stamps that are integers already, `step` apart."""

    freq: int

    @property
    def step(self):
        """Difference between neighbouring codes."""
        return self.freq

    def encode(self, stamps):
        """Return the int64 codes of `stamps`; all integers lie on the axis."""
        return stamps.to_numpy().astype(np.int64), None

    def decode(self, codes):
        """Return the stamps of `codes` as an Index."""
        return pd.Index(codes)


@dataclass(frozen=True)
class PeriodAxis:
    """Periods, coded by their ordinals."""

    freq: pd.offsets.BaseOffset

    @property
    def step(self):
        """Difference between neighbouring codes."""
        return self.freq.n

    def encode(self, stamps):
        """Return the ordinals of `stamps`; all lie on the axis."""
        return stamps.asi8, None

    def decode(self, codes):
        """Return the stamps of `codes` as a PeriodIndex."""
        return pd.PeriodIndex.from_ordinals(codes, freq=self.freq)


@dataclass(frozen=True)
class FixedAxis:
    """Datetimes a constant time apart.

    Days and weeks are counted on the clock on the wall, so that daily data keep their time of day
    across a change to summer time; shorter steps are counted in absolute time.
    """

    freq: pd.offsets.BaseOffset
    dtype: object
    step: int
    unit: str
    wall: bool

    @classmethod
    def of(cls, freq, dtype):
        """Return the axis for `freq` (a Tick, Day or Week) and datetimes of `dtype`."""
        length = fixed_length(freq)
        unit = np.datetime_data(getattr(dtype, "base", dtype))[0]
        if unit != "ns":
            # Microseconds hold any date that pandas can, and almost any step.
            unit = "us" if length.value % 1000 == 0 else "ns"
        step = length.value // {"ns": 1, "us": 1000}[unit]
        return cls(freq, dtype, step, unit, isinstance(freq, Day | Week))

    def encode(self, stamps):
        """Return int64 codes and the mask of stamps off the axis (None if all are on it)."""
        off = None
        if isinstance(self.freq, Week) and self.freq.weekday is not None:
            off = np.asarray(stamps.day_of_week) != self.freq.weekday
        return (_wall(stamps) if self.wall else stamps).as_unit(self.unit).asi8, off

    def decode(self, codes):
        """Return the stamps of `codes` as a DatetimeIndex."""
        stamps = pd.DatetimeIndex(np.asarray(codes).view(f"datetime64[{self.unit}]"))
        zone = getattr(self.dtype, "tz", None)
        if zone is not None:
            stamps = _localize(stamps, zone) if self.wall else _in_zone(stamps, zone)
        return stamps.astype(self.dtype)


@dataclass(frozen=True)
class CalendarAxis:
    """Datetimes on a calendar: business days, month starts and ends, quarters, years.

    The code of a stamp is its place in the calendar of the offset with multiple 1, counted from
    `origin`; all stamps share one time of day.
    """

    freq: pd.offsets.BaseOffset
    dtype: object
    origin: pd.Timestamp
    time_of_day: pd.Timedelta

    @classmethod
    def of(cls, freq, stamps):
        """Return the axis for `freq` that covers `stamps` (a DatetimeIndex, at least one)."""
        first = _wall(stamps).min()
        if isinstance(freq, BusinessHour):
            # Counts times of day itself.
            return cls(freq, stamps.dtype, first, pd.Timedelta(0))
        return cls(freq, stamps.dtype, first.normalize(), first - first.normalize())

    @property
    def step(self):
        """Difference between neighbouring codes."""
        return getattr(self.freq, "n", 1) if self._counts else 1

    @property
    def _counts(self):
        # DateOffset(months=1) and its kind have no unit offset to count in.
        return type(self.freq) is not pd.DateOffset

    def _calendar(self, first=0, **kwargs):
        """Return the calendar from code `first` on."""
        unit = self.freq.base if self._counts else self.freq
        start = self.origin
        if first > 0:
            # An offset takes many steps at once; the calendar is walked one by one. The first of
            # them leads onto the calendar where the origin lies off it.
            start = start + (first if unit.is_on_offset(start) else first + 1) * unit
        return pd.date_range(start, freq=unit, **kwargs)

    def encode(self, stamps):
        """Return int64 codes and the mask of stamps off the calendar (None if all are on it)."""
        wall = _wall(stamps) - self.time_of_day
        codes = self._calendar(end=wall.max()).get_indexer(wall).astype(np.int64)
        off = codes < 0
        return codes, off if off.any() else None

    def decode(self, codes):
        """Return the stamps of `codes` as a DatetimeIndex."""
        codes = np.asarray(codes)
        first = int(codes.min()) if self._counts else 0
        calendar = self._calendar(first, periods=int(codes.max()) + 1 - first)
        if self.time_of_day:
            calendar = calendar + self.time_of_day
        stamps = calendar[codes - first]
        zone = getattr(self.dtype, "tz", None)
        if zone is not None:
            stamps = _localize(stamps, zone)
        return stamps if stamps.dtype == self.dtype else stamps.astype(self.dtype)


def make_axis(stamps, freq):
    """Return the axis for `stamps` with the step `freq` (an int or a pandas offset)."""
    if isinstance(stamps, pd.PeriodIndex):
        return PeriodAxis(freq)
    if not isinstance(stamps, pd.DatetimeIndex):
        return IntegerAxis(freq)
    if isinstance(freq, Tick | Day | Week):
        return FixedAxis.of(freq, stamps.dtype)
    return CalendarAxis.of(freq, stamps)


def fixed_length(freq):
    """Return the Timedelta of a Tick, Day or Week offset, None for calendar offsets."""
    if isinstance(freq, Week):
        return freq.n * 7 * _DAY
    if isinstance(freq, Day):
        return freq.n * _DAY
    return pd.Timedelta(freq) if isinstance(freq, Tick) else None


def _wall(stamps):
    return stamps if stamps.tz is None else stamps.tz_localize(None)


def _localize(wall, zone):
    summer = np.ones(len(wall), dtype=bool)
    return wall.tz_localize(zone, ambiguous=summer, nonexistent="shift_forward")


def _in_zone(utc, zone):
    return utc.tz_localize("UTC").tz_convert(zone)
