"""Nodes of a YAML text: records with their spans; what is in a collection is read when it is asked for.

A node is compared by identity: reading the same place twice gives the same node. Aliases and merge keys stand in the
nodes as they are written; `get`, `items` and `resolve` follow them. Spans are offsets of characters of the text.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeVar

from hardener.fast.records import dataclass
from hardener.syntax.yaml import scalars
from hardener.syntax.yaml.source import MAX_DEPTH, Source
from hardener.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node as Tree

Style = Literal["block", "flow", "plain", "single", "double", "literal", "folded"]
_T = TypeVar("_T", bound="Node")
#: entries of a mapping by the text of their key; by where it begins where it is no scalar
Entries = dict["str | int", "Pair"]


class Reading(Source, ABC):
    """A text whose nodes are read when they are asked for, each once."""

    __slots__ = ()

    @abstractmethod
    def pairs_of(self, mapping: Mapping) -> tuple[Pair, ...]:
        """Return the pairs of a mapping."""

    @abstractmethod
    def items_of(self, sequence: Sequence) -> tuple[Node, ...]:
        """Return the items of a sequence."""

    @abstractmethod
    def entries_of(self, mapping: Mapping) -> Entries:
        """Return the entries of a mapping and of what it merges, by the texts of their keys."""

    @abstractmethod
    def own_of(self, mapping: Mapping) -> dict[str | None, Pair]:
        """Return the entries that a mapping itself has, by name; the first where one stands twice."""

    @abstractmethod
    def anchored(self, alias: Alias) -> Node | None:
        """Return the last node before an alias that has its anchor."""

    @abstractmethod
    def comments_of(self, document: Document) -> tuple[Span, ...]:
        """Return the comments of a document."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """What all nodes have.

    Attributes:
        source: the text.
        span: of the content; a block collection ends with its last content, without the line break.
        outer: the span with anchor and tag.
        anchor, tag: their spans, with `&` and `!`.
        style: how it is written; an alias is "plain".
        document: where its document begins.
        column: where the block collection around it begins; -1 at the top.
    """

    source: Reading
    span: Span
    outer: Span
    anchor: Span | None
    tag: Span | None
    style: Style
    document: int
    column: int

    @property
    def raw(self) -> str:
        """The text of the content as it is written."""
        return self.source.text[self.span.start : self.span.end]

    @property
    def anchor_name(self) -> str:
        """The name of the anchor, "" without one."""
        return self.source.text[self.anchor.start + 1 : self.anchor.end] if self.anchor is not None else ""

    @property
    def tag_name(self) -> str:
        """The tag as it is written, "" without one."""
        return self.source.text[self.tag.start : self.tag.end] if self.tag is not None else ""


@dataclass(frozen=True, slots=True, eq=False)
class Scalar(Node):
    """A scalar; an empty value is a plain one without characters."""

    @property
    def text(self) -> str:
        """What the scalar says, whatever it stands for."""
        if self.style == "plain":
            return scalars.plain(self.raw)
        if self.style == "single":
            return scalars.single(self.raw)
        if self.style == "double":
            text = scalars.double(self.raw)
            if text is None:
                raise self.source.error("an escape that is no character", self.span.start)
            return text
        return self.block.text

    @property
    def block(self) -> scalars.BlockText:
        """The lines of a literal or folded scalar."""
        return scalars.BlockText(self.source.text, self.span.start, self.span.end, self.column)

    @property
    def value(self) -> scalars.Value:
        """What the scalar stands for.

        Raises:
            YamlSyntaxError: its tag wants another kind of value.
        """
        tag = self.tag_name
        if not tag:
            return scalars.resolved(self.text) if self.style == "plain" else self.text
        value = scalars.resolved(self.text)
        fits = {
            "!!int": isinstance(value, int) and not isinstance(value, bool),
            "!!float": isinstance(value, int | float) and not isinstance(value, bool),
            "!!bool": isinstance(value, bool),
            "!!null": value is None,
        }.get(tag)
        if fits is None:
            return self.text
        if not fits:
            raise self.source.error(f"this is no {tag}", self.span.start)
        return float(value) if tag == "!!float" and value is not None else value


@dataclass(frozen=True, slots=True, eq=False)
class Alias(Node):
    """A place that stands for the node with an anchor."""

    @property
    def name(self) -> str:
        """The name of the anchor."""
        return self.raw[1:]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """An entry of a mapping as it is written; `colon` is None for a key alone."""

    key: Node
    value: Node
    span: Span
    colon: int | None

    @property
    def is_merge(self) -> bool:
        """Whether the key is `<<`, which takes over the entries of other mappings."""
        key = self.key
        return isinstance(key, Scalar) and key.style == "plain" and key.raw == "<<" and key.tag_name in ("", "!!merge")

    @property
    def name(self) -> str | None:
        """The text of the key; None for one that is no scalar."""
        key = resolve(self.key)
        return key.text if isinstance(key, Scalar) else None


@dataclass(frozen=True, slots=True, eq=False)
class Mapping(Node):
    """A mapping, in block or flow style."""

    tree: Tree

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The entries as they are written, merge keys among them."""
        return self.source.pairs_of(self)

    def items(self) -> tuple[Pair, ...]:
        """Return all entries: its own, then what merge keys bring, as far as a key is not there yet.

        Raises:
            YamlSyntaxError: a key that stands twice, a merge of what is no mapping, of itself, or of an unknown alias.
        """
        return tuple(self.source.entries_of(self).values())

    def get(self, name: str) -> Node | None:
        """Return the value of a key, aliases followed; None where there is no such key."""
        pair = self.source.entries_of(self).get(name)
        return None if pair is None else resolve(pair.value)

    def pair(self, name: str) -> Pair | None:
        """Return the entry that this mapping itself has for a key."""
        return self.source.own_of(self).get(name)

    def mapping(self, name: str) -> Mapping | None:
        """Return the mapping below a key; None where there is none, or something else."""
        return _of(self.get(name), Mapping)

    def sequence(self, name: str) -> Sequence | None:
        """Return the sequence below a key; None where there is none, or something else."""
        return _of(self.get(name), Sequence)

    def scalar(self, name: str) -> Scalar | None:
        """Return the scalar below a key; None where there is none, or something else."""
        return _of(self.get(name), Scalar)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Node):
    """A sequence, in block or flow style."""

    tree: Tree

    @property
    def items(self) -> tuple[Node, ...]:
        """The items as they are written, aliases among them."""
        return self.source.items_of(self)

    def resolved(self) -> Iterator[Node]:
        """Yield the items, aliases followed."""
        return map(resolve, self.items)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document of a text; `root` is None where it says nothing."""

    source: Reading
    span: Span
    root: Node | None
    tree: Tree

    @property
    def comments(self) -> tuple[Span, ...]:
        """The comments of the document, in their order."""
        return self.source.comments_of(self)


def resolve(node: Node) -> Node:
    """Return the node that an alias stands for, any other node as it is.

    Raises:
        YamlSyntaxError: there is no such anchor before the alias, or the alias stands within what it names.
    """
    if not isinstance(node, Alias):
        return node
    found = node.source.anchored(node)
    if found is None:
        raise node.source.error(f"there is no anchor &{node.name} before this", node.span.start)
    if found.span.start <= node.span.start < found.span.end:
        raise node.source.error(f"*{node.name} stands within what it names", node.span.start)
    return found


def _of(node: Node | None, kind: type[_T]) -> _T | None:
    return node if isinstance(node, kind) else None


def collected(mapping: Mapping) -> Entries:
    """Return the entries of a mapping and of what it merges, by the texts of their keys, or where these begin.

    Raises:
        YamlSyntaxError: as `Mapping.items`.
    """
    found: dict[str | int, Pair] = {}
    _collect(mapping, found, set(), ())
    return found


def _collect(mapping: Mapping, found: dict[str | int, Pair], seen: set[int], around: tuple[Mapping, ...]) -> None:
    """Add the entries of a mapping that are not in `found`; each mapping is merged once, as more would add nothing."""
    if mapping in around or len(around) > MAX_DEPTH:
        raise mapping.source.error("merge keys that lead back here, or too far", mapping.span.start)
    if mapping.tree.id in seen:
        return
    seen.add(mapping.tree.id)
    own: set[str | int] = set()
    merges = []
    for pair in mapping.pairs:
        if pair.is_merge:
            merges.append(pair.value)
            continue
        name = pair.name
        key = pair.key.span.start if name is None else name
        if key in own:
            raise mapping.source.error(f"the key `{name}` stands twice in this mapping", pair.span.start)
        own.add(key)
        found.setdefault(key, pair)
    for value in merges:
        whole = resolve(value)
        for part in whole.resolved() if isinstance(whole, Sequence) else (whole,):
            if not isinstance(part, Mapping):
                raise mapping.source.error("only mappings can be merged", value.span.start)
            _collect(part, found, seen, (*around, mapping))
