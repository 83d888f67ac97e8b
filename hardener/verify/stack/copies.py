"""Copies of what a compose file mounts: the project's own files stay as they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from hardener.errors import VerifyError

#: What is mounted is copied up to this many bytes.
LIMIT = 512 << 20


def copy_folders(folders: Iterable[tuple[Path, Path]]) -> None:
    """Copy what is mounted, so that the project's own files stay as they are.

    Raises:
        VerifyError: it cannot be copied, or is larger than `LIMIT`.
    """
    room = LIMIT
    for source, copy in folders:
        try:
            shutil.rmtree(copy, ignore_errors=True)
            copy.unlink(missing_ok=True)
            copy.parent.mkdir(parents=True, exist_ok=True)
            room = _copy(source, copy, room)
        except (OSError, shutil.Error) as error:
            raise VerifyError(f"{source}: cannot be copied for a mount: {error}") from None


def _copy(source: Path, copy: Path, room: int) -> int:
    """Copy a file or a folder with its owners; return how many bytes may still be copied."""
    if not source.exists():
        copy.mkdir()  # as Docker makes one for a mount
        return room
    left = [room]

    def one(old: str, new: str) -> str:
        if not os.path.islink(old) and not os.path.isfile(old):  # noqa: PTH113, PTH114
            return new  # a socket or a pipe is no data
        found = os.lstat(old)
        left[0] -= found.st_size
        if left[0] < 0:
            raise OSError(27, f"what is mounted is larger than {LIMIT >> 20} MB")
        made = str(shutil.copy2(old, new, follow_symlinks=False))
        _own(found, made)
        return made

    if source.is_file():
        one(str(source), str(copy))
        return left[0]
    shutil.copytree(source, copy, symlinks=True, copy_function=one, ignore=shutil.ignore_patterns(".git"))
    for folder, _, _ in os.walk(copy):
        _own(os.lstat(source / Path(folder).relative_to(copy)), folder)
    return left[0]


def _own(found: os.stat_result, path: str) -> None:
    if os.geteuid() == 0:
        os.chown(path, found.st_uid, found.st_gid, follow_symlinks=False)
