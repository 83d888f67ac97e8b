"""Files of a repository are read here: regular ones alone, up to a size."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

_NAMES = frozenset({"dockerfile", "containerfile"})
_NO_DOCKERFILES = (".dockerignore", ".md", ".swp", ".orig", ".rej", ".bak", "~")
#: what an editor holds of files and has not written, by the real path of the file: it counts in place of the disk
Unsaved = Mapping[str, bytes]
#: larger files are not read as text
_SIZE = 1 << 20


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


def repository_of(folder: Path) -> Path:
    """Return the root of the git repository that `folder`, an absolute path, lies in; `folder` itself without one."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def is_dockerfile(name: str) -> bool:
    """Tell whether a file of this name is a Dockerfile: Dockerfile, Containerfile, Dockerfile.x, x.Dockerfile."""
    lower = name.lower()
    if lower.endswith(_NO_DOCKERFILES):
        return False
    first, last = lower.split(".", 1)[0], lower.rsplit(".", 1)[-1]
    return first in _NAMES or (last in _NAMES and not lower.startswith("."))


def text_of(path: Path, unsaved: Unsaved | None = None) -> str:
    """Return what a file holds, or an editor of it, "" for one that is too large or cannot be read."""
    try:
        data = read_regular(path, _SIZE, unsaved)
    except OSError:
        return ""
    return "" if data is None else data.decode("utf-8", "replace")
