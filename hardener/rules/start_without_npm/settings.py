"""The variables that a script sets in front of its command (E15)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.shell import Body, argv, parse_shell

_SETTING = regex(r"[A-Za-z_]\w*=")
#: they set variables and run the rest; cross-env reads `$` in values itself
_SETTERS = frozenset(("env", "cross-env"))


def set_and_run(text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the variables (`NAME=value`) and the words of a script that is one command; None for another one."""
    body = parse_shell(text)
    first = body.commands[0] if isinstance(body, Body) and len(body.commands) == 1 else None
    if first is None or not first.words:
        return None
    values = [assignment.value.value for assignment in first.assignments]
    words = argv(text[first.words[0].start :])
    if None in values or not isinstance(words, tuple) or any("+" in a.name for a in first.assignments):
        return None
    settings = tuple(f"{a.name}={a.value.value}" for a in first.assignments)
    if words[0] not in _SETTERS:
        return settings, words
    count = next((at for at, word in enumerate(words[1:]) if not _SETTING.match(word)), len(words) - 1)
    more, rest = words[1 : count + 1], words[count + 1 :]
    if not rest or rest[0].startswith("-") or any("$" in word or "%" in word for word in words):
        return None
    return (*settings, *more), rest
