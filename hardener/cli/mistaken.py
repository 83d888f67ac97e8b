"""What a first argument was meant to be that is neither a file nor a command."""

from __future__ import annotations

import os

from hardener.cli.subcommands import COMMANDS

#: words that other tools have for a command, and what it is here
_WORDS = {
    "check": "harden --check",
    "lint": "harden --check",
    "diff": "harden --diff",
    "write": "harden --write",
    "fix": "harden --write",
    "format": "harden --write",
    "explain": "harden --explain",
    "rules": "harden --list-rules",
    "help": "harden --help",
    "version": "harden --version",
}
#: how alike two words have to be
_ALIKE = 0.7


def mistaken(arguments: list[str]) -> str:
    """Return the error for a first argument that is no path and looks like a command, "" for any other."""
    word = arguments[0] if arguments else ""
    if not word.isalpha() or word in COMMANDS or os.path.lexists(word):
        return ""
    from difflib import get_close_matches

    known = {**_WORDS, **{name: f"harden {name}" for name in COMMANDS}}
    found = get_close_matches(word.lower(), known, 1, _ALIKE)
    return f"{word}: no such file or command; did you mean `{known[found[0]]}`?" if found else ""
