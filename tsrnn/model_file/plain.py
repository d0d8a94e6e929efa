"""Plain Python values and NumPy arrays as JSON."""

import datetime
import itertools
import math
import re

import numpy as np

from tsrnn.model_file.pools import DTYPES

_TIME_DTYPE = re.compile(r"(datetime|timedelta)64\[(Y|M|W|D|h|m|s|ms|us|ns)\]")
# Keys of a dict per distinct hash, at most: a file must not keep its reader busy with collisions.
_MAX_SHARED = 16


def is_time_dtype(name):
    """Return whether `name` is that of a NumPy date or duration dtype."""
    return _TIME_DTYPE.fullmatch(name) is not None


def is_storable(array):
    """Return whether a NumPy array or scalar has one of the dtypes that a file holds."""
    name = array.dtype.name
    return array.dtype.kind in "OU" or name in DTYPES or is_time_dtype(name)


def write_float(value, encoder):
    """Infinity and NaN, which JSON has not, by name."""
    return repr(value)


def read_float(payload, decoder):
    """Inverse of `write_float`."""
    return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[payload]


def write_list(value, encoder):
    """Each element, with its place in messages."""
    return [encoder.encode(item, f"[{i}]") for i, item in enumerate(value)]


def read_list(payload, decoder):
    """Inverse of `write_list`."""
    return [decoder.decode(node) for node in payload]


def read_tuple(payload, decoder):
    """Inverse of `write_list` for a tuple."""
    return tuple(read_list(payload, decoder))


def write_dict(value, encoder):
    """Pairs, since keys may be numbers."""
    return [
        [encoder.encode(key, f" key {key!r}"), encoder.encode(item, f"[{key!r}]")]
        for key, item in value.items()
    ]


def read_dict(payload, decoder):
    """Inverse of `write_dict`."""
    pairs = [(decoder.decode(key), decoder.decode(node)) for key, node in payload]
    hashes = sorted(hash(key) for key, _ in pairs)
    n_distinct = 1 + sum(a != b for a, b in itertools.pairwise(hashes))
    if len(pairs) > _MAX_SHARED * n_distinct:
        raise ValueError("the keys of a dict have too few hashes")
    return dict(pairs)


def write_duration(value, encoder):
    """Write a `datetime.timedelta`."""
    return [value.days, value.seconds, value.microseconds]


def read_duration(payload, decoder):
    """Inverse of `write_duration`."""
    return datetime.timedelta(*payload)


def write_scalar(value, encoder):
    """Write a NumPy scalar with its dtype."""
    if not is_storable(value) or value.dtype.kind == "O":
        encoder.refuse(value)
    if value.dtype.kind == "U":
        return ["str", str(value)]
    plain = int(value.view(np.int64)) if value.dtype.kind in "mM" else value.item()
    return [value.dtype.name, encoder.encode(plain)]


def read_scalar(payload, decoder):
    """Inverse of `write_scalar`."""
    name, node = payload
    value = decoder.decode(node)
    if name == "str":
        return np.str_(value)
    if is_time_dtype(name):
        return np.int64(value).view(name)
    if name not in DTYPES:
        raise ValueError(f"the dtype {name!r} is unknown")
    return np.dtype(name).type(value)


def write_array(array, encoder):
    """Dtype, shape and "F" for Fortran's order; numbers go to the pools, text to the JSON."""
    if not is_storable(array):
        encoder.refuse(array)
    # The order of the memory is kept: sums along it round in its order.
    fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    flat = np.ravel(array, order="F" if fortran else "C")
    payload = [array.dtype.name, list(array.shape), "F" if fortran else "C"]
    if array.dtype.kind == "U":
        width = array.itemsize // 4
        encoder.room.reserve(width * array.size)
        return [f"U{width}", *payload[1:], flat.tolist()]
    if array.dtype.kind == "O":
        return [*payload, write_list(flat.tolist(), encoder)]
    flat = flat.astype(flat.dtype.newbyteorder("="), copy=False)
    encoder.pools.add(flat.view(np.int64) if array.dtype.kind in "mM" else flat)
    return payload


def read_array(payload, decoder):
    """Inverse of `write_array`."""
    name, shape, order, *texts = payload
    if not all(type(n) is int and n >= 0 for n in shape) or order not in ("C", "F"):
        raise ValueError("an array has an impossible shape")
    count = math.prod(shape)
    if texts:
        flat = _read_texts(name, texts[0], count, decoder)
    elif is_time_dtype(name):
        flat = decoder.pools.take("int64", count).view(name)
    else:
        flat = decoder.pools.take(name, count)
    return flat.reshape(shape, order=order)


def _read_texts(name, texts, count, decoder):
    width = re.fullmatch(r"U(\d{1,9})", name)
    if len(texts) != count or not (width or name == "object"):
        raise ValueError("an array of text does not fit its shape")
    if width:
        # Each text takes as much room as the longest.
        decoder.room.reserve(int(width[1]) * count)
        if not all(type(text) is str and len(text) <= int(width[1]) for text in texts):
            raise ValueError("an array of text does not fit its dtype")
        return np.array(texts, name)
    flat = np.empty(count, object)
    for i, value in enumerate(read_list(texts, decoder)):
        flat[i] = value
    return flat
