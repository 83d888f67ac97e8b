"""Spans, edits and the style of a text: what knows about characters and nothing about Dockerfiles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate

from hardener.fast.records import dataclass

#: lines of one text times lines of the other that are compared without dividing them
_MOST = 600_000


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters from `start` to `end` by `new`."""

    start: int
    end: int
    new: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with `edits` applied; they must not overlap. Insertions at one place go in by their text."""
    for edit in sorted(edits, key=lambda e: (e.start, e.end, e.new), reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def minimal_edits(old: str, new: str) -> tuple[Edit, ...]:
    """Return small edits that turn `old` into `new`: lines that stay are kept, and both ends of the others.

    They are in order and do not touch each other.
    """
    if old == new:
        return ()
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, before))]
    changed = line_changes(before, after)
    return tuple(_trimmed(starts[i], "".join(before[i:k]), "".join(after[j:m])) for i, k, j, m in changed)


def line_changes(before: list[str], after: list[str]) -> list[tuple[int, int, int, int]]:
    """Return (start, end, new start, new end) of the lines that differ, in order.

    Looking for the longest common block takes the square of the lines: long texts are divided first.
    """
    import difflib  # only who asks for edits pays for it

    found: list[tuple[int, int, int, int]] = []
    for i, k, j, m in _divided(before, after):
        if (k - i) * (m - j) > _MOST:
            found.append((i, k, j, m))
            continue
        matcher = difflib.SequenceMatcher(None, before[i:k], after[j:m], autojunk=False)
        codes = matcher.get_opcodes()
        found += [(i + a, i + b, j + c, j + d) for kind, a, b, c, d in codes if kind != "equal"]
    return found


def _divided(before: list[str], after: list[str]) -> list[tuple[int, int, int, int]]:
    """Return the parts to compare: all of short texts, of long ones what lies between lines that both have once."""
    if len(before) * len(after) <= _MOST:
        return [(0, len(before), 0, len(after))]
    places = {line: at for at, line in enumerate(after)}
    twice = {line for lines in (before, after) for line, count in Counter(lines).items() if count > 1}
    pairs = [(at, places[line]) for at, line in enumerate(before) if line in places and line not in twice]
    parts: list[tuple[int, int, int, int]] = []
    i = j = 0
    for at, new in (*_increasing(pairs), (len(before), len(after))):
        k, m = at, new
        while i < k and j < m and before[i] == after[j]:
            i, j = i + 1, j + 1
        while k > i and m > j and before[k - 1] == after[m - 1]:
            k, m = k - 1, m - 1
        if i < k or j < m:
            parts.append((i, k, j, m))
        i, j = at, new
    return parts


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest choice of pairs, which are in order of their first numbers, that is in order of the second."""
    ends: list[int] = []
    last: list[int] = []
    ahead: list[int] = []
    for index, (_, new) in enumerate(pairs):
        length = bisect_left(ends, new)
        ahead.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(new)
            last.append(index)
        else:
            ends[length], last[length] = new, index
    found: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = ahead[at]
    return found[::-1]


def _trimmed(start: int, old: str, new: str) -> Edit:
    """Return the edit of `old` at `start` without the characters that both ends have in common."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    return Edit(start + head, start + len(old) - tail, new[head : len(new) - tail])


def _common(old: str, new: str) -> int:
    """Return how many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


class LineIndex:
    """Line and column of a character offset, both from 1."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._starts = starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return (line, column) of `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, offset: int) -> int:
        """Return the line of `offset`."""
        return bisect_right(self._starts, offset)


def is_number(text: str) -> bool:
    """Tell whether `int` reads a text as a whole number: digits of ASCII (`²` is a digit too), and not too many."""
    return text.isascii() and text.isdigit() and len(text) < 20


def whole(text: str) -> int:
    """Return the number that digits say; one that is larger than all in use for what `int` may not or cannot read."""
    return int(text) if is_number(text) else 10**20


def newline_of(text: str) -> str:
    """Return the newline that the first line of `text` ends with; "\\n" for a text without one."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def decode(data: bytes) -> str:
    """Decode UTF-8; bytes that are none come back unchanged from `encode`."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Undo `decode`."""
    return text.encode("utf-8", "surrogateescape")
