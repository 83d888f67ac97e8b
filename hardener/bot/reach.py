"""How a repository is reached: the address and the credential for git, and a folder that its clone has to itself."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hardener.bot.forge.records import Forge, Repository
from hardener.bot.git.command import Access
from hardener.errors import HardenError

_PREFIX = "harden-bot-"
#: in each folder, beside the checkout: an empty configuration, at which a search ends
_MARK = "harden.toml"
#: seconds in which a folder may not be held yet
_NEW = 60.0


def access(repository: Repository, forge: Forge) -> Access:
    """Return what git needs to reach a repository.

    Raises:
        HardenError: the forge names an address that git is not to follow.
    """
    url = repository.clone_url
    is_plain = forge.is_plain and url.startswith(f"http://{forge.host}/")
    if not (url.startswith("https://") or is_plain) or "@" in url:
        raise HardenError("the forge names an address for git that is not https://")
    return Access(url, forge.user, forge.token_for(repository))


@contextmanager
def empty_folder() -> Iterator[Path]:
    """Give an empty folder in which no configuration of the folders above it counts."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        # held by this process, so that another one can tell a folder in use from one that was left
        held = os.open(Path(name) / _MARK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            folder = Path(name) / "checkout"
            folder.mkdir()
            yield folder
        finally:
            os.close(held)


def remove_left_folders() -> None:
    """Remove the folders of processes that were killed; without this they fill the disk."""
    for place in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = place.lstat()
            is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if is_ours and time.time() - found.st_mtime > _NEW:
                _remove(place)


def _remove(place: Path) -> None:
    held = os.open(place / _MARK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(held)
