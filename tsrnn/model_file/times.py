"""Points in time, durations, frequencies, time zones and dtypes as JSON."""

import datetime
import zoneinfo

import numpy as np
import pandas as pd

from tsrnn.model_file.plain import is_time_dtype
from tsrnn.model_file.pools import DTYPES

# Frequencies whose parameters are numbers; by name, so that a file cannot ask for anything else.
OFFSETS = (
    "BMonthBegin", "BMonthEnd", "BQuarterBegin", "BQuarterEnd", "BYearBegin", "BYearEnd",
    "BusinessDay", "BusinessMonthBegin", "BusinessMonthEnd", "CustomBusinessDay",
    "CustomBusinessMonthBegin", "CustomBusinessMonthEnd", "DateOffset", "Day", "Easter", "Hour",
    "LastWeekOfMonth", "Micro", "Milli", "Minute", "MonthBegin", "MonthEnd", "Nano",
    "QuarterBegin", "QuarterEnd", "Second", "SemiMonthBegin", "SemiMonthEnd", "Week",
    "WeekOfMonth", "YearBegin", "YearEnd",
)  # fmt: skip


def write_zone(zone, encoder):
    """Return a time zone as its IANA name, seconds from UTC, or None; no codec of its own."""
    if zone is None:
        return None
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name:
        return name
    if zone == datetime.UTC:
        return "UTC"
    if isinstance(zone, datetime.timezone):
        return int(zone.utcoffset(None).total_seconds())
    return encoder.refuse(zone)


def read_zone(payload):
    """Return what pandas takes as a time zone; only the system's table of zones is looked at."""
    if payload is None or isinstance(payload, str):
        # Other notations than names are paths to pandas, which would open them.
        return payload and zoneinfo.ZoneInfo(payload).key
    return datetime.timezone(datetime.timedelta(seconds=payload))


def write_timestamp(value, encoder):
    """Count, unit and time zone."""
    plain = value.to_datetime64()
    return [int(plain.astype(np.int64)), value.unit, write_zone(value.tz, encoder)]


def read_timestamp(payload, decoder):
    """Inverse of `write_timestamp`."""
    count, unit, zone = payload
    stamp = pd.Timestamp(_with_unit(count, "datetime64", unit))
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(read_zone(zone))


def write_timedelta(value, encoder):
    """Count and unit."""
    return [int(value.to_timedelta64().astype(np.int64)), value.unit]


def read_timedelta(payload, decoder):
    """Inverse of `write_timedelta`."""
    count, unit = payload
    return pd.Timedelta(_with_unit(count, "timedelta64", unit))


def _with_unit(count, kind, unit):
    name = f"{kind}[{unit}]"
    if not is_time_dtype(name):
        raise ValueError(f"the unit {unit!r} is unknown")
    return np.int64(count).view(name)


def write_missing(value, encoder):
    """Write `pandas.NaT` or `pandas.NA`."""
    return "NaT" if value is pd.NaT else "NA"


def read_missing(payload, decoder):
    """Inverse of `write_missing`."""
    return {"NaT": pd.NaT, "NA": pd.NA}[payload]


def write_offset(value, encoder):
    """Name, multiple, whether it normalises, and further parameters."""
    name = type(value).__name__
    # Made anew from the holidays.
    parameters = {key: part for key, part in value.kwds.items() if key != "calendar"}
    if name not in OFFSETS or type(value) is not getattr(pd.offsets, name):
        encoder.refuse(value)
    if _offset(name, value.n, value.normalize, parameters) != value:
        encoder.refuse(value)
    nodes = {key: encoder.encode(part, f".{key}") for key, part in parameters.items()}
    return [name, value.n, value.normalize, nodes]


def read_offset(payload, decoder):
    """Inverse of `write_offset`."""
    name, n, normalize, nodes = payload
    parameters = {key: decoder.decode(node) for key, node in nodes.items()}
    return _offset(name, n, normalize, parameters)


def _offset(name, n, normalize, parameters):
    if name not in OFFSETS:
        raise ValueError(f"the frequency {name!r} is unknown")
    return getattr(pd.offsets, name)(n=n, normalize=normalize, **parameters)


def write_dtype(value, encoder):
    """Write a NumPy dtype of numbers or times, or pandas' datetimes with a time zone."""
    if isinstance(value, pd.DatetimeTZDtype):
        return [f"datetime64[{value.unit}]", write_zone(value.tz, encoder)]
    name = getattr(value, "name", None)
    if not isinstance(value, np.dtype) or not (name in DTYPES or is_time_dtype(name)):
        encoder.refuse(value)
    return [name, None]


def read_dtype(payload, decoder):
    """Inverse of `write_dtype`."""
    name, zone = payload
    if not (name in DTYPES or is_time_dtype(name)):
        raise ValueError(f"the dtype {name!r} is unknown")
    if zone is None:
        return np.dtype(name)
    return pd.DatetimeTZDtype(np.datetime_data(name)[0], read_zone(zone))
