"""Bundler, Composer, Cargo, Go and .NET held to their lock files; which tool is held by what (C16)."""

from __future__ import annotations

import re
from collections.abc import Callable

from hardener.errors import Refusal
from hardener.packages.commands import package_command
from hardener.packages.installs import Install
from hardener.packages.reads_no_source import reads_no_source
from hardener.project.missing_lock import NoLock
from hardener.project.texts import joined
from hardener.rules.locked_install.site import Locked, Locker, Site, after_verb, refusal
from hardener.shell import Command
from hardener.shell.invocation import invocation_of
from hardener.text import Edit


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
    if (missing := site.missing(folder, "Gemfile.lock")) is not None:
        return missing
    if install.prefix:
        return refusal(f"`{install.prefix.strip()}` may keep variables out", "set BUNDLE_FROZEN=true by ENV")
    at = install.command.words[0].start
    message = "`bundle install` resolves again if the lock file is out of date"
    return Locked((Edit(at, at, "BUNDLE_FROZEN=true "),), message)


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
    if (missing := site.missing(folder, "composer.lock", is_in_step=True)) is not None:
        return missing
    scripts = php.install_scripts(data) and not install.has("--no-scripts")
    later = any(not reads_no_source(command, site.where) for command in site.later)
    drop = site.is_shipped and data.get("require-dev") and not scripts and not later
    drop = drop and not install.has("--no-dev", "--dev") and site.value("COMPOSER_NO_DEV") == ""
    word = install.verb_word
    if update:
        new = "install --no-dev" if drop else "install"
        return Locked((Edit(word.start, word.end, new),), "`composer update` takes the newest versions")
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
    if (missing := site.missing(folder, "Cargo.lock")) is not None:
        return missing
    end = package.verb_word.end
    return Locked(
        (Edit(end, end, " --locked"),), f"`cargo {package.verb}` resolves again if the lock file is out of date"
    )


def crates_locked(command: Command) -> Locked | None:
    """Return `cargo install` of published crates with the versions that their authors locked; None for other commands.

    A crate without a lock file gets a warning, so that nothing has to be known of it; what is locked may be too old for
    the Rust of the image, or too new.
    """
    package = package_command(command)
    if package is None or package.manager != "cargo" or package.verb != "install" or package.is_open:
        return None
    others = ("--path", "--git", "--locked", "--frozen", "--offline", "--list", "--index", "--registry")
    if package.has(*others) or not package.operands or package.invocation.changes_user:
        return None
    crate = package.operands[0].raw
    end = package.verb_word.end
    message = f"`cargo install {crate}` takes newer dependencies than the crate was released with"
    return Locked(
        (Edit(end, end, " --locked"),), message, "a locked version may not compile with the Rust of the image"
    )


def _go_locked(site: Site) -> Locked | Refusal | None:
    folder = site.brought.folder_of("go.mod", site.where)
    from hardener.project import go

    module = go.read_module(site.files, folder) if folder is not None else None
    if folder is None or module is None:
        return None
    missing = go.missing_sums(site.files, module)
    allow = "run `go mod tidy` and add it"
    if missing is None:
        return NoLock("C16", "there is no go.sum in the build context", allow)
    if missing:
        return refusal(f"go.sum has no {missing[0]}", allow)
    unknown = go.unknown_imports(site.files, module)
    if unknown is None or unknown:
        return refusal(
            f"go.mod {f'does not require {unknown[0]}' if unknown else 'may be incomplete'}", "run `go mod tidy`"
        )
    if (uncopied := site.missing(folder, "go.sum")) is not None:
        return uncopied
    call = invocation_of(site.command)
    first, last = site.command.words[call.at if call else 0], site.command.words[-1]
    return Locked(
        (Edit(first.start, last.end, "go mod download"),), "`go get` may choose versions that go.sum does not have"
    )


def go_downloads(site: Site, install: Install) -> Refusal | None:
    """Return that `go mod download` has no go.sum to hold the modules against, though the build context has it."""
    from hardener.project import go

    folder = site.brought.folder_of("go.mod", site.where)
    module = go.read_module(site.files, folder) if folder is not None else None
    if folder is None or module is None or install.operands or site.holds(folder, "go.sum"):
        return None
    if go.missing_sums(site.files, module) != ():
        return None
    return site.not_copied(joined(folder, "go.sum"), is_in_step=True)


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


_LOCKERS: dict[str, Locker] = {
    "bundler": bundler_locked,
    "composer": composer_locked,
    "dotnet": dotnet_locked,
    "go": go_downloads,
}


def locker_of(tool: str) -> Locker | None:
    """Return what holds an installation by a tool to its lock file; what is about a language loads with it."""
    if tool in ("npm", "yarn", "pnpm", "bun"):
        from hardener.rules.locked_install.node import node_locked

        return node_locked
    if tool in ("pip", "uv", "poetry", "pdm", "pipenv"):
        from hardener.rules.locked_install.python import LOCKERS

        return LOCKERS[tool]
    return _LOCKERS.get(tool)
