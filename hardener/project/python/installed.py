"""Which distributions of a lock file (uv, Poetry, PDM, Pipenv) an installation brings, and with which files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.python.manifests import canonical, dicts, requirement_of, table
from hardener.project.python.markers import is_never
from hardener.project.texts import joined, json_of, toml_of

#: what uv and Poetry write for a package that is a folder
_FOLDERS = frozenset(("editable", "directory", "virtual"))


@dataclass(frozen=True, slots=True)
class Distribution:
    """One package of a lock file.

    Attributes:
        name: as PyPI compares it.
        files: names of its wheels and source archives; () where the lock file does not tell.
        origin: "" for an index, "folder" for a part of the project, "source" for a repository or an archive by URL.
    """

    name: str
    files: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a project is installed; None stands for all there is.

    Attributes:
        groups: development groups by name.
        extras: extras by name.
        main: the dependencies of the project itself.
    """

    groups: frozenset[str] | None = frozenset()
    extras: frozenset[str] | None = frozenset()
    main: bool = True


#: name and extras of what is wanted
_Wanted = tuple[str, frozenset[str]]


def of_uv(files: Files, folder: str, chosen: Chosen, minor: int | None) -> tuple[Distribution, ...] | None:
    """Return what `uv sync` installs, the project itself left out; None where uv.lock is not there."""
    lock = toml_of(files, joined(folder, "uv.lock"))
    if lock is None:
        return None
    entries = dicts(lock.get("package"))
    if not entries:
        return None
    own = [entry for entry in entries if set(_source(entry)) & _FOLDERS and "." in _source(entry).values()]
    if len(own) != 1:
        return tuple(_of_uv(entry) for entry in entries)
    root = own[0]
    wanted = list(_links(root.get("dependencies"), minor)) if chosen.main else []
    for section, names in (("dev-dependencies", chosen.groups), ("optional-dependencies", chosen.extras)):
        for name, listed in table(root, section).items():
            if names is None or canonical(name) in names:
                wanted += _links(listed, minor)
    by_name = _by_name(entry for entry in entries if entry is not root)
    found, missing = _reached(by_name, wanted, minor, _uv_links)
    return tuple(_of_uv(entry) for entry in found) + missing


def _source(entry: Mapping[str, Any]) -> dict[str, Any]:
    return table(entry, "source")


def _of_uv(entry: Mapping[str, Any]) -> Distribution:
    source = _source(entry)
    origin = "" if "registry" in source else "folder" if set(source) & _FOLDERS else "source"
    wheels = dicts(entry.get("wheels"))
    names = [str(item.get("url") or item.get("path") or item.get("filename") or "") for item in wheels]
    return Distribution(_name(entry), tuple(_file_name(name) for name in names), "" if wheels else origin)


def _file_name(url: str) -> str:
    return re.sub(r"[?#].*", "", url).rpartition("/")[2].replace("%2B", "+")


def _links(listed: Any, minor: int | None) -> Iterator[_Wanted]:
    """Yield what a list of dependencies in uv.lock names."""
    for item in dicts(listed):
        if not is_never(item.get("marker"), minor):
            extras = item.get("extra", [])
            yield _name(item), frozenset(map(str, extras if isinstance(extras, list) else [extras]))


def _uv_links(entry: Mapping[str, Any], extras: frozenset[str], minor: int | None) -> Iterator[_Wanted]:
    yield from _links(entry.get("dependencies"), minor)
    for extra in extras:
        yield from _links(table(entry, "optional-dependencies").get(extra), minor)


def of_poetry(
    files: Files, folder: str, data: Mapping[str, Any], chosen: Chosen, minor: int | None
) -> tuple[Distribution, ...] | None:
    """Return what `poetry install` installs, the project itself left out; None where poetry.lock is not there.

    Args:
        files: the build context.
        folder: of the project in it.
        data: its pyproject.toml.
        chosen: the groups and extras that are installed.
        minor: of Python 3.
    """
    lock = toml_of(files, joined(folder, "poetry.lock"))
    if lock is None:
        return None
    entries = dicts(lock.get("package"))
    archives = table(lock, "metadata", "files")
    by_name = _by_name(entries)
    found, missing = _reached(by_name, list(_poetry_wanted(data, chosen, minor)), minor, _poetry_links)
    return tuple(_of_poetry(entry, archives) for entry in found) + missing


def _of_poetry(entry: Mapping[str, Any], archives: Mapping[str, Any]) -> Distribution:
    listed = entry.get("files") or archives.get(str(entry.get("name")))
    names = tuple(str(item.get("file", "")) for item in dicts(listed))
    kind = str(_source(entry).get("type", ""))
    origin = {"directory": "folder", "git": "source", "url": "source", "file": "source"}.get(kind, "")
    return Distribution(_name(entry), names, origin)


