"""The walk over a model and back: every value goes to the codec of its type.

None, bool, int, str and finite float are themselves in JSON; any other value is an object with its
codec's tag as key. What is met a second time (arrays, lists, objects; numbers and tuples have no
identity) gets an "id" where it is and is ``{"ref": id}`` from then on: what was one array in
two places is one array again. A codec reads its parts in the order in which it writes them.
"""

import datetime
import math
import reprlib
from typing import NamedTuple

import numpy as np
import pandas as pd

from tsrnn.model_file import frames, objects, plain, random_state, registry, times
from tsrnn.model_file.pools import TextRoom


class Codec(NamedTuple):
    """How values of one kind are written and read."""

    write: object
    read: object
    has_identity: bool = True


CODECS = {
    "float": Codec(plain.write_float, plain.read_float, False),
    "list": Codec(plain.write_list, plain.read_list),
    "tuple": Codec(plain.write_list, plain.read_tuple, False),
    "dict": Codec(plain.write_dict, plain.read_dict),
    "duration": Codec(plain.write_duration, plain.read_duration, False),
    "scalar": Codec(plain.write_scalar, plain.read_scalar, False),
    "array": Codec(plain.write_array, plain.read_array),
    "timestamp": Codec(times.write_timestamp, times.read_timestamp, False),
    "timedelta": Codec(times.write_timedelta, times.read_timedelta, False),
    "missing": Codec(times.write_missing, times.read_missing, False),
    "offset": Codec(times.write_offset, times.read_offset, False),
    "dtype": Codec(times.write_dtype, times.read_dtype, False),
    "extension": Codec(frames.write_extension, frames.read_extension),
    "index": Codec(frames.write_index, frames.read_index),
    "series": Codec(frames.write_series, frames.read_series),
    "frame": Codec(frames.write_frame, frames.read_frame),
    "generator": Codec(random_state.write_generator, random_state.read_generator),
    "random_state": Codec(random_state.write_random_state, random_state.read_random_state),
    "network": Codec(objects.write_network, objects.read_network),
    "object": Codec(objects.write_object, objects.read_object),
}
# Of these types exactly; what is derived from them may mean something else.
_TAGS = {
    float: "float", list: "list", tuple: "tuple", dict: "dict", datetime.timedelta: "duration",
    np.ndarray: "array", np.memmap: "array", pd.Timestamp: "timestamp", pd.Timedelta: "timedelta",
    type(pd.NaT): "missing", type(pd.NA): "missing", pd.Series: "series", pd.DataFrame: "frame",
    np.random.Generator: "generator", np.random.RandomState: "random_state",
}  # fmt: skip
_TAGS_BY_BASE = {
    np.generic: "scalar",
    pd.Index: "index",
    pd.offsets.BaseOffset: "offset",
    np.dtype: "dtype",
    pd.api.extensions.ExtensionDtype: "dtype",
    pd.api.extensions.ExtensionArray: "extension",
}
_THEMSELVES = (type(None), bool, int, str)


def _tag_of(value):
    cls = type(value)
    if cls in _TAGS:
        return _TAGS[cls]
    if registry.place_of(cls) == registry.NETWORK:
        return "network"
    by_base = (tag for base, tag in _TAGS_BY_BASE.items() if isinstance(value, base))
    return next(by_base, "object")


class Encoder:
    """Turns values into JSON; numbers of arrays go to `pools`.

    Parameters
    ----------
    pools : PoolWriter
    name : str
        What the messages call the value that is encoded.
    """

    def __init__(self, pools, name):
        self.pools, self.room = pools, TextRoom()
        # The objects of tsrnn so far.
        self.parts = []
        self._nodes, self._open, self._path = {}, set(), [name]
        self._n_shared = 0

    def encode(self, value, step=""):
        """Return the JSON of a value; `step` leads from the value around it to this one.

        Raises
        ------
        TypeError
            If there is no codec for it, or it contains itself.
        """
        self._path.append(step)
        node = self._encode(value)
        self._path.pop()
        return node

    def _encode(self, value):
        if type(value) in _THEMSELVES:
            return value
        if type(value) is float and math.isfinite(value):
            return value
        tag = _tag_of(value)
        codec = CODECS[tag]
        if not codec.has_identity:
            return {tag: codec.write(value, self)}
        key = id(value)
        if key in self._open:
            self.refuse(value, "nothing that contains itself")
        if key in self._nodes:
            return {"ref": self._number(key)}
        self._open.add(key)
        node = {tag: codec.write(value, self)}
        self._open.remove(key)
        # With the value, so that no other one gets the same id meanwhile.
        self._nodes[key] = node, value
        return node

    def _number(self, key):
        node, _ = self._nodes[key]
        if "id" not in node:
            node["id"] = self._n_shared
            self._n_shared += 1
        return node["id"]

    def refuse(self, value, what=None):
        """Raise the TypeError that tells where the value is and what else to do."""
        what = what or f"no {type(value).__name__}"
        raise TypeError(
            f"{''.join(self._path)} is {reprlib.repr(value)}: model files hold plain values, "
            f"{what}; use joblib.dump(model, path) instead"
        )


class Decoder:
    """Inverse of `Encoder`.

    Parameters
    ----------
    pools : PoolReader
    """

    def __init__(self, pools):
        self.pools, self.room = pools, TextRoom()
        self.parts, self._shared = [], {}

    def decode(self, node):
        """Return the value of a JSON node; what does not fit raises errors of any kind."""
        if type(node) in _THEMSELVES or type(node) is float:
            return node
        (tag,) = node.keys() - {"id"}
        if tag == "ref":
            if node[tag] not in self._shared:
                raise ValueError("a reference leads to nothing before it")
            return self._shared[node[tag]]
        value = CODECS[tag].read(node[tag], self)
        if "id" in node:
            self._shared[node["id"]] = value
        return value
