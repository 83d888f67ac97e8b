"""package.json, the workspaces that it names, and what an installation runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import Any

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.texts import joined, json_of, yaml_of

#: sections whose packages an installation brings, the development ones last
SECTIONS = ("dependencies", "optionalDependencies", "devDependencies")
#: scripts of a project's own package.json that its installation runs, in order
LIFECYCLE = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare")
#: a version that names a file or folder of the project
_LOCAL = regex(r"(?:file|link|portal):(.+)\Z|(\.{1,2}/.*)\Z")


@dataclass(frozen=True, slots=True)
class Package:
    """One package.json.

    Attributes:
        folder: where it lies in the build context; "" is the root.
        data: what it says.
    """

    folder: str
    data: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Its path in the build context."""
        return joined(self.folder, "package.json")

    @property
    def name(self) -> str | None:
        """The name of the package."""
        name = self.data.get("name")
        return name if isinstance(name, str) else None

    def section(self, name: str) -> dict[str, str]:
        """Return one of its tables of texts, such as "scripts" or "devDependencies"."""
        table = self.data.get(name)
        if not isinstance(table, dict):
            return {}
        return {key: value for key, value in table.items() if isinstance(value, str)}

    @property
    def scripts(self) -> dict[str, str]:
        """Its scripts by name."""
        return self.section("scripts")

    @property
    def lifecycle(self) -> dict[str, str]:
        """The scripts that an installation of this project runs by itself."""
        return {name: self.scripts[name] for name in LIFECYCLE if self.scripts.get(name, "").strip()}

    @property
    def runtime(self) -> dict[str, str]:
        """What a production installation brings, with versions as written."""
        return {**self.section("optionalDependencies"), **self.section("dependencies")}

    @property
    def development(self) -> dict[str, str]:
        """What only a full installation brings."""
        return {k: v for k, v in self.section("devDependencies").items() if k not in self.runtime}

    @property
    def workspaces(self) -> tuple[str, ...]:
        """The patterns of its workspaces; () where it has none."""
        found = self.data.get("workspaces")
        if isinstance(found, dict):
            found = found.get("packages")
        return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()

    @property
    def manager(self) -> tuple[str, str] | None:
        """The package manager and version that `packageManager` fixes: ("pnpm", "9.1.0")."""
        name, _, version = str(self.data.get("packageManager", "")).partition("@")
        return (name, version.partition("+")[0]) if name and version else None

    @property
    def bins(self) -> tuple[str, ...]:
        """The names of the commands that the package itself brings."""
        found = self.data.get("bin")
        if isinstance(found, dict):
            return tuple(found)
        return ((self.name or "").rpartition("/")[2],) if isinstance(found, str) else ()

    @property
    def local(self) -> tuple[str, ...]:
        """Paths in the build context that its dependencies name (`file:`, `link:`, `portal:`)."""
        found = []
        for section in (*SECTIONS, "peerDependencies", "resolutions"):
            for version in self.section(section).values():
                match = _LOCAL.match(version)
                if match:
                    found.append(inside(self.folder, match[1] or match[2]))
        return tuple(dict.fromkeys(found))


def inside(folder: str, path: str) -> str:
    """Return a path relative to `folder` as a path of the context; it begins with `..` where it leaves it."""
    return normpath(joined(folder, path))


def read_package(files: Files, folder: str = "") -> Package | None:
    """Return the package.json in a folder."""
    data = json_of(files, joined(folder, "package.json"))
    return None if data is None else Package(folder, data)


def workspace_patterns(files: Files, package: Package) -> tuple[str, ...] | None:
    """Return the patterns of workspaces of package.json or pnpm-workspace.yaml; None for one that cannot be read."""
    return package.workspaces or _pnpm_patterns(files.text(joined(package.folder, "pnpm-workspace.yaml")) or "")


def _pnpm_patterns(text: str) -> tuple[str, ...] | None:
    read = yaml_of(text, lambda entry: entry.startswith(("packages:", '"packages"', "'packages'")))
    if read is None:
        return None
    found = read.get("packages")
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()


def workspaces(files: Files, package: Package) -> tuple[Package, ...] | None:
    """Return the packages of a project's workspaces, () where it has none; None where one cannot be read."""
    tree = files.tree
    if tree is None:
        return None
    patterns = workspace_patterns(files, package)
    if patterns is None:
        return None
    folders: dict[str, None] = {}
    for pattern in patterns:
        if pattern.startswith("!"):
            unwanted = set(_folders(files, package.folder, pattern[1:]))
            folders = {folder: None for folder in folders if folder not in unwanted}
        else:
            folders.update(dict.fromkeys(_folders(files, package.folder, pattern)))
    found = [read_package(files, folder) for folder in folders]
    return None if None in found else tuple(p for p in found if p is not None)


def _folders(files: Files, root: str, pattern: str) -> Iterator[str]:
    """Yield the folders with a package.json that a pattern of workspaces means."""
    tree = files.tree
    assert tree is not None
    wanted = inside(root, pattern).strip("/")
    if "**" in wanted:
        start = wanted.partition("**")[0].strip("/")
        names = [name for name in tree.below(start) if name.endswith("/package.json")]
        yield from (name.rpartition("/")[0] for name in names if name != joined(root, "package.json"))
        return
    for folder in tree.matching(wanted):
        if tree.is_file(joined(folder, "package.json")):
            yield folder


def npm_settings(files: Files, folder: str = "") -> dict[str, str]:
    """Return the settings of the .npmrc in a folder, keys in lower case; {} where there is none."""
    found = {}
    for line in (files.text(joined(folder, ".npmrc")) or "").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith(("#", ";")):
            found[key.strip().lower()] = value.strip().strip("\"'")
    return found


def yarn_settings(files: Files, folder: str = "") -> dict[str, Any]:
    """Return the settings of the .yarnrc.yml (Yarn 2 and later) in a folder; {} where there is none."""
    return yaml_of(files.text(joined(folder, ".yarnrc.yml")) or "") or {}
