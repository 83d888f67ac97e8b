"""Files in, results out: what the main command and `harden update` do alike."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from hardener.cli.choices import CHOICES, Choices, Policy
from hardener.cli.options import giving, option, read
from hardener.engine import discovery, files
from hardener.engine.batch import FEW, Job, Outcome, run_all
from hardener.errors import HardenError, InputError, OptionError
from hardener.fast.records import dataclass
from hardener.output import diff, text

_COLOURS = ("auto", "always", "never")
_OPTIONS = (
    option("--diff", "mode", flag="diff", default="diff", help="Show the change as a diff (the default)."),
    option("--write", "mode", flag="write", help="Make the change in the files."),
    option("--check", "mode", flag="check", help="Only say which files would change."),
    option("--stdin-filename", metavar="NAME", help="File name to report for standard input."),
    option("--jobs", kind=int, metavar="N", help="Processes for many files (one a processor)."),
    option("-q", "--quiet", flag=True, help="Only diffs and errors."),
    option("-v", "--verbose", flag=True, help="Also what --unsafe-fixes would change."),
    option("--color", kind=_COLOURS, default="auto", help="Colour the diff."),
)


#: Gives a command the options of a run over files; with `choice_options` they are the fields of `Settings`.
run_options = giving(_OPTIONS)


@dataclass(frozen=True, slots=True)
class Settings(Choices):
    """The options as they were given."""

    mode: str
    stdin_filename: str | None
    jobs: int | None
    quiet: bool
    verbose: bool
    color: str


def read_plain(arguments: list[str]) -> tuple[tuple[str, ...], Settings] | None:
    """Return the paths and settings of a plain command line; None where click has to read it."""
    found = read(arguments, _OPTIONS + CHOICES)
    return (found[0], Settings(**found[1])) if found else None


def run(paths: tuple[str, ...], settings: Settings, policy: Policy | None = None) -> int:
    """Run the rules over `paths`, print or write what comes of it, and return the exit code.

    Args:
        paths: files, folders, or "-".
        settings: the options.
        policy: for `harden update`: makes it of the configured one.
    """
    errors: list[str] = []
    jobs: list[Job] = []
    online = None
    try:
        jobs = jobs_of(paths, settings, errors)
        online = settings.online(jobs[0].path.parent, policy) if jobs else None
        outcomes = run_all(jobs, settings.jobs, online)
    except OptionError:
        raise  # nothing is done yet: it is told with the usage
    except HardenError as problem:
        errors.append(str(problem))
        outcomes = []
    finally:
        if online is not None:
            online.close()
    if settings.strict_online and online is not None and online.failures:
        # a query may be a signature
        errors += [f"{lookup.key.partition('?')[0]}: {reason}" for lookup, reason in online.failures.items()]
        outcomes = []
    results = []
    wrote = settings.mode == "write"
    problems = _write_all(outcomes) if wrote else [""] * len(outcomes)
    for outcome, problem_of_file in zip(outcomes, problems, strict=True):
        error = outcome.error or problem_of_file
        if error:
            errors.append(error)
        elif outcome.result is not None:
            results.append(outcome.result)
            _show(outcome, settings)
    sys.stdout.flush()
    for result in results:
        for line in text.fault_lines(result):
            tell(line)
    for error in errors:
        tell(f"error: {error}")
    if not settings.quiet and "-" not in paths:
        tell(text.summary(results, errors=len(errors), wrote=wrote))
    if errors:
        return 2
    return 1 if not wrote and any(result.changed for result in results) else 0


def jobs_of(paths: tuple[str, ...], settings: Settings, errors: list[str]) -> list[Job]:
    """Return the files to work on, each once; what cannot be found is added to `errors`.

    Raises:
        HardenError: a configuration or a build context cannot be used.
    """
    return list(_unique(_jobs(paths, settings, errors)))


def _jobs(paths: tuple[str, ...], settings: Settings, errors: list[str]) -> Iterator[Job]:
    for name in paths:
        if name == "-":
            path = Path(settings.stdin_filename or "Dockerfile")
            options = settings.options(path)
            if sys.stdin is None:
                raise InputError("standard input is closed")
            yield Job(path, options, sys.stdin.buffer.read())
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


def _write_all(outcomes: list[Outcome]) -> list[str]:
    """Write all files and return what went wrong with each; many at once, as most of the time is the disk's."""
    if sum(o.result is not None and o.result.changed for o in outcomes) <= FEW:
        return [_write(outcome) for outcome in outcomes]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(FEW) as pool:
        return list(pool.map(_write, outcomes))


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
        emit(diff.unified_diff(result, colour=_is_coloured(settings.color)))
    elif settings.mode == "write" and is_stdin:
        emit(result.code)
    elif settings.mode == "check" and result.changed:
        emit(f"would change {outcome.job.path}\n")
    if settings.quiet:
        return
    for line in text.lines(result, verbose=settings.verbose):
        # standard output of `-` is for the text or the diff alone
        if is_stdin:
            tell(line)
        else:
            emit(line + "\n")


def tell(line: str) -> None:
    """Print a line to standard error."""
    sys.stderr.write(line + "\n")


def emit(printed: str) -> None:
    """Print to standard output, bytes that are no UTF-8 as they are."""
    sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))


def _is_coloured(choice: str) -> bool:
    """Tell whether the diff gets colours: the option first, then NO_COLOR, FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
