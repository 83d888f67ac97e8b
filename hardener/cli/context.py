"""`harden context`: what a build would send to the builder."""

from __future__ import annotations

from pathlib import Path

import click

from hardener.cli.choices import CONTEXT
from hardener.cli.reporting import emit
from hardener.errors import InputError
from hardener.lookups.context_sizes import ContextSizes, context_sizes
from hardener.output.context_report import document, table


@click.command(context_settings=CONTEXT)
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--dockerfile", type=click.Path(path_type=Path), help="Its own .dockerignore wins, where it has one.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "html")),
    default="text",
    help="The default is text; html is one page with treemaps.",
)
def command(folder: Path, dockerfile: Path | None, form: str) -> int:
    """Show what lies in the build context FOLDER, and what of it may be sent to the builder: the largest folders, and
    the files that look as if they held a secret, with and without .dockerignore.

    BuildKit sends only what the Dockerfile copies; with `COPY . .` that is all that is shown as sent.

    Exit codes: 0 nothing that looks like a secret may be sent, 1 something may, 2 an error.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder")
    found = context_sizes(folder, dockerfile)
    emit(_printed(found, form))
    return 1 if any(one.is_sent for one in found.secrets) else 0


def _printed(found: ContextSizes, form: str) -> str:
    if form == "html":
        from hardener.verify.report.context import html

        return html(found)
    return document(found) if form == "json" else table(found)
