"""Which adjacent RUN instructions are worth one layer (M21, M22, C01)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from hardener.semantics.model import StageModel
from hardener.semantics.shell import Body, parse_shell
from hardener.semantics.steps import SYSTEM, StepFacts, is_undone, step_facts
from hardener.syntax.logical import logical
from hardener.syntax.nodes import Instruction, Run, ShellForm

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
    text = logical(run.text, escape).text
    body, facts = parse_shell(text), step_facts(text)
    return Step(run, body, facts) if isinstance(body, Body) and facts is not None else None


def stretches(body: Sequence[Instruction]) -> Iterator[range]:
    """Yield the ranges of adjacent RUN instructions, and one for each other instruction."""
    start = 0
    for index in range(1, len(body) + 1):
        if index == len(body) or body[index].name != "RUN" or body[start].name != "RUN":
            yield range(start, index)
            start = index


def ships(stage: StageModel) -> bool:
    """Tell whether the layers of a stage end in an image that is run: its own, or one that is built on it."""
    return stage.is_final or stage.is_leaf or any(ships(child) for child in stage.children)


def links(steps: Sequence[Step | None], shipped: bool) -> list[Why | None]:
    """Return for each pair of neighbours why it has to share a layer, None where nothing compels it."""
    found: list[Why | None] = [None] * max(0, len(steps) - 1)
    for end, step in enumerate(steps):
        if step is None:
            continue
        for start in range(end - 1, max(-1, end - _REACH), -1):
            earlier = steps[start]
            if earlier is None:
                break
            between = [s.facts.labels for s in steps[start + 1 : end] if s]
            why = None
            if earlier.facts.updates & step.facts.installs and all(labels <= {SYSTEM} for labels in between):
                why = Why.UPDATE
            elif shipped and is_undone(earlier.facts.creates, step.facts.removes):
                why = Why.UNDONE
            elif shipped and end - start == 1 and not step.facts.labels:
                why = Why.UNDONE if is_undone(earlier.facts.creates, step.facts.adjusts) else None
            if why is not None:
                found[start:end] = [max(old or why, why) for old in found[start:end]]
    return found


def alike(earlier: StepFacts, later: StepFacts) -> Why | None:
    """Tell whether two steps may share a layer without a loss: both cheap, or of one package manager."""
    labels = earlier.labels | later.labels
    if labels <= {SYSTEM}:
        return Why.ALIKE
    same = earlier.labels == later.labels and len(labels) == 1
    return Why.ALIKE if same and not labels & {"fetch", "work"} else None
