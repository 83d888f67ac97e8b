"""The man page: made of the commands as click knows them.

`python -m hardener.cli.man > docs/harden.1`; a test holds the file in step.
"""

from __future__ import annotations

import inspect

import click

from hardener._version import DOCUMENTATION
from hardener.cli import subcommands
from hardener.cli.command import command

_FILES = (
    ("harden.toml, .harden.toml, pyproject.toml", "The nearest one in or above the folder of a file is its "
     "configuration; in pyproject.toml the table [tool.harden]."),
    ("$XDG_CONFIG_HOME/harden/config.toml", "The user's own configuration; else ~/.config/harden/config.toml."),
    ("$XDG_CACHE_HOME/harden/registry", "What registries answered."),
    ("$XDG_CACHE_HOME/harden/runs", "Results of runs."),
)  # fmt: skip
_ENVIRONMENT = (
    ("HARDEN_OFFLINE", "Like --offline."),
    ("HARDEN_NO_CACHE", "Like --no-cache."),
    ("HARDEN_CACHE_DIR", "Folder of what is remembered, in place of $XDG_CACHE_HOME/harden."),
    ("HARDEN_REGISTRY_ALLOW", "Like --registry-allow, separated by commas."),
    ("NO_COLOR, FORCE_COLOR, COLUMNS", "Colours and width of what is printed."),
)
_EXIT = (
    ("0", "Nothing to change, or all of it written."),
    ("1", "Something would change."),
    ("2", "An error."),
    ("130", "Stopped by Ctrl-C."),
)


def page() -> str:
    """Return the page as roff."""
    parts = ['.TH HARDEN 1 "" "harden" "User Commands"', ".SH NAME", r"harden \- rewrite Dockerfiles safely"]
    parts += [".SH SYNOPSIS", *_synopsis(command, "harden"), ".SH DESCRIPTION", *_about(command)]
    parts += [".SH OPTIONS", *_options(command), ".SH COMMANDS"]
    for name in sorted(subcommands.COMMANDS):
        one = subcommands.load(name)
        parts += [f".SS harden {name}", *_synopsis(one, f"harden {name}"), ".PP", *_about(one), *_options(one)]
    for title, rows in (("EXIT STATUS", _EXIT), ("FILES", _FILES), ("ENVIRONMENT", _ENVIRONMENT)):
        parts += [f".SH {title}", *(line for head, text in rows for line in _row(head, text))]
    parts += [".SH SEE ALSO", _escaped(f"{DOCUMENTATION}/")]
    return "\n".join(parts) + "\n"


def _synopsis(one: click.Command, name: str) -> list[str]:
    words = " ".join(one.collect_usage_pieces(_context(one)))
    return [f".B {_escaped(name)}", _escaped(words)]


def _context(one: click.Command) -> click.Context:
    """Return the context that a command runs in: click keeps the help option of the first one that it sees."""
    return click.Context(one, max_content_width=100, help_option_names=["-h", "--help"])


def _about(one: click.Command) -> list[str]:
    lines: list[str] = []
    for index, paragraph in enumerate(inspect.cleandoc(one.help or "").split("\n\n")):
        lines += [".PP"] * (index > 0)
        kept = paragraph.startswith("\b\n")  # these lines stay as they are
        text = [_escaped(line) for line in paragraph.removeprefix("\b\n").splitlines()]
        lines += [".nf", *text, ".fi"] if kept else text
    return lines


def _options(one: click.Command) -> list[str]:
    context = _context(one)
    rows = [record for param in one.get_params(context) if (record := param.get_help_record(context)) is not None]
    return [line for head, text in rows if text for line in _row(head, text)]


def _row(head: str, text: str) -> list[str]:
    return [".TP", f".B {_escaped(head)}", _escaped(text.replace("\n", " "))]


def _escaped(text: str) -> str:
    """Return a line for roff: no escape, no request, and a minus that can be copied."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain


if __name__ == "__main__":
    print(page(), end="")
