"""What pandas puts around arrays: extension arrays, indexes, Series and DataFrames, as JSON."""

import numpy as np
import pandas as pd

from tsrnn._times import plain_index
from tsrnn.model_file.times import read_zone, write_zone

_MASKED = (
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "boolean",
)  # fmt: skip


def write_extension(values, encoder):
    """Kind and parts of an array that is not NumPy's."""
    values = _without_arrow(values)
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return ["plain", encoder.encode(np.asarray(values))]
    if isinstance(dtype, pd.DatetimeTZDtype):
        flat = np.asarray(values, f"datetime64[{dtype.unit}]")
        return ["zoned", encoder.encode(flat), write_zone(dtype.tz, encoder)]
    if isinstance(dtype, pd.PeriodDtype):
        return ["period", encoder.encode(values.asi8), encoder.encode(dtype.freq)]
    if isinstance(dtype, pd.CategoricalDtype):
        categories = encoder.encode(dtype.categories, ".categories")
        return ["category", encoder.encode(values.codes), categories, bool(dtype.ordered)]
    if isinstance(dtype, pd.StringDtype):
        # The two kinds of text differ in what marks a missing one.
        kind = "string" if dtype.na_value is pd.NA else "str"
        return [kind, [None if pd.isna(text) else str(text) for text in values]]
    if dtype.name in _MASKED:
        missing = np.asarray(values.isna())
        plain = values.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return ["masked", dtype.name, encoder.encode(plain), encoder.encode(missing)]
    return encoder.refuse(values)


def read_extension(payload, decoder):
    """Inverse of `write_extension`."""
    kind, *parts = payload
    if kind == "plain":
        return pd.array(decoder.decode(parts[0]))
    if kind == "zoned":
        stamps = pd.DatetimeIndex(decoder.decode(parts[0])).tz_localize("UTC")
        return stamps.tz_convert(read_zone(parts[1])).array
    if kind == "period":
        ordinals, freq = map(decoder.decode, parts)
        return pd.PeriodIndex.from_ordinals(ordinals, freq=freq).array
    if kind == "category":
        codes, categories = map(decoder.decode, parts[:2])
        return pd.Categorical.from_codes(codes, categories, ordered=bool(parts[2]))
    if kind == "masked" and parts[0] in _MASKED:
        plain, missing = map(decoder.decode, parts[1:])
        values = pd.array(plain, dtype=parts[0])
        values[np.asarray(missing, bool)] = pd.NA
        return values
    if kind in ("str", "string"):
        texts = [pd.NA if text is None and kind == "string" else text for text in parts[0]]
        return pd.array(texts, dtype=_text_dtype(kind))
    raise ValueError(f"an array of the kind {kind!r} is unknown")


def _without_arrow(values):
    """Return what Arrow holds as pandas holds it itself: a file is read without Arrow too."""
    if not isinstance(values.dtype, pd.ArrowDtype):
        return values
    dtype = values.dtype.numpy_dtype
    if values.dtype.type is str:
        return values.astype("string")
    if dtype.kind in "iu" or (dtype.kind == "f" and dtype.itemsize > 2):
        return values.astype(
            {"i": "Int", "u": "UInt", "f": "Float"}[dtype.kind] + str(8 * dtype.itemsize)
        )
    if dtype.kind == "b":
        return values.astype("boolean")
    return plain_index(pd.Index(values)).array


def _text_dtype(kind):
    # pandas before 3 keeps text without a dtype of its own in object arrays.
    return "string" if kind == "string" else pd.Index(["text"]).dtype


def write_index(index, encoder):
    """Kind and parts of an index of any class."""
    names = [encoder.encode(name, ".name") for name in index.names]
    if isinstance(index, pd.MultiIndex):
        levels = [encoder.encode(level, ".levels") for level in index.levels]
        return ["multi", names, levels, [encoder.encode(np.asarray(code)) for code in index.codes]]
    if isinstance(index, pd.RangeIndex):
        return ["range", names, index.start, index.stop, index.step]
    freq = index.freq if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex) else None
    return ["index", names, encoder.encode(_values(index)), encoder.encode(freq, ".freq")]


def _values(labels):
    """Return what is in an Index or Series, a NumPy array if it is one underneath."""
    return np.asarray(labels) if isinstance(labels.dtype, np.dtype) else labels.array


def read_index(payload, decoder):
    """Inverse of `write_index`."""
    kind, names, *parts = payload
    names = [_check_name(decoder.decode(name)) for name in names]
    if kind == "multi":
        levels, codes = ([decoder.decode(part) for part in nodes] for nodes in parts)
        return pd.MultiIndex(levels, codes, names=names)
    (name,) = names
    if kind == "range":
        return pd.RangeIndex(*parts, name=name)
    values, freq = map(decoder.decode, parts)
    index = pd.Index(values, dtype=values.dtype, name=name)
    if freq is not None:
        index = type(index)(index, freq=freq)
    return index


def write_series(series, encoder):
    """Values, index and name."""
    parts = (_values(series), ""), (series.index, ".index"), (series.name, ".name")
    return [encoder.encode(value, step) for value, step in parts]


def read_series(payload, decoder):
    """Inverse of `write_series`."""
    values, index, name = map(decoder.decode, payload)
    return pd.Series(values, index, dtype=values.dtype, name=_check_name(name))


def write_frame(frame, encoder):
    """Columns, index, and the values of each column."""
    labels = encoder.encode(frame.columns, ".columns"), encoder.encode(frame.index, ".index")
    columns = (frame.iloc[:, i] for i in range(frame.shape[1]))
    return [*labels, [encoder.encode(_values(c), f"[{c.name!r}]") for c in columns]]


def read_frame(payload, decoder):
    """Inverse of `write_frame`."""
    columns, index, parts = payload
    columns, index = decoder.decode(columns), decoder.decode(index)
    values = [decoder.decode(part) for part in parts]
    series = {i: pd.Series(part, index, dtype=part.dtype) for i, part in enumerate(values)}
    return pd.DataFrame(series, index=index).set_axis(columns, axis=1)


def _check_name(name):
    hash(name)
    return name
