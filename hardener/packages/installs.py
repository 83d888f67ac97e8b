"""Commands in a RUN that install what a manifest of the project names (C15, C16)."""

from __future__ import annotations

from functools import lru_cache

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.packages.commands import PackageCommand, package_command
from hardener.packages.managers import PackageManager, gate, manager
from hardener.shell import Body, Command, Item, Word, parse_shell

#: a requirement that pip takes from an index
_NAMED = regex(r"[A-Za-z0-9][\w.-]*(\[[\w,.-]*\])?([=<>!~]=?.*)?\Z")


@dataclass(frozen=True, slots=True)
class Install:
    """One command that installs from a manifest.

    Attributes:
        tool: "npm", "pip" and so on.
        verb: as written: "ci"; "" for `yarn` alone.
        options: option words as written, each with its value where that is the next word.
        operands: words after the verb that are no options.
        command: where it stands.
        verb_word: the last word of the verb; the program where there is none.
        prefix: the wrapper in front as written, such as "sudo ".
        settings: options that variables give it, as `--option=value`.
    """

    tool: PackageManager
    verb: str
    options: tuple[tuple[str, ...], ...]
    operands: tuple[str, ...]
    command: Command
    verb_word: Word
    prefix: str = ""
    settings: tuple[tuple[str, ...], ...] = ()

    def has(self, *names: str) -> bool:
        """Tell whether one of these options stands there or is set, with `=value` or without."""
        return any(option[0].partition("=")[0] in names for option in (*self.options, *self.settings))

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the values of these options."""
        found = []
        for option in (*self.options, *self.settings):
            name, equals, value = option[0].partition("=")
            if name in names:
                found.append(option[1] if len(option) > 1 else value)
            elif not equals and len(option) == 1 and name[:2] in names and len(name) > 2 and name[1] != "-":
                found.append(name[2:])
        return tuple(found)


def install_of(command: Command) -> Install | None:
    """Return the installation that a simple command is, None for any other command or one that cannot be read."""
    if not command.words or command.redirects or any(word.value is None for word in command.words):
        return None
    package = package_command(command)
    return of_package(package) if package is not None else None


def of_package(package: PackageCommand) -> Install | None:
    """Return a command of a package manager as an installation of the manifest; None where it is something else."""
    tool, verb = package.described, package.verb
    pip = manager("pip")
    if tool.name == "uv" and verb.startswith("pip ") and pip is not None:
        tool, verb = pip, verb.removeprefix("pip ")
    if "" in tool.whole and package.verb_word in package.command.words[: package.invocation.rest]:
        verb = ""
    if verb not in tool.whole or package.is_open or package.invocation.changes_user:
        return None
    options = tuple((o.value or o.raw, *((v.value or "",) if v else ())) for o, v in package.pairs)
    operands = tuple(word.value or word.raw for word in package.operands)
    found = Install(tool, verb, options, operands, package.command, package.verb_word, package.prefix)
    return found if _is_whole(found) else None


def _is_whole(install: Install) -> bool:
    """Tell whether it installs the manifest, not single packages, and reads nothing else of the project."""
    name, operands = install.tool.name, install.operands
    if install.has("-g", "--global", "--help", "-h", "--version", "-v" if name != "dotnet" else "--version"):
        return False
    if name == "pip":
        files = install.values("-r", "--requirement")
        return bool(files) and not any("://" in f for f in files) and all(_NAMED.match(o) for o in operands)
    if name == "dotnet":
        return len(operands) <= 1
    if name == "maven":
        goals = [goal.rpartition("plugin:")[2] for goal in operands]
        return bool(goals) and all(g.startswith(tuple(install.tool.goals)) for g in goals)
    if name == "gradle":
        return bool(operands) and set(operands) <= install.tool.goals
    return not operands


@dataclass(frozen=True, slots=True)
class Chain:
    """A body that is one list of simple commands joined by `&&`, with the installations in it by position."""

    items: tuple[Item, ...]
    installs: dict[int, Install]


@lru_cache(maxsize=1024)
def read_chain(text: str) -> Chain | None:
    """Return the chain that a shell text is; None where it is none, cannot be read, or installs nothing."""
    if not gate().search(text):
        return None
    body = parse_shell(text)
    if not isinstance(body, Body) or not body.top or body.background or body.heredoc or body.functions:
        return None
    if any(item.operator not in ("", "&&") or item.negated for item in body.top):
        return None
    found = {}
    for index, item in enumerate(body.top):
        install = install_of(item.command) if item.command is not None else None
        if install is not None:
            found[index] = install
    return Chain(body.top, found) if found else None
