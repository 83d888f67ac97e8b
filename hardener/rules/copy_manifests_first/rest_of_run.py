"""What follows an installation in its RUN: whether it can stay there, or come later (C15)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.shell import Command

#: a cache in the home, or among installed gems: no source
_GEM_CACHE = regex(r"(?:~|/root|\"?\$\{?HOME\}?\"?)/\.[\w.-]+(?:/|\Z)|\"?\$\{?(?:BUNDLE_PATH|GEM_HOME)\}?\"?/")


def removes_caches(command: Command | None) -> bool:
    """Tell whether a command removes only hidden folders of the home and what lies where gems are installed."""
    if command is None or command.name != "rm" or command.redirects:
        return False
    return all(word.raw.startswith("-") or _GEM_CACHE.match(word.raw) for word in command.words[1:])


def changes_the_shell(command: Command | None) -> bool:
    """Tell whether a command changes what commands after it in the same RUN see; `cd` is repeated for them."""
    if command is None or not command.words:
        return True
    if command.name == "set":
        return any(not re.match(r"-[evx]+\Z", word.raw) for word in command.words[1:])
    return command.name in ("export", "umask", "ulimit", "source", ".", "eval", "alias", "unset", "shopt")


__all__ = ["changes_the_shell", "removes_caches"]
