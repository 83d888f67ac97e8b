"""The variables in words of Docker's own instructions (P30-P33)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hardener.fast.patterns import regex

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
