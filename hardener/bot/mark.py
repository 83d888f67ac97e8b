"""The last line of a request's body, which no reader sees: what the request holds, and whether the bot closed it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hardener.bot.forge.records import PullRequest

_MARK = re.compile(r"<!-- harden (open|done) ([0-9a-f ]*)-->")


def mark(keys: Iterable[str], *, done: bool = False) -> str:
    """Return the line.

    Args:
        keys: of the changes, see `families.change_key`.
        done: the bot closes the request because nothing is left to do.
    """
    return f"<!-- harden {'done' if done else 'open'} {''.join(f'{key} ' for key in keys)}-->"


def keys_of(body: str) -> tuple[str, ...] | None:
    """Return the keys that a body names; None for one without the line."""
    found = _MARK.findall(body)
    return tuple(found[-1][1].split()) if found else None


def done(body: str) -> str:
    """Return a body that says that the bot closes the request."""
    return _MARK.sub(lambda found: f"<!-- harden done {found[2]}-->", body)


def declined(requests: Iterable[PullRequest]) -> tuple[str, ...] | None:
    """Return the keys of what people closed without merging; None where one of these requests has lost its mark.

    Without a mark nobody can tell what was declined: then nothing is asked again.
    """
    keys: set[str] = set()
    for request in requests:
        if request.is_open or request.is_merged:
            continue
        found = _MARK.findall(request.body)
        if not found:
            return None
        if found[-1][0] == "open":
            keys.update(found[-1][1].split())
    return tuple(sorted(keys))
