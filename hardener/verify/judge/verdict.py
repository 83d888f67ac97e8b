"""What a verification tried and found. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hardener.engine.result import Result
from hardener.rules.base import Finding
from hardener.verify.container.build import Build
from hardener.verify.container.engine import last_lines
from hardener.verify.judge.measure import Image, Times
from hardener.verify.judge.memory import Remembered
from hardener.verify.judge.reach import Reach
from hardener.verify.model import Behaviour


@dataclass(frozen=True, slots=True)
class Trial:
    """One text that was built and run.

    Attributes:
        text: the Dockerfile.
        build: what came of its build.
        behaviour: what its container did; None where there is no image.
        failures: what it does worse than the original.
        is_recalled: an earlier run tried it; it was not built in this one.
    """

    text: str
    build: Build
    behaviour: Behaviour | None = None
    failures: tuple[str, ...] = ()
    is_recalled: bool = False

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of the log that tells why it failed."""
        if self.behaviour is None:
            return self.build.tail
        failed = [answer.error for answer in self.behaviour.commands if answer.status and answer.error]
        return last_lines(self.behaviour.output + self.behaviour.errors + "\n".join(failed))


def recalled(text: str, known: Remembered) -> Trial:
    """Return what an earlier run found of a text."""
    return Trial(text, Build("", 0.0, Path(), known.tail), None, known.failures, is_recalled=True)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A pass, or places of it, that the application does not survive.

    Attributes:
        rule: its name.
        lines: of its findings that were dropped.
        whole: whether none of its findings is left.
        failures: what went wrong with it.
        tail: the last lines of the log.
    """

    rule: str
    lines: tuple[int, ...]
    whole: bool
    failures: tuple[str, ...]
    tail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison, measured."""

    trial: Trial
    image: Image
    times: Times


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found.

    Attributes:
        before, after: the two sides; the same one where nothing is changed.
        result: the largest change that works.
        tried: names of the passes that were to be applied.
        dropped: passes, or places of them, that the application does not survive.
        trials: how many texts were tried.
        notes: what could not be measured, and why.
        reach: how far the proof reaches; None for what is not asked over HTTP.
        proved: what is kept although the files cannot prove it: the run did.
    """

    before: Side
    after: Side
    result: Result
    tried: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    trials: int
    notes: tuple[str, ...] = ()
    reach: Reach | None = None
    proved: tuple[Finding, ...] = ()
