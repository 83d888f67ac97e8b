"""Places in a text as the protocol counts them: lines that end as LSP says, columns in the units that were agreed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from lsprotocol import types

from hardener.rules.base import Region
from hardener.text import Edit

#: what ends a line for LSP; for a Dockerfile it is "\n" alone
_END = re.compile(r"\r\n|\n|\r")


class Positions:
    """The characters of one text as positions of the protocol, and back.

    Args:
        text: the whole text.
        encoding: the units of columns: "utf-8", "utf-16" or "utf-32".
    """

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self.encoding = encoding
        self._starts = [0, *(found.end() for found in _END.finditer(text))]
        self._dockerfile_starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]

    def position(self, offset: int) -> types.Position:
        """Return the position of the character at `offset`."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line, self._units(self.text[self._starts[line] : offset]))

    def offset(self, position: types.Position) -> int:
        """Return the character at `position`; one behind the end of its line means that end (LSP 3.17)."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        last = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self.text)
        line = _END.sub("", self.text[start:last])
        if line.isascii() or self.encoding == "utf-32":
            return start + min(position.character, len(line))
        units = 0
        for at, char in enumerate(line):
            units += self._units(char)
            if units > position.character:
                return start + at
        return start + len(line)

    def at(self, line: int, column: int) -> int:
        """Return the character at a line and column as harden counts them, from 1."""
        if line > len(self._dockerfile_starts):
            return len(self.text)
        return min(self._dockerfile_starts[max(line, 1) - 1] + max(column, 1) - 1, len(self.text))

    def region(self, region: Region) -> types.Range:
        """Return a region of harden as a range."""
        start = self.at(region.line, region.column)
        return self.span(start, max(start, self.at(region.end_line, region.end_column)))

    def line_of(self, line: int) -> types.Range:
        """Return the text of a line as harden counts it, without what ends it."""
        start = self.at(line, 1)
        return self.span(start, start + len(self.text[start : self.at(line + 1, 1)].rstrip("\r\n")))

    def span(self, start: int, end: int) -> types.Range:
        """Return the characters from `start` up to, not including, `end` as a range."""
        return types.Range(self.position(start), self.position(end))

    def edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Return edits of the text as the protocol has them."""
        whole = (self._whole(edit) for edit in edits)
        return [types.TextEdit(self.span(edit.start, edit.end), edit.new) for edit in whole]

    def _whole(self, edit: Edit) -> Edit:
        """Return an edit that does not begin or end inside of a CRLF: there is no position between the two."""
        start, end, new = edit.start, edit.end, edit.new
        if self._is_inside(start):
            start, new = start - 1, "\r" + new
        if self._is_inside(end):
            end, new = end + 1, new + "\n"
        return Edit(start, end, new)

    def _is_inside(self, offset: int) -> bool:
        return self.text[max(offset - 1, 0) : offset + 1] == "\r\n"

    def _units(self, text: str) -> int:
        if self.encoding == "utf-32" or text.isascii():
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(char > "\uffff" for char in text)
