"""Values as YAML text: scalars in a style, and collections in block or flow style."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from hardener.fast.patterns import regex
from hardener.syntax.yaml.nodes import Style
from hardener.syntax.yaml.scalars import resolved, truth

#: What a plain scalar cannot begin with, and what it cannot have in it; some of it only in flow style.
_START = regex(r"[-?:,\[\]{}#&*!|>'\"%@`\s]|\.\.\.|<<\Z|=\Z")
#: A dash in front of text is quoted too: tree-sitter-yaml takes it for an item below a list in the column of its key.
_HARMLESS_START = regex(r"[?:][^\s,\[\]{}-]")
_WITHIN = regex(r":(?:\s|\Z)|\s#|[,\[\]{}]|[^\x20-\x7e\xa0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONTROL = regex(r"[^\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
#: What no reader takes for a number, though it begins as one.
_SECONDS = regex(r"[1-9][0-9]*s\Z")
#: What other readers take for a number or a date.
_NUMBER_LIKE = regex(r"[-+]?[0-9][0-9_:.\-TZ ]*\Z|[-+.0-9].*[0-9xobe].*\Z|[-+]?\.?(?:inf|nan)\Z")


class Layout(NamedTuple):
    """How a file is written.

    Attributes:
        step: columns that a mapping stands deeper than what it is in.
        item_step: columns that the dash of an item stands deeper than the key above it.
        newline: the line break.
    """

    step: int
    item_step: int
    newline: str


def scalar(value: str | int | float | bool | None, style: Style = "plain") -> str:
    """Return a scalar on one line, in `style` where that can hold it, else in double quotes.

    Only a string is quoted; what is written reads as the value in block and in flow style, in YAML 1.1 and 1.2.
    """
    if value is None:
        return "null"
    if not isinstance(value, str):
        return _number(value)
    if style == "single" and not _CONTROL.search(value):
        return "'" + value.replace("'", "''") + "'"
    if style == "plain" and _is_plain(value):
        return value
    return _double(value)


def has_control(text: str) -> bool:
    """Whether a text has characters that only double quotes can hold."""
    return _CONTROL.search(text) is not None


def _number(value: int | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)


def _is_plain(text: str) -> bool:
    if not text or text != text.strip() or resolved(text) != text or truth(text) is not None:
        return False
    if _SECONDS.match(text):
        return True
    if _WITHIN.search(text) or _NUMBER_LIKE.match(text.lower()) or text.startswith("---"):
        return False
    return _START.match(text) is None or _HARMLESS_START.match(text) is not None


def _double(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda match: _escape(match[0]), quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def flow(value: Any, style: Style = "plain") -> str:
    """Return a value on one line, in flow style; `style` is that of strings and keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key, style)}: {flow(item, style)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, style) for item in value) + "]"
    return scalar(value, style)


def entry(key: str, value: Any, layout: Layout, indent: int) -> str:
    """Return `key: value` in block style, its first line without the indentation."""
    return layout.newline.join(_entry(key, value, layout, indent))


def item(value: Any, layout: Layout, indent: int) -> str:
    """Return `- value` in block style, its first line without the indentation."""
    return layout.newline.join(_item(value, layout, indent))


def _entry(key: str, value: Any, layout: Layout, indent: int) -> Iterator[str]:
    start = scalar(key) + ":"
    if not isinstance(value, dict | list) or not value:
        yield f"{start} {flow(value)}"
        return
    yield start
    inner = indent + (layout.step if isinstance(value, dict) else layout.item_step)
    yield from _lines(value, layout, inner)


def _lines(value: dict[str, Any] | list[Any], layout: Layout, indent: int) -> Iterator[str]:
    """Yield the lines of a collection, with their indentation."""
    if isinstance(value, dict):
        parts = [_entry(key, inner, layout, indent) for key, inner in value.items()]
    else:
        parts = [_item(inner, layout, indent) for inner in value]
    for part in parts:
        yield " " * indent + next(part)
        yield from part


def _item(value: Any, layout: Layout, indent: int) -> Iterator[str]:
    if not isinstance(value, dict | list) or not value:
        yield f"- {flow(value)}"
        return
    lines = _lines(value, layout, indent + 2)
    yield "- " + next(lines).lstrip(" ")
    yield from lines
