"""What a scalar says: its text from each of the five styles, and the value that a plain one stands for.

Values are those of yaml.v3 for Go, with which Compose reads its files: YAML 1.2 core, so that `yes`, `no`, `on` and
`off` are text (Compose makes a truth value of them where its schema wants one: `truth`), and with the octals (`0777`)
and underscores (`1_000`) of YAML 1.1. A date is text. Sources: the README of go-yaml v3 ("Compatibility"), and its
table of what plain scalars resolve to.
"""

from __future__ import annotations

import re
import sys

from hardener.fast.patterns import regex

Value = str | int | float | bool | None

_NEWLINE = regex(r"\r?\n")
_FOLD = regex(r"[ \t]*\r?\n[ \t\r\n]*")
_DOUBLE = regex(
    r"\\(?:\r?\n(?P<rest>[ \t\r\n]*)|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<one>.))"
    r"|(?P<fold>[ \t]*\r?\n[ \t\r\n]*)",
    re.DOTALL,
)
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_WORDS: dict[str, Value] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"),
    "+.inf": float("inf"), "+.Inf": float("inf"), "+.INF": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
}  # fmt: skip
_INTEGER = regex(r"([-+]?)(?:0x([0-9a-fA-F]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9][0-9]*))\Z")
_FLOAT = regex(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_TRUE = frozenset(("y", "yes", "on", "true"))
_FALSE = frozenset(("n", "no", "off", "false"))


def resolved(text: str) -> Value:
    """Return what a plain scalar stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if not text[0].isascii() or text[0] not in "+-.0123456789":
        return text
    bare = text if text[0] == "." else text.replace("_", "")
    match = _INTEGER.match(bare)
    if match is not None and len(bare) < 80:
        sign, *digits = match.groups()
        number = next(int(d, base) for d, base in zip(digits, (16, 2, 8, 10), strict=True) if d is not None)
        if number < 2**64 and not (sign == "-" and number > 2**63):
            return -number if sign == "-" else number
    if _FLOAT.match(bare) is not None:
        value = float(bare)
        return text if value in (float("inf"), float("-inf")) else value
    return text


def truth(text: str) -> bool | None:
    """Return what a scalar means where a truth value is wanted, in YAML 1.1 too; None for anything else."""
    word = text.lower()
    return True if word in _TRUE else False if word in _FALSE else None


def plain(raw: str) -> str:
    """Return the text of a plain scalar."""
    return _FOLD.sub(_folded, raw) if "\n" in raw else raw


def single(raw: str) -> str:
    """Return the text of a scalar in single quotes, given with them."""
    return plain(raw[1:-1]).replace("''", "'")


def double(raw: str) -> str | None:
    """Return the text of a scalar in double quotes, given with them; None where an escape is no character."""
    try:
        return _DOUBLE.sub(_unescaped, raw[1:-1])
    except (ValueError, KeyError, OverflowError):
        return None


def _folded(match: re.Match[str]) -> str:
    lines = match[0].count("\n")
    return " " if lines == 1 else "\n" * (lines - 1)


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    if kind == "fold":
        return _folded(match)
    if kind == "rest":
        return "\n" * match["rest"].count("\n")
    if kind == "one":
        return _ESCAPES[match["one"]]
    code = int(match[kind], 16)
    if 0xD800 <= code < 0xE000:
        raise ValueError("half a character")
    return chr(code)


class BlockText:
    """A literal or folded scalar: its header, its indentation and its lines.

    Attributes:
        header: the first line, from the indicator to the end, with a comment.
        indent: of the content; the column that its lines begin at.
        keeps: whether line breaks at the end count (`+`).
        start, end: of the lines in the text; the end is behind the line break of the last line that is not blank.
        ended: whether that line has a line break.
    """

    __slots__ = ("end", "ended", "header", "indent", "keeps", "start", "text")

    def __init__(self, text: str, start: int, end: int, column: int) -> None:
        """Read the scalar at `start`; the grammar says it ends at `end`, `column` is where its parent begins."""
        line_end = text.find("\n", start)
        self.start = self.end = line_end + 1 if line_end >= 0 else len(text)
        self.header = text[start : self.start].rstrip("\r\n")
        marks = self.header.partition(" ")[0].partition("\t")[0][1:]
        self.keeps = "+" in marks
        self.ended = line_end >= 0
        size = next((int(mark) for mark in marks if mark.isdigit()), 0)
        self.indent = max(column, 0) + size if size else _first_indent(text, self.start, end)
        self.text = self._chomped(self._lines(text), folded=text[start] == ">", strips="-" in marks)

    def _lines(self, text: str) -> list[tuple[str, bool]]:
        """Return the content of each line and whether it has a line break, blank lines at the end with them."""
        lines, at = [], self.start
        while at < len(text):
            stop = text.find("\n", at)
            line = text[at : stop if stop >= 0 else len(text)].removesuffix("\r")
            bare = line.lstrip(" ")
            if len(line) - len(bare) < self.indent and bare:
                break
            at = stop + 1 if stop >= 0 else len(text)
            content = line[self.indent :]
            lines.append((content, stop >= 0))
            if content:
                self.end, self.ended = at, stop >= 0
        return lines

    def _chomped(self, lines: list[tuple[str, bool]], folded: bool, strips: bool) -> str:
        blank = 0
        while lines and not lines[-1][0]:
            blank += lines.pop()[1]
        body = _unfolded([line for line, _ in lines]) if folded else "\n".join(line for line, _ in lines)
        if strips:
            return body
        last = "\n" if lines and lines[-1][1] else ""
        return body + last + ("\n" * blank if self.keeps else "")


def _first_indent(text: str, start: int, end: int) -> int:
    """Return the indentation of the first line that is not blank and belongs to the scalar; no end where none does."""
    at = start
    while at < end:
        stop = text.find("\n", at)
        line = text[at : stop if stop >= 0 else len(text)].removesuffix("\r")
        bare = line.lstrip(" ")
        if bare:
            return len(line) - len(bare)
        at = stop + 1 if stop >= 0 else len(text)
    return sys.maxsize


def _unfolded(lines: list[str]) -> str:
    """Join the lines of a folded scalar: a break between two lines of text is a space."""
    made: list[str] = []
    breaks, before = 0, ""
    for line in lines:
        if not line:
            breaks += 1
            continue
        if made and before[0] not in " \t" and line[0] not in " \t":
            made.append("\n" * breaks or " ")
        else:
            made.append("\n" * (breaks + bool(made)))
        made.append(line)
        breaks, before = 0, line
    return "".join(made)
