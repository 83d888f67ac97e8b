"""`harden completion`: click's completion of the options and commands, for the shells that click knows."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from hardener.cli import subcommands
from hardener.cli.choices import CONTEXT
from hardener.cli.reporting import emit

SHELLS = ("bash", "zsh", "fish")
#: options that take names or codes of rules, several with commas
_OF_RULES = ("--select", "--extend-select", "--ignore", "--explain")


class _Rules(click.types.StringParamType):
    """Names of rules, and codes once one is begun; only a completion gives this type to the options."""

    name = "rules"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from hardener.rules import known_names

        before, comma, begun = incomplete.rpartition(",")
        known = known_names()
        found = [word for word, name in known.items() if word.startswith(begun) and (word == name or begun)]
        return [CompletionItem(before + comma + word) for word in sorted(found)]


def _completing_rules(command: click.Command) -> click.Command:
    for param in command.params:
        if any(name in _OF_RULES for name in param.opts):
            param.type = _Rules()
    return command


class _Whole(click.Group):
    """The command with its subcommands, as a completion sees it; an argument that is no subcommand is a path."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(subcommands.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _completing_rules(subcommands.load(cmd_name)) if cmd_name in subcommands.COMMANDS else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [
            CompletionItem(name, help=about)
            for name, about in subcommands.COMMANDS.items()
            if name.startswith(incomplete) and not _is_begun(ctx)
        ]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return options or [*found, CompletionItem(incomplete, type="file")]


def _is_begun(ctx: click.Context) -> bool:
    """Tell whether an argument stands before the one that is completed: a subcommand comes first."""
    return bool(ctx.args or getattr(ctx, "_protected_args", ()))


def whole(main: click.Command) -> click.Command:
    """Return the main command with its subcommands, to be completed."""
    options: list[Any] = [one for one in main.params if isinstance(one, click.Option)]
    settings = {**CONTEXT, "ignore_unknown_options": True}
    return _completing_rules(_Whole(name=main.name, params=options, context_settings=settings))


@click.command(context_settings=CONTEXT)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print the script by which a shell completes harden's options, commands and rules.

    \b
    bash: harden completion bash > ~/.local/share/bash-completion/completions/harden
    zsh:  harden completion zsh > ~/.zfunc/_harden   (a folder of $fpath)
    fish: harden completion fish > ~/.config/fish/completions/harden.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click {click.__version__} has no completion for {shell}")
    emit(kind(command, {}, "harden", "_HARDEN_COMPLETE").source())
    return 0
