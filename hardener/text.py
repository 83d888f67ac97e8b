"""Spans, edits and the style of a text: what knows about characters and nothing about Dockerfiles."""

from __future__ import annotations

from bisect import bisect_right

from hardener.fast.records import dataclass


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


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """Return `text` with `edits` applied; they must not overlap."""
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


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
