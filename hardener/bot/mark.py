"""The last line of a request's body, which no reader sees: what the request holds, and whether the bot closed it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from hardener.bot.forge.records import PullRequest

_MARK = re.compile(r"<!-- harden (open|done) ([0-9a-f ]*)= ([0-9a-f]*) -->")

#: name of the check of the bot, as people see it and rules for branches name it
CHECK = "harden"


def marked(text: str, keys: Iterable[str]) -> str:
    """Return the body of a request with its mark.

    Args:
        text: of the body.
        keys: of the changes, see `families.change_key`.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"{text}\n<!-- harden open {''.join(f'{key} ' for key in keys)}= {digest} -->\n"


def is_same(body: str, wanted: str) -> bool:
    """Tell whether a body is the wanted one, or was and is now worded by a person: then it is left to them."""
    found, new = _MARK.findall(body), _MARK.findall(wanted)
    return bool(found) and found[-1] == new[-1]


def done(body: str) -> str:
    """Return a body that says that the bot closes the request."""
    return _MARK.sub(lambda found: f"<!-- harden done {found[2]}= {found[3]} -->", body)


def keys_of(body: str) -> frozenset[str]:
    """Return the keys that a body names."""
    found = _MARK.findall(body)
    return frozenset(found[-1][1].split()) if found else frozenset()


def is_declined(request: PullRequest) -> bool:
    """Tell whether a person closed a request without merging it."""
    if request.is_open or request.is_merged:
        return False
    found = _MARK.findall(request.body)
    return not found or found[-1][0] == "open"


def declined(requests: Iterable[PullRequest]) -> tuple[str, ...] | None:
    """Return the keys of what people closed without merging; None where one of these requests has lost its mark.

    Without a mark nobody can tell what was declined: then nothing is asked again.
    """
    keys: set[str] = set()
    for request in filter(is_declined, requests):
        found = _MARK.findall(request.body)
        if not found:
            return None
        keys.update(found[-1][1].split())
    return tuple(sorted(keys))


def check_key(number: int) -> str:
    """Return what stands for a pull request in its checks: other programs have checks of this name too."""
    return f"{CHECK}:{number}"


def checked_request(key: str) -> int | None:
    """Return the pull request that a check of the bot is of; None for a check of somebody else."""
    name, _, number = key.partition(":")
    return int(number) if name == CHECK and number.isascii() and number.isdecimal() and len(number) < 12 else None
