"""What a split has to know: build-only packages, libraries of -dev packages, what slim images lack (S09 to S11)."""

from __future__ import annotations

from functools import cache
from typing import Any

from hardener.knowledge.facts import facts
from hardener.knowledge.images import BaseImage

#: releases of Debian whose packages are known, oldest first
RELEASES = ("bullseye", "bookworm", "trixie")


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
    if image.distro != "debian":
        return None
    if image.release is not None:
        return runtime_packages(image.release, package)
    if image.release_floor not in RELEASES:
        return None
    possible = RELEASES[RELEASES.index(image.release_floor) :]
    answers = {runtime_packages(release, package) for release in possible}
    return answers.pop() if len(answers) == 1 else None


def is_build_only(image: BaseImage, package: str) -> bool:
    """Tell whether a package is of use only while something is built."""
    if image.pkg_manager not in ("apt", "apk"):
        return False
    is_plugin = package.startswith("libmaven") and package.endswith("-java")
    return package.endswith("-dev") or is_plugin or package in words("build_only", image.pkg_manager)


def runtime_packages(release: str | None, package: str) -> tuple[str, ...] | None:
    """Return the libraries that a -dev package of a Debian release brings; None where not known (sonames differ)."""
    known = facts("libraries")["releases"].get(release, {}).get(package)
    return None if known is None else tuple(known.split())
