"""Writing: which programs and libraries write where, as far as their names tell (U14, U15, U24)."""

from __future__ import annotations

import re
from functools import cache

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts


@dataclass(frozen=True, slots=True)
class Language:
    """How writing shows in the sources of a language.

    Attributes:
        name: "node", "python", "go" …
        programs: what runs such sources; empty where they are compiled.
        suffixes: of source files.
        manifests: files that name the libraries.
        calls: a pattern of what writes files or starts other programs.
        packages: libraries that write files.
    """

    name: str
    programs: tuple[str, ...]
    suffixes: tuple[str, ...]
    manifests: tuple[str, ...]
    calls: re.Pattern[str]
    packages: frozenset[str]


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages whose sources can be judged."""
    return tuple(
        Language(
            row["name"], tuple(row["programs"]), tuple(row["suffixes"]), tuple(row["manifests"]),
            regex(row["calls"]), frozenset(row["packages"]),
        )
        for row in facts("writing")["languages"]
    )  # fmt: skip


def language_of(program: str) -> Language | None:
    """Return the language whose sources a program runs ("python3.12" counts as "python")."""
    name = program.rpartition("/")[2]
    bare = name.rstrip("0123456789.") or name
    return next((row for row in languages() if name in row.programs or bare in row.programs), None)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return regex(facts("writing")[name]["pattern"])


def writes_own_folder(line: str) -> bool:
    """Tell whether a command line writes all over the folder that it was copied to."""
    return _pattern("tree").search(line) is not None


def writes_current_folder(line: str) -> bool:
    """Tell whether a command line makes new files in the current folder."""
    return _pattern("folder").search(line) is not None


def installs_at_start(line: str) -> str | None:
    """Return the part of a command line that installs or builds when the container starts (U24)."""
    found = _pattern("installs").search(line)
    return found[0].strip() if found else None


def develops(line: str) -> str | None:
    """Return the development server or test runner that a command line starts."""
    found = _pattern("develops").search(line)
    return found[0] if found else None


def is_server(program: str) -> bool:
    """Tell whether a program only runs what it is given and writes nothing by itself."""
    name = program.rpartition("/")[2]
    bare = name.rstrip("0123456789.") or name
    return bare == "python" or name in facts("writing")["server"]["names"]


def serves_files(program: str) -> bool:
    """Tell whether a program of npm serves the files of a folder, and writes nothing but in /tmp (U15)."""
    return program.rpartition("/")[2] in facts("writing")["static"]["names"]


def is_data_folder(name: str) -> bool:
    """Tell whether a folder of this name is there to be written to."""
    return name.lower() in facts("writing")["data_folders"]["names"]
