"""Lock files of Node's package managers, and whether one is in step with its package.json (C16)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.missing_lock import no_lock
from hardener.project.node.overrides import overridden, resolved
from hardener.project.node.package_json import SECTIONS, Package, workspaces
from hardener.project.semver import satisfies
from hardener.project.texts import joined, json_of, yaml_of

#: file names by package manager, the one that counts first
LOCKS = {
    "npm": ("npm-shrinkwrap.json", "package-lock.json"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "bun": ("bun.lock", "bun.lockb"),
}


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file that is in step with its package.json.

    Attributes:
        manager: "npm", "yarn", "berry" (Yarn 2 and later), "pnpm" or "bun".
        path: in the build context.
        version: of its format, as it says.
    """

    manager: str
    path: str
    version: str


def find_lock(files: Files, folder: str, manager: str) -> str | None:
    """Return the path of the lock file that a package manager would read in `folder`."""
    names = (joined(folder, name) for name in LOCKS[manager])
    return next((name for name in names if files.has(name)), None)


def other_locks(files: Files, folder: str, manager: str) -> tuple[str, ...]:
    """Return the lock files of other package managers that lie beside: it is not certain which one is kept up."""
    return tuple(
        joined(folder, name)
        for other, names in LOCKS.items()
        if other != manager
        for name in names
        if files.has(joined(folder, name))
    )


def lock_in_step(files: Files, package: Package, manager: str) -> Lock | Refusal:
    """Return the lock file of a project if it can be read and says what its package.json says (C16)."""
    path = find_lock(files, package.folder, manager)
    if path is None:
        return no_lock(files, *(joined(package.folder, name) for name in reversed(LOCKS[manager])))
    text = files.text(path)
    if text is None:
        return _refusal(f"cannot read {path}")
    members = workspaces(files, package)
    if members is None:
        return _refusal("cannot read the package.json of a workspace")
    packages = (package, *members)
    if manager == "npm":
        return _npm(path, json_of(files, path), packages)
    if manager == "pnpm":
        return _pnpm(path, text, packages)
    if manager == "bun":
        return _bun(path, text, packages)
    return _berry(path, text, packages) if "__metadata:" in text else _yarn(path, text, packages)


def _refusal(reason: str, allow: str = "bring the lock file up to date and commit it") -> Refusal:
    return Refusal("C16", reason, allow)


def _out_of_step(path: str, where: str) -> Refusal:
    return _refusal(f"{path} is out of step with package.json: {where}")


