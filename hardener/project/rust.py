"""Cargo.toml, the members of a workspace, and Cargo.lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.missing_lock import no_lock
from hardener.project.node.package_json import inside
from hardener.project.semver import satisfies
from hardener.project.texts import joined, toml_of


@dataclass(frozen=True, slots=True)
class Crate:
    """One Cargo.toml: the folder where it lies, and what it says."""

    folder: str
    data: Mapping[str, Any]

    @property
    def name(self) -> str | None:
        """The name of the package; None for a workspace without one of its own."""
        package = self.data.get("package")
        return str(package["name"]) if isinstance(package, dict) and "name" in package else None

    @property
    def dependencies(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield (crate, table) of all sections; a plain version becomes `{"version": …}`."""
        tables = [self.data, *_tables(self.data.get("target"))]
        for owner in tables:
            for section in ("dependencies", "dev-dependencies", "build-dependencies"):
                for name, value in _table(owner.get(section)).items():
                    entry = value if isinstance(value, dict) else {"version": value}
                    yield str(entry.get("package", name)), entry

    @property
    def local(self) -> tuple[str, ...]:
        """Folders of the context that its `path` dependencies name."""
        return tuple(inside(self.folder, str(e["path"])) for _, e in self.dependencies if "path" in e)


def _table(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _tables(found: Any) -> list[dict[str, Any]]:
    return [value for value in _table(found).values() if isinstance(value, dict)]


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [item for item in _list(found) if isinstance(item, dict)]


def read_crate(files: Files, folder: str = "") -> Crate | None:
    """Return the Cargo.toml of a folder."""
    data = toml_of(files, joined(folder, "Cargo.toml"))
    return None if data is None else Crate(folder, data)


def members(files: Files, crate: Crate) -> tuple[Crate, ...] | None:
    """Return the members of a workspace besides the crate itself, () for none; None where one cannot be read."""
    tree = files.tree
    if tree is None:
        return None
    patterns = _table(crate.data.get("workspace")).get("members", [])
    if not isinstance(patterns, list):
        return None
    folders = [f for p in patterns if isinstance(p, str) for f in tree.matching(inside(crate.folder, p))]
    found = [read_crate(files, folder) for folder in dict.fromkeys(folders) if folder != crate.folder]
    return None if None in found else tuple(c for c in found if c is not None)


def cargo_in_step(files: Files, crate: Crate) -> Refusal | None:
    """Return why Cargo.lock is not in step with the manifests (C16), None where it is."""
    path = joined(crate.folder, "Cargo.lock")
    lock = toml_of(files, path)
    if lock is None:
        return no_lock(files, path)
    all_members = members(files, crate)
    if all_members is None:
        return Refusal("C16", "cannot read a Cargo.toml of the workspace")
    locked: dict[str, list[Mapping[str, Any]]] = {}
    for entry in _dicts(lock.get("package")):
        locked.setdefault(str(entry.get("name")), []).append(entry)
    shared = _table(_table(crate.data.get("workspace")).get("dependencies"))
    for one in (crate, *all_members):
        differing = _differing(one, locked, shared)
        if differing:
            return Refusal("C16", f"{path} is out of step with Cargo.toml: {differing}", "run `cargo update -w`")
    return None


def _differing(crate: Crate, locked: Mapping[str, list[Mapping[str, Any]]], shared: Mapping[str, Any]) -> str:
    """Return the first dependency of a crate that the lock file does not answer."""
    if crate.name is None:
        return ""
    own = next((entry for entry in locked.get(crate.name, ()) if "source" not in entry), None)
    if own is None or own.get("version") != crate.data["package"].get("version", own.get("version")):
        return crate.name if own is None or isinstance(crate.data["package"].get("version"), str) else ""
    named = {str(item).partition(" ")[0] for item in _list(own.get("dependencies"))}
    wanted = set()
    for name, given in crate.dependencies:
        common = shared.get(name) if given.get("workspace") else None
        entry = given if common is None else common if isinstance(common, dict) else {"version": common}
        wanted.add(str(entry.get("package", name)))
        version = str(entry.get("version", "*"))
        caret = version if version[:1] in "^~=<>*" else f"^{version}"
        versions = [str(e.get("version")) for e in locked.get(str(entry.get("package", name)), ())]
        if not any(satisfies(v, caret.replace(",", " ")) in (True, None) for v in versions):
            return name
    return next(iter(sorted(named ^ wanted)), "")
