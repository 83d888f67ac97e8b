"""Package managers, each described once: `knowledge/data/managers.json`, one row a manager.

A row names the programs, what each verb means, options that take a value, manifests, lock files, variables and caches.
A verb that is in no list of its row is unknown, and a rule that depends on what it does holds back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts, verbs_of

#: what a verb may mean: it installs what the manifest names; installs what is named; only fetches; removes; fetches
#: package lists; empties caches; runs programs or scripts; does nothing to what is installed
PROJECT, NAMED, FETCH, REMOVE, LISTS, CLEAN, RUN, OTHER = (
    "project", "named", "fetch", "remove", "lists", "clean", "run", "other",
)  # fmt: skip
#: verbs that change what is installed
INSTALLS = frozenset((PROJECT, NAMED))
#: what may stand before a letter of a word, and what follows the name of a program up to the end of its word
_INSIDE, _REST = ("_", "-"), regex(r"-?[\d.]*(?!\w)")
#: parts of a row that have readers of their own
_ELSEWHERE = frozenset(("mount", "cleaning", "executes"))
_VERSION = regex(r"-?[\d.]+\Z")


@dataclass(frozen=True, slots=True)
class PackageManager:
    """What is known about a package manager.

    Attributes:
        name: apt, apk, dnf, yum, microdnf, zypper, pip, npm …
        programs: what it is called by ("apt-get" and "apt").
        kind: "system" (packages of the distribution) or "language"; language: "python", "node" …, "" for a system.
        manifest: the file without which it installs nothing; "" where an argument names it.
        locks: names of its lock files.
        verbs: what each verb means, of one word or two; "" is the call without any (`yarn`).
        runs_any: any other verb is a script or goal of the project.
        whole: verbs that install all of the manifest; goals: of those that take goals, the ones that read no source.
        valued: options that take the next word as their value.
        variables: environment variables that change where it installs, what, or where its cache is.
        layer: label of the package managers that it may share a layer with, "" for none; layer_verbs: the verbs.
        caches: directories that hold what can be fetched again, for root and the default configuration.
        no_cache: the option that leaves no cache behind; no_recommends: the one that installs no more than needed.
        yes: the option that answers questions.
        tools: other programs that it comes with, which set it up or ask it.
        shares_lists: the manager whose package lists it reads, "" for lists of its own.
        versioned: its programs may carry a version (`pip3.11`).
        writes: verbs that write a manifest or a lock file.
        fills: verbs that fill the project's own folder of packages (`node_modules`, the environment) and nothing else.
        in_project: what it installs, and what its scripts write, lies in the folder of the project.
        build_only: verbs whose files no program reads when the image runs.

    What it leaves in the image, where a cache can be mounted, and how it runs programs of packages:
    `hardener.knowledge.cleaning`, `.cache_mounts` and `.executors`.
    """

    name: str
    programs: tuple[str, ...]
    kind: str
    confidence: str
    source: str
    verbs: Mapping[str, frozenset[str]]
    language: str = ""
    manifest: str = ""
    locks: tuple[str, ...] = ()
    runs_any: bool = False
    whole: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    valued: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    layer: str = ""
    layer_verbs: frozenset[str] = frozenset()
    caches: tuple[str, ...] = ()
    kept_clean: tuple[str, ...] = ()
    no_cache: str | None = None
    no_recommends: str | None = None
    yes: str | None = None
    tools: frozenset[str] = frozenset()
    shares_lists: str = ""
    versioned: bool = False
    writes: frozenset[str] = frozenset()
    fills: frozenset[str] = frozenset()
    in_project: bool = False
    build_only: frozenset[str] = frozenset()

    def verb(self, operands: Sequence[str]) -> tuple[str, int]:
        """Return the verb at the start of the words after the program, options left out, and how many words it has.

        "" where there is none, or where all words are goals; a verb that is not known as it is written.
        """
        if not self.verbs and self.runs_any:
            return "", 0
        for size in (2, 1):
            name = " ".join(operands[:size])
            if len(operands) >= size and name in self.verbs:
                return name, size
        if not operands:
            return "", 0
        is_group = any(verb.startswith(f"{operands[0]} ") for verb in self.verbs)
        size = 2 if is_group and len(operands) > 1 else 1
        return " ".join(operands[:size]), size

    def meanings(self, verb: str) -> frozenset[str]:
        """Return what a verb may mean; none for a verb that is not known."""
        return self.verbs.get(verb, frozenset((RUN,)) if self.runs_any else frozenset())


def manager_of(program: str) -> PackageManager | None:
    """Return the manager that a program belongs to: "apt-get", "/usr/bin/apk", "pip3.11", "./mvnw"; None: unknown."""
    name = program.rpartition("/")[2]
    found = _by_program().get(name)
    if found is None and name[-1:].isdigit():
        found = _by_program().get(_VERSION.sub("", name))
        return found if found is not None and found.versioned else None
    return found


def manager(name: str) -> PackageManager | None:
    """Return a manager by its own name, as in `BaseImage.pkg_manager`."""
    return managers().get(name)


def programs_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the programs of the managers with these names."""
    return tuple(program for name in names for program in managers()[name].programs)


