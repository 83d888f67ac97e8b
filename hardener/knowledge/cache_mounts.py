"""Where package managers keep what they download, for cache mounts (C02-C05): `mount` in the rows of managers.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts, verbs_of


@dataclass(frozen=True, slots=True)
class CacheMount:
    """The download cache of one package manager.

    Attributes:
        name: of the package manager.
        verbs: what fills the cache; "" is the call without any.
        targets: folders to mount; `~` is the home of the user.
        system: it installs packages of the distribution, which only root may.
        cleans: matches a command (its words, joined by blanks) that only empties the cache: it goes.
        refuses: options and variables that switch the cache off: options go, a variable holds the mount back.
        adds: options that the fetching command needs for the cache to be used.
        locked: only one build at a time may use it (C04).
        later: found in the text of another RUN: that one needs the cache to be there (C03).
        images: official images whose settings put the cache there; () where it is there in every image.
        runs: what reads the cache when the image runs (C03).
    """

    name: str
    verbs: frozenset[str]
    targets: tuple[str, ...]
    system: bool = False
    cleans: re.Pattern[str] | None = None
    refuses: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    locked: bool = False
    later: re.Pattern[str] | None = None
    images: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@cache
def cache_mounts() -> tuple[CacheMount, ...]:
    """Return what is known of the caches of all package managers."""
    rows = facts("managers")["managers"].items()
    return tuple(_made(name, row["mount"], row["kind"] == "system") for name, row in rows if "mount" in row)


def _made(name: str, row: Mapping[str, str], system: bool) -> CacheMount:
    def words(key: str) -> tuple[str, ...]:
        return tuple(row.get(key, "").split())

    return CacheMount(
        name, frozenset(verbs_of(row["verbs"])), words("targets"), system,
        regex(rf"(?:\S*/)?(?:{row['cleans']})\s*\Z") if "cleans" in row else None,
        words("refuses"), words("adds"), bool(row.get("locked")), regex(row["later"]) if "later" in row else None,
        words("images"), tuple(filter(None, row.get("runs", "").split(","))),
    )  # fmt: skip
