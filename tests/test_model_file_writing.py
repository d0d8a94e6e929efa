"""Saving happens wholly or not at all."""

import os
import stat
import subprocess
import sys

import pytest

import tsrnn
from tsrnn import baselines

OLD, NEW = baselines.MovingEnergy(window=5), baselines.MovingEnergy(window=7)


@pytest.fixture
def path(tmp_path):
    OLD.save(tmp_path / "model.tsrnn")
    return tmp_path / "model.tsrnn"


def assert_old_and_tidy(path):
    assert os.listdir(path.parent) == [path.name]
    assert tsrnn.load(path).window == 5


@pytest.mark.parametrize("error", [OSError("no space"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failing_step_leaves_the_old_file(path, monkeypatch, step, error):
    def fail(*args, **kwargs):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises(type(error)):
            NEW.save(path)
    assert_old_and_tidy(path)
    NEW.save(path)
    assert tsrnn.load(path).window == 7


def test_a_failing_step_leaves_nothing_where_nothing_was(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        NEW.save(tmp_path / "model.tsrnn")
    assert os.listdir(tmp_path) == []


WRITE = """
from tsrnn.model_file.atomic import replacing
from tsrnn.model_file.container import write_container
with replacing(sys.argv[1]) as stream:
    write_container(stream, {"model.json": (1000, lambda: [b" " * 1000])}, "test")
"""


def write_in_a_process(code, path):
    """Run `code`, then write a container of more than 1000 bytes to `path`."""
    return subprocess.run(
        [sys.executable, "-c", f"import os, sys\n{code}\n{WRITE}", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_leaves_the_old_file(path):
    # No file of this process may grow beyond 300 bytes: what a full disk looks like to a writer.
    code = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))"
    done = write_in_a_process(code, path)
    assert "OSError" in done.stderr.splitlines()[-1]
    assert_old_and_tidy(path)


def test_a_process_that_is_killed_leaves_the_old_file(path):
    done = write_in_a_process("os.replace = lambda *args: os._exit(9)", path)
    assert done.returncode == 9
    assert tsrnn.load(path).window == 5


def test_nothing_is_written_where_that_is_forbidden(path, monkeypatch):
    monkeypatch.setattr(
        "builtins.open", lambda *args, **kwargs: (_ for _ in ()).throw(PermissionError)
    )
    with pytest.raises(PermissionError):
        NEW.save(path)
    monkeypatch.undo()
    assert_old_and_tidy(path)


def test_a_directory_is_not_replaced(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        NEW.save(tmp_path / "folder")
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")
def test_permissions_and_links_are_kept(path):
    path.chmod(0o640)
    link = path.with_name("link")
    link.symlink_to(path)
    NEW.save(link)
    assert link.is_symlink()
    assert tsrnn.load(path).window == 7
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    # A new file is what any new file is.
    NEW.save(path.with_name("new"))
    with open(path.with_name("plain"), "w") as plain:
        assert path.with_name("new").stat().st_mode == os.stat(plain.name).st_mode


def test_too_large_a_model_is_told_before_anything_is_written(path, monkeypatch):
    monkeypatch.setattr("tsrnn.model_file.container.MAX_DOCUMENT_BYTES", 100)
    with pytest.raises(ValueError, match=r"its JSON takes \d+ bytes, at most 100 .*joblib"):
        NEW.save(path)
    monkeypatch.setattr("tsrnn.model_file.container.MAX_FILE_BYTES", 2**16 + 100)
    monkeypatch.setattr("tsrnn.model_file.container.MAX_DOCUMENT_BYTES", 10**6)
    with pytest.raises(ValueError, match=r"it takes \d+ bytes, at most 100 .*joblib"):
        NEW.save(path)
    assert_old_and_tidy(path)
