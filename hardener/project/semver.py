"""Node's version ranges, as far as lock files of old need them; what is not understood is None."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex

_VERSION = regex(r"v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?\Z")
_PART = regex(r"(\^|~>?|>=|<=|>|<|=)?\s*v?(\d+|[xX*])?(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(-[0-9A-Za-z.-]+)?\Z")
Triple = tuple[int, int, int]


def satisfies(version: str, wanted: str) -> bool | None:
    """Tell whether `version` is in the range `wanted`; None where either is no plain version or range."""
    found = _VERSION.match(version)
    if found is None:
        return None
    if found[4]:
        return version == wanted.lstrip("=v") or None
    triple = (int(found[1]), int(found[2]), int(found[3]))
    answers = [_all(triple, part.strip()) for part in wanted.split("||")]
    return None if None in answers and True not in answers else True in answers


def _all(version: Triple, text: str) -> bool | None:
    low, hyphen, high = text.partition(" - ")
    if hyphen:
        bounds = [_one(version, ">=" + low.strip()), _one(version, "<=" + high.strip())]
    else:
        parts = re.findall(r"(?:[\^~<>=]+\s*)?\S+", text) or ["*"]
        bounds = [_one(version, part) for part in parts]
    if None in bounds:
        return None
    return all(bounds)


def _one(version: Triple, text: str) -> bool | None:
    match = _PART.match(text)
    if match is None or match[5]:
        return None
    numbers = [int(part) for part in match.groups()[1:4] if part and part.isdigit()]
    low = (*numbers, 0, 0, 0)[:3]
    operator = (match[1] or "").rstrip(">") if (match[1] or "").startswith("~") else match[1] or ""
    first = (low[0], low[1], low[2])
    if not numbers:
        return operator not in ("<", ">")
    if operator == ">=":
        return version >= first
    if operator == "<":
        return version < first
    if operator == ">":
        return version > first if len(numbers) == 3 else version >= _next(first, len(numbers) - 1)
    if operator == "<=":
        return version <= first if len(numbers) == 3 else version < _next(first, len(numbers) - 1)
    return first <= version < _next(first, _kept(operator, numbers))


def _kept(operator: str, numbers: list[int]) -> int:
    """Return the index of the number that must not grow past its value."""
    if operator == "^":
        return next((i for i, n in enumerate(numbers) if n), len(numbers) - 1)
    if operator == "~":
        return min(1, len(numbers) - 1)
    return len(numbers) - 1


def _next(low: Triple, index: int) -> Triple:
    numbers = [*low[: index + 1], 0, 0][:3]
    numbers[index] += 1
    return (numbers[0], numbers[1], numbers[2])
