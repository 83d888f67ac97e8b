"""The few names of py-tree-sitter that harden uses, over web-tree-sitter: there is no wheel of it for a browser.

The bridge (grammars.js) hands over a whole tree at once, as rows of numbers in the order of a walk; texts are ASCII, so
that offsets of bytes and of JavaScript's characters are the same.
"""

from __future__ import annotations

import json

import harden_bridge

_NAMED, _MISSING, _ERROR = 1, 2, 4
#: numbers in a row: kind, start, end, flags, field, children
_ROW = 6


class Language:
    """A grammar, by the name that the bridge knows it by."""

    def __init__(self, name: str) -> None:
        self.name = name


class Parser:
    """Reads texts with one grammar."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def parse(self, source: bytes) -> Tree:
        """Return the tree of an ASCII text."""
        names, rows = harden_bridge.parse(self.language.name, source.decode("ascii"))
        return Tree(_node(json.loads(names), rows.to_py().tolist()))


class Tree:
    """What was read."""

    def __init__(self, root: Node) -> None:
        self.root_node = root

    def walk(self) -> TreeCursor:
        """Return a cursor at the root."""
        return self.root_node.walk()


class Node:
    """A part of a tree, one object for each place."""

    __slots__ = (
        "children", "end_byte", "field", "has_error", "id", "is_error", "is_missing", "is_named", "parent", "place",
        "start_byte", "type",
    )  # fmt: skip

    def __init__(self, number: int, kind: str, span: tuple[int, int], flags: int, field: str) -> None:
        self.id = number + 1
        self.type = kind
        self.start_byte, self.end_byte = span
        self.is_named = bool(flags & _NAMED)
        self.is_missing = bool(flags & _MISSING)
        self.has_error = bool(flags & _ERROR)
        self.is_error = kind == "ERROR"
        self.field = field
        self.parent: Node | None = None
        self.place = 0
        self.children: list[Node] = []

    @property
    def child_count(self) -> int:
        """How many parts there are."""
        return len(self.children)

    @property
    def named_children(self) -> list[Node]:
        """The parts that are no tokens."""
        return [child for child in self.children if child.is_named]

    def child_by_field_name(self, name: str) -> Node | None:
        """Return the first part in a field."""
        return next((child for child in self.children if child.field == name), None)

    def walk(self) -> TreeCursor:
        """Return a cursor that stays within this node."""
        return TreeCursor(self)


class TreeCursor:
    """Walks below a node."""

    def __init__(self, node: Node) -> None:
        self.node = self._top = node

    def goto_first_child(self) -> bool:
        """Go down; False where there is nothing below."""
        if not self.node.children:
            return False
        self.node = self.node.children[0]
        return True

    def goto_next_sibling(self) -> bool:
        """Go on; False at the last part, and at the node where the walk began."""
        parent = self.node.parent
        if self.node is self._top or parent is None or self.node.place + 1 >= len(parent.children):
            return False
        self.node = parent.children[self.node.place + 1]
        return True

    def goto_parent(self) -> bool:
        """Go up; False at the node where the walk began."""
        if self.node is self._top or self.node.parent is None:
            return False
        self.node = self.node.parent
        return True


def _node(names: list[str], rows: list[int]) -> Node:
    """Return the root of the tree that the rows say."""
    root: Node | None = None
    open_ones: list[tuple[Node, int]] = []
    for at in range(0, len(rows), _ROW):
        kind, start, end, flags, field, children = rows[at : at + _ROW]
        node = Node(at // _ROW, names[kind], (start, end), flags, names[field])
        while open_ones and len(open_ones[-1][0].children) == open_ones[-1][1]:
            open_ones.pop()
        if open_ones:
            node.parent = open_ones[-1][0]
            node.place = len(node.parent.children)
            node.parent.children.append(node)
        else:
            root = node
        open_ones.append((node, children))
    assert root is not None
    return root
