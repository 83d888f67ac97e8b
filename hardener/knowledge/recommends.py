"""What `apt-get install --no-install-recommends` leaves out (C06).

data/recommends.json holds, for the packages that Dockerfiles install most, the packages that Debian 12 would add only
because something in the closure of `Depends` recommends them. Each of those is one of
    neutral    documentation, translations and data that no program misses
    keep       wanted by most who install the recommending package, and small: named explicitly instead
    needed_if  a program or plug-in that matters to who uses it: named explicitly where the file's text matches
    the rest   matters, and is lost.
What the package indexes of Debian and Ubuntu say of the others, and of these in Ubuntu, is in recommends_lists.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from hardener.fast.records import dataclass
from hardener.knowledge.recommends_lists import Archive, not_brought, overrides, recommends_nothing

_DATA = Path(__file__).parent / "data" / "recommends.json"


@dataclass(frozen=True, slots=True)
class Recommends:
    """What happens to the recommended packages of one installation.

    Attributes:
        keep: have to be named explicitly, sorted.
        lost: matter, and would no longer be installed.
        unused: programs (no libraries) that would no longer be installed and that the file never calls.
        unknown: packages without facts.
    """

    keep: tuple[str, ...]
    lost: tuple[str, ...]
    unused: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    release: str
    keep: frozenset[str]
    neutral: frozenset[str]
    needed_if: Mapping[str, str]
    none: frozenset[str]
    drops: Mapping[str, str]
    brings: Mapping[str, str]

    #: what some package only recommends
    droppable: frozenset[str]

    def knows(self, package: str) -> bool:
        return package in self.none or package in self.drops


@lru_cache(maxsize=1)
def _facts() -> _Facts:
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    none = frozenset(name for line in data["none"] for name in line.split())
    return _Facts(
        data["release"], frozenset(data["keep"]), frozenset(data["neutral"]), data["needed_if"], none,
        data["drops"], data["brings"],
        frozenset(name for names in data["drops"].values() for name in names.split()),
    )  # fmt: skip


def release() -> str:
    """Return the name of the release that the facts were read from."""
    return _facts().release


def is_known(package: str) -> bool:
    """Tell whether there are facts about a package."""
    return _facts().knows(package)


@lru_cache(maxsize=4096)
def recommended(package: str, place: Archive | None = None) -> str | None:
    """Return what is recommended for a package and has a meaning; None where nobody has judged it.

    Args:
        package: its name.
        place: where it comes from; None stands for what data/recommends.json says of Debian 12.

    To look into the lists takes longer than to judge an installation, and most files install the same packages.
    """
    facts = _facts()
    if place is None or (place.distro == "debian" and facts.knows(package)):
        return facts.drops.get(package, "") if facts.knows(package) else None
    said = overrides(place, package)
    if said is not None:
        return None if said == "-" else said
    if facts.knows(package):
        return facts.drops.get(package, "")
    return "" if recommends_nothing(place, package) else None


def matters(package: str) -> bool:
    """Tell whether it makes a difference to an installation that a package is there already."""
    facts = _facts()
    return package in facts.brings or package in facts.droppable


def is_called(package: str, text: str) -> bool:
    """Tell whether a text calls a program of a package; False for a package of which nothing is known."""
    return package in _facts().needed_if and _is_called(package, text)


@lru_cache(maxsize=4096)
def _is_called(name: str, text: str) -> bool:
    return re.search(_facts().needed_if[name], text) is not None


def without_recommends(
    packages: tuple[str, ...], text: str, present: frozenset[str] = frozenset(), place: Archive | None = None
) -> Recommends:
    """Return what an installation of `packages` without recommended packages has to name, and what it loses.

    Args:
        packages: plain names, without version or architecture.
        text: everything that the file runs, to see which programs it uses.
        present: packages that are there already.
        place: where the packages come from, as for `recommended`.
    """
    facts = _facts()
    wanted = list(packages)
    keep: list[str] = []
    lost: set[str] = set()
    unused: set[str] = set()
    for package in wanted:  # grows while it is walked: what is kept has recommendations of its own
        for name in (recommended(package, place) or "").split():
            if name in facts.neutral or name in wanted or name in present:
                continue
            if name in facts.keep or (name in facts.needed_if and _is_called(name, text)):
                keep.append(name)
                wanted.append(name)
            else:
                (unused if name in facts.needed_if else lost).add(name)

    def brings(package: str, name: str) -> bool:
        if name not in facts.brings.get(package, "").split():
            return False
        return place is None or place.distro != "ubuntu" or package not in not_brought(name)

    def is_there(name: str) -> bool:
        return any(brings(package, name) for package in (*packages, *present))

    brought = {name for package in keep for name in facts.brings.get(package, "").split() if brings(package, name)}
    lost -= brought
    unused -= brought
    return Recommends(
        tuple(sorted(name for name in keep if not is_there(name))),
        tuple(sorted(name for name in lost if not is_there(name))),
        tuple(sorted(name for name in unused if not name.startswith("lib") and not is_there(name))),
        tuple(package for package in packages if recommended(package, place) is None),
    )
