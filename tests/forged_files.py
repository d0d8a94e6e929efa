"""Model files taken apart, and put together again with any content and right checksums."""

import io
import json
import zipfile

import numpy as np
import pytest

import tsrnn
from tsrnn import ModelFileError
from tsrnn.model_file.container import DOCUMENT, write_container


def take_apart(path):
    """Return (JSON tree, dict of member name to bytes of the others)."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    del members["manifest.json"]
    return json.loads(members.pop(DOCUMENT)), members


def put_together(path, tree, members):
    """Write a well-formed file; `tree` may be JSON as bytes."""
    document = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    members = {DOCUMENT: document, **members}
    with open(path, "wb") as stream:
        chunks = {name: (len(data), lambda data=data: [data]) for name, data in members.items()}
        write_container(stream, chunks, "forged")


def npy(array, **how):
    """Return an array as bytes of a .npy file."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), **how)
    return stream.getvalue()


def nodes_of(tree):
    """Yield (container, key) of every node below `tree`."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(items):
        yield tree, key
        if isinstance(value, dict | list):
            yield from nodes_of(value)


def assert_refused(path, match=None):
    """Loading raises a short ModelFileError that names the file."""
    with pytest.raises(ModelFileError, match=match) as error:
        tsrnn.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert len(str(error.value).splitlines()) <= 2
    assert len(str(error.value)) < 600
