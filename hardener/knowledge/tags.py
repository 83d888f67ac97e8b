"""What the parts of an image tag say: `3.12-slim-bookworm` is version 3.12, Debian bookworm, the word slim."""

from __future__ import annotations

from functools import cache

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts

Version = tuple[int, ...]

_VERSION = regex(r"v?(\d+(?:\.\d+)*)(?:(?:rc|a|b|u|x|p|ea|beta|alpha)\.?\d*|_\d+(?:\.\d+)*)?")
_NUMBERED = regex(r"([a-z]+)(\d+(?:\.\d+)*)")
_DATE = regex(r"\d{8}(?:\.\d+)*")
# what stands before a number and names a distribution; "debian" and "centos" numbers are looked up in suites.json
_DISTROS = {
    "alpine": "alpine",
    "debian": "debian",
    "ubuntu": "ubuntu",
    "ubi": "rhel",
    "rockylinux": "rocky",
    "al": "amazonlinux",
    "ol": "oraclelinux",
    "oraclelinux": "oraclelinux",
    "centos": "centos",
    "fedora": "fedora",
    "azurelinux": "azurelinux",
    "mariner": "mariner",
}
_WINDOWS = frozenset({"windowsservercore", "nanoserver", "servercore"})
# words that choose a point in time or a platform, never other content
_PLAIN = frozenset(
    {
        "latest",
        "stable",
        "lts",
        "current",
        "mainline",
        "rc",
        "beta",
        "alpha",
        "ea",
        "edge",
        "next",
        "testing",
        "unstable",
    }
    | {"amd64", "arm64", "arm64v8", "arm32v7", "arm32v6", "i386", "ppc64le", "s390x", "riscv64", "linux"}
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag taken apart.

    Attributes:
        version: the first number; None where the tag has none ("latest", "lts-slim").
        number: the same as it is written ("18.04"), or "".
        suite: (distribution, its release or None) where the tag names one.
        words: the remaining words, numbers behind them cut off ("jdk21" is jdk); `_PLAIN` words are left out.
        windows: the tag names a Windows base.
    """

    version: Version | None
    number: str
    suite: tuple[str, str | None] | None
    words: frozenset[str]
    windows: bool


@cache
def _codenames() -> dict[str, tuple[str, str]]:
    names = {}
    for distro in ("debian", "ubuntu"):
        for row in facts("suites")[distro]:
            names[row.get("codename", row["release"])] = (distro, row["release"])
    return names


def debian_release(number: str) -> str | None:
    """Return the codename of a Debian release number ("12" or "12.5")."""
    major = number.partition(".")[0]
    return next((row["release"] for row in facts("suites")["debian"] if row["number"] == major), None)


def read_tag(text: str) -> Tag:
    """Take a tag apart at its hyphens; anything that is not understood is kept as a word."""
    number = ""
    suite: tuple[str, str | None] | None = None
    words = set()
    for part in text.lower().split("-"):
        match = _VERSION.fullmatch(part)
        found = _suite(part)
        if _DATE.fullmatch(part) or part in _PLAIN:
            continue
        if match:
            number = number or match.group(1)
        elif found:
            suite = suite if suite and not found[1] else found
        else:
            named = _NUMBERED.fullmatch(part)
            words.add(named.group(1) if named else part)
    windows = any(word in _WINDOWS for word in words)
    return Tag(as_version(number) if number else None, number, suite, frozenset(words), windows)


def _suite(part: str) -> tuple[str, str | None] | None:
    if part in _codenames():
        return _codenames()[part]
    if part.startswith("stream") and part[6:].isdigit():
        return ("centos", part)
    match = _NUMBERED.fullmatch(part)
    name = match.group(1) if match else part
    distro = _DISTROS.get(name)
    if distro is None or (not match and name in ("al", "ol")):
        return None
    return distro, match and release_of(distro, match.group(2))


def release_of(distro: str, number: str) -> str | None:
    """Return the release that a number stands for: bookworm, 22.04, 3.20, 9; None where it is too short."""
    parts = number.split(".")
    if distro == "debian":
        return debian_release(number)
    if distro in ("ubuntu", "alpine", "opensuse", "azurelinux", "mariner"):
        return ".".join(parts[:2]) if len(parts) > 1 else None
    return parts[0]


def as_version(text: str) -> Version:
    """Return the numbers of "3.12.1"."""
    return tuple(int(number) for number in text.split("."))


def reaches(version: Version | None, bound: Version) -> bool:
    """Say if `version` is `bound` or newer; a shorter one ("3" for 3.9) and none stand for the newest."""
    return version is None or version[: len(bound)] >= bound[: len(version)]


def release_reaches(distro: str | None, release: str | None, bound: str) -> bool | None:
    """Say if a release of a distribution is `bound` or newer; None where either is not known."""
    if release is None or distro is None:
        return None
    if distro == "debian":
        order = [row["release"] for row in facts("suites")["debian"]]
        return order.index(release) >= order.index(bound) if release in order and bound in order else None
    if not (release.replace(".", "").isdigit() and bound.replace(".", "").isdigit()):
        return None
    return as_version(release) >= as_version(bound)