def _poetry_wanted(data: Mapping[str, Any], chosen: Chosen, minor: int | None) -> Iterator[_Wanted]:
    """Yield what pyproject.toml asks for, in the tables of Poetry and in the standard ones."""
    own = table(data, "tool", "poetry")
    offered = {**table(own, "extras"), **table(data, "project", "optional-dependencies")}
    asked = [n for name, n in offered.items() if chosen.extras is None or canonical(name) in chosen.extras]
    if chosen.main:
        yield from _poetry_table(table(own, "dependencies"), minor)
        yield from _standard(table(data, "project").get("dependencies"), minor)
        for names in asked:
            yield from _standard(names, minor)
    groups = {name: table(group, "dependencies") for name, group in table(own, "group").items()}
    groups["dev"] = {**groups.get("dev", {}), **table(own, "dev-dependencies")}
    for name, listed in groups.items():
        if chosen.groups is None or canonical(name) in chosen.groups:
            yield from _poetry_table(listed, minor)
    named = {canonical(name): listed for name, listed in table(data, "dependency-groups").items()}
    for name in named:
        if chosen.groups is None or name in chosen.groups:
            yield from _standard(_with_included(named, name, ()), minor)


def _with_included(groups: Mapping[str, Any], name: str, above: tuple[str, ...]) -> list[Any]:
    """Return what a group lists, groups that it includes among it (PEP 735)."""
    found: list[Any] = []
    listed = groups.get(name)
    for item in listed if isinstance(listed, list) else ():
        inner = canonical(str(item.get("include-group", ""))) if isinstance(item, dict) else ""
        found += _with_included(groups, inner, (*above, name)) if inner and inner not in above else [item]
    return found


def _poetry_table(listed: Mapping[str, Any], minor: int | None) -> Iterator[_Wanted]:
    """Yield what a table of Poetry names: a version, a table, or a list of tables for each name."""
    for name, value in listed.items():
        for item in value if isinstance(value, list) else [value]:
            said = item if isinstance(item, dict) else {}
            if name.lower() == "python" or said.get("optional") or is_never(said.get("markers"), minor):
                continue
            extras = said.get("extras")
            yield canonical(name), frozenset(map(str, extras if isinstance(extras, list) else ()))


def _standard(listed: Any, minor: int | None) -> Iterator[_Wanted]:
    """Yield what a list of requirements names (PEP 508)."""
    for text in listed if isinstance(listed, list) else ():
        requirement = requirement_of(text) if isinstance(text, str) else None
        if requirement is not None and not is_never(text.partition(";")[2], minor):
            extras = re.match(r"[^\[;(<>=!~]*\[([^\]]*)\]", str(text))
            yield requirement.name, frozenset(e.strip() for e in extras[1].split(",")) if extras else frozenset()


def _poetry_links(entry: Mapping[str, Any], extras: frozenset[str], minor: int | None) -> Iterator[_Wanted]:
    yield from _poetry_table(table(entry, "dependencies"), minor)
    for extra in extras:
        yield from _standard(table(entry, "extras").get(extra), minor)


def _name(entry: Mapping[str, Any]) -> str:
    return canonical(str(entry.get("name", "")))


def _by_name(entries: Any) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        found.setdefault(_name(entry), []).append(entry)
    return found


def _reached(
    by_name: Mapping[str, list[Mapping[str, Any]]], wanted: list[_Wanted], minor: int | None, links: Any
) -> tuple[list[Mapping[str, Any]], tuple[Distribution, ...]]:
    """Return the entries that are wanted, directly or through others, and names that are wanted and not there.

    All versions of a name are wanted, as forks of a resolution may choose.
    """
    found: dict[int, Mapping[str, Any]] = {}
    missing: dict[Distribution, None] = {}
    seen: set[_Wanted] = set()
    while wanted:
        one = wanted.pop()
        if one in seen:
            continue
        seen.add(one)
        if one[0] not in by_name:
            missing[Distribution(one[0])] = None
        for entry in by_name.get(one[0], ()):
            found[id(entry)] = entry
            wanted += links(entry, one[1], minor)
    return list(found.values()), tuple(missing)


def of_pipenv(files: Files, folder: str, *, development: bool, minor: int | None) -> tuple[Distribution, ...] | None:
    """Return what Pipfile.lock holds, which names no files; None where it is not there."""
    lock = json_of(files, joined(folder, "Pipfile.lock"))
    if lock is None:
        return None
    found = []
    for section in ("default", *(["develop"] if development else [])):
        for name, entry in table(lock, section).items():
            said = entry if isinstance(entry, dict) else {}
            if not is_never(said.get("markers"), minor):
                origin = "folder" if "path" in said else "source" if {"git", "file"} & said.keys() else ""
                found.append(Distribution(canonical(name), (), origin))
    return tuple(found)


def of_pdm(files: Files, folder: str, chosen: Chosen, minor: int | None) -> tuple[Distribution, ...] | None:
    """Return what `pdm install` installs, the project itself left out; None where pdm.lock is not there.

    A lock file that does not tell the groups of its packages stands for all of them.
    """
    lock = toml_of(files, joined(folder, "pdm.lock"))
    if lock is None:
        return None
    wanted = None if chosen.groups is None else {"default", *chosen.groups}
    found = []
    for entry in dicts(lock.get("package")):
        groups = entry.get("groups")
        left_out = isinstance(groups, list) and wanted is not None and wanted.isdisjoint(map(str, groups))
        if not left_out and not is_never(entry.get("marker"), minor):
            origin = "folder" if "path" in entry else "source" if {"git", "url"} & entry.keys() else ""
            names = tuple(
                _file_name(str(item.get("file") or item.get("url") or "")) for item in dicts(entry.get("files"))
            )
            found.append(Distribution(_name(entry), names, origin))
    return tuple(found)
