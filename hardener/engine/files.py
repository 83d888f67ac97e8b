"""Reading and writing the user's files: nothing is lost, whatever goes wrong."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from hardener.errors import InputError


def read(path: Path) -> bytes:
    """Return the bytes of a Dockerfile.

    Raises:
        InputError: it is missing, no file, unreadable, or not text.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give a Dockerfile or let harden look for files in it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path}: is not a regular file; give - to read standard input")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    check_text(path, data)
    return data


def check_text(name: Path | str, data: bytes) -> None:
    """Refuse what cannot be a Dockerfile.

    Raises:
        InputError: there is a NUL byte.
    """
    at = data.find(b"\0")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        column = at - (data.rfind(b"\n", 0, at) + 1) + 1
        raise InputError(f"{name}:{line}:{column}: NUL byte: this is a binary file, not a Dockerfile")


def write(path: Path, data: bytes, original: bytes) -> None:
    """Replace the content of `path` in one step; mode and owner stay, a symlink stays a symlink.

    The new text goes to a file beside it, which then takes its place: a crash leaves the old or the new, never a part.

    Raises:
        InputError: it changed since it was read, or cannot be written; the file is as it was.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    temporary = ""
    try:
        status = target.stat()
        if not os.access(target, os.W_OK):
            raise InputError(f"{path}: is read-only; nothing was written")
        handle, temporary = tempfile.mkstemp(prefix=".harden-", dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        _keep_owner(temporary, status)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))  # noqa: PTH101 (after the owner: that clears setuid)
        if target.read_bytes() != original:
            raise InputError(f"{path}: changed while harden worked on it; nothing was written, run it again")
        os.replace(temporary, target)  # noqa: PTH105
        temporary = ""
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; it was not changed") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def create(path: Path, data: bytes) -> None:
    """Make a file of harden's own, or replace it in one step; other files, such as a pipe, are written to.

    Raises:
        InputError: it cannot be written; a file that was there is as it was.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    temporary = ""
    try:
        if path.exists() and not path.is_file():  # not `target`: that of /dev/stdout has no real path
            path.write_bytes(data)
            return
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(prefix=".harden-", dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(temporary).chmod(mode)
        os.replace(temporary, target)  # noqa: PTH105
        temporary = ""
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _keep_owner(temporary: str, status: os.stat_result) -> None:
    mine = Path(temporary).stat()
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        # only root may give a file away: for others it stays theirs
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
