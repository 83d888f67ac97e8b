"""Inits: where a distribution has them packaged, and what is one already (I05, I06, I07, I10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.knowledge.facts import UNKNOWN, facts
from hardener.knowledge.tags import release_reaches

if TYPE_CHECKING:
    from hardener.knowledge.images import BaseImage

_INSTEAD = "start the container with `docker run --init`, or `init: true` in Compose"
_NUMBERED = ("tini-amd64", "tini-arm64", "tini-static-amd64", "tini-static-arm64", "tini-muslc-amd64")


@dataclass(frozen=True, slots=True)
class InitPackage:
    """How to install an init.

    Attributes:
        package: name in the distribution's archive.
        binary: where it lies afterwards; `/sbin/tini` on Alpine, `/usr/bin/tini` elsewhere (I07).
        shell_command: the text of a RUN that installs it and leaves no cache behind.
        static_binary: a copy of it that needs no libc, for images without one (I06); None where there is none.
        confidence: "verified", "source-read", "docs" or "memory".
    """

    package: str
    binary: str
    shell_command: str
    static_binary: str | None
    confidence: str
    source: str


def init_package(
    distro: str | None, release: str | None, tool: str = "tini", *, floor: str | None = None
) -> InitPackage | Refusal:
    """Return how to install `tool` on a release of a distribution, or why that cannot be known (I10).

    `floor` is the oldest release that is possible where `release` is not known (`BaseImage.release_floor`).
    """
    if distro in ("scratch", "distroless", "ubuntu-chiseled"):
        return Refusal("I06", f"the image ({distro}) has no package manager", _INSTEAD)
    row = _row(distro, tool)
    if row is None or row["install"] is None:
        reason = row.get("why") if row else None
        return Refusal("I10", reason or f"harden knows no {tool} package for {distro or 'this base image'}", _INSTEAD)
    # what is rolling ("edge", "sid") is newer than every release: only numbers and codenames are compared
    reached = row["from"] is None or release_reaches(distro, release or floor, row["from"])
    if reached is None:
        return Refusal("I10", f"cannot tell the release of {distro}, and older ones have no {tool}", "name the release")
    if not reached:
        return Refusal("I10", f"{distro} {release or floor} has no {tool}", _INSTEAD)
    return InitPackage(
        row["package"], row["binary"], row["install"], row["static"], row["confidence"], row["source"]
    )  # fmt: skip


def init_for(image: BaseImage, tool: str = "tini") -> InitPackage | Refusal:
    """Return how to install `tool` in an image, or why not: an init in it already (I05), no such package (I10)."""
    if image.windows:
        return Refusal("I06", "a Windows image needs no init")
    if image.must_be_pid1:
        return Refusal("I05", f"the entry point of {image.family} must be PID 1")
    if image.init_in_image is UNKNOWN:
        return Refusal("I05", f"cannot tell whether this version of {image.family} has an init already")
    if image.init_in_image:
        return Refusal("I05", f"the image has an init already: {image.init_in_image}")
    if image.archive_moved:
        return Refusal("B17", f"the package archive of {image.distro} {image.release} is gone", _INSTEAD)
    return init_package(image.distro, image.release, tool, floor=image.release_floor)


def is_init(argv: tuple[str, ...]) -> bool:
    """Say if a command starts an init that reaps and forwards signals (tini, dumb-init …), or must be PID 1 itself."""
    if not argv:
        return False
    name = argv[0].rpartition("/")[2]
    return name in facts("inits")["inits"]["names"] or name in _NUMBERED or must_be_pid1(argv)


def is_supervisor(argv: tuple[str, ...]) -> bool:
    """Say if a command is a supervisor that reaps its children itself (I05: an init adds nothing)."""
    return bool(argv) and argv[0].rpartition("/")[2] in facts("inits")["supervisors"]["names"]


def reaps_itself(argv: tuple[str, ...]) -> bool:
    """Say if a command is a server that handles SIGTERM and its own children (an init adds nothing)."""
    if not argv:
        return False
    rows, name = facts("inits")["servers"], argv[0].rpartition("/")[2]
    return name in rows["names"] or any(re.fullmatch(pattern, name) for pattern in rows["patterns"])


def must_be_pid1(argv: tuple[str, ...]) -> bool:
    """Say if a command works only as PID 1 (I05): s6-overlay, systemd, my_init, the entry point of Lambda."""
    rows = facts("inits")["pid1"]
    return bool(argv) and (argv[0] in rows["paths"] or argv[0].rpartition("/")[2] in rows["names"])


def _row(distro: str | None, tool: str) -> dict[str, Any] | None:
    rows = facts("inits")["packages"]
    return next((row for row in rows if row["tool"] == tool and distro in row["distros"]), None)
