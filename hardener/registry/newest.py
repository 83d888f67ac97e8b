"""Newer tags of the same shape: `3.12-slim` may become `3.14-slim`, never `3.14-alpine` or `3.14.0-slim`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

_NUMBERS = re.compile(r"\d{1,8}(?:\.\d{1,8}){0,3}")


class Step(Enum):
    """How far a tag may move: not at all, or while the numbers before the last, the first, or none are equal."""

    SAME = "same"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


def newest_tag(tags: Iterable[str], current: str, step: Step) -> str:
    """Return the newest of `tags` that has the shape of `current` and lies within `step`; `current` if none does.

    The first number of a tag is its version (`22.04`, `3.12.1-slim-bookworm`); all else has to be equal.
    """
    match = _NUMBERS.search(current)
    if step is Step.SAME or match is None:
        return current
    before, after = current[: match.start()], current[match.end() :]
    own = _version(match[0])
    kept = {Step.PATCH: max(len(own) - 1, 2), Step.MINOR: 1, Step.MAJOR: 0}[step]
    best, best_tag = own, current
    for tag in tags:
        if not (tag.startswith(before) and tag.endswith(after) and len(tag) >= len(before) + len(after)):
            continue
        middle = tag[len(before) : len(tag) - len(after)]
        if _NUMBERS.fullmatch(middle) is None:
            continue
        version = _version(middle)
        if len(version) == len(own) and version[:kept] == own[:kept] and version > best:
            best, best_tag = version, tag
    return best_tag


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split("."))
