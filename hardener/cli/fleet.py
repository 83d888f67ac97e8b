"""`harden fleet`: says how many repositories are, from the ledger of `harden bot`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.reporting import emit
from hardener.errors import HardenError, InputError

if TYPE_CHECKING:
    from hardener.bot.report.summary import Summary

_FORMATS = ("html", "json", "csv")


@click.group(context_settings=CONTEXT)
def command() -> None:
    """Report over all repositories that harden bot worked on."""


@command.command(context_settings=CONTEXT)
@click.argument("ledger", type=Path)
@click.option("--output", type=Path, metavar="FILE", help="Write the report to FILE instead of standard output.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Default: as the name of FILE ends.")
def report(ledger: Path, output: Path | None, form: str | None) -> int:
    """Report over a LEDGER of harden bot: what is left, fixed, merged and declined, and why harden holds back.

    HTML is one page without other files. CSV has a line for each repository.

    Exit codes: 0 the report is written, 2 an error.
    """
    from hardener.bot.history import all_found, all_seen
    from hardener.bot.ledger import Ledger
    from hardener.bot.report.summary import summary

    chosen = form or (output.suffix.removeprefix(".").lower() if output is not None else "")
    if chosen not in _FORMATS:
        raise click.UsageError("name a FILE that ends with .html, .json or .csv, or give --format")
    if not ledger.is_file():
        raise InputError(f"{ledger}: there is no such ledger")
    opened = Ledger(ledger)
    try:
        text = _written(chosen, summary(all_found(opened), all_seen(opened)))
    finally:
        opened.close()
    if output is None:
        emit(text)
        return 0
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise HardenError(f"{output}: cannot be written: {error.strerror}") from None
    return 0


def _written(form: str, found: Summary) -> str:
    from hardener.bot.report.data import as_csv, as_json
    from hardener.bot.report.page import page

    if form == "html":
        return page(found, time.time())
    return as_json(found) if form == "json" else as_csv(found)
