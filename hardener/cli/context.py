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
    the files that look as if they held a secret, with and without .dockerignore, and with the
    lines that harden would add to it.

    BuildKit sends only what the Dockerfile copies; with `COPY . .` that is all that is shown as sent.

    Exit codes: 0 nothing that looks like a secret may be sent, 1 something may, 2 an error.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder")
    if dockerfile is not None and not dockerfile.is_file():
        raise InputError(f"{dockerfile}: no such file")
    found = context_sizes(folder, dockerfile)
    emit(_printed(found, _after(folder, dockerfile), form))
    return 1 if any(one.is_sent for one in found.secrets) else 0


def _after(folder: Path, dockerfile: Path | None) -> ContextSizes | None:
    """Return the context with the .dockerignore that harden would write; None where it would write none."""
    from hardener.engine.batch import run_job
    from hardener.engine.job import Job
    from hardener.engine.result import Options
    from hardener.lookups.build_context import BuildContext

    file = dockerfile or folder / "Dockerfile"
    if not file.is_file():
        return None
    options = Options(select=frozenset({"dockerignore"}), resolve=BuildContext(folder, file), other_files=True)
    result = run_job(Job(file, options)).result
    changes = result.changes if result is not None else ()
    return context_sizes(folder, file, changes[0].after) if changes else None


def _printed(found: ContextSizes, after: ContextSizes | None, form: str) -> str:
    if form == "html":
        from hardener.verify.report.context import html

        return html(found, after)
    return document(found, after) if form == "json" else table(found, after)
