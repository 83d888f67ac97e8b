"""What a split has to know: build-only packages, libraries of -dev packages, what slim images lack (S09 to S11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from hardener.knowledge.facts import facts
from hardener.knowledge.images import BaseImage

#: releases of Debian whose packages are known, oldest first
RELEASES = ("bullseye", "bookworm", "trixie")
#: long-term releases of Ubuntu whose packages are known, oldest first
UBUNTU = ("20.04", "22.04", "24.04", "26.04")
_LISTS = {"debian": RELEASES, "ubuntu": UBUNTU}
#: renamed in Debian 13 without providing the older name
_NO_OLDER_NAME = frozenset(("libaio1", "libvanessa-socket2"))
_DATA = Path(__file__).parent / "data"


@cache
def words(*keys: str) -> frozenset[str]:
    """Return the words of one of the lists of data/splitting.json."""
    return frozenset(_at(keys).split())


@cache
def table(*keys: str) -> dict[str, str]:
    """Return one of the tables of data/splitting.json."""
    found: dict[str, str] = _at(keys)
    return found


@cache
def names(*keys: str) -> tuple[str, ...]:
    """Return one of the arrays of data/splitting.json."""
    return tuple(_at(keys))


def _at(keys: tuple[str, ...]) -> Any:
    value = facts("splitting")
    for key in keys:
        value = value[key]
    return value


def libraries(image: BaseImage, package: str) -> tuple[str, ...] | None:
    """Return the packages with the libraries of a -dev package; None where they are not known (S09).

    Where the tag does not fix the release, all releases that it can mean must agree.
    """
    if image.pkg_manager == "apk":
        found = facts("libraries")["alpine"]["map"].get(package)
        return None if found is None else tuple(found.split())
    releases = _LISTS.get(image.distro or "", ())
    if image.release is not None:
        return runtime_packages(image.release, package) if image.release in releases else None
    if image.release_floor not in releases:
        return None
    answers = {runtime_packages(name, package) for name in releases[releases.index(image.release_floor) :]}
    return answers.pop() if len(answers) == 1 else None


def needed_libraries(image: BaseImage, package: str) -> tuple[str, ...] | None:
    """Return the packages to install for what was built with a -dev package; None where they are not known (S09).

    As `libraries`, but of a Python image without a named release the libraries that its Python is linked with are left
    out: it has them under the name of that day.
    """
    found = libraries(image, package)
    own = image.distro == "debian" and image.family in ("python", "python-slim") and image.release is None
    return () if found is None and own and package in words("python", "linked") else found


def older_names(image: BaseImage, package: str) -> tuple[str, ...] | None:
    """Return the libraries by the names that all releases know but for 32-bit ARM; None where they differ otherwise.

    Debian 13 renamed libraries that changed with the size of time values on 32 bits, and provides the older name on the
    other architectures.
    """
    answers = [found for _, found in by_release(image, package)]
    older = {tuple(sorted(re.sub(r"t64(?=-|\Z)", "", name) for name in found)) if found else found for found in answers}
    only = older.pop() if answers and len(older) == 1 else None
    return None if only is None or not _NO_OLDER_NAME.isdisjoint(only) else only


def by_release(image: BaseImage, package: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """Return the libraries of a -dev package in each release of Debian that a tag can mean; [] where one is fixed."""
    if image.distro != "debian" or image.release is not None or image.release_floor not in RELEASES:
        return []
    return [(name, runtime_packages(name, package)) for name in RELEASES[RELEASES.index(image.release_floor) :]]


def common_libraries(image: BaseImage, package: str) -> tuple[tuple[str, ...], str] | None:
    """Return the libraries of a -dev package that are all of one release and some of the others, and what these add.

    What is built may be linked with those that are only in some; None where no release has just those of all.
    """
    known = [(release, found) for release, found in by_release(image, package) if found is not None]
    if len(known) < 2 or len(known) < len(by_release(image, package)):
        return None
    fewest = min((found for _, found in known), key=len)
    if not fewest or any(not set(fewest) <= set(found) for _, found in known):
        return None
    more = [f"{name} in {release}" for release, found in known for name in found if name not in fewest]
    return fewest, ", ".join(more)


def is_build_only(image: BaseImage, package: str) -> bool:
    """Tell whether a package is of use only while something is built."""
    if image.pkg_manager not in ("apt", "apk"):
        return False
    is_plugin = package.startswith("libmaven") and package.endswith("-java")
    return package.endswith("-dev") or is_plugin or package in words("build_only", image.pkg_manager)


def runtime_packages(release: str | None, package: str) -> tuple[str, ...] | None:
    """Return the libraries that a -dev package of a release brings; None where not known (sonames differ).

    A release of Debian is named as its tags are (bookworm), one of Ubuntu by its number.
    """
    known = facts("libraries")["releases"].get(release, {}).get(package)
    for distro, releases in _LISTS.items():
        if known is None and release in releases:
            known = _by_release(_others(distro).get(package, "-"), len(releases))[releases.index(release)]
    return None if known is None else tuple(known.split())


@lru_cache(maxsize=2)
def _others(distro: str) -> Mapping[str, str]:
    """Return the lines of a list that `python -m tests.package_libraries` makes: it is read at the first question."""
    lines = (_DATA / f"libraries_{distro}.txt").read_text(encoding="ascii").splitlines()[1:]
    rows = (line.partition(":") for line in lines)
    return {name: libraries_ for name, _, libraries_ in rows}


def _by_release(text: str, count: int) -> list[str | None]:
    """Return the libraries for each release: `-` is no such package, `=` the same as in the release before."""
    cells = [cell.strip() for cell in text.split("|")]
    found: list[str | None] = []
    for cell in cells if len(cells) > 1 else cells * count:
        found.append(None if cell == "-" else found[-1] if cell == "=" else cell)
    return found
