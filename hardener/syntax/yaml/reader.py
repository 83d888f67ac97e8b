"""From the tree of tree-sitter-yaml to nodes, one level at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.fast.patterns import regex
from hardener.syntax.yaml.nodes import (
    Alias,
    Document,
    Entries,
    Mapping,
    Node,
    Pair,
    Reading,
    Scalar,
    Sequence,
    Style,
    collected,
)  # fmt: skip
from hardener.syntax.yaml.scalars import BlockText
from hardener.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node as Tree

_SCALARS: dict[str, Style] = {
    "plain_scalar": "plain", "single_quote_scalar": "single", "double_quote_scalar": "double",
}  # fmt: skip
_FOLLOWING = regex(r"(?:[ \t]*\r?\n)*( *)\S")
_NODES = frozenset(("block_node", "flow_node"))


class Text(Reading):
    """A text, and what was read from it so far."""

    __slots__ = ("anchors", "entries", "items", "nodes", "own", "pairs")

    def __init__(self, text: str, filename: str | None) -> None:
        super().__init__(text, filename)
        #: by the id of their part of the tree
        self.nodes: dict[int, Node] = {}
        self.pairs: dict[int, tuple[Pair, ...]] = {}
        self.items: dict[int, tuple[Node, ...]] = {}
        self.entries: dict[int, Entries] = {}
        self.own: dict[int, dict[str | None, Pair]] = {}
        #: by the start of their document: its tree, or once an alias asked the nodes with an anchor, by its name
        self.anchors: dict[int, Tree | dict[str, list[Node]]] = {}

    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the text."""
        found = [self._document(tree) for tree in self.parse().named_children if tree.type == "document"]
        return tuple(
            document
            for document in found
            if document.root is not None or self.text.startswith("---", document.span.start)
        )

    def _document(self, tree: Tree) -> Document:
        base = self.skipped
        place = _Place(self, base + tree.start_byte, -1)
        self.anchors[place.document] = tree
        content = next((child for child in tree.named_children if child.type in _NODES), None)
        span = Span(place.document, base + tree.end_byte)
        return Document(self, span, place.node(content) if content is not None else None, tree)

    def comments_of(self, document: Document) -> tuple[Span, ...]:
        """Return the comments of a document."""
        base = self.skipped
        return tuple(Span(base + part.start_byte, base + part.end_byte) for part in _all(document.tree, "comment"))

    def pairs_of(self, mapping: Mapping) -> tuple[Pair, ...]:
        """Return the pairs of a mapping."""
        found = self.pairs.get(mapping.tree.id)
        if found is None:
            place, tree = self._inside(mapping), mapping.tree
            parts = [tree] if tree.type == "flow_pair" else tree.named_children
            found = self.pairs[tree.id] = tuple(place.pair(part) for part in parts if part.type != "comment")
        return found

    def entries_of(self, mapping: Mapping) -> Entries:
        """Return the entries of a mapping and of what it merges, by the texts of their keys."""
        found = self.entries.get(mapping.tree.id)
        if found is None:
            found = self.entries[mapping.tree.id] = collected(mapping)
        return found

    def own_of(self, mapping: Mapping) -> dict[str | None, Pair]:
        """Return the entries that a mapping itself has, by name; the first where one stands twice."""
        found = self.own.get(mapping.tree.id)
        if found is None:
            found = self.own[mapping.tree.id] = {}
            for pair in mapping.pairs:
                found.setdefault(pair.name, pair)
        return found

    def items_of(self, sequence: Sequence) -> tuple[Node, ...]:
        """Return the items of a sequence; `a: b` in one in flow style is a mapping of one pair."""
        found = self.items.get(sequence.tree.id)
        if found is None:
            place, tree = self._inside(sequence), sequence.tree
            found = tuple(place.item(part) for part in tree.named_children if part.type != "comment")
            self.items[tree.id] = found
        return found

    def _inside(self, node: Mapping | Sequence) -> _Place:
        column = self.column(node.span.start) if node.style == "block" else node.column
        return _Place(self, node.document, column)

    def anchored(self, alias: Alias) -> Node | None:
        """Return the last node before an alias that has its anchor."""
        names = self.anchors[alias.document]
        if not isinstance(names, dict):
            names = self.anchors[alias.document] = self._anchors(names, alias.document)
        before = [node for node in names.get(alias.name, ()) if node.outer.start < alias.span.start]
        return before[-1] if before else None

    def _anchors(self, tree: Tree, document: int) -> dict[str, list[Node]]:
        """Return the nodes of a document that have an anchor, by its name."""
        found: dict[str, list[Node]] = {}
        for part in _all(tree, "anchor"):
            if part.parent is not None:
                node = _Place(self, document, self._column_around(part.parent)).node(part.parent)
                found.setdefault(node.anchor_name, []).append(node)
        return found

    def _column_around(self, tree: Tree) -> int:
        parent = tree.parent
        while parent is not None and parent.type not in ("block_mapping", "block_sequence"):
            parent = parent.parent
        return -1 if parent is None else self.column(self.skipped + parent.start_byte)


