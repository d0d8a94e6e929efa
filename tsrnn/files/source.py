"""The bytes of a table, whatever they came from: a file, gzipped or not, or standard input."""

import contextlib
import difflib
import gzip
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_BYTES = 256 * 1024
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
# First bytes of what people take for a CSV file -> what to tell them.
_OTHERS = {
    b"PK\x03\x04": "an Excel or zip file; save the sheet as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel file; save the sheet as CSV",
    b"%PDF": "a PDF file",
    b"\x89HDF": "an HDF5 file; export it as CSV or Parquet",
}


@dataclass(frozen=True)
class Source:
    """Where a table comes from: its name for messages, kind, size, and first bytes, unpacked."""

    name: str
    kind: str  # "csv" or "parquet"
    n_bytes: int
    sample: bytes
    path: Path | None
    content: bytes | None

    @property
    def is_whole(self):
        """Whether the sample is all there is."""
        return len(self.sample) < _SAMPLE_BYTES

    @contextlib.contextmanager
    def open(self):
        """Open the bytes for reading, unpacked."""
        with open(self.path, "rb") if self.content is None else io.BytesIO(self.content) as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            if packed:
                with gzip.open(raw) as stream:
                    yield stream
            else:
                yield raw


def open_source(path):
    """Look at a file without reading all of it.

    Parameters
    ----------
    path : str or Path
        "-" is standard input, which is read to its end.

    Raises
    ------
    ValueError
        If there is no such file, it is a directory, empty, or of a kind that is no table.
    OSError
        If it cannot be read.
    """
    content, file = None, None
    if str(path) == "-":
        content, name = sys.stdin.buffer.read(), "standard input"
    else:
        file = Path(path)
        name = str(path)
        _check_file(file)
    source = Source(name, "csv", 0, b"", file, content)
    with source.open() as stream:
        try:
            sample = stream.read(_SAMPLE_BYTES)
        except (EOFError, gzip.BadGzipFile) as error:
            raise ValueError(f"{name}: damaged or incomplete gzip file ({error})") from None
    if not sample.strip():
        raise ValueError(f"{name} is empty")
    return Source(name, _kind(name, sample), _unpacked_size(source), sample, file, content)


def _check_file(file):
    if file.is_dir():
        raise ValueError(f"{file} is a directory; name a CSV or Parquet file in it")
    if file.exists():
        return
    folder = file.parent
    others = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    close = difflib.get_close_matches(file.name, others, 1, 0.5)
    hint = f"; did you mean {str(folder / close[0])!r}?" if close else ""
    raise ValueError(f"there is no file {str(file)!r}{hint}")


def _kind(name, sample):
    if sample.startswith(_PARQUET):
        return "parquet"
    for magic, what in _OTHERS.items():
        if sample.startswith(magic):
            raise ValueError(f"{name} is {what}")
    if b"\0" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(f"{name} is not text: CSV (also gzipped) and Parquet files are read")
    return "csv"


def _unpacked_size(source):
    if source.content is not None:
        with source.open() as stream:
            return stream.seek(0, os.SEEK_END)
    size = source.path.stat().st_size
    with open(source.path, "rb") as stream:
        if stream.read(2) != _GZIP:
            return size
        # The last four bytes of a gzip file are its unpacked size, modulo 4 GiB.
        stream.seek(-4, os.SEEK_END)
        stated = int.from_bytes(stream.read(4), "little")
    return stated if stated >= size else stated + 2**32 * (size // 2**32 + (stated < size // 2))
