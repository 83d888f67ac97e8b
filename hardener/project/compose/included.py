"""Which other compose files a compose file includes, by `include` of the Compose specification."""

from __future__ import annotations

from typing import Any

from hardener.errors import YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.syntax.yaml import Mapping, parse, value_of

_INCLUDE = regex(r"(?m)^\ufeff?['\"]?include['\"]?[ \t]*:")


def included(text: str) -> tuple[str, ...]:
    """Return the paths of files that are included as they stand, from the folder of the file that says `text`.

    Left out are lists of files, which are merged, those with a project folder of their own, where relative paths start
    elsewhere, and what is no path: variables, addresses.
    """
    if _INCLUDE.search(text) is None:
        return ()
    try:
        roots = [document.root for document in parse(text)]
    except YamlSyntaxError:
        return ()
    nodes = [root.get("include") for root in roots if isinstance(root, Mapping)]
    entries = [entry for node in nodes if node is not None for entry in _listed(value_of(node))]
    paths = [_path(entry) for entry in entries]
    return tuple(dict.fromkeys(path for path in paths if path and "$" not in path and ":" not in path))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _path(entry: Any) -> str:
    """Return the only file of an entry, "" for any other one."""
    if isinstance(entry, dict):
        if "project_directory" in entry:
            return ""
        entry = entry.get("path")
        entry = entry[0] if isinstance(entry, list) and len(entry) == 1 else entry
    return entry if isinstance(entry, str) else ""
