"""The immutable node: fields stand in source order, so printing, visiting and comparing are written once.

Equality is identity: a node can be a key of a dict, and edits are found by asking which nodes are still there.
A node object must never stand in a tree twice. Build from `updated`, look up by `original`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar, Union

from hardener.fast.records import dataclass, field_names, replace

N = TypeVar("N", bound="Node")
V = TypeVar("V")
Child = Union["Node", str]


_keep = object.__setattr__
#: names of the fields by class: a cache, since they never change
_FIELDS: dict[Any, tuple[str, ...]] = {}


def _fields(kind: Any) -> tuple[str, ...]:
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = field_names(kind)
    return names


class Removal:
    """What `leave_*` returns to take a node out of the sequence that it stands in."""

    __slots__ = ()


#: The one object of `Removal` that is needed.
REMOVE = Removal()


@dataclass(frozen=True, slots=True)
class Flatten:
    """What `leave_*` returns to put several nodes (or none) in the place of one."""

    nodes: tuple[Node, ...]


class _Printed:
    """Keeps the text of a node, and what was read from it, once they were asked for: a node never changes."""

    __slots__ = ("_code", "_views")
    _code: str
    _views: dict[tuple[object, str], object]


@dataclass(frozen=True, eq=False, slots=True)
class Node(_Printed):
    """Base of all nodes. Fields hold a string, a node, or a tuple of nodes, in the order of the text."""

    #: whether a visitor that is `shallow` stops here
    is_shallow: ClassVar[bool] = False
    #: whether one that has no method for what lies below stops here too
    is_last: ClassVar[bool] = False

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the names of the fields in the order of the text."""
        return _fields(cls)

    @property
    def children(self) -> Iterator[Child]:
        """Yield nodes and strings in the order of the text."""
        for name in _fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, tuple):
                yield from value
            else:
                yield value

    @property
    def code(self) -> str:
        """The text that this node stands for, to the letter."""
        try:
            return self._code
        except AttributeError:
            code = "".join([child if isinstance(child, str) else child.code for child in self.children])
            _keep(self, "_code", code)
            return code

    def remembered(self, read: Callable[[Any, str], V], escape: str) -> V:
        """Return `read(node, escape)`, worked out once: what was read of a node lives and goes with it."""
        try:
            views = self._views
        except AttributeError:
            views = {}
            _keep(self, "_views", views)
        key = read, escape
        if key not in views:
            views[key] = read(self, escape)
        return views[key]  # type: ignore[return-value]  # the key holds the function that made it

    def with_changes(self: N, **changes: Any) -> N:
        """Return a copy with these fields replaced."""
        return replace(self, **changes)

    def visit(self: N, visitor: Visitor) -> N:
        """Walk the tree depth first and return it with what the visitor's `leave_*` methods put in.

        `visit_X(node)` may return False to leave the children of a node alone. `leave_X(original, updated)` returns
        the node to stand there, `REMOVE` or `Flatten` (the latter two only inside a sequence).
        """
        result = _visit(self, visitor)
        if not isinstance(result, Node):
            raise TypeError("the root of a visit cannot be removed or flattened")
        return result  # type: ignore[return-value]

    def deep_equals(self, other: Node) -> bool:
        """Tell whether both trees have the same shape and the same text in every leaf."""
        return _equal(self, other)

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, in the order of the text."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


class Visitor:
    """Base of visitors and transformers: methods `visit_<Class>` and `leave_<Class>` are found by name."""

    #: set it where no method asks for a node below an instruction: most of the nodes are there
    shallow: ClassVar[bool] = False


#: what `asked_by` returned: a cache, since a class does not change
_ASKED: dict[type, frozenset[str]] = {}
#: the names of the methods before and after a node, "" for one that is not there, and the fields that are looked at
_Handlers = tuple[str, str, tuple[str, ...]]
#: neither method, and nothing below is looked at
_NOTHING: _Handlers = ("", "", ())
#: what a visitor's class has for a node's class: a cache, since neither changes
_HANDLERS: dict[type, dict[type, _Handlers]] = {}


def _handlers_of(visitor: type[Visitor], node: type[Node]) -> _Handlers:
    """Return what a visitor does with such nodes."""
    enter, leave = (
        method if hasattr(visitor, method) else "" for method in (f"visit_{node.__name__}", f"leave_{node.__name__}")
    )
    if visitor.shallow and (node.is_shallow or (node.is_last and not _looks_below(visitor, node))):
        return ("", leave, ()) if leave else _NOTHING
    return enter, leave, _fields(node)


def asked_by(visitor: type[Visitor]) -> frozenset[str]:
    """Return the names of the classes of nodes that a visitor has a method for."""
    known = _ASKED.get(visitor)
    if known is None:
        names = (name.partition("_")[2] for name in dir(visitor) if name.startswith(("visit_", "leave_")))
        known = _ASKED[visitor] = frozenset(names)
    return known


def _looks_below(visitor: type[Visitor], node: type[Node]) -> bool:
    """Tell whether a visitor has a method for anything but `node` and what stands above it."""
    return bool(asked_by(visitor) - {node.__name__, "Dockerfile"})


def _visit(node: Node, visitor: Visitor) -> Node | Removal | Flatten:
    known = _HANDLERS.setdefault(type(visitor), {})
    handlers = known.get(type(node))
    if handlers is None:
        handlers = known[type(node)] = _handlers_of(type(visitor), type(node))
    enter, leave, fields = handlers
    updated = node
    if fields and not (enter and getattr(visitor, enter)(node) is False):
        changes = {}
        for name in fields:
            value = getattr(node, name)
            if isinstance(value, str):
                continue
            new = _visit_sequence(value, visitor) if isinstance(value, tuple) else _visit(value, visitor)
            if new is not value:
                changes[name] = new
        if changes:
            updated = replace(node, **changes)
    if not leave:
        return updated
    result: Node | Removal | Flatten = getattr(visitor, leave)(node, updated)
    return result


def _visit_sequence(nodes: tuple[Node, ...], visitor: Visitor) -> tuple[Node, ...]:
    known = _HANDLERS.setdefault(type(visitor), {})
    new = {}
    for node in nodes:
        if known.get(type(node)) is not _NOTHING:  # most nodes are none of a visitor's business
            made = _visit(node, visitor)
            if made is not node:
                new[node] = made
    if not new:
        return nodes
    out: list[Node] = []
    for node in nodes:
        made = new.get(node, node)
        if isinstance(made, Flatten):
            out.extend(made.nodes)
        elif isinstance(made, Node):
            out.append(made)
    same = len(out) == len(nodes) and all(a is b for a, b in zip(out, nodes, strict=True))
    return nodes if same else tuple(out)


def _equal(a: Child, b: Child) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    for name in _fields(type(a)):
        x, y = getattr(a, name), getattr(b, name)
        if isinstance(x, tuple):
            if len(x) != len(y) or not all(map(_equal, x, y)):
                return False
        elif not _equal(x, y):
            return False
    return True
