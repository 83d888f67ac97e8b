"""pip, uv, Poetry, PDM, Pipenv, Bundler, Composer, Cargo, Go and .NET held to their lock files (C16)."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import join

from hardener.errors import Refusal
from hardener.image.process import programs
from hardener.packages.commands import package_command
from hardener.packages.installs import Install
from hardener.packages.reads_no_source import reads_no_source
from hardener.project.texts import joined
from hardener.rules.locked_install.node import node_locked
from hardener.rules.locked_install.site import Locked, Locker, Site, after_verb, not_copied, refusal
from hardener.shell import Command
from hardener.shell.invocation import invocation_of


def _is_there(site: Site, folder: str, name: str) -> bool:
    """Tell whether a file of the project's folder is in the image by then, from that very place of the context."""
    return site.brought.origin(join(site.where, name)) == joined(folder, name)


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
        if not _is_there(site, folder, other):
            return not_copied(joined(folder, other), join(site.where, other))
        edits = [
            (w.start, w.end, w.raw.replace(names[0], names[0].replace(name, other)))
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
    if not _is_there(site, folder, "uv.lock"):
        return None if frozen else not_copied(joined(folder, "uv.lock"), join(site.where, "uv.lock"))
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
        return refusal(f"there is no {joined(folder, 'poetry.lock')} in the build context", "run `poetry lock`, add it")
    if not _is_there(site, folder, "poetry.lock"):
        out = locks.poetry_in_step(site.files, folder, data)
        return out or not_copied(joined(folder, "poetry.lock"), join(site.where, "poetry.lock"), is_in_step=True)
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
    if not _is_there(site, folder, "pdm.lock"):
        return None if frozen else not_copied(joined(folder, "pdm.lock"), join(site.where, "pdm.lock"))
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
    if not _is_there(site, folder, "Pipfile.lock"):
        return not_copied(joined(folder, "Pipfile.lock"), join(site.where, "Pipfile.lock"))
    return Locked((after_verb(install, "--deploy"),), "`pipenv install` locks again if the lock file is out of date")


def bundler_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Make `bundle install` insist on Gemfile.lock."""
    folder = site.brought.folder_of("Gemfile", site.where)
    from hardener.project import ruby

    gemfile = ruby.read_gemfile(site.files, folder) if folder is not None else None
    if folder is None or gemfile is None:
        return None
    text = "\n".join(node.text for link in site.stage.chain for node in link.node.body)
    if re.search(r"(?i)\b(frozen|deployment)\b|BUNDLE_(FROZEN|DEPLOYMENT)", text):
        return None
    config = site.files.text(joined(folder, ".bundle/config")) or ""
    if "FROZEN" in config or "DEPLOYMENT" in config:
        return None
    why = ruby.bundler_in_step(site.files, folder, gemfile)
    if why is not None:
        return why
    if not _is_there(site, folder, "Gemfile.lock"):
        return not_copied(joined(folder, "Gemfile.lock"), join(site.where, "Gemfile.lock"))
    if install.prefix:
        return refusal(f"`{install.prefix.strip()}` may keep variables out", "set BUNDLE_FROZEN=true by ENV")
    at = install.command.words[0].start
    return Locked(((at, at, "BUNDLE_FROZEN=true "),), "`bundle install` resolves again if the lock file is out of date")


def composer_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Turn `composer update` into an installation, and leave out what is for development."""
    folder = site.brought.folder_of("composer.json", site.where)
    from hardener.project import php

    data = php.read_composer(site.files, folder) if folder is not None else None
    if folder is None or data is None or install.has("-d", "--working-dir"):
        return None
    update = install.verb in ("update", "u")
    why = php.composer_in_step(site.files, folder, data)
    if why is not None:
        return why if update or not site.files.has(joined(folder, "composer.lock")) else None
    if not _is_there(site, folder, "composer.lock"):
        return not_copied(joined(folder, "composer.lock"), join(site.where, "composer.lock"), is_in_step=True)
    scripts = php.install_scripts(data) and not install.has("--no-scripts")
    later = any(not reads_no_source(command, site.where) for command in site.later)
    drop = site.is_shipped and data.get("require-dev") and not scripts and not later
    drop = drop and not install.has("--no-dev", "--dev") and site.value("COMPOSER_NO_DEV") == ""
    word = install.verb_word
    if update:
        new = "install --no-dev" if drop else "install"
        return Locked(((word.start, word.end, new),), "`composer update` takes the newest versions")
    return (
        Locked((after_verb(install, "--no-dev"),), "`composer install` installs development packages") if drop else None
    )


def dotnet_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Make `dotnet restore` insist on packages.lock.json."""
    folder = site.brought.folder_by_copy(site.where)
    if folder is None or install.has("--locked-mode", "--force-evaluate", "--use-lock-file"):
        return None
    from hardener.project import dotnet
    from hardener.project.installs_read.others import dotnet_needs

    needed = dotnet_needs(site.files, install, folder)
    if isinstance(needed, Refusal):
        return None
    projects = [path for path in needed.paths if dotnet.PROJECT.match(path)]
    if not any(path.endswith("packages.lock.json") for path in needed.paths):
        return None  # few projects of .NET have lock files: nothing to say
    for path in projects:
        project = dotnet.read_project(site.files, path)
        why = dotnet.dotnet_in_step(site.files, project) if project is not None else refusal(f"{path}?", "")
        if why is not None:
            return why
    return Locked(
        (after_verb(install, "--locked-mode"),), "`dotnet restore` resolves again if the lock file is out of date"
    )


def _cargo_locked(site: Site) -> Locked | Refusal | None:
    package = package_command(site.command)
    words = [word.value for word in site.command.words]
    if package is None or {"--locked", "--frozen", "--offline", "--manifest-path", None} & set(words):
        return None
    folder = site.brought.folder_of("Cargo.toml", site.where)
    from hardener.project import rust

    crate = rust.read_crate(site.files, folder) if folder is not None else None
    if folder is None or crate is None:
        return None
    why = rust.cargo_in_step(site.files, crate)
    if why is not None:
        return why
    if not _is_there(site, folder, "Cargo.lock"):
        return not_copied(joined(folder, "Cargo.lock"), join(site.where, "Cargo.lock"))
    end = package.verb_word.end
    return Locked(((end, end, " --locked"),), f"`cargo {package.verb}` resolves again if the lock file is out of date")


def _go_locked(site: Site) -> Locked | Refusal | None:
    folder = site.brought.folder_of("go.mod", site.where)
    from hardener.project import go

    module = go.read_module(site.files, folder) if folder is not None else None
    if folder is None or module is None:
        return None
    missing = go.missing_sums(site.files, module)
    if missing is None or missing:
        what = "there is no go.sum in the build context" if missing is None else f"go.sum has no {missing[0]}"
        return refusal(what, "run `go mod tidy` and add it")
    unknown = go.unknown_imports(site.files, module)
    if unknown is None or unknown:
        return refusal(
            f"go.mod {f'does not require {unknown[0]}' if unknown else 'may be incomplete'}", "run `go mod tidy`"
        )
    if not _is_there(site, folder, "go.sum"):
        return not_copied(joined(folder, "go.sum"), join(site.where, "go.sum"))
    call = invocation_of(site.command)
    first, last = site.command.words[call.at if call else 0], site.command.words[-1]
    return Locked(
        ((first.start, last.end, "go mod download"),), "`go get` may choose versions that go.sum does not have"
    )


def go_downloads(site: Site, install: Install) -> Refusal | None:
    """Return that `go mod download` has no go.sum to hold the modules against, though the build context has it."""
    from hardener.project import go

    folder = site.brought.folder_of("go.mod", site.where)
    module = go.read_module(site.files, folder) if folder is not None else None
    if folder is None or module is None or install.operands or _is_there(site, folder, "go.sum"):
        return None
    if go.missing_sums(site.files, module) != ():
        return None
    return not_copied(joined(folder, "go.sum"), join(site.where, "go.sum"), is_in_step=True)


_CARGO = frozenset(("build", "b", "run", "r", "test", "t", "check", "c", "rustc", "fetch"))


def other_command(command: Command) -> Callable[[Site], Locked | Refusal | None] | None:
    """Return what holds a command to a lock file that is no installation in itself: `cargo build`, `go get ./...`."""
    package = package_command(command)
    if package is None or command.redirects or package.is_open or package.invocation.changes_user:
        return None
    if package.manager == "cargo" and (package.verb in _CARGO or (package.verb == "install" and package.has("--path"))):
        return _cargo_locked
    if package.manager == "go" and package.verb == "get":
        operands = [word.value for word in package.operands]
        options = {word.value for word in package.options}
        if options <= {"-d", "-v", "-x"} and operands in ([], ["./..."], ["."]):
            return _go_locked
    return None


LOCKERS: dict[str, Locker] = {
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), node_locked),
    "pip": pip_locked,
    "uv": uv_locked,
    "poetry": poetry_locked,
    "pdm": pdm_locked,
    "pipenv": pipenv_locked,
    "bundler": bundler_locked,
    "composer": composer_locked,
    "dotnet": dotnet_locked,
    "go": go_downloads,
}
