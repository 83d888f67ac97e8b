"""The command: reads the options, runs the files, prints or writes. Thin on purpose."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hardener import commands
from hardener._version import __version__
from hardener.commands.choices import CONTEXT, Choices, choice_options
from hardener.engine import discovery, files
from hardener.engine.batch import Job, Outcome, run_all
from hardener.engine.config import unknown_rule
from hardener.errors import HardenError, InputError
from hardener.output import diff, text
from hardener.rules import all_rules


@dataclass(frozen=True, slots=True)
class Settings(Choices):
    """The options as they were given."""

    mode: str
    stdin_filename: str | None
    jobs: int | None
    explain: str | None
    list_rules: bool
    quiet: bool
    verbose: bool
    color: str


_COLOURS = click.Choice(["auto", "always", "never"])


@click.command(context_settings=CONTEXT, epilog=commands.table())
@click.argument("paths", nargs=-1)
@click.option("--diff", "mode", flag_value="diff", default=True, help="Show the change as a diff (the default).")
@click.option("--write", "mode", flag_value="write", help="Make the change in the files.")
@click.option("--check", "mode", flag_value="check", help="Only say which files would change.")
@choice_options
@click.option("--stdin-filename", metavar="NAME", help="The name that `-` goes by.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for many files (one a processor).")
@click.option("--explain", metavar="RULE", help="Print the page of a rule and stop.")
@click.option("--list-rules", is_flag=True, help="Print all rules and stop.")
@click.option("-q", "--quiet", is_flag=True, help="Only diffs and errors.")
@click.option("-v", "--verbose", is_flag=True, help="Also what --unsafe-fixes would change.")
@click.option("--color", type=_COLOURS, default="auto", help="Colour the diff.")
@click.version_option(__version__, prog_name="harden")
def command(paths: tuple[str, ...], **given: Any) -> int:
    """Rewrite Dockerfiles so that the image is small, cached well, free of root and quick to stop.

    PATHS are files, folders to look in, or - for standard input; without any the current folder.

    Exit codes: 0 nothing to change (or all of it written), 1 something would change, 2 an error.
    """
    settings = Settings(**given)
    if settings.list_rules or settings.explain is not None:
        return _explain(settings.explain)
    settings.check()
    return _run(paths or (".",), settings)


def _explain(name: str | None) -> int:
    from hardener.output import rules

    if name is None:
        _print(rules.table())
        return 0
    found = [rule for rule in all_rules() if name in (rule.name, rule.code)]
    if not found:
        raise click.UsageError(unknown_rule([name]))
    _print(rules.page(found[0]))
    return 0


def _run(paths: tuple[str, ...], settings: Settings) -> int:
    errors: list[str] = []
    try:
        jobs = list(_unique(_jobs(paths, settings, errors)))
    except HardenError as problem:
        errors.append(str(problem))
        jobs = []
    results = []
    wrote = settings.mode == "write"
    for outcome in run_all(jobs, settings.jobs):
        error = outcome.error or (_write(outcome) if wrote else "")
        if error:
            errors.append(error)
        elif outcome.result is not None:
            results.append(outcome.result)
            _show(outcome, settings)
    sys.stdout.flush()
    for result in results:
        for line in text.fault_lines(result):
            click.echo(line, err=True)
    for error in errors:
        click.echo(f"error: {error}", err=True)
    if not settings.quiet and "-" not in paths:
        click.echo(text.summary(results, errors=len(errors), wrote=wrote), err=True)
    if errors:
        return 2
    return 1 if not wrote and any(result.changed for result in results) else 0


def _jobs(paths: tuple[str, ...], settings: Settings, errors: list[str]) -> Iterator[Job]:
    for name in paths:
        if name == "-":
            path = Path(settings.stdin_filename or "Dockerfile")
            yield Job(path, settings.options(path), sys.stdin.buffer.read())
            continue
        path = Path(name)
        if not path.is_dir():
            yield Job(path, settings.options(path))
            continue
        config = settings.configuration(path)
        found = list(discovery.find(path, config.exclude, config.folder))
        if not found:
            errors.append(f"{name}: no Dockerfile found")
        for file in found:
            yield Job(file, settings.options(file))


def _unique(jobs: Iterator[Job]) -> Iterator[Job]:
    """Drop the files that are named twice: writing one twice would look like a change by another program."""
    seen: set[str] = set()
    for job in jobs:
        key = "-" if job.data is not None else os.path.realpath(job.path)
        if key not in seen:
            seen.add(key)
            yield job


def _write(outcome: Outcome) -> str:
    """Write the new text to the file and return what went wrong, "" for nothing."""
    result, job = outcome.result, outcome.job
    if result is None or not result.changed or job.data is not None:
        return ""
    try:
        files.write(job.path, result.data, outcome.original)
    except InputError as error:
        return str(error)
    return ""


def _show(outcome: Outcome, settings: Settings) -> None:
    result = outcome.result
    if result is None:
        return
    is_stdin = outcome.job.data is not None
    if settings.mode == "diff":
        _print(diff.unified_diff(result, colour=_is_coloured(settings.color)))
    elif settings.mode == "write" and is_stdin:
        _print(result.code)
    elif settings.mode == "check" and result.changed:
        _print(f"would change {outcome.job.path}\n")
    if settings.quiet:
        return
    for line in text.lines(result, verbose=settings.verbose):
        # standard output of `-` is for the text or the diff alone
        if is_stdin:
            click.echo(line, err=True)
        else:
            _print(line + "\n")


def _print(printed: str) -> None:
    """Print to standard output, bytes that are no UTF-8 as they are."""
    sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))


def _is_coloured(choice: str) -> bool:
    """Tell whether the diff gets colours: the option first, then NO_COLOR, FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _dispatch(arguments: list[str]) -> int:
    """Run the subcommand that the first argument names, else the main command; only what runs is imported.

    A file that is named like a subcommand is reached as `./verify`.
    """
    name = arguments[0] if arguments else ""
    if name in commands.COMMANDS:
        return int(commands.load(name).main(arguments[1:], f"harden {name}", standalone_mode=False) or 0)
    return int(command.main(arguments, "harden", standalone_mode=False) or 0)


def main() -> None:
    """Run the command and end the process; a closed pipe and Ctrl-C end it without a traceback."""
    try:
        code = _dispatch(sys.argv[1:])
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except HardenError as error:
        click.echo(f"error: {error}", err=True)
        code = 2
    except click.Abort:
        code = 130  # as a shell says it of Ctrl-C
    except BrokenPipeError:
        # whoever read us has enough; the interpreter must not fail on its last flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
