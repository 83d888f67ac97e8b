"""Readers of compose and bake files: contexts by name, arguments, images that they build (B07, B09).

HCL is read as text, without a library: only names are wanted, and one too many holds a pin back at most.
Formats: the Compose specification (build.additional_contexts, build.args) and Docker's reference of bake files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hardener.errors import YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.project.builds import Builds, Service, Unread, short_name
from hardener.project.compose.services import read_services
from hardener.syntax.yaml import Mapping, Node, Pair, Scalar, Sequence, parse, resolve

_HCL_BLOCK = regex(r"\b(contexts|args)\"?\s*=\s*\{")
_HCL_ENTRY = regex(r"(?:\"((?:[^\"\\]|\\.)*)\"|([\w.-]+))\s*[=:]\s*(?:\"(?:[^\"\\]|\\.)*\"|[^,\n}]{0,1000})")
# an open string or comment goes to the end: to try each of many again would take the square of their number
_HCL_COMMENT = regex(r"\"(?:[^\"\\]|\\.)*(?:\"|\Z)|(?:#|//)[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
#: more entries of bake files are not read: any name may be one then
_ENTRIES = 20_000
_VARIABLE = regex(r"\$(?:\{[^}]*\}|\w+)")


def read_builds(name: str, text: str) -> Builds:
    """Return what the file `name` says: HCL or JSON for bake, else YAML for compose."""
    if not name.endswith((".hcl", ".json")):
        return _compose(name, text)
    from hardener.project.bake_targets import bake_services

    plain = text if name.endswith(".json") else _without_comments(text)
    tables = _json_tables(text) if name.endswith(".json") else _hcl_tables(plain)
    return _builds(name, tables, (), bake_services(name, plain))


def _builds(
    name: str, tables: Iterable[tuple[str, list[str]]], images: Iterable[str], services: tuple[Service, ...]
) -> Builds:
    found = list(tables)
    contexts = [key for table, keys in found if table in ("contexts", "additional_contexts") for key in keys]
    arguments = [key for table, keys in found if table == "args" for key in keys]
    return Builds(
        {_normal(key): name for key in contexts}, {_normal(image): name for image in images},
        dict.fromkeys(arguments, name), tuple(s for s in services if s.is_build),
        calls=tuple(s for s in services if not s.is_build),
    )  # fmt: skip


def _normal(name: str) -> str:
    return short_name(_VARIABLE.sub("*", name))


def _compose(name: str, text: str) -> Builds:
    """Read a compose file; of one that is no YAML, where it cannot be read."""
    try:
        tops = [document.root for document in parse(text, name) if isinstance(document.root, Mapping)]
        mappings = [mapping for top in tops for mapping in mappings_of(top)]
        services = tuple(service for top in tops for service in read_services(name, top))
        return _builds(name, [t for m in mappings for t in _compose_tables(m)], _built_images(mappings), services)
    except YamlSyntaxError as error:
        return Builds(unread=(Unread(name, error.line, error.column, error.message),))


def mappings_of(top: Mapping) -> Iterator[Mapping]:
    """Yield all mappings as they are written."""
    waiting: list[Node] = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting += [pair.value for pair in node.pairs]
        elif isinstance(node, Sequence):
            waiting += node.items


def _compose_tables(mapping: Mapping) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys of `additional_contexts` and `args` in a mapping, whether they are mappings or lists."""
    for name in ("additional_contexts", "args"):
        table = mapping.get(name)
        if isinstance(table, Mapping):
            yield name, [pair.name or "" for pair in table.items() if _has_value(pair)]
        elif isinstance(table, Sequence):
            words = [item.text for item in table.resolved() if isinstance(item, Scalar)]
            yield name, [word.partition("=")[0] for word in words if "=" in word]


def _has_value(pair: Pair) -> bool:
    value = resolve(pair.value)
    return not isinstance(value, Scalar) or value.value is not None


def _built_images(mappings: list[Mapping]) -> Iterator[str]:
    """Yield the `image` of each mapping that has a `build` beside it."""
    for mapping in mappings:
        image = mapping.scalar("image")
        if image is not None and image.value is not None and mapping.get("build") is not None:
            yield image.text


def _json_tables(text: str) -> Iterator[tuple[str, list[str]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    for target in _tables(_table(data).get("target")):
        for name in ("contexts", "args"):
            yield name, [key for key, value in _table(target.get(name)).items() if value is not None]


def _tables(value: Any) -> list[dict[str, Any]]:
    return [_table(item) for item in _table(value).values()]


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _without_comments(text: str) -> str:
    return _HCL_COMMENT.sub(lambda match: match[0] if match[0][0] == '"' else "", text)


def _hcl_tables(text: str) -> Iterator[tuple[str, list[str]]]:
    left = _ENTRIES
    for match in _HCL_BLOCK.finditer(text):
        at, keys = match.end(), list[str]()
        while True:
            left -= 1
            if left < 0:
                yield "contexts", ["*"]
                return
            while at < len(text) and text[at] in " \t\r\n,":
                at += 1
            entry = _HCL_ENTRY.match(text, at)
            if entry is None:
                break
            keys.append(entry[1] if entry[1] is not None else entry[2])
            at = entry.end()
        yield match[1], keys
