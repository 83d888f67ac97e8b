"""A logical line: physical lines joined as BuildKit joins them, and the way back to where each character stood.

BuildKit drops comment lines and empty lines inside a continuation and keeps the leading blanks of the others
(P01-P05); the escape character continues a line only when the character before it is not the escape character.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass

#: What Go's unicode.IsSpace accepts; Python's own set has four more.
GO_SPACE = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
PHYSICAL_LINE = regex(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Logical:
    """A logical text and, for each of its parts, where the part begins in it and in the raw text."""

    text: str
    starts: tuple[int, ...]
    raw_starts: tuple[int, ...]

    def raw(self, offset: int) -> int:
        """Return the raw offset of the character at `offset` (for the end: one past the last character)."""
        if len(self.starts) == 1:
            return self.raw_starts[0] + offset
        at = bisect_right(self.starts, offset) - 1
        if offset == len(self.text) and offset > 0:
            return self.raw(offset - 1) + 1
        return self.raw_starts[at] + offset - self.starts[at]

    def raw_end(self, offset: int) -> int:
        """Return the raw offset just after the character before `offset`."""
        return self.raw(offset - 1) + 1 if offset else self.raw(0)


def continuation_at(line: str, escape: str) -> int:
    """Return where the escape character that continues `line` (without newline) stands, or -1."""
    end = len(line.rstrip(" \t")) - 1
    return end if end >= 0 and line[end] == escape and line[end - 1 : end] != escape else -1


def is_comment(line: str) -> bool:
    """Tell whether a physical line is a comment where one may stand."""
    return line.lstrip(GO_SPACE).startswith("#")


def comment_lines(raw: str) -> list[str]:
    """Return the comment lines inside the continuations of `raw`, without blanks around them (P01)."""
    return [line.strip() for line in raw.split("\n")[1:] if is_comment(line)]


def join(lines: list[str], escape: str, raw_at: int = 0) -> Logical:
    """Join the physical `lines` of one instruction; the first begins at `raw_at` and is never a comment."""
    parts: list[str] = []
    starts: list[int] = []
    raws: list[int] = []
    size, at = 0, raw_at
    for number, line in enumerate(lines):
        body = line.rstrip("\r\n")
        if number == 0 or not (is_comment(line) or not body.strip(GO_SPACE)):
            cut = continuation_at(body, escape)
            part = body if cut < 0 else body[:cut]
            if part or not parts:
                parts.append(part)
                starts.append(size)
                raws.append(at)
                size += len(part)
        at += len(line)
    return Logical("".join(parts), tuple(starts), tuple(raws))


@lru_cache(maxsize=4096)
def logical(raw: str, escape: str = "\\") -> Logical:
    """Return the logical text of `raw`, the arguments of one instruction."""
    if "\n" not in raw:
        return Logical(raw, (0,), (0,))
    return join(PHYSICAL_LINE.findall(raw), escape)


def joined(text: str) -> str:
    """Return the logical text of one word: a newline in it always comes after an escape character."""
    if "\n" not in text:
        return text
    before = text.partition("\n")[0].rstrip(" \t\r")
    return logical(text, before[-1:] if before[-1:] in ("\\", "`") else "\\").text
