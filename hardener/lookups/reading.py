"""Files of a repository are read here: regular ones alone, up to a size."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

#: what an editor holds of files and has not written, by the real path of the file: it counts in place of the disk
Unsaved = Mapping[str, bytes]


def read_regular(path: Path, limit: int, unsaved: Unsaved | None = None) -> bytes | None:
    """Return what a regular file holds, up to `limit` bytes; None for a pipe, a device, a socket or a folder.

    A pipe would be waited for and a device has no end; so the kind is looked at before and after opening.

    Args:
        path: the file.
        limit: bytes that are read at the most.
        unsaved: texts that count in place of the file.

    Raises:
        OSError: it cannot be read.
    """
    held = held_of(path, unsaved)
    if held is not None:
        return held[:limit]
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def held_of(path: Path, unsaved: Unsaved | None) -> bytes | None:
    """Return what an editor holds of the file at `path` and has not written; None for a file that it does not hold."""
    return unsaved.get(os.path.realpath(path)) if unsaved else None


def within(root: Path, path: Path) -> bool:
    """Tell whether `path`, all links followed, lies in the folder `root`."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file system takes
        return False
