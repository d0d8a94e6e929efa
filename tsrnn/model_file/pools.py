"""All numbers of a model in one flat array per dtype, a .npy each.

Arrays follow each other in the order in which the JSON names them and are taken out in that order,
each number once: a file cannot make its reader allocate more than it holds.
"""

import io

import numpy as np
from numpy.lib import format as npy

from tsrnn.model_file.errors import ModelFileError

DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64",
)  # fmt: skip


# Characters in all arrays of text together.
MAX_TEXT = 2**26


class TextRoom:
    """Keeps count of the room that arrays of text take, which is not that of their characters."""

    def __init__(self):
        self._left = MAX_TEXT

    def reserve(self, n_characters):
        """Take some of the room; ValueError if there is not as much."""
        self._left -= n_characters
        if self._left < 0:
            raise ValueError(f"arrays of text take more than {MAX_TEXT} characters")


def _stored(dtype):
    return np.dtype(dtype).newbyteorder("<")


class PoolWriter:
    """Collects arrays, without copying those that are contiguous."""

    def __init__(self):
        self._parts = {}

    def add(self, flat):
        """Append a one-dimensional array whose dtype is among `DTYPES`."""
        self._parts.setdefault(flat.dtype.name, []).append(flat)

    def members(self):
        """Return a dict of member name to (size in bytes, function that yields the bytes)."""
        return {f"{name}.npy": self._member(name) for name in sorted(self._parts)}

    def _member(self, name):
        parts, dtype = self._parts[name], _stored(name)
        count = sum(part.size for part in parts)
        header = io.BytesIO()
        described = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (count,)}
        npy.write_array_header_1_0(header, described)

        def chunks():
            yield header.getvalue()
            for part in parts:
                if part.size:
                    yield memoryview(np.ascontiguousarray(part, dtype)).cast("B")

        return len(header.getvalue()) + count * dtype.itemsize, chunks


class PoolReader:
    """Hands out the arrays again.

    Parameters
    ----------
    members : dict of str to bytes
        Contents of the .npy members by name.

    Raises
    ------
    ModelFileError
        If a member has another dtype than its name says, is not flat, or is longer or shorter than
        its header says.
    """

    def __init__(self, members):
        self._pools = {}
        for name, data in members.items():
            dtype = name.removesuffix(".npy")
            self._pools[dtype] = _flat_array(name, data, _stored(dtype))
        self._taken = dict.fromkeys(self._pools, 0)

    def take(self, dtype, count):
        """Return the next `count` numbers of a dtype, a new array."""
        pool, start = self._pools.get(dtype, ()), self._taken.get(dtype, 0)
        if dtype not in DTYPES or not 0 <= count <= len(pool) - start:
            raise ModelFileError(f"it asks for {count} more {dtype} numbers than it has")
        if dtype in self._taken:
            self._taken[dtype] = start + count
        return np.array(pool[start : start + count], np.dtype(dtype))

    def check_used_up(self):
        """Raise ModelFileError if there are numbers that no array has asked for."""
        for dtype, pool in self._pools.items():
            if self._taken[dtype] != len(pool):
                raise ModelFileError(f"it has {dtype} numbers that belong to nothing")


def _flat_array(name, data, dtype):
    stream = io.BytesIO(data)
    if npy.read_magic(stream) != (1, 0):
        raise ModelFileError(f"{name} has an unknown version of the .npy format")
    shape, fortran_order, found = npy.read_array_header_1_0(stream)
    n_bytes = len(data) - stream.tell()
    if found != dtype or len(shape) != 1 or fortran_order or shape[0] * dtype.itemsize != n_bytes:
        raise ModelFileError(f"{name} does not hold what its header says")
    if dtype.kind == "b" and data[stream.tell() :].strip(b"\0\1"):
        raise ModelFileError(f"{name} has values that are neither true nor false")
    return np.frombuffer(data, dtype, offset=stream.tell())
