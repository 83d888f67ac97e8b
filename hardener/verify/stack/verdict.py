"""What was found of a compose file. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hardener.engine.result import Result
from hardener.rules.base import Finding
from hardener.verify.judge.verdict import Dropped
from hardener.verify.model import Behaviour


@dataclass(frozen=True, slots=True)
class StackTrial:
    """One text that was started.

    Attributes:
        text: the compose file.
        seen: what its services did, by name; the last look.
        failures: what is worse than with the original.
        tail: the last lines of the service that failed.
    """

    text: str
    seen: Mapping[str, Behaviour]
    failures: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    ready: float = 0.0


@dataclass(frozen=True, slots=True)
class StackVerdict:
    """What the verification of a compose file found.

    Attributes:
        before, after: the two sides; the same one where nothing is changed.
        result: the largest change that works.
        tried: names of the rules that were to be applied.
        dropped: rules that a service does not survive.
        evidence: what was compared.
        trials: how many texts were started.
        notes: what was left out or replaced.
        proved: what is kept although the files cannot prove it.
    """

    before: StackTrial
    after: StackTrial
    result: Result
    tried: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    evidence: tuple[str, ...]
    trials: int
    notes: tuple[str, ...]
    proved: tuple[Finding, ...]
