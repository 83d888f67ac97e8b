"""Which adjacent RUN instructions are worth one layer (M21, M22, C01)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

from hardener.fast.records import dataclass
from hardener.image.runs import shell_text
from hardener.rules.merge_run.steps import StepFacts, is_undone, step_facts
from hardener.shell import Body
from hardener.shell.programs import FETCH, SYSTEM, WORK
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm

#: a download is not joined to its removal over more steps than this
_REACH = 6


class Why(IntEnum):
    """Why steps share a layer, from the weakest reason to the strongest."""

    ALIKE = 1
    UNDONE = 2
    UPDATE = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A RUN that can be read: the instruction, its body and what that does."""

    run: Run
    body: Body
    facts: StepFacts


def read_step(run: Instruction, escape: str) -> Step | None:
    """Return what a RUN in shell form does, None for another form or a body that cannot be read."""
    if not isinstance(run, Run) or run.heredocs or not isinstance(run.arguments, ShellForm):
        return None
    return run.remembered(_step, escape)


def _step(run: Run, escape: str) -> Step | None:
    body = run.remembered(shell_text, escape)
    return Step(run, body, step_facts(body)) if isinstance(body, Body) else None


def stretches(body: Sequence[Instruction]) -> Iterator[range]:
    """Yield the ranges of adjacent RUN instructions, and one for each other instruction."""
    start = 0
    for index in range(1, len(body) + 1):
        if index == len(body) or body[index].name != "RUN" or body[start].name != "RUN":
            yield range(start, index)
            start = index


def spans(steps: Sequence[Step | None], shipped: bool) -> Iterator[tuple[int, int, Why]]:
    """Yield first and last place of steps that have to share a layer, and why."""
    for end, step in enumerate(steps):
        if step is None:
            continue
        for start in range(end - 1, max(-1, end - _REACH), -1):
            earlier = steps[start]
            if earlier is None:
                break
            between = [s.facts.labels for s in steps[start + 1 : end] if s]
            if earlier.facts.updates & step.facts.installs and all(labels <= {SYSTEM} for labels in between):
                yield start, end, Why.UPDATE
            elif shipped and _rewrites(earlier.facts, step.facts, is_next=end - start == 1):
                yield start, end, Why.UNDONE


def _rewrites(earlier: StepFacts, later: StepFacts, *, is_next: bool) -> bool:
    """Tell whether `later` deletes what `earlier` wrote, or is a cheap step that gives it another mode or owner."""
    if is_undone(earlier.creates, later.removes):
        return True
    return bool(is_next and earlier.labels and not later.labels and is_undone(earlier.creates, later.adjusts))


def alike(earlier: StepFacts, later: StepFacts) -> Why | None:
    """Tell whether two steps may share a layer without a loss: both cheap, or of one package manager."""
    labels = earlier.labels | later.labels
    if labels <= {SYSTEM}:
        return Why.ALIKE
    same = earlier.labels == later.labels and len(labels) == 1
    return Why.ALIKE if same and not labels & {FETCH, WORK} else None
