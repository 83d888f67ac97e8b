"""Files of a repository are read here: regular ones alone, up to a size."""

from __future__ import annotations

import os
import stat
from fnmatch import fnmatchcase
from pathlib import Path


def read_regular(path: Path, limit: int) -> bytes | None:
    """Return what a regular file holds, up to `limit` bytes; None for a pipe, a device, a socket or a folder.

    A pipe would be waited for and a device has no end; so the kind is looked at before and after opening.

    Raises:
        OSError: it cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def names_like(folder: str, patterns: tuple[str, ...]) -> list[str]:
    """Return the names in a folder that one of the patterns matches, sorted; none where it cannot be listed."""
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []
    starts = tuple(pattern.partition("*")[0] for pattern in patterns)
    near = [name for name in names if name.startswith(starts)]  # few are: a pattern costs more than a comparison
    return sorted(name for name in near if any(fnmatchcase(name, pattern) for pattern in patterns))


def within(root: Path, path: Path) -> bool:
    """Tell whether `path`, all links followed, lies in the folder `root`."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file system takes
        return False
