"""What the packages of a Python program need when it runs: libraries, tools, compilers (S09 to S11, S27)."""

from __future__ import annotations

import itertools
import posixpath
import re

from hardener.errors import Refusal
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import libraries, table, words
from hardener.patterns import regex
from hardener.semantics.split.plan import Call, Case

#: what only fetches and builds other packages
_INSTALLERS = frozenset(
    ("pip", "setuptools", "wheel", "uv", "poetry", "pipenv", "virtualenv", "build", "cython", "pip-tools")
)
_REQUIREMENT = regex(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?=[=<>!~;@\s#]|\Z)")


def requirements(case: Case) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of the packages that are installed, and what keeps them from being known."""
    found: set[str] = set()
    doubts: list[str] = []
    for call in case.calls:
        package = call.package
        if package is None or package.manager not in ("pip", "uv") or package.verb not in ("install", "pip install"):
            continue
        for word in package.operands:
            name = _name(word.value or "")
            if name:
                found.add(name)
            elif (word.value or "").rstrip("/") not in (".",) and not (word.value or "").startswith("./"):
                doubts.append(f"{word.raw} is not known")
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
                _read_file(case, call, path, found, doubts)
    manages = any(c.name in ("poetry", "pipenv") or (c.name == "uv" and "sync" in c.words) for c in case.calls)
    projects = any(w.value == "." for c in case.calls if c.package for w in c.package.operands)
    if manages or projects:
        _read_project(case, found, doubts)
    return frozenset(found), tuple(dict.fromkeys(doubts))


def _read_file(case: Case, call: Call, path: str, found: set[str], doubts: list[str]) -> None:
    """Add what a requirements file of the context names; where it is copied to is told by its name."""
    names = [
        p
        for p in case.project.paths
        if p == path.lstrip("/") or p.endswith("/" + posixpath.basename(path)) or p == posixpath.basename(path)
    ]
    text = case.project.text(names[0]) if len(names) == 1 else case.project.text(path.lstrip("./"))
    if text is None:
        doubts.append(f"{path} is not in the build context")
        return
    for line in text.splitlines():
        bare = line.split("#")[0].strip().rstrip("\\").strip()
        nested = re.match(r"(?:-r|--requirement|-c|--constraint)\s*(\S+)", bare)
        if nested:
            if bare.startswith(("-r", "--r")):
                _read_file(case, call, posixpath.join(posixpath.dirname(path), nested[1]), found, doubts)
        elif bare and not bare.startswith("--hash"):
            name = _name(bare)
            if name:
                found.add(name)
            elif not bare.startswith("-"):
                doubts.append(f"{bare[:30]} is not known")
            elif bare.startswith("-e"):
                doubts.append(f"{bare[:30]} is installed by a link")


def _read_project(case: Case, found: set[str], doubts: list[str]) -> None:
    """Add the packages of a lock file, or the dependencies of pyproject.toml."""
    lock = case.project.text("uv.lock") or case.project.text("poetry.lock")
    if lock is not None:
        own = re.search(r"(?m)^name\s*=\s*[\"']([^\"']+)", case.project.text("pyproject.toml") or "")
        names = {_normal(name) for name in re.findall(r"(?m)^name = \"([^\"]+)\"", lock)}
        found |= names - {_normal(own[1]) if own else ""}
        return
    pipfile = case.project.json("Pipfile.lock")
    if isinstance(pipfile, dict):
        found |= {_normal(name) for name in pipfile.get("default", {})}
        return
    text = case.project.text("pyproject.toml") or ""
    section = re.search(r"(?ms)^dependencies\s*=\s*\[(.*?)\]", text)
    if section is None:
        doubts.append("the dependencies of the project are not known")
        return
    found |= {name for item in re.findall(r"[\"']([^\"']+)[\"']", section[1]) if (name := _name(item))}


def _name(requirement: str) -> str | None:
    match = _REQUIREMENT.match(requirement)
    if match is None or "://" in requirement.split("#", maxsplit=1)[0] or requirement.startswith((".", "/", "-")):
        return None
    return None if requirement.endswith((".whl", ".tar.gz", ".zip")) else _normal(match[1])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needs_of(case: Case, image: BaseImage, same: bool) -> tuple[tuple[str, ...], tuple[str, ...]] | Refusal:
    """Return the packages that the requirements need at run time, and what is not known of them (S09 to S11)."""
    found, doubts = requirements(case)
    compiles = found & words("python", "compiles")
    if compiles:
        return Refusal("S27", f"{sorted(compiles)[0]} may compile when it runs", "keep the compilers")
    packages: set[str] = set()
    unknown: list[str] = []
    for name in sorted(found - _INSTALLERS):
        tool = table("python", "tools").get(name)
        if tool == "an embedded interpreter":
            return Refusal("S06", f"{name} embeds its own Python, which does not find the environment", "split by hand")
        if tool and not same:
            return Refusal("S10", f"{name} needs {tool} at run time", "write the two stages by hand")
        need = table("python", "libraries").get(name)
        if need is None and not tool and name not in words("python", "none"):
            unknown.append(name)
        for word in (need or "").split() if not same else ():
            made = (word[1:],) if word.startswith("=") else libraries(image, word)
            if made is None:
                return Refusal(
                    "S09", f"the libraries of {name} are not known for this release", "name the release in the tag"
                )
            packages.update(made)
    if unknown:
        doubts = (*doubts, f"what {', '.join(unknown[:4])}{' …' * (len(unknown) > 4)} links is not known")
    return tuple(sorted(packages)), doubts
