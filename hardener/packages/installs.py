"""Commands in a RUN that install what a manifest of the project names (C15, C16)."""

from __future__ import annotations

from functools import lru_cache
from posixpath import basename

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.packages.tools import BY_NAME, BY_PROGRAM, GRADLE_FETCHES, MAVEN_FETCHES, Ecosystem
from hardener.shell import Body, Command, Item, Word, parse_shell

_PIP = regex(r"pip3?(\.\d+)?\Z")
_PYTHON = regex(r"python3?(\.\d+)?\Z")
#: a requirement that pip takes from an index
_NAMED = regex(r"[A-Za-z0-9][\w.-]*(\[[\w,.-]*\])?([=<>!~]=?.*)?\Z")
#: only a cheap look before the shell text is read
_MAY_INSTALL = regex(
    r"\b(npm|yarn|yarnpkg|pnpm|bun|pip[\d.]*|uv|poetry|pipenv|bundler?|composer|go|dotnet|mvnw?|gradlew?)\b"
)


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
    """

    tool: Ecosystem
    verb: str
    options: tuple[tuple[str, ...], ...]
    operands: tuple[str, ...]
    command: Command
    verb_word: Word

    def has(self, *names: str) -> bool:
        """Tell whether one of these options stands there, with `=value` or without."""
        return any(option[0].partition("=")[0] in names for option in self.options)

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the values of these options."""
        found = []
        for option in self.options:
            name, equals, value = option[0].partition("=")
            if name in names:
                found.append(option[1] if len(option) > 1 else value)
            elif not equals and len(option) == 1 and name[:2] in names and len(name) > 2 and name[1] != "-":
                found.append(name[2:])
        return tuple(found)


def install_of(command: Command) -> Install | None:
    """Return the installation that a simple command is, None for any other command or one that cannot be read."""
    words = list(command.words)
    if not words or command.redirects or any(word.value is None for word in words):
        return None
    name = basename(words[0].value or "")
    is_module = _PYTHON.match(name) and [w.value for w in words[1:3]] == ["-m", "pip"]
    if is_module:
        words = words[2:]
    elif name == "uv" and len(words) > 1 and words[1].value == "pip":
        words = words[1:]
    tool = BY_NAME["pip"] if is_module or _PIP.match(basename(words[0].value or "")) else BY_PROGRAM.get(name)
    if tool is None:
        return None
    options, operands, places = _sorted_out(tool, words[1:])
    verb = _verb(tool, operands)
    if verb is None:
        return None
    size = len(verb.split())
    found = Install(tool, verb, tuple(options), tuple(operands[size:]), command, places[size - 1] if size else words[0])
    return found if _is_whole(found) else None


def _sorted_out(tool: Ecosystem, words: list[Word]) -> tuple[list[tuple[str, ...]], list[str], list[Word]]:
    options: list[tuple[str, ...]] = []
    operands: list[str] = []
    places: list[Word] = []
    rest = iter(words)
    for word in rest:
        text = word.value or ""
        if not text.startswith("-") or text == "-":
            operands.append(text)
            places.append(word)
        elif text in tool.valued:
            value = next(rest, None)
            options.append((text, value.value or "") if value else (text,))
        else:
            options.append((text,))
    return options, operands, places


def _verb(tool: Ecosystem, operands: list[str]) -> str | None:
    for verb in sorted(tool.verbs, key=len, reverse=True):
        size = len(verb.split())
        if operands[:size] == verb.split() and (verb or not operands or tool.name in ("maven", "gradle")):
            return verb
    return None


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
        return bool(goals) and all(g.startswith(MAVEN_FETCHES) or g in MAVEN_FETCHES for g in goals)
    if name == "gradle":
        return bool(operands) and set(operands) <= GRADLE_FETCHES
    return not operands


@dataclass(frozen=True, slots=True)
class Chain:
    """A body that is one list of simple commands joined by `&&`, with the installations in it by position."""

    items: tuple[Item, ...]
    installs: dict[int, Install]


@lru_cache(maxsize=1024)
def read_chain(text: str) -> Chain | None:
    """Return the chain that a shell text is; None where it is none, cannot be read, or installs nothing."""
    if not _MAY_INSTALL.search(text):
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
