"""What the dependencies of a program need of Debian, as their manifests name them: rows of splitting.json (B14)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.splitting import table
from hardener.project.context import Files
from hardener.project.node.package_json import read_package
from hardener.project.python.manifests import canonical, pyproject, read_requirements, requirement_of
from hardener.project.python.manifests import table as table_of
from hardener.project.ruby import read_gemfile

_MANIFEST = regex(r"(?:\A|/)(?:package\.json|requirements[\w.-]*\.txt|pyproject\.toml|Gemfile)\Z")
#: manifests of packages that are installed, of tests and examples
_ASIDE = regex(r"(?:\A|/)(?:node_modules|vendor|tests?|examples?|docs?|fixtures)/|(?:dev|test)[\w-]*\.txt\Z")
#: Python packages without wheels for Linux: their own installation pages ask for a compiler
WITHOUT_WHEELS = frozenset(
    ("psycopg2", "mysqlclient", "uwsgi", "pygraphviz", "python-ldap", "dlib", "netifaces", "pyodbc")
)
#: packages of Debian that bring a compiler
COMPILERS = frozenset(("gcc", "g++", "clang", "build-essential"))
#: more manifests are not read
_MOST = 40


@dataclass(frozen=True, slots=True)
class Need:
    """A dependency, and a Debian package that it needs.

    Attributes:
        name: of the dependency.
        path: the manifest that names it.
        package: of Debian; "gcc" where installing the dependency compiles it.
    """

    name: str
    path: str
    package: str

    @property
    def compiles(self) -> bool:
        """Whether it is needed only where the dependency is installed."""
        return self.package == "gcc"

    def refusal(self, installed: set[str]) -> Refusal | None:
        """Return why the slim image is not enough, None where the file installs the package or its library."""
        if self.compiles and installed & COMPILERS:
            return None
        stem = self.package.removesuffix("-dev")
        if any(name == stem or (name.startswith(stem) and stem != self.package) for name in installed):
            return None
        why = f"{self.name} ({self.path}) needs {self.package}, which the slim image lacks"
        return Refusal("B14", why, f"install {self.package}, or keep the full image")


def needs_of(files: Files, language: str) -> tuple[Need, ...]:
    """Return what the dependencies that the manifests of a build context name need.

    Args:
        files: the build context.
        language: the row of splitting.json: "node", "python" or "ruby".
    """
    tree = files.tree
    known = table(language, "libraries")
    paths = [path for path in tree.paths if _MANIFEST.search(path) and not _ASIDE.search(path)] if tree else []
    named = [(name, path) for path in paths[:_MOST] for name in _named(files, path, language)]
    found = [
        Need(name, path, package.removeprefix("=")) for name, path in named for package in known.get(name, "").split()
    ]
    if language == "python":
        found += [Need(name, path, "gcc") for name, path in named if name in WITHOUT_WHEELS]
    return tuple(dict.fromkeys(found))


def _named(files: Files, path: str, language: str) -> Iterator[str]:
    folder, _, name = path.rpartition("/")
    if language == "node" and name == "package.json":
        package = read_package(files, folder)
        if package is not None:
            yield from {**package.section("dependencies"), **package.section("optionalDependencies")}
    elif language == "python" and name.endswith(".txt"):
        yield from (canonical(entry.name) for entry in read_requirements(files, path).entries)
    elif language == "python" and name == "pyproject.toml":
        yield from _of_pyproject(files, folder)
    elif language == "ruby" and name == "Gemfile":
        gemfile = read_gemfile(files, folder)
        yield from (gem for gem, _ in gemfile.gems) if gemfile is not None else ()


def _of_pyproject(files: Files, folder: str) -> Iterator[str]:
    data = pyproject(files, folder) or {}
    listed = table_of(data, "project").get("dependencies")
    for text in listed if isinstance(listed, list) else ():
        entry = requirement_of(text) if isinstance(text, str) else None
        if entry is not None:
            yield canonical(entry.name)
    yield from map(canonical, table_of(data, "tool", "poetry", "dependencies"))


__all__ = ["COMPILERS", "WITHOUT_WHEELS", "Need", "needs_of"]
