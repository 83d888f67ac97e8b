"""The file with a last stage on the new base: what goes, what changes, and CGO_ENABLED=0 where it is not said."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.model import Model
from hardener.image.runs import COMMENTED, read_run
from hardener.rules.split_stages.static_base.plan import Move
from hardener.syntax.dockerfile.nodes import BlankLine, Comment, Dockerfile, Instruction, Run, ShellForm, Stage
from hardener.text import Edit, apply_edits

_SETTING = "CGO_ENABLED=0 "


def moved(model: Model, tree: Dockerfile, index: int, move: Move) -> Dockerfile | Refusal:
    """Return the file with one last stage moved, or why it cannot be written.

    Args:
        model: of the file as it was. tree: the file as it is. index: of the stage. move: what is to be done.
    """
    settings: dict[Instruction, Run] = {}
    for run, _ in move.unset:
        starts = {call.command.start for other, call in move.unset if other is run}
        holder = model.holder(run)
        line = read_run(model, holder, run) if holder is not None else None
        if line is None:
            return Refusal("S13", "cannot write CGO_ENABLED=0 into a RUN that is no plain line", "set CGO_ENABLED=0")
        edits = [Edit(at, at, _SETTING) for at in sorted(line.line.raw(start) for start in starts)]
        settings[run] = run.with_changes(arguments=ShellForm(apply_edits(line.raw, edits)))
    stages: list[Stage] = []
    for number, stage in enumerate(tree.stages):
        if number != index:
            body = tuple(settings.get(node, node) for node in stage.body)
            stages.append(stage if body == stage.body else stage.with_changes(body=body))
            continue
        new = _without(stage, move)
        if new is None:
            return COMMENTED
        stages.append(new.with_changes(from_=move.carrier.replaced(stage.from_, move.reference)))
    return tree.with_changes(stages=tuple(stages))


def _without(stage: Stage, move: Move) -> Stage | None:
    """Return the stage with what changes, comments above what goes kept; None where none can stand below one."""
    body: list[Instruction] = []
    leading: tuple[Comment | BlankLine, ...] = ()
    for node in stage.body:
        new = move.changed.get(node, node)
        if new is None:
            leading += tuple(item for item in node.leading if isinstance(item, Comment) or not leading)
            continue
        has_comment = any(isinstance(item, Comment) for item in leading)
        kept = (*leading, *new.leading) if has_comment else new.leading or leading
        body.append(new.with_changes(leading=kept) if kept != new.leading else new)
        leading = ()
    return None if any(isinstance(item, Comment) for item in leading) else stage.with_changes(body=tuple(body))
