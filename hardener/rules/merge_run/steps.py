"""What a RUN step is there for: which package manager it drives, what it fetches, makes and deletes (M21, M22).

Only the question "is it worth sharing a layer" is answered here, and an unknown command is taken to be work that
deserves its own cache entry. Whether two bodies can be joined without a change of meaning is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import pairwise
from posixpath import basename, join, normpath

from hardener.fast.records import dataclass
from hardener.packages.managers import INSTALLS, LISTS, NAMED, helper_label, is_system_tool, manager_of
from hardener.shell import Body, Command, parse_shell
from hardener.shell.invocation import invocation
from hardener.shell.programs import (
    FETCH,
    FETCHERS,
    LOCAL_WORDS,
    PYTHON,
    REPOSITORY,
    SETUP_SCRIPT,
    SHELLS,
    SIMPLE,
    SYSTEM,
    VERSIONED,
    WORK,
)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What one RUN does, as far as it matters for layers.

    Attributes:
        labels: what in it costs time: a package manager's label, `FETCH`, `WORK`; empty for plain configuration.
        updates: package managers whose lists it fetches and leaves behind.
        installs: package managers that it installs with, without fetching the lists first.
        creates: paths that it downloads or writes.
        removes: paths (with wildcards) that it deletes or moves.
        adjusts: paths that it gives another mode or owner: a second copy of them in the image.
        upgrades: tools that it replaces by another version of themselves (M24).
        drops: package managers whose lists it deletes.
        tools: names of the commands in it.
    """

    labels: frozenset[str] = frozenset()
    updates: frozenset[str] = frozenset()
    installs: frozenset[str] = frozenset()
    creates: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    adjusts: frozenset[str] = frozenset()
    upgrades: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()

    def __or__(self, later: StepFacts) -> StepFacts:
        """Return the facts of this step and a later one in one layer."""
        both = {name: getattr(self, name) | getattr(later, name) for name in self.__slots__}
        both["installs"] = self.installs | (later.installs - self.updates)
        both["updates"] = (self.updates - later.drops) | later.updates
        return StepFacts(**both)


def is_undone(created: Iterable[str], paths: Iterable[str]) -> str | None:
    """Return the path of `created` that one of `paths` (with wildcards) covers, None where there is none (M22)."""
    patterns = tuple(paths)
    for path in sorted(created):
        for pattern in patterns:
            if not pattern.strip("./*"):
                continue
            if path.startswith(pattern.rstrip("/") + "/") or fnmatchcase(path, pattern):
                return path
            relative = not (path.startswith(("/", "$")) and pattern.startswith(("/", "$")))
            if relative and fnmatchcase(basename(path), basename(pattern)):
                return path
    return None


def step_facts(body: Body) -> StepFacts:
    """Return what the commands of a RUN do."""
    reader, text = _Reader(), body.text
    reader.body(body)
    labels = reader.labels
    if SETUP_SCRIPT.search(text) and FETCH in labels:
        labels = labels - {FETCH, WORK} | {SYSTEM}
        reader.updates.add("dnf" if "rpm" in text else "apt")
    elif FETCH in labels and WORK not in labels and REPOSITORY.search(text + " ".join(reader.creates)):
        labels = labels - {FETCH} | {SYSTEM}
    return StepFacts(
        *map(
            frozenset,
            (labels, reader.updates, reader.installs, reader.creates, reader.removes, reader.adjusts, reader.upgrades,
             reader.drops, reader.tools),
        )
    )  # fmt: skip


