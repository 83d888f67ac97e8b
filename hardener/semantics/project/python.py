"""Requirements files, pyproject.toml, Pipfile and their lock files (C15, C16)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hardener.errors import Refusal
from hardener.records import dataclass, field
from hardener.semantics.context import Files
from hardener.semantics.project.node import inside
from hardener.semantics.project.texts import joined, json_of, toml_of

_OPTION = re.compile(r"(-r|-c|-e|-f|-i|--[a-z-]+)(?:\s+|=|(?<=-[rcefi]))(.*)\Z")
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(.*)\Z")
_HASH = re.compile(r"\s--hash[= ]\S+")
_PATH = re.compile(r"\.{0,2}/|file:|.*\.(whl|tar\.gz|zip)\Z")


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
        return Refusal("C16", "no tool says that it has compiled the file")
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
    if "version" in project.get("dynamic", ()) or "dependencies" in project.get("dynamic", ()):
        return None
    names += project.get("license-files", []) if isinstance(project.get("license-files"), list) else []
    paths = [joined(folder, name) for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(paths)) if all(files.has(path) for path in paths) else None


def uv_in_step(files: Files, folder: str, data: Mapping[str, Any]) -> Refusal | None:
    """Return why uv.lock is not in step with pyproject.toml (C16), None where it is."""
    path = joined(folder, "uv.lock")
    lock = toml_of(files, path)
    if lock is None:
        return _no_lock(path)
    project = table(data, "project")
    name = canonical(str(project.get("name", "")))
    own = next(
        (
            entry
            for entry in lock.get("package", ())
            if canonical(str(entry.get("name", ""))) == name
            and {"editable", "virtual", "directory"} & set(entry.get("source", {}))
        ),
        None,
    )
    if own is None or table(data, "tool", "uv").get("workspace"):
        return Refusal("C16", f"{path} has no entry for the project alone", "run `uv lock`, or name the member")
    metadata = table(own, "metadata")
    wanted = _names(project.get("dependencies", []))
    wanted += [n for extra in table(project, "optional-dependencies").values() for n in _names(extra)]
    differing = _differing(wanted, metadata.get("requires-dist", []))
    groups = {name: _names(entries) for name, entries in table(data, "dependency-groups").items()}
    if isinstance(table(data, "tool", "uv").get("dev-dependencies"), list):
        groups.setdefault("dev", []).extend(_names(table(data, "tool", "uv")["dev-dependencies"]))
    for group, entries in groups.items():
        differing = differing or _differing(entries, table(metadata, "requires-dev").get(group, []))
    if not differing and str(project.get("requires-python", "")).replace(" ", "") != str(
        lock.get("requires-python", "")
    ).replace(" ", ""):
        differing = "requires-python"
    return _out_of_step(path, "pyproject.toml", differing, "run `uv lock`") if differing else None


def _names(entries: Any) -> list[tuple[str, str]]:
    found = []
    for entry in entries if isinstance(entries, list) else ():
        requirement = requirement_of(entry) if isinstance(entry, str) else None
        if requirement is not None:
            found.append((requirement.name, _specifiers(requirement.specifier)))
    return found


def _specifiers(text: str) -> str:
    """Return version specifiers in one order, without blanks and markers."""
    return ",".join(sorted(part for part in text.partition(";")[0].replace(" ", "").split(",") if part))


def _differing(wanted: list[tuple[str, str]], locked: Any) -> str:
    known = [(canonical(str(e.get("name", ""))), _specifiers(str(e.get("specifier", "")))) for e in locked]
    known_names = {name for name, _ in known}
    # a URL has no specifier
    named = [name for name, spec in wanted if (name, "" if spec.startswith("@") else spec) not in known]
    named += sorted(known_names - {name for name, _ in wanted})
    return named[0] if named else ""


def poetry_in_step(files: Files, folder: str, data: Mapping[str, Any]) -> Refusal | None:
    """Return why poetry.lock is not in step with pyproject.toml: it keeps a hash of what it was made from (C16)."""
    path = joined(folder, "poetry.lock")
    lock = toml_of(files, path)
    if lock is None:
        return _no_lock(path)
    known = table(lock, "metadata").get("content-hash")
    if known not in _poetry_hashes(data):
        return _out_of_step(path, "pyproject.toml", "its content-hash", "run `poetry lock`")
    return None


def _poetry_hashes(data: Mapping[str, Any]) -> set[str]:
    """Return the hashes that the versions of Poetry make."""
    own = table(data, "tool", "poetry")
    legacy = ("dependencies", "source", "extras", "dev-dependencies")
    project = {
        key: table(data, "project")[key]
        for key in ("requires-python", "dependencies", "optional-dependencies")
        if table(data, "project").get(key) is not None
    }
    relevant: dict[str, Any] = {}
    for key in (*legacy, "group"):
        value = own.get(key)
        if value is not None or (key in legacy and not project):
            relevant[key] = value
    groups = table(data, "dependency-groups")
    made: list[dict[str, Any]] = [relevant]
    if project or groups:
        made = [{"project": project, "tool": {"poetry": relevant}}]
        made += [{**made[0], "dependency-groups": groups}] if groups else []
        made += [{k: v for k, v in {"project": project, "dependency-groups": groups}.items() if v}]
    return {_sha256(json.dumps(content, sort_keys=True)) for content in made}


def pipenv_in_step(files: Files, folder: str) -> Refusal | None:
    """Return why Pipfile.lock is not in step with Pipfile: it keeps a hash of what it was made from (C16)."""
    path = joined(folder, "Pipfile.lock")
    lock, pipfile = json_of(files, path), toml_of(files, joined(folder, "Pipfile"))
    if lock is None or pipfile is None:
        return _no_lock(path)
    content = {
        "_meta": {"sources": pipfile.get("source", []), "requires": pipfile.get("requires", {})},
        "default": pipfile.get("packages", {}),
        "develop": pipfile.get("dev-packages", {}),
    }
    reserved = {"source", "requires", "packages", "dev-packages", "pipenv", "scripts"}
    content.update({key: value for key, value in pipfile.items() if key not in reserved})
    made = _sha256(json.dumps(content, sort_keys=True, separators=(",", ":")))
    if table(lock, "_meta", "hash").get("sha256") != made:
        return _out_of_step(path, "Pipfile", "its hash", "run `pipenv lock`")
    return None


def _sha256(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def _no_lock(path: str) -> Refusal:
    return Refusal("C16", f"there is no {path} in the build context, or it cannot be read", "add it")


def _out_of_step(path: str, manifest: str, where: str, allow: str) -> Refusal:
    return Refusal("C16", f"{path} is out of step with {manifest}: {where}", allow)
