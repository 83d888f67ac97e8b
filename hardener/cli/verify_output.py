"""What `harden verify` says while it works and at the end, of Dockerfiles and of compose files."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from hardener.cli.verify_options import Settings
from hardener.engine import files
from hardener.engine.result import Result
from hardener.errors import RegistryError, VerifyError
from hardener.output.escape import shown, shown_lines
from hardener.rules.base import Lookup

#: What writes a report, by the suffix of the file.
Writers = Mapping[str, Callable[[dict[str, Any]], str]]


def check_reports(settings: Settings, writers: Writers) -> None:
    """Refuse names of reports that no format goes by.

    Raises:
        click.UsageError: there is one.
    """
    for file in settings.report:
        if file.suffix not in writers:
            raise click.UsageError(f"--report {file}: the name has to end in {', '.join(writers)}")


def asking(path: Path, settings: Settings) -> Callable[[frozenset[Lookup]], Mapping[Lookup, object]] | None:
    """Return what asks registries; None where none may be asked."""
    online = settings.online(path.parent)
    if online is None:
        return None

    def ask(lookups: frozenset[Lookup]) -> Mapping[Lookup, object]:
        answers = online.ask(lookups)
        if settings.strict_online and online.failures:
            said = "; ".join(f"{lookup.key}: {reason}" for lookup, reason in online.failures.items())
            raise RegistryError(said)
        return answers

    return ask


def progress(settings: Settings, started: float) -> Callable[[str], None]:
    """Return what prints a line about what is being done, with the time since the start: for who watches, or asks."""
    is_shown = not settings.quiet and (settings.verbose or sys.stderr.isatty())

    def say(line: str) -> None:
        if is_shown:
            click.echo(f"[{time.monotonic() - started:6.1f} s] {shown(line)}", err=True)

    return say


def warning(line: str) -> None:
    """Print a warning."""
    click.echo(f"warning: {shown(line)}", err=True)


def as_json(data: dict[str, Any]) -> str:
    """Return a report as JSON."""
    return json.dumps(data, indent=2) + "\n"


def publish(data: dict[str, Any], settings: Settings, writers: Writers) -> None:
    """Print the report, and write the files that were asked for.

    Raises:
        VerifyError: a file cannot be written.
    """
    if not settings.quiet or settings.format != "text":
        diff = shown_lines(data["diff"]) if sys.stdout.isatty() else data["diff"]
        print_as = {"text": ".txt", "json": ".json", "markdown": ".md"}[settings.format]
        printed = diff * (settings.format == "text") + writers[print_as](data)
        sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    for file in settings.report:
        try:
            file.write_bytes(writers[file.suffix](data).encode("utf-8", "replace"))
        except OSError as error:
            raise VerifyError(f"{file}: cannot be written: {error.strerror}") from None


def write(path: Path, result: Result, original: bytes) -> None:
    """Write the changes that work."""
    if result.changed:
        files.write(path, result.data, original)
        click.echo(f"wrote {shown(str(path))}", err=True)
