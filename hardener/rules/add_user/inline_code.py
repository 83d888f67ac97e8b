"""Code on the command line of an interpreter, as in `php -r`: it may write, whatever the sources show (U15)."""

from __future__ import annotations

import posixpath
import re

from hardener.knowledge.writing import Language

#: the options that take code, by language
_OPTIONS = {"python": "c", "node": "ep", "php": "rBRE", "ruby": "e", "perl": "eE"}
_LONG = ("--eval", "--print", "--run", "--process-code")


def inline_code(language: Language, argv: tuple[str, ...]) -> str | None:
    """Return the code that a command line hands to an interpreter, None where it runs a file."""
    letters = _OPTIONS.get(language.name, "")
    for at, word in enumerate(argv[1:-1], 1):
        short = re.fullmatch(r"-(?!-)\w+", word) is not None and bool(letters) and word[-1] in letters
        if short or word in _LONG:
            return argv[at + 1]
        if not word.startswith("-"):
            return None
    return next((word.partition("=")[2] for word in argv[1:] if word.startswith(tuple(f"{o}=" for o in _LONG))), None)


def written_inline(language: Language, argv: tuple[str, ...]) -> str | None:
    """Return what in the code of a command line may write, None where it is shown not to, or there is none."""
    code = inline_code(language, argv)
    if code is None:
        return None
    found = language.calls.search(code)
    if found is not None:
        return found[0].strip()
    from hardener.rules.add_user.shown import unproved

    text = f"<?php {code}" if language.name == "php" else code
    return unproved(language.name, f"{posixpath.basename(argv[0])}{language.suffixes[0]}", text, frozenset(), "")


__all__ = ["inline_code", "written_inline"]