class _Place:
    """Where a node stands: what it hands on to what is in it."""

    __slots__ = ("column", "document", "source")

    def __init__(self, source: Text, document: int, column: int) -> None:
        self.source, self.document, self.column = source, document, column

    def node(self, tree: Tree) -> Node:
        """Return the node of a `block_node` or a `flow_node`, the same one each time."""
        known = self.source.nodes.get(tree.id)
        if known is None:
            known = self.source.nodes[tree.id] = self._node(tree)
        return known

    def _node(self, tree: Tree) -> Node:
        base = self.source.skipped
        anchor = tag = content = None
        for child in tree.named_children:
            kind = child.type
            if kind == "anchor":
                anchor = Span(base + child.start_byte, base + child.end_byte)
            elif kind == "tag":
                tag = Span(base + child.start_byte, base + child.end_byte)
            elif kind != "comment":
                content = child
        start, end = base + tree.start_byte, base + tree.end_byte
        if content is None:
            return self._scalar(Span(end, end), Span(start, end), anchor, tag, "plain")
        start_of_content = base + content.start_byte
        span = Span(start_of_content, _end(self.source.text, start_of_content, end))
        outer = span if start == start_of_content else Span(start, span.end)
        return self._content(content, span, outer, anchor, tag)

    def _content(self, content: Tree, span: Span, outer: Span, anchor: Span | None, tag: Span | None) -> Node:
        kind = content.type
        if kind in _SCALARS:
            return self._scalar(span, outer, anchor, tag, _SCALARS[kind])
        if kind == "block_scalar":
            style: Style = "literal" if self.source.text[span.start] == "|" else "folded"
            span = self._span_of_block(span.start, self.source.skipped + content.end_byte)
            return self._scalar(span, outer, anchor, tag, style)
        if kind == "alias":
            return Alias(self.source, span, outer, anchor, tag, "plain", self.document, self.column)
        make = Mapping if kind in ("block_mapping", "flow_mapping") else Sequence
        style = "block" if kind.startswith("block") else "flow"
        return make(self.source, span, outer, anchor, tag, style, self.document, self.column, content)

    def _span_of_block(self, start: int, end: int) -> Span:
        """Return the span of a literal or folded scalar, whose first lines the grammar may take for comments."""
        text = self.source.text
        block = BlockText(text, start, end, self.column)
        following = _FOLLOWING.match(text, block.start)
        lost = block.end == block.start and following is not None and len(following[1]) > max(self.column, 0)
        if block.indent == 0 or lost:
            raise self.source.error("cannot read the lines of this text", block.start)
        return Span(start, _end(text, start, block.end))

    def _scalar(self, span: Span, outer: Span, anchor: Span | None, tag: Span | None, style: Style) -> Scalar:
        return Scalar(self.source, span, outer, anchor, tag, style, self.document, self.column)

    def empty(self, at: int) -> Scalar:
        """Return the empty scalar at a place."""
        return self._scalar(Span(at, at), Span(at, at), None, None, "plain")

    def pair(self, tree: Tree) -> Pair:
        """Return the pair of a `block_mapping_pair`, a `flow_pair`, or of a key alone in a flow mapping."""
        base = self.source.skipped
        start, colon = base + tree.start_byte, None
        key = value = None
        if tree.type in _NODES:
            key = self.node(tree)
        else:
            key_tree, value_tree = tree.child_by_field_name("key"), tree.child_by_field_name("value")
            key = self.node(key_tree) if key_tree is not None else None
            value = self.node(value_tree) if value_tree is not None else None
            colon = key.outer.end if key is not None else start
            if self.source.text[colon : colon + 1] != ":":  # blanks, comments or lines stand between
                colon = next((base + child.start_byte for child in tree.children if child.type == ":"), None)
        if key is None:
            key = self.empty(start)
        if value is None:
            value = self.empty(key.outer.end if colon is None else colon + 1)
        return Pair(key, value, Span(start, value.outer.end), colon)

    def item(self, tree: Tree) -> Node:
        """Return the node of an item of a sequence."""
        if tree.type == "flow_pair":
            span = Span(self.source.skipped + tree.start_byte, self.pair(tree).span.end)
            return Mapping(self.source, span, span, None, None, "flow", self.document, self.column, tree)
        if tree.type in _NODES:
            return self.node(tree)
        inner = next((child for child in tree.named_children if child.type in _NODES), None)
        return self.node(inner) if inner is not None else self.empty(self.source.skipped + tree.start_byte + 1)


def comments_of(documents: tuple[Document, ...]) -> tuple[Span, ...]:
    """Return the comments of a text in their order, those before and between its documents too."""
    if not documents:
        return ()
    first = documents[0]
    base = first.source.skipped
    parts = _all(first.tree.parent or first.tree, "comment")
    return tuple(Span(base + part.start_byte, base + part.end_byte) for part in parts)


def _all(tree: Tree, kind: str) -> list[Tree]:
    """Return the parts of a kind, in their order."""
    cursor = tree.walk()
    found: list[Tree] = []
    while True:
        part = cursor.node
        if part is not None and part.type == kind:
            found.append(part)
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def _end(text: str, start: int, end: int) -> int:
    """Return where content ends that may have blank lines behind it."""
    while True:
        at = end
        while at > start and text[at - 1] in " \t":
            at -= 1
        if at == start or text[at - 1] != "\n":
            return end
        end = at - 1 - (text[at - 2] == "\r")
