"""Lock files of uv, Poetry, PDM and Pipenv, and whether one is in step with its manifest (C16)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hardener.errors import Refusal
from hardener.project.context import Files
from hardener.project.missing_lock import no_lock
from hardener.project.python.manifests import canonical, dicts, requirement_of, table
from hardener.project.texts import joined, json_of, toml_of


def uv_in_step(files: Files, folder: str, data: Mapping[str, Any]) -> Refusal | None:
    """Return why uv.lock is not in step with pyproject.toml (C16), None where it is."""
    path = joined(folder, "uv.lock")
    lock = toml_of(files, path)
    if lock is None:
        return no_lock(files, path)
    project = table(data, "project")
    name = canonical(str(project.get("name", "")))
    own = next(
        (
            entry
            for entry in dicts(lock.get("package"))
            if canonical(str(entry.get("name", ""))) == name
            and {"editable", "virtual", "directory"} & set(table(entry, "source"))
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
    known = [(canonical(str(e.get("name", ""))), _specifiers(str(e.get("specifier", "")))) for e in dicts(locked)]
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
        return no_lock(files, path)
    known = table(lock, "metadata").get("content-hash")
    if not isinstance(known, str) or known not in _poetry_hashes(data):
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
    return {_sha256(_dumped(content)) for content in made}


def pdm_in_step(files: Files, folder: str, data: Mapping[str, Any]) -> Refusal | None:
    """Return why pdm.lock is not in step with pyproject.toml: it keeps a hash of what it was made from (C16)."""
    path = joined(folder, "pdm.lock")
    lock = toml_of(files, path)
    if lock is None:
        return no_lock(files, path)
    settings, project = table(data, "tool", "pdm"), table(data, "project")
    groups: dict[str, list[Any]] = {}
    for origin in (table(data, "dependency-groups"), table(settings, "dev-dependencies")):
        for name, entries in origin.items():
            groups.setdefault(canonical(name), []).extend(entries if isinstance(entries, list) else ())
    content = {
        "sources": settings.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": groups,
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
        "resolution": settings.get("resolution", {}),
    }
    if table(lock, "metadata").get("content_hash") != f"sha256:{_sha256(_dumped(content))}":
        return _out_of_step(path, "pyproject.toml", "its content_hash", "run `pdm lock`")
    return None


def pipenv_in_step(files: Files, folder: str) -> Refusal | None:
    """Return why Pipfile.lock is not in step with Pipfile: it keeps a hash of what it was made from (C16)."""
    path = joined(folder, "Pipfile.lock")
    lock, pipfile = json_of(files, path), toml_of(files, joined(folder, "Pipfile"))
    if pipfile is None:
        return Refusal("C16", f"cannot read {joined(folder, 'Pipfile')}")
    if lock is None:
        return no_lock(files, path)
    content = {
        "_meta": {"sources": pipfile.get("source", []), "requires": pipfile.get("requires", {})},
        "default": pipfile.get("packages", {}),
        "develop": pipfile.get("dev-packages", {}),
    }
    reserved = {"source", "requires", "packages", "dev-packages", "pipenv", "scripts"}
    content.update({key: value for key, value in pipfile.items() if key not in reserved})
    made = _sha256(_dumped(content, (",", ":")))
    if table(lock, "_meta", "hash").get("sha256") != made:
        return _out_of_step(path, "Pipfile", "its hash", "run `pipenv lock`")
    return None


def _dumped(content: Mapping[str, Any], separators: tuple[str, str] | None = None) -> str:
    """Return JSON as the tools hash it; what JSON does not know, such as a date of TOML, as its text."""
    return json.dumps(content, sort_keys=True, separators=separators, default=str)


def _sha256(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def _out_of_step(path: str, manifest: str, where: str, allow: str) -> Refusal:
    return Refusal("C16", f"{path} is out of step with {manifest}: {where}", allow)
