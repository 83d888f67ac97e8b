"""Project files of .NET, what they reference, and packages.lock.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.context_tree import ContextFile
from hardener.project.missing_lock import NoLock
from hardener.project.node.package_json import inside
from hardener.project.texts import joined, json_of, xml_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

PROJECT = regex(r".*\.(cs|fs|vb)proj\Z")
#: files above a project that MSBuild and NuGet read
SHARED = (
    "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "NuGet.config", "nuget.config",
    "NuGet.Config", "global.json",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DotnetProject:
    """One project file: its path, XML, references to other projects, and packages with versions ("" for central)."""

    path: str
    root: ET.Element
    projects: tuple[str, ...]
    packages: tuple[tuple[str, str], ...]

    def text(self, name: str) -> str | None:
        """Return the text of a property, such as "AssemblyName"."""
        found = self.root.find(f".//PropertyGroup/{name}")
        return found.text.strip() if found is not None and found.text else None


def read_project(files: Files, path: str) -> DotnetProject | None:
    """Return a project file."""
    root = xml_of(files, path)
    if root is None:
        return None
    folder = path.rpartition("/")[0]
    projects = [e.get("Include", "").replace("\\", "/") for e in root.iter("ProjectReference")]
    packages = [
        (e.get("Include", ""), e.get("Version") or e.findtext("Version") or "") for e in root.iter("PackageReference")
    ]
    return DotnetProject(
        path, root, tuple(inside(folder, p) for p in projects if p), tuple(p for p in packages if p[0])
    )


def closure(files: Files, path: str) -> tuple[DotnetProject, ...] | None:
    """Return a project and all that it references; None where one cannot be read or lies outside the context."""
    found: dict[str, DotnetProject] = {}
    queue = [path]
    while queue:
        name = queue.pop(0)
        if name in found:
            continue
        project = read_project(files, name)
        if project is None or name.startswith("..") or "$(" in name or "*" in name:
            return None
        found[name] = project
        queue += project.projects
    return tuple(found.values())


def serves_web(files: Files) -> bool:
    """Tell whether a project of the context may use ASP.NET: one that names it, or where no project is known."""
    names = [name for name in files.tree.below("") if PROJECT.match(name)] if files.tree is not None else []
    heads = [known.head for known in map(files.file, names) if isinstance(known, ContextFile)]
    return len(heads) < max(len(names), 1) or any(b"AspNetCore" in head or b"Sdk.Web" in head for head in heads)


def shared_files(files: Files, path: str) -> Iterator[str]:
    """Yield the files in and above a project's folder that a restore reads."""
    folder = path.rpartition("/")[0]
    while True:
        for name in SHARED:
            if files.has(joined(folder, name)):
                yield joined(folder, name)
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def dotnet_in_step(files: Files, project: DotnetProject) -> Refusal | None:
    """Return why packages.lock.json is not in step with a project file (C16), None where it is."""
    path = joined(project.path.rpartition("/")[0], "packages.lock.json")
    lock = json_of(files, path)
    if lock is None:
        return NoLock("C16", f"there is no {path} in the build context", "set RestorePackagesWithLockFile and add it")
    frameworks = lock.get("dependencies")
    if not isinstance(frameworks, dict) or not frameworks:
        return Refusal("C16", f"cannot read {path}")
    for entries in frameworks.values():
        if not isinstance(entries, dict):
            return Refusal("C16", f"cannot read {path}")
        direct = {n.lower(): e for n, e in entries.items() if isinstance(e, dict) and e.get("type") == "Direct"}
        wanted = {name.lower(): version for name, version in project.packages}
        for name in sorted(wanted.keys() ^ direct.keys()):
            return Refusal("C16", f"{path} is out of step: {name}", "run `dotnet restore --force-evaluate`")
        for name, version in wanted.items():
            if not version or re.search(r"[*$,\[\]()]", version):
                return Refusal("C16", f"the version of {name} is not a plain number", "write a plain version")
            if not str(direct[name].get("requested", "")).startswith(f"[{version},"):
                return Refusal("C16", f"{path} is out of step: {name}", "run `dotnet restore --force-evaluate`")
    return None
