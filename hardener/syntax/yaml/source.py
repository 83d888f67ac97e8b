"""A YAML text on its way into tree-sitter-yaml, whose offsets become those of the text.

Every character outside ASCII is handed over as one letter, so that bytes and characters are counted alike; what the
text says is always read from the text itself.

The grammar's scanner keeps its columns in a buffer of 1,024 bytes and its lines in 16 bits, and checks neither: a text
that would pass either bound is refused before it is parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hardener.errors import YamlSyntaxError
from hardener.fast.grammars import parser_of
from hardener.fast.patterns import regex
from hardener.text import LineIndex

if TYPE_CHECKING:
    from tree_sitter import Node as Tree

#: Collections in each other that are read.
MAX_DEPTH = 200
#: Lines, and characters of a line, that the scanner of the grammar can count.
MAX_LINES = MAX_COLUMNS = 32_000
_LETTERS = regex(r"[^\x00-\x7f]")
#: What ends a line in YAML 1.1, as Docker Compose reads it, and none in YAML 1.2 (section 5.4).
_SOME_BREAKS = "\x85\u2028\u2029"
#: What YAML does not allow in a text (section 5.1), a mark of the byte order within it, and a carriage return alone.
_FORBIDDEN = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]|\r(?!\n)|[" + _SOME_BREAKS + "]")
#: What a line can begin block collections with.
_PREFIX = regex(r"(?m)^[ \t]*(?:(?:[-?:]|[&!*]\S*)[ \t]+)*")
_TOKEN = regex(r"\S+")
#: The scanner keeps two columns a collection at most, and 253 in all: 2 * (101 + 20) are safe.
_NARROW, _WIDE = 100, 20
_LONG_LINE = regex(rf"[^\n]{{{MAX_COLUMNS + 1}}}")


class Source:
    """A text and its file name."""

    __slots__ = ("filename", "memo", "skipped", "text")

    def __init__(self, text: str, filename: str | None) -> None:
        self.text, self.filename = text, filename
        #: what was worked out about the whole text, by the function that did
        self.memo: dict[object, Any] = {}
        #: a mark of the byte order, which the grammar does not get to see
        self.skipped = int(text.startswith("\ufeff"))

    def error(self, message: str, offset: int) -> YamlSyntaxError:
        """Return an error that points to a character."""
        line, column = LineIndex(self.text).position(offset)
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        shown = self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")
        return YamlSyntaxError(message, filename=self.filename, line=line, column=column, source_line=shown)

    def column(self, offset: int) -> int:
        """Return how many characters stand before one on its line, from 0."""
        return offset - max(self.text.rfind("\n", 0, offset) + 1, self.skipped)

    def parse(self) -> Tree:
        """Return the root of the tree.

        Raises:
            YamlSyntaxError: the text is no YAML, or passes a bound.
        """
        self._check()
        plain = self.text[self.skipped :]
        root: Tree = parser_of("tree_sitter_yaml").parse(_LETTERS.sub("x", plain).encode("ascii")).root_node
        if root.has_error:
            at = self._place_of_error(root)
            tab = self._tab_at(at)
            raise self.error("this is no YAML", at) if tab is None else self.error("YAML allows no tab to indent", tab)
        if plain.count("[") + plain.count("{") + _NARROW > MAX_DEPTH:
            self._check_depth(root)
        return root

    def _check(self) -> None:
        found = _FORBIDDEN.search(self.text, self.skipped)
        if found is not None:
            shown = f"U+{ord(found[0]):04X}"
            if found[0] in _SOME_BREAKS:
                told = f"{shown} ends a line for some readers of YAML and not for others: write it as an escape"
                raise self.error(told, found.start())
            raise self.error(f"YAML does not allow the character {shown} here", found.start())
        if self.text.count("\n") > MAX_LINES:
            raise self.error(f"cannot read more than {MAX_LINES:,} lines", len(self.text))
        found = _LONG_LINE.search(self.text)
        if found is not None:
            raise self.error(f"cannot read a line of more than {MAX_COLUMNS:,} characters", found.start())
        self._check_columns()

    def _check_columns(self) -> None:
        """Refuse a text in which block collections may begin at more columns than the scanner can keep."""
        wide: set[int] = set()
        for match in _PREFIX.finditer(self.text):
            if match.end() - match.start() > _NARROW:
                wide.add(match.end() - match.start())
                wide.update(token.start() for token in _TOKEN.finditer(match[0]) if token.start() > _NARROW)
                if len(wide) > _WIDE:
                    raise self.error("cannot read what is nested this deep", match.end())

    def _check_depth(self, root: Tree) -> None:
        """Refuse collections too deep in each other; a part shorter than the bound cannot be too deep."""
        waiting = [(root, 0)]
        while waiting:
            part, depth = waiting.pop()
            if depth > MAX_DEPTH:
                raise self.error("cannot read what is nested this deep", self.skipped + part.start_byte)
            depth += part.type in COLLECTIONS
            waiting += [(c, depth) for c in part.named_children if c.end_byte - c.start_byte > MAX_DEPTH - depth]

    def _place_of_error(self, root: Tree) -> int:
        """Return where the first error of a tree shows: behind what could still be read."""
        part, inner = root, root.children
        while inner and not part.is_error:
            inner = [child for child in inner if child.has_error or child.is_missing]
            part, inner = (inner[0], inner[0].children) if inner else (part, [])
        at = self.skipped + (part.end_byte if part.child_count else part.start_byte)
        while at < len(self.text) and self.text[at] in " \t":
            at += 1
        return min(at, len(self.text))

    def _tab_at(self, at: int) -> int | None:
        """Return the tab in the indentation of the first line with text from `at` on; None where there is none."""
        begins = at + len(self.text[at:]) - len(self.text[at:].lstrip())
        start = self.text.rfind("\n", 0, begins) + 1
        indent = self.text[start:begins]
        return start + indent.index("\t") if indent.isspace() and "\t" in indent else None


COLLECTIONS = frozenset(("block_mapping", "block_sequence", "flow_mapping", "flow_sequence"))
