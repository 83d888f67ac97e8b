"""One requirement of pip: its extras, and whether its version is older than the wheels for the image's Python."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.knowledge.splitting import table
from hardener.text import whole

_EXTRAS = regex(r"\s*[\w.-]+\s*\[([^\]]*)\]")
_VERSION = regex(r"(===?|~=|<=?)\s*(\d+(?:\.\d+)*)")


def extras_of(name: str, requirement: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the packages that the extras of a requirement bring, of those that matter, and the unknown extras.

    Args:
        name: of the package, in its canonical form.
        requirement: as it is written, `celery[redis,sqs]==5.3`.
    """
    match = _EXTRAS.match(requirement)
    brought: set[str] = set()
    unknown: list[str] = []
    known = table("python", "extras")
    for extra in (match[1] if match is not None else "").split(","):
        word = re.sub(r"[-_.]+", "-", extra.strip().lower())
        packages = known.get(f"{name}[{word}]")
        if packages is not None:
            brought.update(packages.split())
        elif word and word not in known["*"].split():
            unknown.append(word)
    return frozenset(brought), tuple(unknown)


def may_be_compiled(name: str, requirement: str, minor: int | None) -> bool:
    """Tell whether a package may have no wheel for the image's Python, and be linked with what the image has.

    A version that is older than a Python has no wheels for it: pip builds such a one with libraries of the image.

    Args:
        name: of the package, in its canonical form.
        requirement: as it is written, `lxml==4.6.3`.
        minor: 11 for Python 3.11; None where it is not known.
    """
    wheels = table("python", "wheels").get(name)
    named = [(sign, _numbers(version)) for sign, version in _VERSION.findall(requirement)]
    if wheels is None or not named:
        return False
    first = dict(pair.split(":") for pair in wheels.split()).get(str(minor))
    if first is None:
        return True
    oldest = _numbers(first)
    return any(version <= oldest if sign == "<" else version < oldest for sign, version in named)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [whole(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
