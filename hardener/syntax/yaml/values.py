"""Plain Python values of nodes: aliases and merge keys followed, within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardener.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, resolve
from hardener.syntax.yaml.scalars import Value
from hardener.syntax.yaml.source import MAX_DEPTH

#: Nodes that aliases and merge keys may repeat: more is an attack (a "billion laughs"), not a file.
MAX_REPEATED = 100_000


def value_of(node: Node) -> Any:
    """Return the value of a node: a dict, a list, a string, a number, a truth value or None.

    Raises:
        YamlSyntaxError: aliases that lead in a circle, too deep or to too much; a key that stands twice or is a
            collection; a tag that does not fit.
    """
    return _Values(as_text=False).of(node, 0, repeated=False)


def texts_of(node: Node) -> Any:
    """Return the value of a node as `value_of` does, but every scalar and key as its text.

    Raises:
        YamlSyntaxError: as `value_of`.
    """
    return _Values(as_text=True).of(node, 0, repeated=False)


def text_of(node: Node | None) -> str:
    """Return the text of a scalar as the file has it, without its quotes; "" for null and for anything else."""
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


def mappings_of(node: Node | None) -> Iterator[Mapping]:
    """Yield the mappings in a list, aliases followed; nothing for anything else."""
    if isinstance(node, Sequence):
        yield from (item for item in node.resolved() if isinstance(item, Mapping))


class _Values:
    """One reading of a node, with what it may still repeat."""

    __slots__ = ("as_text", "left")

    def __init__(self, as_text: bool) -> None:
        self.as_text = as_text
        self.left = MAX_REPEATED

    def of(self, node: Node, depth: int, repeated: bool) -> Any:
        if isinstance(node, Alias):
            node, repeated = resolve(node), True
        if repeated:
            self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise node.source.error("aliases stand for too much here", node.span.start)
        if isinstance(node, Scalar):
            return self._scalar(node)
        if isinstance(node, Sequence):
            return [self.of(item, depth + 1, repeated) for item in node.items]
        assert isinstance(node, Mapping)
        return self._table(node, depth, repeated)

    def _scalar(self, node: Scalar) -> Value:
        return node.text if self.as_text else node.value

    def _table(self, node: Mapping, depth: int, repeated: bool) -> dict[Any, Any]:
        table = {}
        own = set(map(id, node.pairs))
        for pair in node.items():
            key = resolve(pair.key)
            if not isinstance(key, Scalar):
                raise node.source.error("a key that is a list or a mapping", pair.span.start)
            table[self._scalar(key)] = self.of(pair.value, depth + 1, repeated or id(pair) not in own)
        return table
