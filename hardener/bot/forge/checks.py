"""What a forge has for checks of a commit: the verdict beside its other checks, with annotations on lines.

GitHub alone has them, for Apps alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from hardener.bot.forge.records import Repository
from hardener.fast.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is said of lines of a file, from 1, both included; `level` is "notice", "warning" or "failure"."""

    path: str
    start: int
    end: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says.

    Attributes:
        conclusion: "success", "neutral" or "failure".
        title: in a few words.
        summary, text: Markdown.
        annotations: as many as there are; the forge takes them in several calls.
    """

    conclusion: str
    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check that was made: `key` stands for what it is of, `annotations` is how many it has."""

    number: int
    key: str
    is_done: bool
    annotations: int = 0


@runtime_checkable
class Checks(Protocol):
    """The calls, where a forge has them."""

    def checks(self, repository: Repository, head: str, name: str) -> Iterator[CheckRun]:
        """Yield the checks of a commit with a name, the newest first."""

    def write_check(
        self, repository: Repository, head: str, verdict: Verdict, *, name: str, key: str, number: int | None = None
    ) -> None:
        """Write a check of a commit; into the one with this number, if it is given."""
