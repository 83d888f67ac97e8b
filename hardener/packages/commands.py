"""Commands of package managers in a RUN body: which one, what it does, with what options and packages.

A command that cannot be read (a variable for the verb, a nested `sh -c`) is not in the answer; a rule that changes
something only for what it recognises errs on the side of leaving it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import basename

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.shell import Body, Command, Word, parse_shell

_PROGRAMS = {
    "apt-get": "apt", "apt": "apt", "apk": "apk", "dnf": "dnf", "dnf5": "dnf", "yum": "yum", "microdnf": "microdnf",
    "tdnf": "tdnf", "zypper": "zypper", "npm": "npm", "yarn": "yarn", "yarnpkg": "yarn", "conda": "conda",
    "mamba": "mamba", "micromamba": "micromamba", "composer": "composer", "uv": "uv",
}  # fmt: skip
_PIP = regex(r"pip(?:[23](?:\.\d+)?)?\Z")
_PYTHON = regex(r"(?:python|pypy)(?:[23](?:\.\d+)?)?\Z")
#: short options in one word, not one with its value (`-oDpkg::Use-Pty=0`)
_CLUSTER = regex(r"-[a-zA-Z]{1,4}\Z")
_ASSIGNMENT = regex(r"\w+=")
#: commands that run the command in their arguments, and their options that take a value
_WRAPPERS = {
    "sudo": "-u -g -h -p -C -r -t", "env": "-u -C -S", "nice": "-n", "ionice": "-c -n -p", "time": "", "command": "",
    "exec": "", "eatmydata": "", "nohup": "", "xargs": "-n -P -I -L -a -d -s -E", "timeout": "-s -k", "doas": "-u",
    "gosu": "", "retry": "", "unbuffer": "", "stdbuf": "-i -o -e",
}  # fmt: skip
#: options that take the next word as their value
_VALUED = {
    "apt": "-o -t -c -a --option --target-release --default-release --config-file --host-architecture",
    "apk": "-t -X -p --virtual --repository --root --arch --keys-dir --repositories-file --wait --cache-dir "
    "--cache-max-age --progress-fd",
    "dnf": "-c -x -d -e -R --setopt --enablerepo --disablerepo --repo --repoid --exclude --releasever --installroot "
    "--config --forcearch --module-platform-id",
    "zypper": "-R -D -t -r -C -p --root --reposd-dir --cache-dir --repo --from --type --installroot --config",
    "pip": "-r -c -i -f -t -e -d -b --requirement --constraint --index-url --extra-index-url --find-links --target "
    "--editable --prefix --root --trusted-host --proxy --timeout --retries --no-binary --only-binary --platform "
    "--python-version --implementation --abi --src --log --cert --client-cert --cache-dir --upgrade-strategy "
    "--global-option --install-option --config-settings --progress-bar --python --report --default-timeout",
    "uv": "-r -c -p --python --index-url --extra-index-url --find-links --cache-dir --directory --project --extra "
    "--group --no-group --index --default-index -i -f --target --prefix --package",
    "npm": "--prefix --registry --cache --loglevel --workspace -w -C --userconfig",
    "yarn": "--cwd --cache-folder --registry --network-timeout --network-concurrency --modules-folder --mutex",
    "conda": "-n -p -c -f --name --prefix --channel --file",
    "composer": "-d --working-dir --ignore-platform-req",
}
_LIKE = {"yum": "dnf", "microdnf": "dnf", "tdnf": "dnf", "mamba": "conda", "micromamba": "conda"}


@dataclass(frozen=True, slots=True)
class PackageCommand:
    """One command of a package manager.

    Attributes:
        manager: such as "apt" for apt-get and apt.
        program: the word that names it, as written (`/opt/venv/bin/pip`).
        verb: what it is told to do, such as "install"; two words where the first is a group ("env create").
        verb_word: the last word of the verb.
        options: all option words, those before the verb too, without their separate values.
        operands: the words after the verb that are no options; the packages of an installation.
        prefix: the wrapper in front as written, such as "sudo "; "" without one.
        is_open: further operands come from elsewhere (`xargs`).
        command: where it stands; equal to the one in the body, but not always the same object (both are cached).
    """

    manager: str
    program: str
    verb: str
    verb_word: Word
    options: tuple[Word, ...]
    operands: tuple[Word, ...]
    prefix: str
    is_open: bool
    command: Command

    def has(self, *options: str) -> bool:
        """Tell whether one of these options stands there, with a value after `=` or without, alone or in a cluster."""
        for word in self.options:
            name = (word.value or word.raw).partition("=")[0]
            cluster = name[1:] if _CLUSTER.match(name) else ""
            if name in options or any(len(o) == 2 and o[1] in cluster for o in options):
                return True
        return False

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages without version, architecture and release; a variable or a path as it is written."""
        names = (word.raw.strip("\"'") for word in self.operands)
        return tuple(name if name[:1] in "./$~" else re.split(r"[=<>~:/]", name)[0] for name in names)

    def mentions(self, text: str) -> bool:
        """Tell whether an option, or the value of one, holds `text`, in any case."""
        return any(text in word.raw.lower() for word in self.command.words)


