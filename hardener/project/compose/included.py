"""Which other compose files a compose file includes, by `include` of the Compose specification."""

from __future__ import annotations

from typing import Any

from hardener.errors import YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.syntax.yaml import Mapping, parse, value_of

_INCLUDE = regex(r"(?m)^\ufeff?['\"]?include['\"]?[ \t]*:")


def included(text: str) -> tuple[str, ...]:
    """Return the paths of files that are included as they stand, from the folder of the file that says `text`.

    Left out are lists of files, which are merged, those with a project folder of their own, where relative paths start
    elsewhere, and what is no path: variables, addresses.
    """
    paths = [_path(entry) for entry in _entries(text)]
    return tuple(dict.fromkeys(path for path in paths if _is_path(path)))


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What one entry of `include` brings.

    Attributes:
        paths: of the files, which are merged, from the folder of the file that says it.
        folder: from where their relative paths start, "" for the folder of the first one.
    """

    paths: tuple[str, ...]
    folder: str = ""


def inclusions(text: str) -> tuple[Inclusion, ...]:
    """Return all that a compose file includes, lists and files with a project folder too, no variables."""
    found: list[Inclusion] = []
    for entry in _entries(text):
        below = entry if isinstance(entry, dict) else {"path": entry}
        paths, folder = below.get("path"), below.get("project_directory") or ""
        said = tuple(path for path in (paths if isinstance(paths, list) else [paths]) if isinstance(path, str))
        if said and all(map(_is_path, said)) and isinstance(folder, str) and "$" not in folder:
            found.append(Inclusion(said, folder))
    return tuple(found)


def _entries(text: str) -> list[Any]:
    if _INCLUDE.search(text) is None:
        return []
    try:
        roots = [document.root for document in parse(text)]
    except YamlSyntaxError:
        return []
    nodes = [root.get("include") for root in roots if isinstance(root, Mapping)]
    return [entry for node in nodes if node is not None for entry in _listed(value_of(node))]


def _is_path(path: str) -> bool:
    return bool(path) and "$" not in path and ":" not in path


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
