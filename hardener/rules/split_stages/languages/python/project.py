"""What the manifests of a Python project say about an installation: which packages, for which interpreter."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hardener.fast.patterns import regex
from hardener.knowledge.tags import read_tag
from hardener.project.python.installed import Chosen, Distribution, of_pdm, of_pipenv, of_poetry, of_uv
from hardener.project.python.manifests import canonical, table
from hardener.project.python.wheels import MACHINES, Interpreter
from hardener.project.texts import toml_of
from hardener.rules.split_stages.model import Call, Case

#: the C library of Debian's releases
_GLIBC = {"buster": (2, 28), "bullseye": (2, 31), "bookworm": (2, 36), "trixie": (2, 41)}
_PLAIN_BACKENDS = ("hatchling", "setuptools", "poetry.core", "flit_core", "pdm.backend", "uv_build")
_EXTENSIONS = regex(r"ext_modules|cythonize|\bExtension\(|cffi_modules|rust_extensions")
#: nothing is taken as a wheel, or some packages are not
_NO_WHEELS = regex(r"no[-_]binary|NO_BINARY|no-build-isolation-package")
#: options of `uv sync` that install what the lock file does not tell by the project alone
_ELSEWHERE = frozenset(("--package", "--all-packages", "--directory", "--project", "--script"))


def minor_of(case: Case) -> int | None:
    """Return 12 for an image of Python 3.12, None where the tag does not say."""
    version = read_tag(case.reference.tag or "").version
    return version[1] if version is not None and len(version) > 1 and version[0] == 3 else None


def interpreter(case: Case) -> Interpreter | None:
    """Return the Python that chooses wheels; None where something keeps installers from taking them."""
    files = ("pyproject.toml", "uv.toml", "poetry.toml", "pip.conf")
    texts = [case.model.logical(node).text for node in case.stage.node.body]
    if any(_NO_WHEELS.search(text) for text in (*texts, *(case.project.text(path) or "" for path in files))):
        return None
    platform = case.stage.node.from_.flag("platform")
    machines = {"linux/amd64": MACHINES[:1], "linux/arm64": MACHINES[1:]}.get(platform or "", MACHINES)
    release = case.image.release or case.image.release_floor or ""
    libc = case.image.libc or ""
    return Interpreter(minor_of(case), libc, _GLIBC.get(release, (2, 17)), machines)


def pyproject(case: Case) -> dict[str, Any]:
    """Return the pyproject.toml at the root of the context, {} where it cannot be read."""
    if "pyproject" not in case.memo:
        case.memo["pyproject"] = toml_of(case.project.files, "pyproject.toml") or {}
    found: dict[str, Any] = case.memo["pyproject"]
    return found


def is_package(case: Case) -> bool:
    """Tell whether uv may install the project itself, by a link to its folder."""
    if not pyproject(case):
        return True
    return "build-system" in pyproject(case) or table(pyproject(case), "tool", "uv").get("package") is True


def own_build(case: Case) -> str:
    """Return why what the project itself builds may be linked with libraries; "" where it is plain Python."""
    build = table(pyproject(case), "build-system")
    backend = str(build.get("build-backend", "setuptools"))
    if not backend.startswith(_PLAIN_BACKENDS):
        return f"cannot tell what {backend} builds from the project"
    text = case.project.text("setup.py") or ""
    if _EXTENSIONS.search(text) or table(pyproject(case), "tool", "poetry").get("build"):
        return "cannot tell what the project compiles"
    return ""


def installed(case: Case) -> tuple[Distribution, ...] | None:
    """Return what uv, Poetry, Pipenv or PDM install from their lock file; None where there is none that can be read."""
    files, minor = case.project.files, minor_of(case)
    found: dict[Distribution, None] = {}
    for call in case.calls:
        some: tuple[Distribution, ...] | None = ()
        if call.name == "uv" and "sync" in call.words and "pip" not in call.words:
            some = of_uv(files, "", _by_uv(case, call.words, call.state.values), minor)
        elif call.name == "poetry" and _installs(call):
            some = of_poetry(files, "", pyproject(case), _by_poetry(case, call.words), minor)
        elif call.name == "pipenv" and _installs(call):
            some = of_pipenv(files, "", development={"--dev", "-d"} & set(call.words) != set(), minor=minor)
        elif call.name == "pdm" and _installs(call):
            some = of_pdm(files, "", _by_pdm(call), minor)
        if some is None:
            return None
        found.update(dict.fromkeys(some))
    for words in _synced_at_start(case):
        found.update(dict.fromkeys(of_uv(files, "", _by_uv(case, words, case.stage.end.values), minor) or ()))
    return tuple(found)


def _installs(call: Call) -> bool:
    return bool({"install", "sync"} & set(call.words)) and "self" not in call.words


def _synced_at_start(case: Case) -> Iterator[tuple[str, ...]]:
    """Yield the words of each `uv run` that brings the environment up to date when the image starts."""
    for program in case.programs:
        if program[0].rpartition("/")[2] == "uv" and "run" in program and "--no-sync" not in program:
            yield program[1:]
    if any(re.search(r"\buv run\b(?! --no-sync)", case.project.text(path) or "") for path in case.project.scripts):
        yield ("run",)


def _values(words: tuple[str, ...], *options: str) -> Iterator[str]:
    """Yield what follows options, in names as they are compared; several in one value are apart."""
    for word, after in itertools.pairwise([*words, ""]):
        name, equals, value = word.partition("=")
        if name in options:
            yield from (canonical(part) for part in re.split(r"[,\s]+", value if equals else after) if part)


def _by_uv(case: Case, words: tuple[str, ...], values: Mapping[str, str | None]) -> Chosen:
    """Return what `uv sync` chooses: the group `dev` is there unless something leaves it out."""
    options = {word.partition("=")[0] for word in words}
    if options & _ELSEWHERE or "UV_PROJECT" in values or any(name in values for name in ("UV_WORKING_DIRECTORY",)):
        return Chosen(None, None)
    settings = table(pyproject(case), "tool", "uv")
    default = settings.get("default-groups", ["dev"])
    names = default if isinstance(default, list) else ["dev"]
    every = {canonical(name) for name in table(pyproject(case), "dependency-groups")} | {"dev"}
    groups = every if default == "all" or "--all-groups" in options else {canonical(str(n)) for n in names}
    if "--no-default-groups" in options or _is_on(values.get("UV_NO_DEFAULT_GROUPS")):
        groups = set()
    if ("--no-dev" in options or _is_on(values.get("UV_NO_DEV"))) and "--dev" not in options:
        groups = groups - {"dev"}
    groups |= {*_values(words, "--group"), *({"dev"} if "--dev" in options else ())}
    only = {*_values(words, "--only-group"), *({"dev"} if "--only-dev" in options else ())}
    groups = (groups | only) - set(_values(words, "--no-group"))
    extras = None if "--all-extras" in options else frozenset(_values(words, "--extra"))
    return Chosen(frozenset(groups), extras, main=not only)


def _by_poetry(case: Case, words: tuple[str, ...]) -> Chosen:
    """Return what `poetry install` chooses: all groups that are not optional."""
    options = {word.partition("=")[0] for word in words}
    data = pyproject(case)
    own = table(data, "tool", "poetry", "group")
    groups = {canonical(name) for name, group in own.items() if not (isinstance(group, dict) and group.get("optional"))}
    groups |= {"dev", *(canonical(name) for name in table(data, "dependency-groups"))}
    if "--all-groups" in options:
        groups |= {canonical(name) for name in own}
    groups = (groups | set(_values(words, "--with"))) - set(_values(words, "--without"))
    if options & {"--no-dev", "--only-root"}:
        groups = set()
    only = set(_values(words, "--only"))
    extras = None if "--all-extras" in options else frozenset(_values(words, "--extras", "-E"))
    return Chosen(frozenset(only or groups), extras, main=(not only or "main" in only) and "--only-root" not in options)


def _by_pdm(call: Call) -> Chosen:
    """Return what `pdm install` chooses: all groups but optional ones, unless it is told otherwise."""
    options = {word.partition("=")[0] for word in call.words}
    chooses = options & {"-G", "--group", "--with", "--without", "-d", "--dev", "--no-default"}
    return Chosen(frozenset() if options & {"--prod", "--production"} and not chooses else None)


def _is_on(value: str | None) -> bool:
    return (value or "").lower() in ("1", "true", "t", "yes", "y", "on")
