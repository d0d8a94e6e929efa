"""The zip around a model: a manifest with checksums, the JSON document and the arrays.

Nothing is compressed, so that a file unpacks to its own size and no more, and nothing is ever
extracted to the disk. ``manifest.json`` names the format and its version, and for each other member
the size and SHA-256.
"""

import hashlib
import json
import os
import struct
import zipfile

from tsrnn.model_file.errors import ModelFileError
from tsrnn.model_file.pools import DTYPES

FORMAT, VERSION = "tsrnn model", 1
MANIFEST, DOCUMENT = "manifest.json", "model.json"
# zip without its 64-bit extension, which this format does without, ends here.
MAX_FILE_BYTES = 2**31 - 1
MAX_DOCUMENT_BYTES = 2**27
_MAX_MANIFEST_BYTES = 2**14
_MAX_MEMBERS = len(DTYPES) + 2
_MEMBERS = {DOCUMENT, *(f"{dtype}.npy" for dtype in DTYPES)}
_MAX_DIRECTORY_BYTES = 2**12
# Signature, disk numbers, entries here and in all, directory's size and place, comment's length.
_END = struct.Struct("<4s4H2LH")
_LOCATOR_BYTES = 20
# The earliest that zip can say: the same model gives the same bytes at any time.
_DATE = (1980, 1, 1, 0, 0, 0)


def check_sizes(members):
    """Raise ValueError if members, as `write_container` takes them, are too large for a file."""
    for limit, size, what in (
        (MAX_DOCUMENT_BYTES, members[DOCUMENT][0], "its JSON"),
        (MAX_FILE_BYTES - 2**16, sum(size for size, _ in members.values()), "it"),
    ):
        if size > limit:
            raise ValueError(
                f"the model is too large for a model file: {what} takes {size} bytes, at most "
                f"{limit} are possible; use joblib.dump(model, path) instead"
            )


def write_container(stream, members, tsrnn_version):
    """Write a model file.

    Parameters
    ----------
    stream : file object
    members : dict of str to (int, callable)
        Size in bytes of each member, and a function that yields its bytes in chunks.
    tsrnn_version : str
        Noted in the manifest.
    """
    described = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, (size, chunks) in members.items():
            digest = hashlib.sha256()
            with archive.open(_info(name), "w") as member:
                for chunk in chunks():
                    digest.update(chunk)
                    member.write(chunk)
            described[name] = {"size": size, "sha256": digest.hexdigest()}
        manifest = {
            "format": FORMAT, "version": VERSION, "tsrnn": tsrnn_version, "members": described,
        }  # fmt: skip
        archive.writestr(_info(MANIFEST), json.dumps(manifest, indent=1))


def _info(name):
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = 0o644 << 16
    return info


def read_container(stream):
    """Return the members of a model file by name, without the manifest.

    Raises
    ------
    ModelFileError
        If it is not a model file of a known version, or its members, their sizes or checksums are
        not those of the manifest. `zipfile` raises errors of its own for damaged archives.
    """
    size = os.fstat(stream.fileno()).st_size
    _check_directory(stream, size)
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        _check_entries(entries, size)
        if entries[-1].filename != MANIFEST or entries[-1].file_size > _MAX_MANIFEST_BYTES:
            raise ModelFileError("not a tsrnn model file: a zip of something else")
        described = _members_of(json.loads(archive.read(entries[-1])))
        if set(described) != {entry.filename for entry in entries[:-1]}:
            raise ModelFileError("its members are not those of its manifest")
        return {
            entry.filename: _read_member(archive, entry, described[entry.filename])
            for entry in entries[:-1]
        }


def _check_directory(stream, size):
    """Look at the end of the archive before `zipfile` reads as much as that asks for."""
    tail_bytes = _END.size + _LOCATOR_BYTES
    if not tail_bytes <= size <= MAX_FILE_BYTES:
        raise ModelFileError("not a tsrnn model file, or cut short")
    stream.seek(size - tail_bytes)
    tail = stream.read(tail_bytes)
    signature, _, _, _, n_entries, n_bytes, start, n_comment = _END.unpack(tail[_LOCATOR_BYTES:])
    if signature != b"PK\5\6":
        raise ModelFileError("not a tsrnn model file, or cut short")
    if (
        tail.startswith(b"PK\6\7")
        or n_entries > _MAX_MEMBERS
        or n_bytes > _MAX_DIRECTORY_BYTES
        or start + n_bytes + _END.size != size
        or n_comment
    ):
        raise ModelFileError("not a tsrnn model file: a zip of something else")


def _check_entries(entries, size):
    names = [entry.filename for entry in entries]
    if not names or set(names) - _MEMBERS - {MANIFEST} or len(set(names)) < len(names):
        raise ModelFileError("not a tsrnn model file: a zip of something else")
    if any(
        entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size
        for entry in entries
    ):
        raise ModelFileError("it has compressed members, which model files have not")
    if sum(entry.file_size for entry in entries) > size:
        raise ModelFileError("its members claim to be larger than the file")


def _members_of(manifest):
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelFileError("not a tsrnn model file: a zip of something else")
    version = manifest.get("version")
    if version != VERSION:
        raise ModelFileError(
            f"it has version {str(version)[:20]} of the format, this tsrnn reads version {VERSION}"
            f"; it was written by tsrnn {str(manifest.get('tsrnn'))[:20]}"
        )
    return manifest["members"]


def _read_member(archive, entry, described):
    if entry.filename == DOCUMENT and entry.file_size > MAX_DOCUMENT_BYTES:
        raise ModelFileError(f"its JSON is longer than {MAX_DOCUMENT_BYTES} bytes")
    data = archive.read(entry)
    if hashlib.sha256(data).hexdigest() != described["sha256"]:
        raise ModelFileError(f"{entry.filename} does not have the checksum it had when written")
    return data
