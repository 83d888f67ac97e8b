"""Why two adjacent RUN instructions stay apart where the rule has nothing to say of them (Z11)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hardener.image.model import Model, StageModel
from hardener.rules.merge_run.group import Past
from hardener.rules.merge_run.join import is_script, refusal_to_join
from hardener.rules.merge_run.worth import Step, alike, read_step
from hardener.syntax.dockerfile.nodes import Instruction, Run

_UNREAD = "harden does not read a RUN in exec form, with a here-document or with text that no POSIX shell reads"


def apart(model: Model, stage: StageModel) -> Iterator[tuple[Instruction, str]]:
    """Yield each RUN that stands right behind another one in a stage that ships, and why it has a layer of its own."""
    for first, second in pairwise(stage.node.body):
        if isinstance(first, Run) and isinstance(second, Run):
            yield second, _why(model, stage, read_step(first, model.escape), read_step(second, model.escape))


def _why(model: Model, stage: StageModel, first: Step | None, second: Step | None) -> str:
    if first is None or second is None:
        return _UNREAD
    if alike(first.facts, second.facts) is None:
        return "none is needed: it does other work than the RUN above, and each is cached by itself"
    refusal = refusal_to_join(stage, model, Past.of(first), second)
    if refusal is not None:
        return f"joined with the RUN above it would not do the same: {refusal.reason}"
    if is_script(second.body) or is_script(first.body):
        return "joined with the RUN above it would not do the same: it relies on `set -e`"
    return "none is needed: the RUN above is joined with the work before it"
