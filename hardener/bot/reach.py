"""How a repository is reached: the address and the credential for git, and a folder that its clone has to itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardener.bot.forge.records import Forge, Repository
from hardener.bot.git.command import Access
from hardener.errors import HardenError


def access(repository: Repository, forge: Forge) -> Access:
    """Return what git needs to reach a repository.

    Raises:
        HardenError: the forge names an address that git is not to follow.
    """
    url = repository.clone_url
    is_plain = url.startswith(f"http://{forge.host.partition('/')[0]}/")
    if not (url.startswith("https://") or is_plain) or "@" in url:
        raise HardenError("the forge names an address for git that is not https://")
    return Access(url, forge.user, forge.token_for(repository))


@contextmanager
def empty_folder() -> Iterator[Path]:
    """Give an empty folder in which no configuration of the folders above it counts."""
    with tempfile.TemporaryDirectory(prefix="harden-bot-", ignore_cleanup_errors=True) as name:
        (Path(name) / "harden.toml").touch()
        folder = Path(name) / "checkout"
        folder.mkdir()
        yield folder