def _table(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _differs(package: Package, locked: Mapping[str, Any], sections: Iterable[str] = SECTIONS) -> str:
    """Return the first dependency that package.json and the entry in the lock file state differently."""
    for section in sections:
        wanted, known = package.section(section), _table(locked.get(section))
        for name in sorted(wanted.keys() | known.keys()):
            if wanted.get(name) != known.get(name):
                return name
    return ""


def _npm(path: str, data: dict[str, Any] | None, packages: tuple[Package, ...]) -> Lock | Refusal:
    if data is None or "lockfileVersion" not in data:
        return _refusal(f"cannot read {path}")
    version, entries = str(data["lockfileVersion"]), data.get("packages")
    if not isinstance(entries, dict):
        return _npm_of_old(path, data, version, packages)
    root = packages[0].folder
    for package in packages:
        entry = entries.get(package.folder.removeprefix(root).strip("/"))
        if not isinstance(entry, dict):
            return _out_of_step(path, f"{package.folder} is not in it")
        # npm writes a package that is in two sections into one of them
        named = _differs(package, entry, (*SECTIONS, "peerDependencies"))
        if named:
            return _out_of_step(path, named)
    wrong = overridden(packages[0], entries)
    if wrong:
        return _out_of_step(path, f"the override of {wrong}")
    missing = _missing(entries)
    return _out_of_step(path, f"{missing} is not in it") if missing else Lock("npm", path, version)


def _missing(entries: Mapping[str, Any]) -> str:
    """Return a package that another one in the lock file needs and that is not in it; "" for a whole lock file."""
    for place, entry in entries.items():
        if not isinstance(entry, dict):
            return str(place)
        optional = _table(entry.get("peerDependenciesMeta"))
        needed = [*_table(entry.get("dependencies"))]
        needed += [n for n in _table(entry.get("peerDependencies")) if not _table(optional.get(n)).get("optional")]
        if not place.rpartition("node_modules/")[1]:
            needed += [*_table(entry.get("devDependencies"))]
        if entry.get("link"):
            continue
        for name in needed:
            if resolved(entries, place, name) is None:
                return str(name)
    return ""


def _npm_of_old(path: str, data: Mapping[str, Any], version: str, packages: tuple[Package, ...]) -> Lock | Refusal:
    """Read a lock file of npm 5 and 6: it has no copy of package.json, so versions are held against ranges."""
    entries = data.get("dependencies")
    if not isinstance(entries, dict) or len(packages) > 1:
        return _refusal(f"{path} has no entry for the project", "write it again with npm 7 or later")
    package = packages[0]
    for section in SECTIONS:
        for name, wanted in package.section(section).items():
            entry = entries.get(name)
            if not isinstance(entry, dict) or not _fits_of_old(entry, wanted):
                return _out_of_step(path, name)
    return Lock("npm", path, version)


def _fits_of_old(entry: Mapping[str, Any], wanted: str) -> bool:
    """Tell whether an entry of a lock file of npm 5 or 6 is what a version in package.json asks for."""
    locked = str(entry.get("version", ""))
    if wanted.startswith("npm:"):
        name, _, version = wanted.rpartition("@")
        known, _, found = locked.rpartition("@")
        return known == name and satisfies(found, version) is True
    if ":" in wanted or "/" in wanted:  # an address, a folder or a repository of Git
        return wanted in (locked, entry.get("from"))
    return satisfies(locked, wanted) is True


_YARN_KEY = regex(r"^(?! |#)(.+):$", re.MULTILINE)


def _yarn(path: str, text: str, packages: tuple[Package, ...]) -> Lock | Refusal:
    if "# yarn lockfile v1" not in text:
        return _refusal(f"cannot read {path}")
    known = {k.strip().strip('"') for m in _YARN_KEY.finditer(text.replace("\r\n", "\n")) for k in m[1].split(", ")}
    own = {package.name for package in packages}
    for package in packages:
        for section in SECTIONS:
            for name, version in package.section(section).items():
                if name in own or version.startswith(("link:", "file:", ".")):
                    continue
                if f"{name}@{version}" not in known:
                    return _out_of_step(path, name)
    return Lock("yarn", path, "1")


def _berry(path: str, text: str, packages: tuple[Package, ...]) -> Lock | Refusal:
    data = yaml_of(text, lambda entry: entry.startswith("__metadata:") or "@workspace:" in entry)
    if data is None:
        return _refusal(f"{path} cannot be read")
    metadata = data.get("__metadata")
    if packages[0].section("resolutions"):
        return _refusal("cannot compare the resolutions of package.json", "add --immutable by hand")
    root = packages[0].folder
    by_place = {
        str(e.get("resolution", "")).rpartition("@workspace:")[2]: e for e in data.values() if isinstance(e, dict)
    }
    for package in packages:
        place = package.folder.removeprefix(root).strip("/") or "."
        entry = by_place.get(place)
        if entry is None:
            return _out_of_step(path, f"{place} is not in it")
        wanted = {**package.section("devDependencies"), **package.runtime}
        known = {name: _plain_range(str(v)) for name, v in _table(entry.get("dependencies")).items()}
        for name in sorted(wanted.keys() | known.keys()):
            if _plain_range(wanted.get(name)) != known.get(name):
                return _out_of_step(path, name)
    version = metadata.get("version", "") if isinstance(metadata, dict) else ""
    return Lock("berry", path, str(version))


def _plain_range(version: str | None) -> str | None:
    return version.removeprefix("npm:") if version is not None else None


def _pnpm(path: str, text: str, packages: tuple[Package, ...]) -> Lock | Refusal:
    data = yaml_of(text, lambda entry: not entry.startswith(("packages:", "snapshots:")))
    if data is None:
        return _refusal(f"{path} cannot be read")
    version = str(data.get("lockfileVersion", ""))
    own = packages[0].data.get("pnpm")
    settings = own if isinstance(own, dict) else {}
    if "packageExtensions" in settings or (settings.get("overrides") or {}) != (data.get("overrides") or {}):
        return _out_of_step(path, "the overrides")
    importers = data.get("importers")
    root = packages[0].folder
    for package in packages:
        place = package.folder.removeprefix(root).strip("/") or "."
        entry = importers.get(place) if isinstance(importers, dict) else data if place == "." else None
        if not isinstance(entry, dict):
            return _out_of_step(path, f"{place} is not in it")
        wanted = {name: v for section in SECTIONS for name, v in package.section(section).items()}
        known = _specifiers(entry)
        for name in sorted(wanted.keys() | known.keys()):
            if wanted.get(name) != known.get(name):
                return _out_of_step(path, name)
    return Lock("pnpm", path, version) if version else _refusal(f"cannot read {path}")


def _specifiers(entry: Mapping[str, Any]) -> dict[str, str]:
    old = entry.get("specifiers")
    if isinstance(old, dict):
        return {name: str(value) for name, value in old.items()}
    found = {}
    for section in SECTIONS:
        table = entry.get(section)
        for name, value in table.items() if isinstance(table, dict) else ():
            if isinstance(value, dict):
                found[name] = str(value.get("specifier", ""))
    return found


def _bun(path: str, text: str, packages: tuple[Package, ...]) -> Lock | Refusal:
    if path.endswith("b"):
        return _refusal(
            f"{path} is binary, so harden cannot compare it", "write it as text: bun install --save-text-lockfile"
        )
    try:
        data = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
        entries, version = _table(data["workspaces"]), str(data["lockfileVersion"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return _refusal(f"cannot read {path}")
    root = packages[0].folder
    for package in packages:
        entry = entries.get(package.folder.removeprefix(root).strip("/"))
        named = _differs(package, entry) if isinstance(entry, dict) else package.folder or "the project"
        if named:
            return _out_of_step(path, named)
    return Lock("bun", path, version)
