"""Which package managers run the programs of packages: `executes` in the rows of managers.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts


@dataclass(frozen=True, slots=True)
class Executors:
    """How a program of a package is called through a manager.

    Attributes:
        fetching: programs that fetch what they run (`npx`).
        verbs: by program, the verbs that run a program of a package (`npm exec`).
        by_corepack: programs that corepack starts.
    """

    fetching: frozenset[str]
    verbs: Mapping[str, frozenset[str]]
    by_corepack: frozenset[str]


@cache
def executors() -> Executors:
    """Return what all rows say."""
    rows = [
        (row["programs"].split(), row["executes"])
        for row in facts("managers")["managers"].values()
        if "executes" in row
    ]
    return Executors(
        frozenset(name for _, row in rows for name in row.get("programs", "").split()),
        {name: frozenset(row["verbs"].split()) for names, row in rows if "verbs" in row for name in names},
        frozenset(name for _, row in rows for name in row.get("corepack", "").split()),
    )