@cache
def managers() -> Mapping[str, PackageManager]:
    """Return all managers by name."""
    return {name: _made(name, row) for name, row in facts("managers")["managers"].items()}


def is_system_tool(program: str) -> bool:
    """Tell whether a program is a package manager of a distribution, or comes with one."""
    return program in _system_tools()


def helper_label(program: str) -> str:
    """Return the label under which a program that only installs packages shares a layer, "" for others."""
    return _helpers().get(program, "")


@dataclass(frozen=True, slots=True)
class Gate:
    """What finds programs in a text: most texts hold none of the names anywhere, which is seen before all else.

    Attributes:
        names: a text that holds none of them names none of the programs.
        programs: those that hold each name.
    """

    names: tuple[str, ...]
    programs: Mapping[str, tuple[str, ...]]

    def search(self, text: str) -> bool:
        """Tell whether one of the programs stands in a text as a word."""
        found = (name for name in self.names if name in text)
        return any(_is_called(text, program) for name in found for program in self.programs[name])


def _is_called(text: str, program: str) -> bool:
    """Tell whether a program stands in a text as a word, with or without its version."""
    at = text.find(program)
    while at >= 0:
        before = text[at - 1 : at]
        if not (before.isalnum() or before in _INSIDE) and _REST.match(text, at + len(program)):
            return True
        at = text.find(program, at + 1)
    return False


@lru_cache(maxsize=64)
def gate(*languages: str) -> Gate:
    """Return what finds the programs of these languages in a text: a cheap look before anything is read.

    Without a language: of all managers of languages.
    """
    chosen = [m for m in managers().values() if m.kind == "language" and (not languages or m.language in languages)]
    programs = sorted({program for m in chosen for program in m.programs}, key=lambda p: (-len(p), p))
    stems = [p for p in programs if not any(other in p for other in programs if other != p)]
    return Gate(tuple(stems), {stem: tuple(p for p in programs if stem in p) for stem in stems})


@cache
def _by_program() -> Mapping[str, PackageManager]:
    return {program: made for made in managers().values() for program in made.programs}


@cache
def _system_tools() -> frozenset[str]:
    system = [made for made in managers().values() if made.kind == "system"]
    return frozenset(program for made in system for program in (*made.programs, *made.tools))


@cache
def _helpers() -> Mapping[str, str]:
    return {program: label for label, row in facts("managers")["helpers"].items() for program in row.split()}


def _made(name: str, row: Mapping[str, Any]) -> PackageManager:
    fields = {key: value for key, value in row.items() if key not in _ELSEWHERE}
    verbs: dict[str, frozenset[str]] = {}
    for meaning, words in fields.pop("verbs", {}).items():
        for verb in verbs_of(words):
            verbs[verb] = verbs.get(verb, frozenset()) | {meaning}
    for key in ("programs", "locks", "caches", "kept_clean"):
        fields[key] = tuple(fields.get(key, "").split())
    for key in ("goals", "valued", "variables", "tools"):
        fields[key] = frozenset(fields.get(key, "").split())
    for key in ("whole", "layer_verbs", "writes", "fills", "build_only"):
        fields[key] = frozenset(verbs_of(fields.get(key, "")))
    return PackageManager(name=name, verbs=verbs, **fields)