class _Reader:
    """Collects the facts of one body, command by command."""

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.updates: set[str] = set()
        self.installs: set[str] = set()
        self.creates: set[str] = set()
        self.removes: set[str] = set()
        self.adjusts: set[str] = set()
        self.upgrades: set[str] = set()
        self.drops: set[str] = set()
        self.tools: set[str] = set()
        self.folder = ""

    def body(self, body: Body) -> None:
        for command in body.commands:
            self.creates.update(self.path(target) for target in _written(command))
            self.called([word.raw if word.value is None else word.value for word in command.words], body)

    def called(self, words: list[str], body: Body) -> None:
        """Note what a command line runs; what a wrapper runs in a way that cannot be told is work."""
        call = invocation(words)
        if call is None:
            self.labels.add(WORK)
            return
        argv = words[call.at :]
        if call.host and (call.host in ("uv", "corepack") or manager_of(call.program) is not None):
            argv = [call.program, *words[call.rest :]]
        if argv and argv[0] not in body.functions:
            self.command(basename(argv[0]) or argv[0], argv)

    def path(self, word: str) -> str:
        """Return a path relative to the folder that the last `cd` went to."""
        return normpath(word if word.startswith("$") else join(self.folder, word)) if word else word

    def command(self, name: str, argv: list[str]) -> None:
        words = [word for word in argv[1:] if not word.startswith("-")]
        self.tools.add(name)
        if len(argv) == 2 and argv[1].lstrip("-").lower() in ("version", "v", "help"):
            return
        if name in SHELLS:
            self.shell(argv)
        elif is_system_tool(name):
            self.labels.add(SYSTEM)
            self.package_manager(name, argv, words)
        elif name in FETCHERS and not (words and words[0] in LOCAL_WORDS.get(name, ())):
            self.labels.add(FETCH)
            self.creates.update(self.path(path) for path in _fetched(name, argv, words))
        elif name in SIMPLE:
            self.files(name, words)
        else:
            self.labels.update(self.other(name, argv, words))

    def shell(self, argv: list[str]) -> None:
        """`sh -c text` does what its text does; any other script is unknown."""
        if len(argv) == 3 and argv[1].startswith("-") and argv[1].endswith("c"):
            inner = parse_shell(argv[2])
            if isinstance(inner, Body):
                self.body(inner)
                return
        self.labels.add(WORK)

    def package_manager(self, name: str, argv: list[str], words: list[str]) -> None:
        described = manager_of(name)
        if described is None:
            return
        lists = described.shares_lists or described.name
        flags = [word for word in argv[1:] if word.startswith("-")]
        meanings = _of_pacman(flags, words) if name == "pacman" else described.meanings(described.verb(words)[0])
        if LISTS in meanings:
            self.updates.add(lists)
        elif meanings & INSTALLS:
            fresh = lists == "apk" and {"--no-cache", "-U", "--update", "--update-cache"} & set(flags)
            if lists not in self.updates and not fresh:
                self.installs.add(lists)

    def files(self, name: str, words: list[str]) -> None:
        if name in ("cd", "pushd"):
            self.folder = self.path(words[0]) if words else ""
        elif name in ("rm", "rmdir", "unlink", "shred"):
            self.removes.update(self.path(word) for word in words)
            if any("/var/lib/apt" in word for word in words):
                self.updates.discard("apt")
                self.drops.add("apt")
        elif name == "dd":
            self.creates.update(self.path(word.removeprefix("of=")) for word in words if word.startswith("of="))
        elif name in ("mkdir", "touch", "truncate"):
            self.creates.update(self.path(word) for word in words)
        elif name in ("cp", "mv") and len(words) > 1:
            self.creates.add(self.path(words[-1]))
            self.removes.update(self.path(word) for word in words[:-1] if name == "mv")
        elif name in ("chmod", "chown", "chgrp"):
            self.adjusts.update(self.path(word) for word in words[1:])

    def other(self, name: str, argv: list[str], words: list[str]) -> set[str]:
        """Return the labels of a command that is in none of the plain tables."""
        if PYTHON.match(name) and argv[1:2] == ["-m"] and argv[2:3] and argv[2] in ("venv", "virtualenv", "ensurepip"):
            return set()
        if VERSIONED.match(name):
            name = name.rstrip("0123456789.-")
        if name in (".", "source"):
            return set() if _is_environment(words) else {WORK}
        if name in ("gpg", "gpg2"):
            return {FETCH} if any("recv" in word or "keyserver" in word for word in argv) else set()
        if name in ("virtualenv", "corepack") or (
            name == "systemctl" and words[:1] in (["enable"], ["disable"], ["mask"])
        ):
            return set()
        if name in ("R", "Rscript") and "install" in " ".join(argv):
            return {"R"}
        label = _label(name, words)
        if label == WORK:
            return {WORK}
        if name in words[1:] or any(re.split(r"[=<>@~]", word)[0] == name for word in words[1:]):
            self.upgrades.add(name)
        return {label}


def _label(name: str, words: list[str]) -> str:
    """Return the label that a command of a package manager of a language shares a layer under, `WORK` for others."""
    found = manager_of(name)
    if found is None or not found.layer:
        return helper_label(name) or WORK
    return found.layer if found.verb(words)[0] in found.layer_verbs else WORK


def _of_pacman(flags: list[str], words: list[str]) -> frozenset[str]:
    """Return what pacman is told, which spells its verbs as options."""
    sync = next((flag for flag in flags if flag.startswith("-S")), "")
    if "y" in sync:
        return frozenset() if words else frozenset({LISTS})
    return frozenset({NAMED} if sync and words else ())


def _is_environment(words: list[str]) -> bool:
    """Tell whether a sourced file only sets variables, as far as its name says."""
    name = basename(words[0]) if words else ""
    return name in {"activate", "os-release", "lsb-release", "environment", "envvars", "env", "profile", ".profile",
                    ".bashrc", ".bash_profile", "conda.sh"}  # fmt: skip


def _written(command: Command) -> Iterator[str]:
    for redirect in command.redirects:
        if redirect.op.startswith((">", "&>")) and redirect.target is not None:
            target = redirect.target.raw if redirect.target.value is None else redirect.target.value
            if not target.startswith(("/dev/", "/proc/")) and not target.isdigit():
                yield target


def _fetched(name: str, argv: list[str], words: list[str]) -> Iterator[str]:
    """Yield the files or folders that a download leaves behind."""
    if name == "git":
        if words[:1] == ["clone"] and len(words) > 1:
            targets = words[1:]
            url = next((i for i, word in enumerate(targets) if "/" in word or ":" in word), 0)
            yield (
                targets[url + 1] if len(targets) > url + 1 else basename(targets[url].rstrip("/")).removesuffix(".git")
            )
        return
    for flag, value in zip(argv, [*argv[1:], ""], strict=True):
        named = (flag in ("--output", "--output-document")) or (
            flag.startswith("-") and not flag.startswith("--") and flag.endswith("o" if name == "curl" else "O")
        )
        if named and value and value != "-":
            yield value
            return
        if flag.startswith(("--output=", "--output-document=")):
            yield flag.partition("=")[2]
            return
    remote = any(re.match(r"-\w*O|--remote-name", word) for word in argv)
    if name == "wget" or (name == "curl" and remote):
        prefix = next((v for f, v in pairwise(argv) if f in ("-P", "--directory-prefix")), "")
        for word in words:
            if "/" in word and word != prefix:
                yield join(prefix, basename(word.partition("?")[0]))
