"""Wildcards whose test takes time in proportion to the text, whatever the pattern (regular expressions go back)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

#: `[^/]*`, `.*` and `(.*/)?`; any other part of a pattern is a regular expression for one character
STAR, DEEP, FOLDERS = "*", "**", "**/"
#: with more of them the regular expression is left alone
_FEW = 2
#: wildcards in one part of a path, `**` in a whole pattern, and characters: more are not given to other libraries
_STARS, _LENGTH = 3, 1_000


def matcher(parts: Sequence[str], spent: list[int]) -> Callable[[str], bool]:
    """Return the test of whether a whole text matches.

    Args:
        parts: STAR, DEEP, FOLDERS, or an expression for one character such as `a`, `\\.` or `[^/]`.
        spent: its one number grows with the work that is done.

    Raises:
        re.error: a part is malformed.
    """
    expressions = {STAR: "[^/]*", DEEP: ".*", FOLDERS: "(.*/)?"}
    compiled = re.compile("".join(expressions.get(part, part) for part in parts) + r"\Z")
    if sum(part in expressions for part in parts) <= _FEW:
        return lambda text: compiled.match(text) is not None
    return _Automaton(parts, spent).matches


def is_wild(pattern: str) -> bool:
    """Tell whether a pattern, as in .gitignore, has more wildcards than a regular expression takes: time multiplies."""
    parts = pattern.split("/")
    return len(pattern) > _LENGTH or pattern.count("**") > _STARS or any(part.count("*") > _STARS for part in parts)


class _Automaton:
    """All places of the pattern where a text may have got to, as the bits of a number.

    Args:
        parts, spent: as of `matcher`.
    """

    def __init__(self, parts: Sequence[str], spent: list[int]) -> None:
        parts = [p for at, p in enumerate(parts) if p not in (STAR, DEEP, FOLDERS) or at == 0 or parts[at - 1] != p]
        self._spent = spent
        self._ones = [(1 << at, re.compile(part)) for at, part in enumerate(parts) if part not in (STAR, DEEP, FOLDERS)]
        self._star, self._deep, self._folders = (
            sum(1 << at for at, part in enumerate(parts) if part == kind) for kind in (STAR, DEEP, FOLDERS)
        )
        self._skip = self._star | self._deep | self._folders
        self._end = 1 << len(parts)
        self._places: dict[str, int] = {}

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches."""
        self._spent[0] += len(text)
        at, inside = self._closed(1), 0
        for char in text:
            places = self._places.get(char)
            if places is None:
                places = self._places[char] = sum(bit for bit, one in self._ones if one.fullmatch(char))
            step = (at & places) << 1
            step |= at & self._star if char != "/" else 0
            entered = inside | (at & self._folders)
            step |= at & self._deep if char != "\n" else 0
            step |= entered << 1 if char == "/" else 0
            inside = entered if char != "\n" else 0
            at = self._closed(step)
            if not at | inside:
                return False
        return bool(at & self._end)

    def _closed(self, at: int) -> int:
        """Return `at` with the places that a wildcard for nothing leads to."""
        while (more := at | ((at & self._skip) << 1)) != at:
            at = more
        return at
