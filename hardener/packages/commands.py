"""Commands of package managers in a RUN body: which one, what it does, with what options and packages.

A command whose program cannot be told is not in the answer; one whose verb is not known is, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.packages.managers import PackageManager, manager, manager_of
from hardener.shell import Body, Command, Word, parse_shell
from hardener.shell.invocation import Invocation, invocation_of, name_of

#: short options in one word, not one with its value (`-oDpkg::Use-Pty=0`)
_CLUSTER = regex(r"-[a-zA-Z]{1,4}\Z")
#: options by which a manager only tells of itself
_TELLS = frozenset(("--version", "-v", "-V", "--help", "-h"))


@dataclass(frozen=True, slots=True)
class PackageCommand:
    """One command of a package manager.

    Attributes:
        manager: such as "apt" for apt-get and apt.
        program: the words that name it, as written (`/opt/venv/bin/pip`, `python3 -m pip`).
        verb: what it is told to do, such as "install"; two words where the first is a group ("env create").
        verb_word: the last word of the verb; the program where there is none.
        pairs: all options, those before the verb too, each with its separate value or None.
        operands: the words after the verb that are no options; the packages of an installation.
        prefix: the wrapper in front as written, such as "sudo "; "" without one.
        is_open: further operands come from elsewhere (`xargs`).
        command: where it stands; equal to the one in the body, but not always the same object (both are cached).
        invocation: how it is called.
        described: what is known of the manager.
    """

    manager: str
    program: str
    verb: str
    verb_word: Word
    pairs: tuple[tuple[Word, Word | None], ...]
    operands: tuple[Word, ...]
    prefix: str
    is_open: bool
    command: Command
    invocation: Invocation
    described: PackageManager

    @property
    def options(self) -> tuple[Word, ...]:
        """All option words without their separate values."""
        return tuple(option for option, _ in self.pairs)

    @property
    def meanings(self) -> frozenset[str]:
        """What the verb may mean; none where that is not known."""
        return self.described.meanings(self.verb)

    @property
    def unknown(self) -> str:
        """Why it cannot be told what this does; "" where it can."""
        if self.meanings:
            return ""
        return f"cannot tell what `{f'{self.program} {self.verb}'.strip()[:50]}` does"

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


def package_commands(text: str) -> tuple[PackageCommand, ...]:
    """Return the commands of package managers in a shell text, in order; () for a text that cannot be read."""
    body = parse_shell(text)
    return commands_in(body) if isinstance(body, Body) else ()


def commands_in(body: Body) -> tuple[PackageCommand, ...]:
    """Return the commands of package managers in a body, in order."""
    return tuple(item for item in map(package_command, body.commands) if item is not None)


def package_command(command: Command) -> PackageCommand | None:
    """Return what a simple command tells a package manager; None for another program, or one that only tells of itself.

    A verb that a variable names is in the answer as it is written, and is not known.
    """
    call = invocation_of(command)
    if call is None or not call.program:
        return None
    of_uv = call.host == "uv"
    described = manager_of("uv" if of_uv else call.program)
    if described is None or not (described.verbs or described.runs_any):  # pacman spells its verbs as options
        return None
    words, rest = command.words, call.rest
    while of_uv and name_of(words[rest - 1].raw) != "uv":  # what is in front of `pip` is an option of uv
        rest -= 1
    pairs, operands = _sorted_out(_valued(described, of_uv), words[rest:])
    if described.name == "cargo" and operands and operands[0].raw.startswith("+"):
        operands = operands[1:]
    verb, size = described.verb([word.raw if word.value is None else word.value for word in operands])
    if not size and described.verbs:
        if "" not in described.verbs or any((option.value or "") in _TELLS for option, _ in pairs):
            return None
        verb = "install"
    named = words[call.at : rest] or words[call.at : call.at + 1]
    return PackageCommand(
        described.name, " ".join(word.raw for word in named), verb, operands[size - 1] if size else named[-1],
        tuple(pairs), tuple(operands[size:]), "".join(f"{word.raw} " for word in words[: call.at]), call.is_open,
        command, call, described,
    )  # fmt: skip


def valued_options(name: str) -> frozenset[str]:
    """Return the options of a package manager that take the next word as their value."""
    found = manager(name)
    return found.valued if found is not None else frozenset()


def _valued(described: PackageManager, of_uv: bool) -> frozenset[str]:
    return described.valued | valued_options("pip") if of_uv else described.valued


def _sorted_out(
    valued: frozenset[str], words: tuple[Word, ...]
) -> tuple[list[tuple[Word, Word | None]], list[Word]]:  # fmt: skip
    """Return options with their values, and operands."""
    pairs: list[tuple[Word, Word | None]] = []
    operands: list[Word] = []
    rest: Iterator[Word] = iter(words)
    for word in rest:
        text = word.raw if word.value is None else word.value
        if text == "--":
            operands.extend(rest)
        elif text.startswith("-") and len(text) > 1:
            pairs.append((word, next(rest, None) if text in valued else None))
        else:
            operands.append(word)
    return pairs, operands
