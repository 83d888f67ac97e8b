"""Words of Docker's own instructions and the variables in them (P30-P33)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from hardener.fast.patterns import regex
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Arguments, ExecForm, Instruction
from hardener.syntax.dockerfile.views import logical_line
from hardener.syntax.dockerfile.words import words_of

_PLAIN = regex(r"[^\s\"'\\$`]*\Z")
_NAME = regex(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^{}$]*))?\})")


def expand(text: str, values: Mapping[str, str | None], escape: str = "\\") -> str | None:
    """Return one word with quotes removed and variables replaced, or None where that cannot be decided.

    Args:
        text: a word as written.
        values: what each name holds; None or absent means that it is not known.
        escape: the escape character of the file.
    """
    if _PLAIN.match(text):
        return text
    undecided = False

    def value(match: re.Match[str]) -> str:
        nonlocal undecided
        known = values.get(match[1] or match[2])
        if match[3] and known is not None:
            empty = known == "" and match[3][0] == ":"
            if match[3][-1] == "-":
                return match[4] if empty else known
            return "" if empty else match[4]
        if known is None:
            undecided = True
            return ""
        return known

    if "'" not in text and "\\" not in text and "`" not in text:
        text = _NAME.sub(value, text)
        if undecided or "$" in text:
            return None
        if '"' not in text:
            return text
    if "$" in text or escape != "\\":
        return None
    from dockerfile_parse.util import WordSplitter  # type: ignore[import-untyped]  # slow to import, and few words need it

    try:
        return "".join(WordSplitter(text).split() or [])
    except (ValueError, IndexError):
        return None


def split(arguments: Arguments, escape: str) -> tuple[str, ...]:
    """Return the words of an instruction such as COPY: quotes are kept, a JSON form is read."""
    text = logical(arguments.code, escape).text
    if isinstance(arguments, ExecForm):
        return tuple(json.loads(text))
    return tuple(words_of(text, escape))


def pairs_of(instruction: Instruction, escape: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of ENV, LABEL or ARG, read once for a node; see `pairs`."""
    return instruction.remembered(_pairs_of, escape)


def _pairs_of(instruction: Instruction, escape: str) -> tuple[tuple[str, str], ...]:
    return pairs(logical_line(instruction, escape).text, escape)


def pairs(text: str, escape: str) -> tuple[tuple[str, str], ...]:
    """Return the name=value pairs of ENV, LABEL or ARG as written; the old form `name value` gives one (P32)."""
    words = words_of(text, escape)
    if words and "=" not in words[0]:
        name, _, value = text.strip().partition(" ")
        return ((name, value.strip()),)
    return tuple((name, value) for name, _, value in (word.partition("=") for word in words))
