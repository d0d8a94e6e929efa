"""Files that are cut short, altered or hostile raise ModelFileError, soon and in little memory."""

import json
import os
import struct
import time
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pytest
from forged_files import assert_refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_samples import answers, fitted

import tsrnn
from tsrnn import ModelFileError, RNNRegressor


@pytest.fixture(scope="module")
def regressor(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "regressor.tsrnn"
    fitted(RNNRegressor, hidden_layer_sizes=(3,)).save(path)
    return path


@given(st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_flipped_bits_are_noticed_or_do_not_matter(regressor, tmp_path, data):
    content = bytearray(regressor.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / "flipped").write_bytes(content)
    try:
        model = tsrnn.load(tmp_path / "flipped")
    except ModelFileError:
        return
    expected = answers(tsrnn.load(regressor))
    pd.testing.assert_frame_equal(answers(model), expected, check_exact=True)


def test_no_byte_of_the_content_can_change_unnoticed(regressor, tmp_path):
    whole = regressor.read_bytes()
    with zipfile.ZipFile(regressor) as archive:
        starts = [(info.header_offset + 30 + len(info.filename), info.file_size)
                  for info in archive.infolist()]  # fmt: skip
    rng = np.random.default_rng(0)
    for start, size in starts:
        for place in {0, size - 1, *rng.integers(size, size=20).tolist()}:
            content = bytearray(whole)
            content[start + place] ^= 0x10
            (tmp_path / "changed").write_bytes(content)
            assert_refused(tmp_path / "changed")


@given(st.data())
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_cut_is_noticed(regressor, tmp_path, data):
    whole = regressor.read_bytes()
    start, stop = data.draw(st.integers(0, 3)), data.draw(st.integers(0, len(whole) - 1))
    (tmp_path / "cut").write_bytes(whole[start:stop])
    assert_refused(tmp_path / "cut")


def test_bytes_after_the_end_are_noticed(regressor, tmp_path):
    (tmp_path / "longer").write_bytes(regressor.read_bytes() + b"\0")
    assert_refused(tmp_path / "longer")


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"\x80\x04N.", b"x" * 1000, b"PK\5\6" + b"\0" * 18]
)
def test_other_files(content, tmp_path):
    (tmp_path / "other").write_bytes(content)
    assert_refused(tmp_path / "other", "not a tsrnn model file")


def test_other_places(tmp_path):
    with pytest.raises(OSError, match="director"):
        tsrnn.load(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert_refused(tmp_path / "pipe", "not a regular file")


@pytest.mark.parametrize(
    ("member", "compression"),
    [
        ("../../escape.npy", zipfile.ZIP_STORED),
        ("/etc/passwd", zipfile.ZIP_STORED),
        ("model.pkl", zipfile.ZIP_STORED),
        ("model.json", zipfile.ZIP_STORED),
        ("float64.npy", zipfile.ZIP_DEFLATED),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_with_other_members(regressor, tmp_path, member, compression):
    path = tmp_path / "archive"
    with zipfile.ZipFile(regressor) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist()[:-1]:
            new.writestr(name, old.read(name))
        new.writestr(member, b"\0" * 10**6, compression)
        new.writestr("manifest.json", old.read("manifest.json"))
    assert_refused(path)
    assert os.listdir(tmp_path) == ["archive"]


def test_a_bomb_does_not_go_off(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("model.json", "w") as member:
            for _ in range(100):
                member.write(b" " * 2**20)
        archive.writestr("manifest.json", "{}")
    tracemalloc.start()
    assert_refused(tmp_path / "bomb", "compressed")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_a_huge_directory_is_not_read(tmp_path):
    entries = 10**6
    body = b"\0" * 46 * entries
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, len(body), 0, 0)
    (tmp_path / "directory").write_bytes(body + end)
    start = time.perf_counter()
    assert_refused(tmp_path / "directory", "a zip of something else")
    assert time.perf_counter() - start < 1


def test_directories_elsewhere_are_refused(regressor, tmp_path):
    content = regressor.read_bytes()
    # A locator of zip's 64-bit extension would lead to another directory.
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    (tmp_path / "zip64").write_bytes(content[:-22] + locator + content[-22:])
    assert_refused(tmp_path / "zip64")


@pytest.mark.parametrize("version", [0, 2, "1", None, [1]])
def test_unknown_versions(regressor, tmp_path, version):
    path = tmp_path / "later"
    with zipfile.ZipFile(regressor) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist()[:-1]:
            new.writestr(name, old.read(name))
        manifest = json.loads(old.read("manifest.json")) | {"version": version, "tsrnn": "9.9"}
        new.writestr("manifest.json", json.dumps(manifest))
    assert_refused(path, r"version .* of the format, this tsrnn reads version 1; .* tsrnn 9\.9")


def test_members_exchanged_with_right_zip_checksums(regressor, tmp_path):
    path = tmp_path / "exchanged"
    with zipfile.ZipFile(regressor) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[:-1] + bytes([data[-1] ^ 1]) if name == "float64.npy" else data)
    assert_refused(path, "float64.npy does not have the checksum")