@lru_cache(maxsize=1024)
def package_commands(text: str) -> tuple[PackageCommand, ...]:
    """Return the commands of package managers in a shell text, in order; () for a text that cannot be read."""
    body = parse_shell(text)
    if not isinstance(body, Body):
        return ()
    found = (_read(text, command) for command in body.commands)
    return tuple(item for item in found if item is not None)


def splice(raw: str, edits: list[tuple[int, int, str]]) -> str:
    """Return `raw` with each (start, end, new) put in; the parts do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        raw = raw[:start] + new + raw[end:]
    return raw


def valued_options(manager: str) -> frozenset[str]:
    """Return the options of a package manager that take the next word as their value."""
    return frozenset(_VALUED.get(_LIKE.get(manager, manager), "").split())


def _read(text: str, command: Command) -> PackageCommand | None:
    words = command.words
    start, is_open = _unwrap(words)
    if start >= len(words):
        return None
    program = words[start]
    called = program.raw
    manager = _manager(program)
    rest = list(words[start + 1 :])
    if manager is None:
        name = basename(program.value or "")
        if not (_PYTHON.match(name) and len(rest) > 1 and rest[0].value == "-m" and rest[1].value == "pip"):
            return None
        manager, rest, called = "pip", rest[2:], f"{called} -m pip"
    options, operands = _sorted_out(manager, rest)
    if not operands or operands[0].value is None:
        return _bare_yarn(manager, command, program, tuple(options))
    verb, size = operands[0].value, 1
    if (manager, verb) in (("uv", "pip"), ("conda", "env"), ("mamba", "env")) and len(operands) > 1:
        verb, size = f"{verb} {operands[1].value}", 2
    prefix = text[words[0].start : program.start]
    return PackageCommand(
        manager, called, verb, operands[size - 1], tuple(options), tuple(operands[size:]), prefix, is_open,
        command,
    )  # fmt: skip


def _bare_yarn(manager: str, command: Command, program: Word, options: tuple[Word, ...]) -> PackageCommand | None:
    if manager != "yarn" or any((o.value or "") in ("--version", "-v", "--help", "-h") for o in options):
        return None
    return PackageCommand(manager, program.raw, "install", program, options, (), "", False, command)


def _manager(program: Word) -> str | None:
    name = basename(program.value or program.raw)
    if _PIP.match(name):
        return "pip"
    return _PROGRAMS.get(name) if program.value is not None else None


def _unwrap(words: tuple[Word, ...]) -> tuple[int, bool]:
    """Return the index of the word that names the program, past `sudo` and its like, and whether `xargs` is one."""
    index, is_open = 0, False
    while index < len(words):
        name = basename(words[index].value or "")
        if name not in _WRAPPERS:
            return index, is_open
        is_open |= name == "xargs"
        valued = _WRAPPERS[name].split()
        index += 1
        if name in ("gosu", "retry") and index < len(words):
            index += 1
        while index < len(words):
            raw = words[index].raw
            if raw in valued:
                index += 2
            elif raw.startswith("-") or _ASSIGNMENT.match(raw) or (name == "timeout" and raw[0].isdigit()):
                index += 1
            else:
                break
    return index, is_open


def _sorted_out(manager: str, words: list[Word]) -> tuple[list[Word], list[Word]]:
    """Return options and operands; the value of an option is neither."""
    options: list[Word] = []
    operands: list[Word] = []
    valued = valued_options(manager)
    rest: Iterator[Word] = iter(words)
    for word in rest:
        raw = word.raw
        if raw == "--":
            operands.extend(rest)
        elif raw.startswith("-") and len(raw) > 1:
            options.append(word)
            if raw in valued:
                next(rest, None)
        else:
            operands.append(word)
    return options, operands
