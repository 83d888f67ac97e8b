"""Changes of what a YAML text says, each a path and a value: what one makes of the value, and the edit that writes it.

Who wants a change names it once. The edit comes from it, and the text read again has to say what it makes of the value.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from hardener.errors import YamlEditError
from hardener.fast.records import dataclass
from hardener.syntax.yaml.edits import append_item, insert_key, remove_key, replace_list, replace_scalar
from hardener.syntax.yaml.nodes import Document, Mapping, Node, Scalar, Sequence
from hardener.text import Edit, is_number


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a document.

    Attributes:
        kind: "put" gives a key a value, "append" adds an item to a list, "remove" takes a key away, "rename" gives it
            another name, where it stands.
        path: keys of mappings, from the top of the document to the one that changes; of a list the number of an item
            that is there, from "0".
        value: the new value, item or name; None for "remove".
        document: its index in the text.
    """

    kind: Literal["put", "append", "remove", "rename"]
    path: tuple[str, ...]
    value: Any = None
    document: int = 0


def applied(value: Any, change: Change) -> Any:
    """Return what a change makes of the value of its document; the value stays as it is.

    Raises:
        YamlEditError: there is no such place.
    """
    return _applied(value, change.path, change)


def _applied(value: Any, path: tuple[str, ...], change: Change) -> Any:
    key, rest = path[0], path[1:]
    if isinstance(value, list) and is_number(key) and int(key) < len(value):
        return _with_item(value, int(key), rest, change)
    is_new = not rest and change.kind == "put"
    if not isinstance(value, dict) or (key not in value and not is_new):
        raise YamlEditError(f"there is no `{key}`")
    table = dict(value)
    if rest:
        table[key] = _applied(table[key], rest, change)
    elif change.kind == "remove":
        del table[key]
    elif change.kind == "rename":
        if change.value in table:
            raise YamlEditError(f"there is `{change.value}` already")
        table[change.value] = table.pop(key)
    elif change.kind == "append":
        if not isinstance(table[key], list):
            raise YamlEditError(f"`{key}` is no list")
        table[key] = [*table[key], change.value]
    else:
        table[key] = change.value
    return table


def _with_item(items: list[Any], index: int, rest: tuple[str, ...], change: Change) -> list[Any]:
    """Return a list with another item at an index, or with a change inside it."""
    if not rest and change.kind != "put":
        raise YamlEditError("items of lists are only replaced")
    new = _applied(items[index], rest, change) if rest else change.value
    return [*items[:index], new, *items[index + 1 :]]


def edit_of(document: Document, change: Change) -> Edit:
    """Return the edit that makes a change.

    Raises:
        YamlEditError: the place is not written there but taken over (an alias, a merge key), is taken over by others,
            or is written so that it cannot be changed alone.
    """
    node = document.root
    for key in change.path[:-1]:
        node = _own(node, key)
    if isinstance(node, Sequence) and change.kind == "put":
        return _replaced(_own(node, change.path[-1]), change)
    if not isinstance(node, Mapping):
        raise YamlEditError(f"`{change.path[-2]}` is no mapping" if len(change.path) > 1 else "there is no mapping")
    _check_alone(node)
    key = change.path[-1]
    if change.kind == "remove":
        return remove_key(node, key)
    if change.kind == "rename":
        return _renamed(node, key, change.value)
    if change.kind == "put" and node.pair(key) is None:
        return insert_key(node, key, change.value)
    found = _own(node, key)
    _check_alone(found)
    if change.kind == "append" and isinstance(found, Sequence):
        return append_item(found, change.value)
    if change.kind == "put" and isinstance(found, Sequence) and isinstance(change.value, dict | list):
        return replace_list(node, key, change.value)
    return _replaced(found, change)


def _renamed(node: Mapping, key: str, name: str) -> Edit:
    """Return the edit that gives a key of a mapping another name."""
    pair = node.pair(key)
    if pair is None or not isinstance(pair.key, Scalar):
        raise YamlEditError(f"`{key}` is taken over by a merge key")
    return replace_scalar(pair.key, name)


def _replaced(found: Node, change: Change) -> Edit:
    """Return the edit that gives a scalar another value."""
    if change.kind == "put" and isinstance(found, Scalar) and not isinstance(change.value, dict | list):
        return replace_scalar(found, change.value)
    raise YamlEditError(f"`{change.path[-1]}` is not written as what could be changed")


def _own(node: Node | None, key: str) -> Node:
    """Return the value that a mapping itself has for a key, or the item of a list by its number."""
    if isinstance(node, Sequence) and is_number(key) and int(key) < len(node.items):
        item = node.items[int(key)]
        if not isinstance(item, Mapping | Sequence | Scalar):
            raise YamlEditError("the item is taken over by an alias")
        _check_alone(item)
        return item
    pair = node.pair(key) if isinstance(node, Mapping) else None
    if pair is None or not isinstance(pair.value, Mapping | Sequence | Scalar):
        raise YamlEditError(f"`{key}` is taken over by an alias or a merge key")
    _check_alone(pair.value)
    return pair.value


def _check_alone(node: Node) -> None:
    """Refuse a node that other places of the text take over, and one that Compose takes away whatever it says."""
    if node.tag_name == "!reset":
        raise YamlEditError("`!reset` takes away what is written there")
    name = node.anchor_name
    if name and re.search(rf"\*{re.escape(name)}(?![^\s,\[\]{{}}:])", node.source.text):
        raise YamlEditError(f"other places take this over (&{name})")
