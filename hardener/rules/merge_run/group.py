"""Runs that are to share a layer, and what they leave to the next one.

Both are kept step by step: what a group leaves is never collected again from its start, however long it is.
"""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.rules.merge_run.steps import StepFacts
from hardener.rules.merge_run.worth import Step, Why
from hardener.syntax.dockerfile.nodes import Instruction

_DECLARING = frozenset(("export", "declare", "readonly", "typeset"))
#: the builder mounts these anew for every RUN
_PER_RUN = regex(r"/etc/(hosts|resolv\.conf)\b|/dev/shm\b")
_NAMED = regex(r"[A-Za-z_]\w*=")


@dataclass(frozen=True, slots=True)
class Past:
    """What steps leave to the one that is joined to them.

    Attributes:
        last: the step right before.
        facts: what they do as one layer.
        names: variables that they set in their own shell, or export; `then` hands the set on.
        per_run: they touch a file that is new in every RUN.
        services: they call a script that starts a service.
    """

    last: Step
    facts: StepFacts
    names: set[str]
    per_run: bool
    services: bool

    @classmethod
    def of(cls, step: Step) -> Past:
        """Return what one step leaves."""
        text = step.run.text
        own = {a.name for c in step.body.commands if not c.words for a in c.assignments}
        return cls(step, step.facts, own | exports(step), _PER_RUN.search(text) is not None, "/etc/init.d/" in text)

    def then(self, step: Step) -> Past:
        """Return what these steps and the next one leave; this one is used up by it."""
        new = Past.of(step)
        self.names.update(new.names)  # a copy at each step would make long chains slow
        facts = self.facts | step.facts
        return Past(step, facts, self.names, self.per_run or new.per_run, self.services or new.services)


def exports(step: Step) -> set[str]:
    """Return the variables that a step declares with a value."""
    words = [word.raw for c in step.body.commands if c.name in _DECLARING for word in c.words[1:]]
    return {word.partition("=")[0] for word in words if _NAMED.match(word)}


class Group:
    """Adjacent runs that are to share a layer.

    Attributes:
        past: what they leave; None for a single run whose body cannot be read.
        why: the strongest reason to join them.
        is_told: something has been reported at the first run.
    """

    __slots__ = ("is_told", "past", "runs", "steps", "why")

    def __init__(self, run: Instruction, step: Step | None) -> None:
        self.runs = [run]
        self.steps = [step] if step is not None else []
        self.past = Past.of(step) if step is not None else None
        self.why = Why.ALIKE
        self.is_told = False

    @property
    def facts(self) -> StepFacts:
        """What the group does as one layer."""
        return self.past.facts if self.past is not None else StepFacts()

    def add(self, run: Instruction, step: Step, why: Why) -> None:
        """Take in the next run."""
        self.runs.append(run)
        self.steps.append(step)
        self.past = self.past.then(step) if self.past is not None else Past.of(step)
        self.why = max(self.why, why)
