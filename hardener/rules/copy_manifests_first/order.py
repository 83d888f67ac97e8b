"""What a COPY that comes later would write over (C15)."""

from __future__ import annotations

from posixpath import join, normpath

from hardener.errors import Refusal
from hardener.image.files import Brought, Copied
from hardener.image.model import Model, StageModel
from hardener.project.installs_read.needs import held_back
from hardener.syntax.dockerfile.nodes import Add, Copy
from hardener.syntax.dockerfile.views import copy_words


def overwritten(model: Model, stage: StageModel, at: int, moving: list[Copied], brought: Brought) -> Refusal | None:
    """Return a refusal if something that stays and came later wrote over something that moves.

    Args:
        model: of the file. stage: the one of the installation, whose index there is `at`.
        moving: what goes behind the installation. brought: all that comes before it.
    """
    reason = held_back("the COPY of the sources would overwrite what a later COPY brings", "copy the sources last")
    body = stage.node.body
    first = body.index(moving[0].node)
    known = {one.node: one for one in brought.copies}
    moved = {one.node for one in moving}
    for node in body[first:at]:
        if not isinstance(node, Copy | Add) or node in moved:
            continue
        kept = known.get(node)
        earlier = [one for one in moving if body.index(one.node) < body.index(node)]
        if kept is None:
            if node.flag("from") is None or any(_meets(model, stage, node, one) for one in earlier):
                return reason
            continue
        for path in kept.files():
            place = kept.place(path)
            if place and any(next(one.origins(place), path) != path for one in earlier):
                return reason
    return None


def _meets(model: Model, stage: StageModel, node: Copy | Add, one: Copied) -> bool:
    target = copy_words(node, model.escape).target
    place = normpath(join(stage.states[node].workdir or "/", target))
    low, high = sorted((place.rstrip("/") + "/", one.target.rstrip("/") + "/"), key=len)
    return high.startswith(low) or "$" in target


__all__ = ["overwritten"]
