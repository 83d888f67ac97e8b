"""Files of a repository are read here: regular ones alone, up to a size."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_NAMES = frozenset({"dockerfile", "containerfile"})
_NO_DOCKERFILES = (".dockerignore", ".md", ".swp", ".orig", ".rej", ".bak", "~")


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
