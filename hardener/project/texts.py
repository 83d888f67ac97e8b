"""Reading JSON, TOML, XML and the block mappings of lock files; what cannot be read is None."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hardener.fast.patterns import regex
from hardener.project.context import Files

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET


def json_of(files: Files, path: str) -> dict[str, Any] | None:
    """Return the JSON object in a file; it is shared with who asked before, and not to be changed."""
    data = files.read(path, read_json)
    return data if isinstance(data, dict) else None


def read_json(text: str) -> Any:
    """Return what a JSON text holds, None where it cannot be read: a reader for `Files.read`."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def toml_of(files: Files, path: str) -> dict[str, Any] | None:
    """Return the TOML table in a file; it is shared with who asked before, and not to be changed."""
    return files.read(path, _toml)


def _toml(text: str) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def xml_of(files: Files, path: str) -> ET.Element | None:
    """Return the root element of an XML file, all names without their namespaces; None for one with entities."""
    return files.read(path, _xml)


def _xml(text: str) -> ET.Element | None:
    if "<!ENTITY" in text:
        return None
    from xml.etree import ElementTree as ET

    try:
        root = ET.fromstring(text.removeprefix("\ufeff"))
    except (ET.ParseError, ValueError):
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


_ENTRY = regex(r"""( *)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#'"-][^:]*?|-[^\s:][^:]*?)\s*:(?:\s+(.*?))?\s*\Z""")


def mappings(text: str) -> dict[str, Any]:
    """Read the block mappings of a YAML file as lock files have them: scalars as text, all else left out.

    A value that is a list, a flow collection or a block scalar stays as its first line of text.
    """
    root: dict[str, Any] = {}
    stack: list[tuple[int, dict[str, Any]]] = [(-1, root)]
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ENTRY.match(line)
        if match is None:
            continue
        depth = len(match[1])
        while stack[-1][0] >= depth:
            stack.pop()
        value = match[3]
        key = scalar(match[2])
        if value is None or value == "":
            inner: dict[str, Any] = {}
            stack[-1][1][key] = inner
            stack.append((depth, inner))
        else:
            stack[-1][1][key] = scalar(value)
    return root


def scalar(text: str) -> str:
    """Return a YAML scalar without its quotes."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text


def joined(folder: str, name: str) -> str:
    """Return the path of `name` in `folder` of the context ("" is its root)."""
    return f"{folder}/{name}" if folder else name
