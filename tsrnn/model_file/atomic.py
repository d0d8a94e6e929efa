"""Writing a file wholly or not at all."""

import contextlib
import errno
import os
import secrets
import stat


@contextlib.contextmanager
def replacing(path):
    """Give a binary stream that becomes the file `path` when the block ends well.

    It is written beside `path` under another name, forced to the disk and renamed, so that at any
    moment `path` is the old file or the new one. If anything fails, the old file stays and nothing
    is left behind. An existing file's permissions are kept; a symbolic link stays one.

    Parameters
    ----------
    path : str

    Yields
    ------
    file object

    Raises
    ------
    OSError
        If the directory does not exist, or the file cannot be written.
    """
    path = os.path.realpath(path)
    directory = os.path.dirname(path)
    if not os.path.isdir(directory):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), directory)
    temporary = os.path.join(directory, f".tsrnn-{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if os.path.exists(path):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(directory)


def _sync_directory(directory):
    """Force the new name to the disk too, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
