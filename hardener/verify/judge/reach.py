"""How far a proof reaches: which of the routes that are known were asked, and which of them answered alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from hardener.verify.model import Answer


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a proof reaches.

    Attributes:
        routes: the paths that are known: `/`, and what the sources name.
        answered: those of them that the original answers with a status below 400.
        other: (path, why) of the rest: how it was answered, or why it was not asked.
        is_found: whether harden found itself what to ask.
    """

    routes: tuple[str, ...]
    answered: tuple[str, ...]
    other: tuple[tuple[str, str], ...] = ()
    is_found: bool = False

    @property
    def percent(self) -> int:
        """How many of a hundred known routes were answered, rounded down."""
        return 100 * len(self.answered) // len(self.routes) if self.routes else 0


def reach_of(
    routes: Iterable[str], answers: Iterable[Answer], unasked: Iterable[tuple[str, str]] = (), *, is_found: bool = False
) -> Reach:
    """Return how far answers of the original reach.

    Args:
        routes: that the sources name.
        answers: of all probes; `/` is a route where it was asked.
        unasked: (path, why) of routes that no probe is for.
        is_found: whether harden found the probes itself.
    """
    seen: dict[str, int | None] = {}
    for answer in answers:
        parts = urlsplit(answer.probe) if answer.probe.startswith(("http://", "https://")) else None
        if parts is not None:
            path, status = parts.path or "/", answer.status
            best = seen.get(path)
            seen[path] = status if best is None else min(best, status or best)
    known = tuple(dict.fromkeys((*routes, *(path for path in seen if path == "/" or seen[path] is not None))))
    whys = dict(unasked)
    good = tuple(path for path in known if (seen.get(path) or 400) < 400)
    rest = ((path, _why(seen.get(path), whys.get(path))) for path in known if path not in good)
    return Reach(known, good, tuple(rest), is_found)


def _why(status: int | None, why: str | None) -> str:
    return f"answered with {status}" if status is not None else why or "not asked"
