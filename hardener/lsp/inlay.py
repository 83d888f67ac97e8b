"""Inlay hints: the user that each stage ends with, behind its FROM."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from hardener.image.model import Model, StageModel
from hardener.lsp.positions import Positions
from hardener.output.escape import shown
from hardener.syntax.edits import offsets

_LONGEST = 40


def hints(model: Model, positions: Positions, range_: types.Range) -> Iterator[types.InlayHint]:
    """Yield a hint for each stage whose FROM ends in the range."""
    places = offsets(model.tree)
    for stage in model.stages:
        node = stage.node.from_
        where = positions.position(places[node] + len(node.code.rstrip()))
        if range_.start.line <= where.line <= range_.end.line:
            yield types.InlayHint(
                where, _label(stage), kind=types.InlayHintKind.Type, tooltip=_tooltip(stage), padding_left=True
            )


def _label(stage: StageModel) -> str:
    user = stage.end.user
    return "USER ?" if user is None else f"USER {shown(user)[:_LONGEST]}"


def _tooltip(stage: StageModel) -> str:
    if stage.end.user is None:
        return "harden cannot tell which user this stage ends with"
    what = "containers of this stage run as this user" if stage.is_shipped else "this stage ends with this user"
    return f"{what}; it is root" if stage.end.is_root else what
