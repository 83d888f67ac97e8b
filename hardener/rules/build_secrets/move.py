"""An ARG that one RUN reads, given to it as a secret of the build instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.frontend import frontend_reaches
from hardener.image.model import Model, StageModel
from hardener.syntax.dockerfile.nodes import Arg, BlankLine, Comment, Flag, Instruction, Run, Stage

#: one name, without a default or with an empty one
_ALONE = regex(r"\s*([A-Za-z_]\w*)(?:=(?:\"\"|'')?)?\s*\Z")
#: `RUN --mount=type=secret,env=` came with this version of the Dockerfile language
_VERSION = (1, 10)
_ALLOW = "use `RUN --mount=type=secret,id={0},env={0}` in the RUN that needs it"


def reader_of(model: Model, stage: StageModel, node: Arg, name: str) -> Run | Refusal:
    """Return the RUN that is to get a secret in the place of an ARG, or why harden does not move it (C20, P45)."""
    allow = _ALLOW.format(name)
    alone = _ALONE.match(model.logical(node).text)
    if alone is None:
        return Refusal("C20", f"the ARG of {name} has a default, or names several variables", allow)
    if model.has_custom_frontend or not frontend_reaches(model, _VERSION):
        return Refusal("P45", "`# syntax=` names a frontend without `env=` of secrets", "name docker/dockerfile:1.10")
    spelled = re.compile(rf"\b{name}\b")
    if any(spelled.search(model.logical(other).text) for other in model.tree.preamble):
        return Refusal("C20", f"an ARG above FROM is named {name} too", allow)
    if stage.children:
        return Refusal("C20", f"other stages are built on this one, and they inherit {name}", allow)
    uses = [other for other in stage.node.body if other is not node and spelled.search(other.code)]
    if not uses:
        return Refusal("C20", f"no instruction of the stage names the secret {name}", "remove the ARG, or " + allow)
    reader = uses[0]
    other = next((use for use in uses if not isinstance(use, Run)), None)
    if other is not None:
        return Refusal("C20", f"{other.name} reads the secret {name} too", allow)
    if len(uses) > 1 or not isinstance(reader, Run):
        return Refusal("C20", f"more than one RUN reads the secret {name}", allow)
    if _comes_before(stage.node, reader, node) or any(spelled.search(flag.text) for flag in reader.flags):
        return Refusal("C20", f"cannot tell how the RUN reads {name}", allow)
    return reader


def moved(stage: Stage, moves: Mapping[Instruction, tuple[Run, str]]) -> Stage:
    """Return the stage without these ARGs, and with each secret at its reader; comments above an ARG stay."""
    names: dict[Instruction, list[str]] = {}
    for reader, name in moves.values():
        names.setdefault(reader, []).append(name)
    body: list[Instruction] = []
    leading: tuple[Comment | BlankLine, ...] = ()
    for node in stage.body:
        leading += node.leading
        if node in moves:
            continue
        new = tuple(Flag(f"--mount=type=secret,id={name},env={name}", " ") for name in names.get(node, ()))
        changed = node.with_changes(flags=(*new, *node.flags)) if new else node
        body.append(changed.with_changes(leading=leading) if leading != node.leading else changed)
        leading = ()
    return stage.with_changes(body=tuple(body))


def _comes_before(stage: Stage, first: Instruction, second: Instruction) -> bool:
    return stage.body.index(first) < stage.body.index(second)
