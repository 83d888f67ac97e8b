"""Version ranges of npm and, where they mean the same, of Cargo; what is not understood is None."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.text import is_number

_PRE = r"(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
_VERSION = regex(rf"v?(\d{{1,15}})\.(\d{{1,15}})\.(\d{{1,15}}){_PRE}\Z")
_PART = regex(rf"(\^|~>?|>=|<=|>|<|=)?\s*[v=]*\s*(\d+|[xX*])?(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?{_PRE}\Z")
#: an identifier of a prerelease: numbers come before names, and are compared as numbers
Identifier = tuple[int, int, str]
#: what a version is compared by; the one before last is 1 for a release, which comes after its prereleases
Version = tuple[int, int, int, int, tuple[Identifier, ...]]
#: an operator of (">=", ">", "<", "<=") and what is compared with it
Comparator = tuple[str, Version]


def satisfies(version: str, wanted: str) -> bool | None:
    """Tell whether `version` is in the range `wanted`; None where either is no plain version or range.

    A prerelease is in a range only where a part of it names a prerelease of the same three numbers.
    """
    found = _VERSION.match(version)
    if found is None:
        return None
    parsed = _version((int(found[1]), int(found[2]), int(found[3])), found[4])
    answers = [_all(parsed, part.strip()) for part in wanted.split("||")]
    return None if None in answers and True not in answers else True in answers


def _version(numbers: tuple[int, int, int], pre: str | None) -> Version:
    parts = tuple((0, int(p), "") if is_number(p) else (1, 0, p) for p in pre.split(".")) if pre else ()
    return (*numbers, 0 if pre else 1, parts)


def _all(version: Version, text: str) -> bool | None:
    low, hyphen, high = text.partition(" - ")
    if hyphen:
        parts = [">=" + low.strip(), "<=" + high.strip()]
    else:
        parts = re.findall(r"(?:[\^~<>=]+\s*)?\S+", text) or ["*"]
    found = [_comparators(part) for part in parts]
    if None in found:
        return None
    comparators = [one for part in found for one in part or ()]
    named = any(one[1][3] == 0 and one[1][4] and one[1][:3] == version[:3] for one in comparators)
    return (bool(version[3]) or named) and all(_holds(version, *one) for one in comparators)


def _holds(version: Version, operator: str, other: Version) -> bool:
    if operator == ">=":
        return version >= other
    if operator == ">":
        return version > other
    return version < other if operator == "<" else version <= other


def _comparators(text: str) -> tuple[Comparator, ...] | None:
    """Return what a part of a range means; None for one that cannot be read."""
    match = _PART.match(text)
    if match is None:
        return None
    given = match.groups()[1:4]
    numbers: list[int] = []
    for part in given:
        if part is None or part in "xX*":
            break
        if not is_number(part):
            return None
        numbers.append(int(part))
    if match[5] and len(numbers) < 3:
        return None
    operator = "~" if (match[1] or "").startswith("~") else match[1] or ""
    low = (*numbers, 0, 0, 0)[:3]
    first = _version((low[0], low[1], low[2]), match[5])
    if not numbers:
        return (("<", _below(first)),) if operator in ("<", ">") else ()
    return _bounds(operator, first, numbers)


def _bounds(operator: str, first: Version, numbers: list[int]) -> tuple[Comparator, ...]:
    after = _next(first, len(numbers) - 1)
    whole = len(numbers) == 3
    if operator == ">=":
        return ((">=", first),)
    if operator == "<":
        return (("<", first if whole else _below(first)),)
    if operator == ">":
        return ((">", first),) if whole else ((">=", after),)
    if operator == "<=":
        return (("<=", first),) if whole else (("<", _below(after)),)
    if operator in ("", "=") and whole:
        return ((">=", first), ("<=", first))
    return ((">=", first), ("<", _below(_next(first, _kept(operator, numbers)))))


def _kept(operator: str, numbers: list[int]) -> int:
    """Return the index of the number that must not grow past its value."""
    if operator == "^":
        return next((i for i, n in enumerate(numbers) if n), len(numbers) - 1)
    if operator == "~":
        return min(1, len(numbers) - 1)
    return len(numbers) - 1


def _below(version: Version) -> Version:
    """Return the version with all its prereleases above it: what npm writes as `-0`, which names no prerelease."""
    return (*version[:3], 0, ())


def _next(low: Version, index: int) -> Version:
    major, minor, patch = low[:3]
    higher = ((major + 1, 0, 0), (major, minor + 1, 0), (major, minor, patch + 1))
    return _version(higher[index], None)
