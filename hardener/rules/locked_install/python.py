"""pip, uv, Poetry, PDM and Pipenv held to their lock files (C16)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.image.process import programs
from hardener.packages.installs import Install
from hardener.packages.reads_no_source import reads_no_source
from hardener.project.missing_lock import no_lock
from hardener.project.texts import joined
from hardener.rules.locked_install.site import Locked, Locker, Site, after_verb, refusal
from hardener.text import Edit


def pip_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Hold pip to a compiled file: insist on its hashes, or take it in place of what it was compiled from."""
    names = install.values("-r", "--requirement")
    if len(names) != 1 or install.has("--require-hashes", "-c", "--constraint", "--no-deps"):
        return None
    folder = site.brought.folder_of(names[0], site.where)
    if folder is None:
        return None
    name = names[0].removeprefix("./")
    from hardener.project.python import manifests

    wanted = manifests.read_requirements(site.files, joined(folder, name))
    if wanted.is_locked:
        if install.operands:
            return None
        return Locked((after_verb(install, "--require-hashes"),), "nothing requires a hash for each requirement")
    if not wanted.is_known or not wanted.entries or all(entry.is_pinned for entry in wanted.entries):
        return None
    for other in manifests.compiled_names(name):
        compiled = manifests.read_requirements(site.files, joined(folder, other))
        if not compiled.entries:
            continue
        why = manifests.compiled_for(site.files, wanted, compiled)
        if why is not None:
            return why
        if (missing := site.missing(folder, other)) is not None:
            return missing
        edits = [
            Edit(w.start, w.end, w.raw.replace(names[0], names[0].replace(name, other)))
            for w in install.command.words
            if w.value and (w.value == names[0] or w.value.endswith("=" + names[0]) or w.value == "-r" + names[0])
        ]
        hashes = [after_verb(install, "--require-hashes")] if compiled.is_locked and not install.operands else []
        return Locked((*edits, *hashes), f"{name} names no versions; {other} is compiled from it") if edits else None
    unpinned = next(entry.name for entry in wanted.entries if not entry.is_pinned)
    return refusal(
        f"{joined(folder, name)} names no version of {unpinned}, and no compiled file lies beside it",
        "compile it with pip-compile --generate-hashes or uv pip compile",
    )


def uv_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Make `uv sync` insist on uv.lock, and leave out what is for development."""
    folder = site.brought.folder_of("pyproject.toml", site.where)
    from hardener.project.python import locks, manifests

    data = manifests.pyproject(site.files, folder) if folder is not None else None
    if folder is None or data is None or install.has("--directory", "--project", "--package"):
        return None
    frozen = install.has("--locked", "--frozen") or bool(site.value("UV_FROZEN") or site.value("UV_LOCKED"))
    why = locks.uv_in_step(site.files, folder, data)
    if why is not None:
        return None if frozen else why
    if (missing := site.missing(folder, "uv.lock")) is not None:
        return None if frozen else missing
    groups = manifests.table(data, "dependency-groups")
    told = install.has(
        "--dev", "--no-dev", "--group", "--only-group", "--only-dev", "--all-groups", "--no-default-groups"
    )
    told |= site.value("UV_NO_DEV") != ""
    drop = bool(groups.get("dev")) and not told and not _python_needs_dev(site, "uv", groups)
    options = [*(["--locked"] if not frozen else []), *(["--no-dev"] if drop else [])]
    if not options:
        return None
    message = "`uv sync` may lock again" if not frozen else "`uv sync` installs"
    return Locked((after_verb(install, *options),), message + _dev_words(message, drop))


def _dev_words(message: str, drop: bool) -> str:
    if not drop:
        return ""
    return " development packages" if message.endswith("installs") else ", and installs development packages"


def _python_needs_dev(site: Site, tool: str, groups: dict[str, object]) -> bool:
    """Tell whether something in the image may need a development package of Python."""
    if not site.is_shipped or any(not reads_no_source(command, site.where) for command in site.later):
        return True

    named = programs(site.model, site.stage)
    text = str(groups).lower()
    return (
        not named
        or any(p[0].rpartition("/")[2] in (tool, "sh", "bash", "make") for p in named)
        or any(
            re.search(rf"\b{re.escape(word.lower())}\b", text)
            for p in named
            for word in p
            if len(word) > 2 and word.isalpha()
        )
    )


def poetry_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Leave out what is for development; Poetry takes its lock file by itself."""
    folder = site.brought.folder_of("pyproject.toml", site.where)
    from hardener.project.python import locks, manifests

    data = manifests.pyproject(site.files, folder) if folder is not None else None
    if folder is None or data is None or install.has("-C", "--directory", "--project", "-P"):
        return None
    if not site.files.has(joined(folder, "poetry.lock")):
        return no_lock(site.files, joined(folder, "poetry.lock"))
    if (missing := site.missing(folder, "poetry.lock", is_in_step=True)) is not None:
        return locks.poetry_in_step(site.files, folder, data) or missing
    why = locks.poetry_in_step(site.files, folder, data)
    groups = {
        **manifests.table(data, "tool", "poetry", "group"),
        **manifests.table(data, "dependency-groups"),
        **manifests.table(data, "tool", "poetry", "dev-dependencies"),
    }
    if install.has("--only", "--no-dev", "--with", "--without", "--only-root", "--all-groups", "--sync") or not groups:
        return None
    if why is not None:
        return why
    if _python_needs_dev(site, "poetry", groups):
        return None
    old = any(re.search(r"poetry(==|@)1\.[01]\b", node.text) for link in site.stage.chain for node in link.node.body)
    option = "--no-dev" if old else "--only main"
    return Locked((after_verb(install, option),), "`poetry install` installs development packages")


