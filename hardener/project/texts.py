"""Reading JSON, TOML, XML and the YAML of lock files and settings; what cannot be read is None."""

from __future__ import annotations

import json
from collections.abc import Callable
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
    except (ValueError, RecursionError):  # no TOML, or a number without end
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


#: Where an entry of the mapping at the top of a YAML text begins: not in what is indented, a list or a comment.
_TOP = regex(r"(?m)^(?=[^\s#}\]-])")


def yaml_of(text: str, wanted: Callable[[str], bool] = bool) -> dict[str, Any] | None:
    """Return entries of the mapping at the top of a YAML text, every scalar as its text; None where it has no such.

    Args:
        text: of a lock file or settings: one document, in block style at the top.
        wanted: tells from the text of an entry whether it is read: a lock file has thousands, few are asked for.
    """
    from hardener.errors import YamlSyntaxError
    from hardener.syntax.yaml import parse, texts_of

    asked = "".join(entry for entry in _TOP.split(text.removeprefix("\ufeff")) if wanted(entry))
    try:
        documents = parse(asked)
        found = texts_of(documents[0].root) if len(documents) == 1 and documents[0].root is not None else None
    except YamlSyntaxError:
        return None
    return found if isinstance(found, dict) else {} if not documents else None


def joined(folder: str, name: str) -> str:
    """Return the path of `name` in `folder` of the context ("" is its root)."""
    return f"{folder}/{name}" if folder else name
