"""What a forge is asked through: the calls that each kind of forge is spoken to with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from hardener.bot.forge.records import NotThere


class Calls(Protocol):
    """What a forge is asked through: a `Client`, or one for each owner.

    Attributes:
        host: that is asked, for messages.
        is_plain: whether it is asked without TLS.
    """

    host: str
    is_plain: bool

    def close(self) -> None:
        """Close all connections."""

    def token_of(self, owner: str) -> str:
        """Return the token for git in the repositories of an owner; "" where the caller has it."""

    def get(self, path: str) -> Any:
        """Return what lies at a path."""

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the entries of a list."""

    def send(self, method: str, path: str, content: Any = None) -> Any:
        """Send a call that changes something and return the answer."""


def pages_of_first(calls: Calls, paths: Iterable[str]) -> Iterator[Any]:
    """Yield the entries of the first list that is there.

    Raises:
        NotThere: none is.
    """
    *others, last = paths
    for path in others:
        try:
            yield from calls.pages(path)
        except NotThere:
            continue
        return
    yield from calls.pages(last)
