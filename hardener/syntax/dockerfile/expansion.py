"""Whether BuildKit can expand a word: quotes that end, and `${…}` that it knows (its own lexer, not a shell)."""

from __future__ import annotations

from typing import NamedTuple

from hardener.fast.patterns import regex

_SPECIAL = regex(r"[\"'$]")
#: a variable name: digits, one special parameter, or a word
_NAME = regex(r"\d+|[@*#?\-$!0]|[^\W\d]\w*|")
_ENDS = "the {} quote is never closed"


class _Reading(NamedTuple):
    """How a word is read: its escape character, whether quotes count, whether variables stay as they are."""

    escape: str
    quotes: bool
    stays: bool


def fault(word: str, escape: str, quotes: bool = True, stays: bool = False) -> str | None:
    """Return why BuildKit cannot expand `word`, None where it can.

    Args:
        word: as written.
        escape: the escape character of the file.
        quotes: False for the body of a heredoc, where quotes are text.
        stays: True where no variable is set, and all are left as they are: BuildKit looks at no modifier behind `:`.
    """
    if not _SPECIAL.search(word):
        return None
    try:
        _until(word, 0, "", _Reading(escape, quotes, stays))
    except RecursionError:  # thousands of levels: not for us to judge
        return None
    except ValueError as error:
        return str(error)
    return None


def _until(text: str, at: int, stop: str, how: _Reading) -> int:
    """Read up to `stop` ("" for the end) and return the offset after it."""
    while at < len(text):
        char = text[at]
        if char == stop:
            return at + 1
        if char == "$":
            at = _dollar(text, at + 1, how)
        elif how.quotes and char == "'":
            at = text.find("'", at + 1) + 1
            if not at:
                raise ValueError(_ENDS.format("single"))
        elif how.quotes and char == '"':
            at = _double(text, at + 1, how)
        else:
            at += 2 if char == how.escape else 1
    if stop:
        raise ValueError(f"a {stop!r} is missing in `${{…}}`")
    return at


def _double(text: str, at: int, how: _Reading) -> int:
    while at < len(text):
        char = text[at]
        if char == '"':
            return at + 1
        if char == "$":
            at = _dollar(text, at + 1, how)
        else:
            at += 2 if char == how.escape and text[at + 1 : at + 2] in ('"', "$", how.escape) else 1
    raise ValueError(_ENDS.format("double"))


def _dollar(text: str, at: int, how: _Reading) -> int:
    """Read what follows a `$` and return the offset after it."""
    if text[at : at + 1] != "{":
        match = _NAME.match(text, at)
        return match.end() if match else at
    at += 1
    if at == len(text):
        raise ValueError("a '}' is missing in `${…}`")
    if text[at] in "{}:":
        raise ValueError(f"`${{{text[at]}` is no variable")
    match = _NAME.match(text, at)
    at = match.end() if match else at
    sign = text[at : at + 1]
    if sign == "}":
        return at + 1
    if not sign:
        raise ValueError("a '}' is missing in `${…}`")
    if sign == ":":
        at += 1
        sign = text[at : at + 1]
        if sign not in ("-", "+", "?") and not how.stays:
            raise ValueError(f"`:{sign}` is no modifier that a Dockerfile knows")
        return _until(text, at + len(sign), "}", how)
    if sign == "/":
        at += 2 if text[at + 1 : at + 2] == "/" else 1
        return _until(text, _until(text, at, "/", how), "}", how)
    if sign not in ("-", "+", "?", "#", "%"):
        raise ValueError(f"`{sign}` is no modifier that a Dockerfile knows")
    return _until(text, at + 1, "}", how)
