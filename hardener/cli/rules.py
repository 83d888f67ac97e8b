"""`harden rules`: the rules, and which of them answers a rule of another linter."""

from __future__ import annotations

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.reporting import emit
from hardener.output import linters, rules


@click.command(context_settings=CONTEXT)
@click.option("--map", "linter", type=click.Choice(linters.LINTERS), help="Show what answers each rule of a linter.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="Of --map; default: text.")
def command(linter: str | None, form: str) -> int:
    """List the rules, or say which of them answers each rule of another linter.

    In the list of --map, "rewrites" means that harden changes the file where it can show that this is right, "reports"
    that it only tells, and "nothing" that no rule of harden is about it.
    """
    if linter is None:
        emit(rules.table())
    else:
        emit(linters.document(linter) if form == "json" else linters.table(linter))
    return 0
