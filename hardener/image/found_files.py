"""Commands of a script that change files which another one looks for: `find -exec sed -i`, `xargs rm` (U15)."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from hardener.fast.patterns import regex

_ACTIONS = ("-exec", "-execdir", "-ok", "-okdir")
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "perl", "python3", "python", "node", "envsubst"})
_IN_PLACE = regex(r"-\w*i|--in-place")


def writes_found(words: tuple[str, ...], writers: Collection[str]) -> str:
    """Return what a `find` or `xargs` runs that may write the files which it gets, "" where it writes none.

    Args:
        words: of the command, as written.
        writers: names of programs that write the files that they are given.
    """
    name = posixpath.basename(words[0]) if words else ""
    if name == "find":
        if "-delete" in words:
            return "find -delete"
        at = next((at for at, word in enumerate(words) if word in _ACTIONS), None)
        return _writes(words[at + 1 :], writers) if at is not None else ""
    if name != "xargs":
        return ""
    at = next((at for at, word in enumerate(words) if at and _is_program(word, writers)), None)
    return _writes(words[at:], writers) if at is not None else ""


def _is_program(word: str, writers: Collection[str]) -> bool:
    return posixpath.basename(word) in _SHELLS or posixpath.basename(word) in writers


def _writes(words: tuple[str, ...], writers: Collection[str]) -> str:
    name = posixpath.basename(words[0]) if words else ""
    if not _is_program(name, writers) or (name == "sed" and not any(map(_IN_PLACE.match, words))):
        return ""
    return " ".join(words[:2])


__all__ = ["writes_found"]
