"""Edits derived from an old tree and a new one: nodes that are still there by identity did not change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hardener.syntax.tree import Child, Node
from hardener.text import Edit


def edits(old: Node, new: Node, at: int = 0) -> tuple[Edit, ...]:
    """Return the edits that turn `old.code`, which begins at offset `at`, into `new.code`.

    Edits that touch are joined, so that two insertions at one place keep their order.
    """
    out: list[Edit] = []
    for edit in _node_edits(old, new, at):
        if out and out[-1].end == edit.start:
            out[-1] = Edit(out[-1].start, edit.end, out[-1].new + edit.new)
        else:
            out.append(edit)
    return tuple(out)


def offsets(tree: Node) -> dict[Node, int]:
    """Return the character offset at which each node of `tree` begins."""
    found: dict[Node, int] = {}
    at = 0

    def walk(node: Node) -> None:
        nonlocal at
        found[node] = at
        for child in node.children:
            if isinstance(child, Node):
                walk(child)
            else:
                at += len(child)

    walk(tree)
    return found


def _text(children: Sequence[Child]) -> str:
    return "".join(child.code if isinstance(child, Node) else child for child in children)


def _node_edits(old: Child, new: Child, at: int) -> Iterator[Edit]:
    if old is new:
        return
    if isinstance(old, Node) and isinstance(new, Node) and type(old) is type(new):
        for name in old.field_names():
            before, after = getattr(old, name), getattr(new, name)
            if isinstance(before, tuple):
                yield from _sequence_edits(before, after, at)
                at += len(_text(before))
            else:
                yield from _node_edits(before, after, at)
                at += len(_text((before,)))
        return
    before_text, after_text = _text((old,)), _text((new,))
    if before_text != after_text:
        yield Edit(at, at + len(before_text), after_text)


def _sequence_edits(old: Sequence[Node], new: Sequence[Node], at: int) -> Iterator[Edit]:
    """Align by identity, never by index: what stands between two kept nodes is one gap."""
    place = {id(node): index for index, node in enumerate(old)}
    index = 0
    came: list[Node] = []
    for node in (*new, None):
        kept = len(old) if node is None else place.get(id(node), -1)
        if kept < index:
            assert node is not None
            came.append(node)
            continue
        gone = old[index:kept]
        size = len(_text(gone))
        if len(gone) == len(came):
            start = at
            for before, after in zip(gone, came, strict=True):
                yield from _node_edits(before, after, start)
                start += len(before.code)
        elif gone or came:
            yield Edit(at, at + size, _text(came))
        at += size + (len(node.code) if node is not None else 0)
        index, came = kept + 1, []
