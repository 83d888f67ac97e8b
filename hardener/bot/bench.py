"""What the work on all repositories shares, and what is told of each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from hardener.bot.forge.records import Forge
from hardener.bot.ledger import Ledger
from hardener.bot.policy import Policy
from hardener.bot.rewriting import Group, Order
from hardener.bot.worker import Bounds, rewrite_apart
from hardener.fast.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a repository, or of one of its branches; `waits`: the next run has to look again,
    `is_new`: a request was opened."""

    repository: str
    what: str
    url: str = ""
    failed: bool = False
    waits: bool = False
    is_new: bool = False
    groups: tuple[Group, ...] = field(default=(), repr=False)


def to_change(groups: Iterable[Group]) -> str:
    """Return how many files would change; one that several requests change counts once."""
    count = len({change.path for group in groups for change in group.changes})
    return f"{count} file{'s' * (count != 1)} to change"


class Quota:
    """How many new requests a run may still open; shared by its threads."""

    #: what is told when there is none left
    said = "the limit of new requests of this run is reached"

    def __init__(self, left: int) -> None:
        self._left = left
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one, and tell whether there was one."""
        with self._lock:
            self._left -= 1
            return self._left >= 0


@dataclass(frozen=True, slots=True)
class Bench:
    """What the work on all repositories shares.

    Attributes:
        dry: only tell what would be done; nothing is written to the forge.
        rewrite: hardens a checkout.
    """

    forge: Forge
    policy: Policy
    ledger: Ledger
    quota: Quota
    bounds: Bounds = Bounds()
    dry: bool = False
    rewrite: Callable[[Path, Order, Bounds], list[Group]] = rewrite_apart
