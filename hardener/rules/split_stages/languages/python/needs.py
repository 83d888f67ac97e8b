"""What the packages of a Python program need when it runs: libraries, tools, compilers (S09 to S11, S27)."""

from __future__ import annotations

import itertools
import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import table, words
from hardener.project.python.manifests import canonical, read_requirements
from hardener.project.python.wheels import has_wheel, is_pure
from hardener.rules.split_stages.languages.libraries import packages_for
from hardener.rules.split_stages.languages.python.project import installed, interpreter, minor_of, own_build
from hardener.rules.split_stages.languages.python.requirement import extras_of, may_be_compiled
from hardener.rules.split_stages.model import Call, Case

#: what only fetches and builds other packages
INSTALLERS = frozenset(
    ("pip", "setuptools", "wheel", "uv", "poetry", "pipenv", "pdm", "virtualenv", "build", "cython", "pip-tools")
)
_REQUIREMENT = regex(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?=[=<>!~;@\s#]|\Z)")


@dataclass(slots=True)
class Found:
    """The packages of a program.

    Attributes:
        names: of all that are installed.
        bundled: those whose wheels bring the libraries that they are linked with.
        pure: those whose wheels hold no machine code.
        doubts: what keeps the packages from being known.
        linked: those that may be built here, with libraries of the image.
        minor: the Python that chooses wheels, 11 for 3.11.
    """

    minor: int | None = None
    names: set[str] = field(default_factory=set)
    bundled: set[str] = field(default_factory=set)
    pure: set[str] = field(default_factory=set)
    doubts: dict[str, None] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)

    def take(self, requirement: str) -> bool:
        """Add what a requirement names, with what its extras bring; tell whether it names a package."""
        name = _name(requirement)
        if name is None:
            return False
        brought, unknown = extras_of(name, requirement)
        self.names |= {name} | brought
        self.doubts.update(dict.fromkeys(f"cannot tell what {name}[{extra}] brings" for extra in unknown))
        if may_be_compiled(name, requirement, self.minor):
            self.linked.add(name)
        return True


def requirements(case: Case) -> Found:
    """Return the packages that are installed."""
    found = Found(minor=minor_of(case))
    for call in case.calls:
        package = call.package
        if package is None or package.manager not in ("pip", "uv") or package.verb not in ("install", "pip install"):
            continue
        for word in package.operands:
            if found.take(word.value or ""):
                continue
            if (word.value or "").rstrip("/") not in (".",) and not (word.value or "").startswith("./"):
                found.doubts[f"cannot tell what {word.raw} is"] = None
        argv: list[str | None] = [*call.argv, None]
        for option, value in itertools.pairwise(argv):
            path = (
                value
                if option in ("-r", "--requirement")
                else (option or "")[2:]
                if (option or "").startswith("-r") and len(option or "") > 2
                else None
            )
            if path:
                _read_file(case, call, path, found)
            elif option in ("-c", "--constraint") and value:
                _read_constraints(case, value, found)
    manages = any(c.name in ("poetry", "pipenv", "pdm") or (c.name == "uv" and "sync" in c.words) for c in case.calls)
    projects = any(w.value == "." for c in case.calls if c.package for w in c.package.operands)
    own = own_build(case) if manages or projects else ""
    if own:
        found.doubts[own] = None
    if manages:
        _read_lock(case, found)
    elif projects:
        _read_project(case, found)
    return found


def names_of(call: Call) -> tuple[frozenset[str], bool]:
    """Return the packages that a command of pip names, and whether those are all."""
    words = call.package.operands if call.package is not None else ()
    names = [_name(word.value or "") for word in words]
    is_known = None not in names and not {"-r", "--requirement", "-e", "--editable"} & set(call.words)
    return frozenset(name for name in names if name), is_known and not any(w.startswith("-r") for w in call.words)


def installs_folders(case: Case, call: Call) -> bool:
    """Tell whether a requirements file installs folders of the build context, perhaps by a link (S12)."""
    for option, value in itertools.pairwise([*call.argv, None]):
        if option in ("-r", "--requirement") and value:
            names = [p for p in case.project.paths if p == value or p.endswith("/" + posixpath.basename(value))]
            own = [p for p in case.project.paths if p == posixpath.basename(value)]
            for name in dict.fromkeys((*names, *own)):
                if any("://" not in path for path in read_requirements(case.project.files, name).local):
                    return True
    return False


def _read_file(case: Case, call: Call, path: str, found: Found) -> None:
    """Add what a requirements file of the context names; where it is copied to is told by its name."""
    names = [
        p
        for p in case.project.paths
        if p == path.lstrip("/") or p.endswith("/" + posixpath.basename(path)) or p == posixpath.basename(path)
    ]
    text = case.project.text(names[0]) if len(names) == 1 else case.project.text(path.lstrip("./"))
    if text is None:
        found.doubts[f"{path} is not in the build context"] = None
        return
    for line in text.splitlines():
        bare = line.split("#")[0].strip().rstrip("\\").strip()
        nested = re.match(r"(?:-r|--requirement|-c|--constraint)\s*(\S+)", bare)
        if nested:
            if bare.startswith(("-r", "--r")):
                _read_file(case, call, posixpath.join(posixpath.dirname(path), nested[1]), found)
            else:
                _read_constraints(case, posixpath.join(posixpath.dirname(path), nested[1]), found)
        elif bare and not bare.startswith("--hash"):
            if found.take(bare):
                continue
            if not bare.startswith("-"):
                found.doubts[f"cannot tell what {bare[:30]} needs"] = None
            elif bare.startswith("-e"):
                found.doubts[f"{bare[:30]} is installed as a link"] = None


def _read_constraints(case: Case, path: str, found: Found) -> None:
    """Note the packages whose version a file of constraints sets to one that may be built here."""
    names = [p for p in case.project.paths if posixpath.basename(p) == posixpath.basename(path)]
    for line in (case.project.text(names[0]) or "").splitlines() if len(names) == 1 else ():
        name = _name(line.strip())
        if name and may_be_compiled(name, line, found.minor):
            found.linked.add(name)


def _read_lock(case: Case, found: Found) -> None:
    """Add the packages of a lock file, with what their wheels tell; without one the dependencies of pyproject.toml."""
    listed = installed(case)
    if listed is None:
        _read_project(case, found)
        return
    python = interpreter(case)
    sources: set[str] = set()
    for package in listed:
        found.names.add(package.name)
        if package.origin == "folder":
            found.doubts[f"{package.name} is a part of the project"] = None
        if python is None or package.origin or not has_wheel(package.files, python):
            sources.add(package.name)
        elif is_pure(package.files):
            found.pure.add(package.name)
        else:
            found.bundled.add(package.name)
    found.pure -= sources
    found.bundled -= sources


def _read_project(case: Case, found: Found) -> None:
    """Add the dependencies of pyproject.toml."""
    section = re.search(r"(?ms)^dependencies\s*=\s*\[(.*?)\]", case.project.text("pyproject.toml") or "")
    if section is None:
        found.doubts["cannot tell the dependencies of the project"] = None
        return
    for item in re.findall(r"[\"']([^\"']+)[\"']", section[1]):
        found.take(item)


def _name(requirement: str) -> str | None:
    match = _REQUIREMENT.match(requirement)
    if match is None or "://" in requirement.split("#", maxsplit=1)[0] or requirement.startswith((".", "/", "-")):
        return None
    return None if requirement.endswith((".whl", ".tar.gz", ".zip")) else canonical(match[1])


def needs_of(case: Case, image: BaseImage, same: bool) -> tuple[tuple[str, ...], tuple[str, ...]] | Refusal:
    """Return the packages that the requirements need at run time, and what is not known of them (S09 to S11)."""
    found = requirements(case)
    compiles = found.names & words("python", "compiles")
    if compiles:
        return Refusal("S27", f"{sorted(compiles)[0]} may compile at run time", "keep the compilers")
    packages: set[str] = set()
    unknown: list[str] = []
    for name in sorted(found.names - INSTALLERS):
        tool = table("python", "tools").get(name)
        if tool == "an embedded interpreter":
            return Refusal(
                "S06", f"{name} has a Python of its own, which does not find the environment", "split by hand"
            )
        if tool and not same:
            return Refusal("S10", f"{name} needs {tool} at run time", "write the two stages by hand")
        need = table("python", "libraries").get(name)
        if need is None and not tool and name not in words("python", "none") | found.bundled | found.pure:
            unknown.append(name)
        needed = (need or "").split() if not same else []
        made = packages_for(name, (word for word in needed if word[0] == "=" or name not in found.bundled), image)
        if isinstance(made, Refusal):
            return made
        packages |= made
    doubts = tuple(found.doubts)
    linked = sorted(found.linked & found.names) if not same else []
    if linked:
        doubts = (*doubts, f"{linked[0]} may be built here, with libraries of the image: its version has no wheel")
    if unknown:
        doubts = (*doubts, f"cannot tell the libraries of {', '.join(unknown[:4])}{' …' * (len(unknown) > 4)}")
    return tuple(sorted(packages)), doubts
