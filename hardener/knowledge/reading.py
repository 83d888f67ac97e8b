"""What is known to keep nothing on disk by itself: modules, packages and programs (U15)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts


@dataclass(frozen=True, slots=True)
class Harmless:
    """What sources of a language may use and still be shown not to write.

    Attributes:
        modules: of the standard library, whole.
        packages: of third parties; they write only where their callers tell them to.
        partial: by module, the names in it that only read.
    """

    modules: frozenset[str]
    packages: frozenset[str]
    partial: Mapping[str, frozenset[str]]


@cache
def harmless(language: str) -> Harmless:
    """Return what is harmless in a language, nothing for one that is not known."""
    row: dict[str, Any] = next((row for row in facts("reading")["languages"] if row["name"] == language), {})
    partial = {name: frozenset(names) for name, names in row.get("partial", {}).items()}
    return Harmless(frozenset(row.get("modules", ())), frozenset(row.get("packages", ())), partial)


def makes_no_data(program: str) -> bool:
    """Tell whether a program in a RUN makes no files that the application would write to later."""
    return program.rpartition("/")[2] in _names("harmless", "programs")


def fills_home(package: str) -> bool:
    """Tell whether a Python package loads models or browsers into the home of the user that runs it (U05)."""
    return package in _names("caching", "names")


def npm_packages_that_fill_home() -> frozenset[str]:
    """Return the packages of npm that load browsers or models into the home of the user (U05)."""
    return _names("caching", "npm")


@cache
def _names(table: str, field: str) -> frozenset[str]:
    return frozenset(facts("reading")[table][field])
