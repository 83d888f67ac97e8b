"""Requirements files, pyproject.toml, Pipfile and their lock files (C15, C16)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.project.context import Files
from hardener.project.node.package_json import inside
from hardener.project.texts import joined, toml_of

_OPTION = regex(r"(-r|-c|-e|-f|-i|--[a-z-]+)(?:\s+|=|(?<=-[rcefi]))(.*)\Z")
_NAME = regex(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(.*)\Z")
_HASH = regex(r"\s--hash[= ]\S+")
_PATH = regex(r"\.{0,2}/|file:|.*\.(whl|tar\.gz|zip)\Z")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: the name as PyPI compares it, the rest as written, and whether it carries hashes."""

    name: str
    specifier: str
    hashed: bool = False

    @property
    def is_pinned(self) -> bool:
        """Whether it names one version."""
        return re.match(r"===?\s*[^*,;\s]+\s*(;.*)?\Z", self.specifier) is not None


@dataclass(slots=True)
class Requirements:
    """A requirements file with all that it includes.

    Attributes:
        paths: the files that were read, itself first, in the order of reading; constraints among them.
        entries: what is required; constraints are not among them.
        local: paths that are installed (`-e .`, `./lib`, a wheel), as written: relative to where pip runs.
        is_known: every line could be read, and every file is there.
        text: of the file itself.
    """

    paths: dict[str, None] = field(default_factory=dict)
    entries: list[Requirement] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    is_known: bool = True
    text: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether every requirement is pinned and has hashes, so that pip may insist on them."""
        return (
            bool(self.entries)
            and self.is_known
            and not self.local
            and all(entry.is_pinned and entry.hashed for entry in self.entries)
        )


def canonical(name: str) -> str:
    """Return the name of a distribution as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_requirements(files: Files, path: str) -> Requirements:
    """Return a requirements file and what it includes with -r and -c."""
    found = Requirements()
    _read(files, path, found, is_constraint=False)
    found.text = files.text(path) or ""
    return found


def _read(files: Files, path: str, found: Requirements, *, is_constraint: bool) -> None:
    if path in found.paths:
        return
    text = files.text(path)
    if text is None or path.startswith(".."):
        found.is_known = False
        return
    found.paths[path] = None
    folder = path.rpartition("/")[0]
    for line in _lines(text):
        option = _OPTION.match(line)
        if option:
            _option(files, folder, option[1], option[2].strip().strip("\"'"), found)
        elif line.startswith("-"):
            found.is_known &= re.match(r"--(pre|no-index|require-hashes|prefer-binary|use-pep517)\b", line) is not None
        elif is_constraint:
            continue
        elif _PATH.match(line):
            found.local.append(line.removeprefix("file:").partition("[")[0].strip())
        else:
            requirement = requirement_of(line)
            if requirement is None:
                found.is_known = False
            else:
                found.entries.append(requirement)


def _option(files: Files, folder: str, name: str, value: str, found: Requirements) -> None:
    if "$" in value:
        found.is_known = False
    elif name in ("-r", "--requirement", "-c", "--constraint"):
        if "://" not in value:
            _read(files, inside(folder, value), found, is_constraint=name in ("-c", "--constraint"))
    elif name in ("-e", "--editable"):
        if not re.match(r"(git|hg|svn|bzr)\+|https?:", value):
            found.local.append(value.partition("[")[0])
    elif name in ("-f", "--find-links") and "://" not in value:
        found.is_known = False


def _lines(text: str) -> Iterator[str]:
    """Yield the logical lines without comments."""
    for line in re.sub(r"\\\r?\n", " ", text.removeprefix("\ufeff")).splitlines():
        bare = re.sub(r"(^|\s)#.*", "", line).strip()
        if bare:
            yield bare


def requirement_of(text: str) -> Requirement | None:
    """Read one requirement such as `Flask[async] >= 2 ; python_version > "3"`; None for what is none."""
    bare = _HASH.sub("", text)
    match = _NAME.match(bare.strip())
    if match is None:
        return None
    rest = match[3].strip()
    if rest and rest[0] not in "=<>!~;(@":
        return None
    return Requirement(canonical(match[1]), rest.strip("()"), bare != text)


def compiled_names(name: str) -> tuple[str, ...]:
    """Return what a compiled form of a requirements file may be called."""
    stem = re.sub(r"\.(in|txt)\Z", "", name)
    plain = (f"{stem}.lock", f"{stem}-lock.txt", f"{stem}.lock.txt")
    return (f"{stem}.txt", *plain) if name.endswith(".in") else plain


def compiled_for(files: Files, requirements: Requirements, compiled: Requirements) -> Refusal | None:
    """Return why a compiled file is not what pip-compile or uv makes of another one (C16); None where it is."""
    if not re.search(r"autogenerated by pip-compile|autogenerated by uv|pip-compile-multi", compiled.text):
        return Refusal("C16", "the file does not say which tool compiled it")
    pinned = {entry.name: entry for entry in compiled.entries if entry.is_pinned}
    if len(pinned) != len({entry.name for entry in compiled.entries}) or not compiled.is_known:
        return Refusal("C16", "the compiled file has a requirement without a version", "compile it again")
    for entry in requirements.entries:
        if entry.name not in pinned:
            return Refusal("C16", f"the compiled file is out of step: {entry.name} is not in it", "compile it again")
    return None


def pyproject(files: Files, folder: str = "") -> dict[str, Any] | None:
    """Return the pyproject.toml of a folder."""
    return toml_of(files, joined(folder, "pyproject.toml"))


def table(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return a table inside a table, {} where it is absent."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def dicts(value: Any) -> list[dict[str, Any]]:
    """Return the tables of an array, [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def build_inputs(files: Files, folder: str, data: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the files besides pyproject.toml that building the project's metadata reads; None where not known."""
    names: list[Any] = []
    project = table(data, "project")
    readme, licence = project.get("readme"), project.get("license")
    names += [readme] if isinstance(readme, str) else [table(project, "readme").get("file")]
    names += [licence.get("file")] if isinstance(licence, dict) else []
    names += (
        table(data, "tool", "poetry").get("readme", [])
        if isinstance(table(data, "tool", "poetry").get("readme"), list)
        else [table(data, "tool", "poetry").get("readme")]
    )
    dynamic = project.get("dynamic", [])
    if not isinstance(dynamic, list) or "version" in dynamic or "dependencies" in dynamic:
        return None
    names += project.get("license-files", []) if isinstance(project.get("license-files"), list) else []
    paths = [joined(folder, name) for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(paths)) if all(files.has(path) for path in paths) else None
