"""Maven's pom.xml and its modules, Gradle's files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.node.package_json import inside
from hardener.project.texts import joined, xml_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET


@dataclass(frozen=True, slots=True)
class Pom:
    """One pom.xml.

    Attributes:
        folder: where it lies in the build context.
        root: its XML, names without namespace.
        modules: folders (or pom files) of its modules, those of profiles too.
    """

    folder: str
    root: ET.Element
    modules: tuple[str, ...]

    def text(self, path: str) -> str | None:
        """Return the text at a path of names, such as "build/finalName"."""
        found = self.root.findtext(path)
        return found.strip() if found else None


def read_pom(files: Files, folder: str = "") -> Pom | None:
    """Return the pom.xml of a folder."""
    root = xml_of(files, joined(folder, "pom.xml"))
    if root is None:
        return None
    modules = tuple(inside(folder, e.text.strip()) for e in root.iter("module") if e.text and e.text.strip())
    return Pom(folder, root, modules)


def all_poms(files: Files, folder: str = "") -> tuple[Pom, ...] | None:
    """Return the pom.xml of a folder and of all modules below; None where one cannot be read."""
    first = read_pom(files, folder)
    if first is None:
        return None
    found, queue = {folder: first}, list(first.modules)
    while queue:
        place = queue.pop(0).removesuffix("/pom.xml")
        if place in found:
            continue
        pom = read_pom(files, place)
        if pom is None or place.startswith("..") or len(found) > 200:
            return None
        found[place] = pom
        queue += pom.modules
    return tuple(found.values())


#: files that Gradle reads before any source
_GRADLE = regex(r"(.*\.gradle(\.kts)?|gradle\.properties|gradlew(\.bat)?|gradle\.lockfile|.*\.lockfile)\Z")


def gradle_files(files: Files, folder: str = "") -> Iterator[str]:
    """Yield the files and folders of a Gradle build that are not sources: scripts, wrapper, catalogues, buildSrc."""
    tree = files.tree
    if tree is None:
        return
    for name in ("gradle", "buildSrc", "build-logic"):
        if tree.has(joined(folder, name)):
            yield joined(folder, name)
    for path in tree.below(folder):
        rest = path.removeprefix(f"{folder}/") if folder else path
        if rest.split("/")[0] in ("gradle", "buildSrc", "build-logic", "build", ".gradle"):
            continue
        if _GRADLE.match(rest.rpartition("/")[2]):
            yield path
