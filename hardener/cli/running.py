"""Files in, results out: what the main command and `harden update` do alike."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.cli.choices import Policy
from hardener.cli.reporting import emit, exit_code, report
from hardener.cli.settings import Settings
from hardener.engine import files
from hardener.engine.batch import FEW, Job, Outcome, run_all
from hardener.errors import HardenError, InputError, OptionError
from hardener.fast.records import replace
from hardener.output.totals import totals_of

if TYPE_CHECKING:
    from hardener.lookups.registries import Online


def run(paths: tuple[str, ...], settings: Settings, policy: Policy | None = None) -> int:
    """Run the rules over `paths`, print or write what comes of it, and return the exit code.

    Args:
        paths: files, folders, or "-".
        settings: the options.
        policy: for `harden update`: makes it of the configured one.

    Raises:
        OptionError: options exclude each other.
        InputError: the output file cannot be written.
    """
    piped = "-" in paths
    if piped and settings.mode == "write" and settings.output_format != "text" and settings.output_file is None:
        raise OptionError("standard output holds the new text: --output-format needs an --output-file here")
    errors: list[str] = []
    outcomes = _outcomes(paths, settings, policy, errors)
    if settings.mode == "write":
        outcomes = _written(outcomes)
    totals = totals_of(outcomes, errors)
    report(outcomes, totals, settings, "harden update" if policy else "harden", piped=piped)
    return exit_code(outcomes, totals, settings)


def _outcomes(paths: tuple[str, ...], settings: Settings, policy: Policy | None, errors: list[str]) -> list[Outcome]:
    """Return what came of the files; what went wrong besides is added to `errors`."""
    online = None
    try:
        jobs = jobs_of(paths, settings, errors)
        online = settings.online(jobs[0].path.parent, policy) if jobs else None
        outcomes = _together(_run_all(jobs, settings.jobs, online))
    except OptionError:
        raise  # nothing is done yet: it is told with the usage
    except HardenError as problem:
        errors.append(str(problem))
        return []
    finally:
        if online is not None:
            online.close()
    if settings.strict_online and online is not None and online.failures:
        # a query may be a signature
        errors += [f"{lookup.key.partition('?')[0]}: {reason}" for lookup, reason in online.failures.items()]
        return []
    return outcomes


def _run_all(jobs: list[Job], processes: int | None, online: Online | None) -> list[Outcome]:
    if len(jobs) < 2 or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return run_all(jobs, processes, online)
    from hardener.cli.progress import Progress

    progress = Progress(len(jobs), len(jobs) * (1 if online is None else 2))
    try:
        return run_all(jobs, processes, online, progress.tick)
    finally:
        progress.erase()


def jobs_of(paths: tuple[str, ...], settings: Settings, errors: list[str], *, compose: bool = True) -> list[Job]:
    """Return the files to work on, each once; what cannot be found is added to `errors`.

    Args:
        paths: files, folders, or "-".
        settings: the options.
        errors: takes what goes wrong.
        compose: look for compose files in folders too.

    Raises:
        HardenError: a configuration or a build context cannot be used.
    """
    return list(_unique(_jobs(paths, settings, errors, compose)))


def _jobs(paths: tuple[str, ...], settings: Settings, errors: list[str], compose: bool) -> Iterator[Job]:
    for name in paths:
        if name == "-":
            path = Path(settings.stdin_filename or "Dockerfile")
            options = settings.options(path)
            if sys.stdin is None:
                raise InputError("standard input is closed")
            yield Job(
                path,
                replace(options, other_files=False),
                sys.stdin.buffer.read(),
                placed=settings.stdin_filename is not None,
            )
            continue
        path = Path(name)
        if not path.is_dir():
            yield Job(path, settings.options(path))
            continue
        from hardener.engine import discovery

        config = settings.configuration(path)
        found = list(discovery.find(path, config.exclude, config.folder, compose=compose))
        if not found:
            errors.append(f"{name}: no Dockerfile found" + ", and no compose file" * compose)
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


def _written(outcomes: list[Outcome]) -> list[Outcome]:
    """Write all files and return what came of each; many at once, as most of the time is the disk's."""
    if any(outcome.relies_on for outcome in outcomes):
        from hardener.engine.together import written_together

        outcomes = written_together(outcomes)
    if sum(o.result is not None and o.result.changed for o in outcomes) <= FEW:
        return [_write(outcome) for outcome in outcomes]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(FEW) as pool:
        return list(pool.map(_write, outcomes))


def _together(outcomes: list[Outcome]) -> list[Outcome]:
    if not any(outcome.result is not None and outcome.result.changes for outcome in outcomes):
        return outcomes
    from hardener.engine.together import together  # few runs change another file

    return together(outcomes)


def _write(outcome: Outcome) -> Outcome:
    """Write the new text to the file, that of standard input to standard output; what goes wrong is an error."""
    result, job = outcome.result, outcome.job
    if result is None or outcome.relies_on:
        return outcome
    if job.data is not None:
        emit(result.code)
    elif result.changed:
        try:
            files.write(job.path, result.data, outcome.original)
        except InputError as error:
            return replace(outcome, result=None, error=str(error))
    return outcome
