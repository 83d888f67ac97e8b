"""What a first argument was meant to be that is neither a file nor a command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

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
#: options that other tools have, and what to say of them
_OPTIONS = {
    "--fix": "Did you mean --write?",
    "--in-place": "Did you mean --write?",
    "--dry-run": "A run without --write changes nothing; --diff is the default.",
    "--level": "Did you mean --safe or --unsafe-fixes?",
    "--unsafe": "Did you mean --unsafe-fixes?",
    "--format": "Did you mean --output-format?",
    "--no-fail": "Did you mean --exit-zero?",
    "--failure-threshold": "Did you mean --fail-level?",
    "--file": "Name the file without an option: harden Dockerfile.",
    "-f": "Name the file without an option: harden Dockerfile. The format is --output-format.",
    "--exclude": "`exclude` in the configuration leaves files out.",
    "--require-pinned-versions": "`harden rules --map hadolint` shows what harden answers.",
}
_REWRITING = ("harden", "harden update", "harden verify")
#: how alike two words have to be
_ALIKE = 0.7

if TYPE_CHECKING:
    import click


def option_meant(error: click.NoSuchOption) -> click.UsageError:
    """Return the error for an option that there is not, with what another tool's is called here, if it is there."""
    told = _OPTIONS.get(error.option_name)
    if not told or error.ctx is None or error.ctx.command_path not in _REWRITING:
        return error
    there = {name for param in error.ctx.command.params for name in param.opts}
    if not there.issuperset(word.strip(".?;,") for word in told.split() if word.startswith("--")):
        return error
    import click

    return click.UsageError(f"No such option {error.option_name!r}. {told}", error.ctx)


def mistaken(arguments: list[str]) -> str:
    """Return the error for a first argument that is no path and looks like a command, "" for any other."""
    word = arguments[0] if arguments else ""
    if not word.isalpha() or word in COMMANDS or os.path.lexists(word):
        return ""
    from difflib import get_close_matches

    known = {**_WORDS, **{name: f"harden {name}" for name in COMMANDS}}
    found = get_close_matches(word.lower(), known, 1, _ALIKE)
    return f"{word}: no such file or command; did you mean `{known[found[0]]}`?" if found else ""
