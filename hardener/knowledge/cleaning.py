"""How the files that a package manager fetched are removed (C01, C02, C18): `cleaning` in the rows of managers.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts, verbs_of


@dataclass(frozen=True, slots=True)
class Cleaning:
    """The cleaning of one package manager.

    Attributes:
        verbs: what fetches.
        leaves: what that leaves behind, in words.
        commands: what removes it; each a simple command that succeeds where there is nothing to remove.
        done: found in the text after the last command that fetches: it is removed already.
        places: parts of the paths where a cache mount keeps the files out of the image.
        doubt: why the files may be more than a cache, "" where they are one.
    """

    verbs: frozenset[str]
    leaves: str
    commands: tuple[str, ...]
    done: re.Pattern[str]
    places: tuple[str, ...]
    doubt: str = ""


@cache
def cleanings() -> Mapping[str, Cleaning]:
    """Return how each package manager is cleaned up after, by its name."""
    rows = facts("managers")["managers"].items()
    return {name: _made(row["cleaning"]) for name, row in rows if "cleaning" in row}


def _made(row: Mapping[str, str]) -> Cleaning:
    return Cleaning(
        frozenset(verbs_of(row["verbs"])), row["leaves"], tuple(row["commands"].split(" && ")), regex(row["done"]),
        tuple(row["places"].split()), row.get("doubt", ""),
    )  # fmt: skip


#: such an option says that nothing is fetched, or that it goes elsewhere
ELSEWHERE = (
    "--no-cache",
    "--cache",
    "--cache-folder",
    "--cache-dir",
    "--dry-run",
    "--offline",
    "--cacheonly",
    "--help",
)
