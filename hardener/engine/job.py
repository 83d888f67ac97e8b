"""One file to work on, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.engine.result import Options, Result
from hardener.fast.records import dataclass, field

if TYPE_CHECKING:
    from hardener.engine.baseline import FileBaseline
    from hardener.lookups.build_context import Contexts


@dataclass(frozen=True, slots=True)
class Job:
    """One file to work on; `data` is there for standard input, `placed` where that was told where the file lies."""

    path: Path
    options: Options
    data: bytes | None = None
    placed: bool = False
    #: what the jobs of this run share of their build contexts
    shared: Contexts | None = field(default=None, repr=False, compare=False)
    #: the findings that are known and left alone, or to be recorded
    baseline: FileBaseline | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """Where a text cannot be read, and why: line and column from 1."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: a result with the bytes that were read, or an error.

    `unread` is there for an error that has a place in the file; `error` holds it too.
    """

    job: Job
    result: Result | None = None
    original: bytes = b""
    error: str = ""
    #: other files that are changed with it or with another outcome: all of them are written, or none
    relies_on: tuple[str, ...] = ()
    #: with a baseline: how many findings it has, what of it is gone by rule, and what is recorded
    known: int = 0
    gone: tuple[tuple[str, int], ...] = ()
    recorded: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unread: Unread | None = None
