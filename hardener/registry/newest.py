"""Newer tags of the same shape: `3.12-slim` may become `3.14-slim`, never `3.14-alpine` or `3.14.0-slim`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from hardener.fast.patterns import regex

_NUMBERS = regex(r"\d{4}-\d{2}-\d{2}|\d{1,8}(?:[._]\d{1,8}){0,4}")
#: a number that stands on its own, with at most a `v`, is the version; one that is glued to a word belongs to the word
_ALONE = regex(rf"(?<![A-Za-z0-9._])(?:v(?=\d))?({_NUMBERS.pattern})(?![A-Za-z0-9])")
_COMMIT = regex(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?![0-9A-Za-z])")
#: versions from here on are years, or whole dates: 2024.1, 20240115
_YEAR = 1990
#: and a single number from here on that is no date is a commit or a build
_NO_VERSION = 9999


class Step(Enum):
    """How far a tag may move: not at all, or while the numbers before the last, the first, or none are equal."""

    SAME = "same"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


def newest_tag(tags: Iterable[str], current: str, step: Step) -> str:
    """Return the newest of `tags` that has the shape of `current` and lies within `step`; `current` if none does.

    The first number of a tag that stands on its own is its version (`22.04`, `v3.12.1-slim-bookworm`, `ubi8-1.2`), else
    the first one (`alpine3.20`); all else has to be equal. A date never takes the place of a version.
    """
    match = _ALONE.search(current)
    start, end = match.span(1) if match else (-1, -1)
    if match is None and (match := _NUMBERS.search(current)):
        start, end = match.span()
    if step is Step.SAME or match is None or _COMMIT.search(current):
        return current
    before, own, after = current[:start], current[start:end], current[end:]
    if _kind(own) is None:
        return current
    kept = {Step.PATCH: 2, Step.MINOR: 1, Step.MAJOR: 0}[step]
    best, best_tag = _version(own), current
    for tag in tags:
        if not (tag.startswith(before) and tag.endswith(after) and len(tag) >= len(before) + len(after)):
            continue
        middle = tag[len(before) : len(tag) - len(after)]
        if _NUMBERS.fullmatch(middle) is None or _kind(middle) != _kind(own):
            continue
        version = _version(middle)
        if version[:kept] == _version(own)[:kept] and version > best:
            best, best_tag = version, tag
    return best_tag


def _kind(text: str) -> tuple[str, bool] | None:
    """Return what has to be equal of two versions: the separators, and whether they are dates; None for no version."""
    numbers = _version(text)
    is_date = numbers[0] >= _YEAR
    if numbers[0] > _NO_VERSION and not re.match(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)", text):
        return None
    return re.sub(r"\d+", "", text), is_date


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.split("[._-]", text))
