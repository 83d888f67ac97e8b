"""Overrides of package.json, and whether a package-lock.json keeps them (C16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hardener.fast.records import dataclass
from hardener.project.node.package_json import Package
from hardener.project.semver import satisfies

#: deeper tables count as an override that cannot be compared
_DEEPEST = 50
_NEEDED = ("dependencies", "optionalDependencies", "peerDependencies")


@dataclass(frozen=True, slots=True)
class Override:
    """One override.

    Attributes:
        below: the packages below which it counts, the outermost first; () for the whole tree.
        name: of the package.
        wanted: its version as written; None for what is no text.
    """

    below: tuple[str, ...]
    name: str
    wanted: str | None


def overridden(package: Package, entries: Mapping[str, Any]) -> str:
    """Return a package that the lock file does not hold as an override says, or that cannot be compared; "" for none.

    Args:
        package: the root of the project.
        entries: the packages of the lock file by place.
    """
    table = package.data.get("overrides")
    for one in _overrides(table, ()) if isinstance(table, dict) else ():
        known = _places(entries, one)
        if any(not _fits(entries[place], _version(package, one.wanted)) for place in known):
            return one.name
    return ""


def resolved(entries: Mapping[str, Any], place: str, name: str) -> str | None:
    """Return where Node finds package `name` from `place`, in node_modules there or above; None where it is nowhere."""
    while True:
        here = f"{place}/node_modules/{name}" if place else f"node_modules/{name}"
        if here in entries:
            return here
        if not place:
            return None
        above, found, _ = place.rpartition("/node_modules/")
        place = above if found else "" if place.startswith("node_modules/") else place.rpartition("/")[0]


def _overrides(table: Mapping[str, Any], below: tuple[str, ...]) -> Iterator[Override]:
    """Yield all overrides of a table; "." in a table speaks of the package that the table is for."""
    for key, value in table.items():
        name = _bare(key)
        if key == ".":
            yield Override(below[:-1], below[-1] if below else "", value if isinstance(value, str) else None)
        elif isinstance(value, dict) and len(below) + 1 < _DEEPEST:
            yield from _overrides(value, (*below, name))
        else:
            yield Override(below, name, value if isinstance(value, str) else None)


def _bare(key: str) -> str:
    """Return the name in a key such as "foo@^1": it is held to count for every version, which is stricter."""
    return key[0] + key[1:].partition("@")[0] if key else key


def _version(package: Package, wanted: str | None) -> str | None:
    """Return the version that an override asks for; "$name" is that of a dependency of the project."""
    if wanted is None or not wanted.startswith("$"):
        return wanted
    return package.runtime.get(wanted[1:], package.development.get(wanted[1:]))


def _fits(entry: Any, wanted: str | None) -> bool:
    if wanted is None or not isinstance(entry, dict):
        return False
    version = str(entry.get("version", ""))
    if wanted.startswith("npm:"):
        name, _, wanted = wanted.removeprefix("npm:").rpartition("@")
        return entry.get("name") == name and satisfies(version, wanted) is True
    return wanted == entry.get("resolved") or ("name" not in entry and satisfies(version, wanted) is True)


def _places(entries: Mapping[str, Any], one: Override) -> list[str]:
    """Return where the lock file has the package of an override, below the packages that it counts for."""
    places: Iterable[str] = entries
    for name in one.below:
        places = _reached(entries, [place for place in places if _is_called(place, name)])
    return [place for place in places if _is_called(place, one.name)]


def _is_called(place: str, name: str) -> bool:
    return place == f"node_modules/{name}" or place.endswith(f"/node_modules/{name}")


def _reached(entries: Mapping[str, Any], places: list[str]) -> list[str]:
    """Return what packages need, and what those need in turn, as places in the lock file."""
    queue, found = list(places), dict[str, None]()
    while queue:
        place = queue.pop()
        entry = entries[place]
        tables = [entry.get(section) for section in _NEEDED] if isinstance(entry, dict) else []
        names = [name for table in tables if isinstance(table, dict) for name in table]
        for at in (resolved(entries, place, name) for name in names):
            if at is not None and at not in found:
                found[at] = None
                queue.append(at)
    return list(found)
