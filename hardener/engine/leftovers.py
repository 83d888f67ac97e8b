"""Names of files that stand beside another one for a moment, and how the next run removes those of a killed one."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import time
from pathlib import Path

from hardener.fast.patterns import regex

_PREFIX, _NEW, _OLD = ".harden-", ".new", ".old"
#: only what this module names: eight characters of `tempfile`
_OURS = regex(r"\.harden-[a-z0-9_]{8}\.(?:new|old)\Z")
#: seconds after which no run is at work on it any more
_STALE = 600.0


def beside(folder: Path) -> tuple[int, str]:
    """Make an empty file in a folder for the new text of another one; return its handle and path."""
    return tempfile.mkstemp(prefix=_PREFIX, suffix=_NEW, dir=folder)


def backup_of(temporary: str) -> str:
    """Return the path at which the old text is kept while the new one has another."""
    return temporary.removesuffix(_NEW) + _OLD


def sweep(folder: Path) -> None:
    """Remove what a killed run left in a folder: regular files of ours, of this user, some minutes old."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _OURS.match(entry.name) and _is_stale(entry):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


def _is_stale(entry: os.DirEntry[str]) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    # a backup has the time of the text that it holds: when it got its name is the change of the inode
    age = time.time() - max(status.st_mtime, status.st_ctime)
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and age > _STALE