def pdm_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Make `pdm install` insist on pdm.lock, and leave out what is for development."""
    folder = site.brought.folder_of("pyproject.toml", site.where)
    from hardener.project.python import locks, manifests

    data = manifests.pyproject(site.files, folder) if folder is not None else None
    elsewhere = install.has("-p", "--project", "-g", "-L", "--lockfile", "--override", "--plugins")
    if folder is None or data is None or elsewhere or site.value("PDM_LOCKFILE") != "":
        return None
    told_lock = install.has("--check", "--frozen-lockfile", "--no-lock") or site.value("PDM_FROZEN_LOCKFILE") != ""
    frozen = install.verb == "sync" or told_lock
    why = locks.pdm_in_step(site.files, folder, data)
    if why is not None:
        return None if frozen else why
    if (missing := site.missing(folder, "pdm.lock")) is not None:
        return None if frozen else missing
    groups = {**manifests.table(data, "dependency-groups"), **manifests.table(data, "tool", "pdm", "dev-dependencies")}
    told = install.has("--prod", "--production", "-d", "--dev", "-G", "--group", "--with", "--without", "--no-default")
    drop = bool(groups) and not told and not _python_needs_dev(site, "pdm", groups)
    options = [*([] if frozen else ["--check"]), *(["--prod"] if drop else [])]
    if not options:
        return None
    message = f"`pdm {install.verb}` installs" if frozen else "`pdm install` may lock anew"
    return Locked((after_verb(install, *options),), message + _dev_words(message, drop))


def pipenv_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Make `pipenv install` fail where the lock file is out of date."""
    folder = site.brought.folder_of("Pipfile", site.where)
    if folder is None or install.verb == "sync" or install.has("--deploy", "--ignore-pipfile", "--skip-lock"):
        return None
    from hardener.project.python import locks

    why = locks.pipenv_in_step(site.files, folder)
    if why is not None:
        return why
    if (missing := site.missing(folder, "Pipfile.lock")) is not None:
        return missing
    return Locked((after_verb(install, "--deploy"),), "`pipenv install` locks again if the lock file is out of date")


LOCKERS: dict[str, Locker] = {
    "pip": pip_locked,
    "uv": uv_locked,
    "poetry": poetry_locked,
    "pdm": pdm_locked,
    "pipenv": pipenv_locked,
}
