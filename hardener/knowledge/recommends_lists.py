"""What the package indexes of Debian and Ubuntu say of recommended packages (C06), by release.

data/recommends_none.txt lists the packages for which nothing that matters is recommended, data/recommends_some.txt
those for which each recommended package has been judged in data/recommends.json; `python -m tests.package_facts` makes
both. Of Debian a package counts as in all of its releases of today, of Ubuntu as in the release that has been asked
for. The lists are large: they are read at the first question.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from hardener.fast.records import dataclass

#: long-term releases of Ubuntu that the lists know, oldest first
UBUNTU = ("16.04", "18.04", "20.04", "22.04", "24.04", "26.04")
_NONE = Path(__file__).parent / "data" / "recommends_none.txt"
_SOME = _NONE.with_name("recommends_some.txt")
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Archive:
    """Where an image has its packages from: the distribution, and the releases of Ubuntu that it may be."""

    distro: str
    releases: tuple[str, ...] = ()


def archive(distro: str | None, release: str | None, floor: str | None) -> Archive | None:
    """Return the archive of an image; None where the lists do not know it.

    Args:
        distro: the image's distribution.
        release: its release, if the tag fixes it.
        floor: the oldest release that the tag can mean.
    """
    if distro == "debian":
        return Archive("debian")
    oldest = release or floor
    if distro != "ubuntu" or oldest is None or not UBUNTU[0] <= oldest <= UBUNTU[-1]:
        return None
    if release in UBUNTU:
        return Archive("ubuntu", (release,))
    # a release between two that are known counts as both
    after = [name for name in UBUNTU if name > oldest]
    first = max(name for name in UBUNTU if name <= oldest)
    return Archive("ubuntu", (first, *(after if release is None else after[:1])))


def overrides(place: Archive, package: str) -> str | None:
    """Return what is recommended for a package in all releases of an archive together, if its list has a line of it.

    "-" is something that nobody has judged.
    """
    row = _row_of(_rows()[place.distro], package)
    if row is None or place.distro == "debian":
        return row
    cells = [cell for name, cell in zip(UBUNTU, _by_release(row), strict=True) if name in place.releases]
    return "-" if "-" in cells else " ".join(dict.fromkeys(" ".join(cells).split()))


def recommends_nothing(place: Archive, package: str) -> bool:
    """Tell whether nothing that matters is recommended for a package, of those that recommends.json does not name."""
    names = _nothing()
    line = f"\n{package}\n"
    return bool(package) and (line in names["both"] or line in names[place.distro])


def not_brought(package: str) -> frozenset[str]:
    """Return the packages that do not bring this one in some release of Ubuntu, though they do in Debian 12."""
    _, _, row = _rows()["absent"].partition(f"\n{package}: ")
    return frozenset(row.partition("\n")[0].split())


@lru_cache(maxsize=1)
def _nothing() -> Mapping[str, str]:
    """Return the names of each part, a line each: to look for a line is faster than to make a set of all."""
    both, _, rest = _NONE.read_text(encoding="ascii").partition("\n# Debian\n")
    debian, _, ubuntu = rest.partition("\n# Ubuntu\n")
    return {"both": f"{both}\n", "debian": f"\n{debian}\n", "ubuntu": f"\n{ubuntu}\n"}


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, str]:
    """Return the rows of each part, `what is recommended: packages`: to look for a name is faster than to read all."""
    text = _SOME.read_text(encoding="ascii")
    debian, _, rest = text.partition("\n# Ubuntu\n")
    ubuntu, _, absent = rest.partition("\n# not brought in Ubuntu\n")
    return {"debian": f"{debian}\n", "ubuntu": f"{ubuntu}\n", "absent": f"\n{absent}\n"}


def _row_of(rows: str, package: str) -> str | None:
    """Return what stands before the colon in the row that names a package behind it; None where none does."""
    if not package:  # `apt-get install =1.0`
        return None
    at = rows.find(package)
    while at >= 0:
        end = at + len(package)
        if rows[at - 1 : at] == " " and rows[end : end + 1] in (" ", "\n"):
            head, mark, _ = rows[rows.rfind("\n", 0, at) + 1 : at].partition(": ")
            if mark and not head.startswith("#"):
                return head
        at = rows.find(package, end)
    return None


@lru_cache(maxsize=4096)
def _by_release(row: str) -> list[str]:
    """Return the cells of a row: one for each release, `=` as in the release before."""
    cells = [cell.strip() for cell in row.split("|")]
    cells = cells if len(cells) > 1 else cells * len(UBUNTU)
    found: list[str] = []
    for cell in cells:
        found.append(found[-1] if cell == "=" else cell)
    return found
