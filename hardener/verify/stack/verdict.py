"""What was found of a compose file. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hardener.engine.result import Result
from hardener.rules.base import Finding
from hardener.verify.container.engine import last_lines
from hardener.verify.judge.compare import failures
from hardener.verify.judge.verdict import Dropped
from hardener.verify.model import Behaviour
from hardener.verify.stack.model import Stack

Seen = Mapping[str, Behaviour]


def worse(before: Seen, after: Seen, again: Seen, when: str) -> list[str]:
    """Return what services do worse than in the original.

    Args:
        before: the original.
        after: what is compared with it.
        again: the original once more, which shows what varies by itself.
        when: ends the name of a service.
    """
    found = []
    for name, seen in before.items():
        now = after.get(name, Behaviour("not started", error="it is gone"))
        found += [f"`{name}`{when}: {failure}" for failure in failures(seen, now, again.get(name))]
    return found


def tail(before: Seen, after: Seen, again: Seen) -> tuple[str, ...]:
    """Return the last lines of the first service that is worse."""
    for name, seen in before.items():
        if name in after and failures(seen, after[name], again.get(name)):
            return last_lines(after[name].errors)
    return ()


def useless(problem: str, seen: Seen, stack: Stack) -> str:
    """Return the error for an original that does not work, with what is missing."""
    failed = [one for one in seen.values() if one.state != "up" or one.health is False]
    lines = [f"    {line}" for line in last_lines(failed[0].errors)] if failed else []
    missing = ", ".join(stack.missing)
    hint = f"    without a value: {missing}; give variables with --env" * bool(missing)
    notes = [f"    note: {note}" for note in stack.notes]
    return "\n".join(
        [f"the services {problem}: there is nothing to compare with", *lines, *notes, *filter(None, [hint])]
    )


@dataclass(frozen=True, slots=True)
class StackTrial:
    """One text that was started.

    Attributes:
        text: the compose file.
        seen: what its services did, by name; the last look.
        failures: what is worse than with the original.
        tail: the last lines of the service that failed.
        ready: seconds until its services answered.
        is_recalled: an earlier run tried it; it was not started in this one.
    """

    text: str
    seen: Mapping[str, Behaviour]
    failures: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    ready: float = 0.0
    is_recalled: bool = False


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
