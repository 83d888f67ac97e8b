"""The subcommands: `harden NAME …`. Each is a module beside this one, imported only when it is asked for.

A module `hardener.cli.NAME` holds `command`, a click command that returns its exit code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

#: Name of each subcommand and what it does, in the order of the help.
COMMANDS: dict[str, str] = {
    "bot": "Harden many repositories by pull requests.",
    "clean": "Remove the remembered results of runs.",
    "completion": "Print the completion script of a shell.",
    "config": "Print the configuration in force, and where it comes from.",
    "context": "Show what a build would send to the builder, and what looks secret.",
    "fleet": "Report over all repositories of harden bot.",
    "init": "Write a configuration from what is there.",
    "lsp": "Serve editors: diagnostics, formatting, quick fixes.",
    "migrate": "Take over the configuration and ignores of hadolint.",
    "rules": "List the rules, or what answers those of another linter.",
    "update": "Update pins to what their tags name now.",
    "verify": "Build and run before and after, compare, keep what works.",
}


def load(name: str) -> click.Command:
    """Return the subcommand `name`, which has to be one of `COMMANDS`."""
    found: click.Command = import_module(f"hardener.cli.{name}").command
    return found


def table() -> str:
    """Return the list of the subcommands for the help of the main command, "" while there are none."""
    if not COMMANDS:
        return ""
    width = max(map(len, COMMANDS)) + 2
    rows = [f"  {name:{width}}{text}" for name, text in COMMANDS.items()]
    return "\n".join(["\b", "Commands (see harden NAME --help):", *rows])
