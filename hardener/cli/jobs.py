"""From paths to jobs, and from outcomes to files: what every run over files begins and ends with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from hardener.cli.reporting import emit
from hardener.cli.settings import Settings
from hardener.engine import files
from hardener.engine.batch import FEW
from hardener.engine.job import Job, Outcome
from hardener.errors import InputError
from hardener.fast.records import replace


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
                sys.stdin.buffer.read(files.LIMIT + 1),
                placed=settings.stdin_filename is not None,
            )
            continue
        path = Path(name)
        if not os.path.isdir(path):  # noqa: PTH112 (pathlib raises where the folder above may not be entered)
            yield Job(path, settings.options(path))
            continue
        problem = _unreadable(path)
        if problem:
            errors.append(f"{name}: cannot be read: {problem}")
            continue
        from hardener.engine import discovery

        config = settings.configuration(path)
        found = list(discovery.find(path, config.exclude, config.folder, compose=compose))
        if not found:
            errors.append(f"{name}: no Dockerfile found" + ", no compose file and no manifest" * compose)
        for file in found:
            options = settings.options(file)
            yield Job(file, replace(options, as_compose=True) if discovery.is_included(file) else options)


def _unreadable(folder: Path) -> str:
    """Return why a folder that was named cannot be listed, "" if it can: one without rights is not an empty one."""
    try:
        os.scandir(folder).close()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _unique(jobs: Iterator[Job]) -> Iterator[Job]:
    """Drop the files that are named twice: writing one twice would look like a change by another program."""
    seen: set[str] = set()
    for job in jobs:
        key = "-" if job.data is not None else os.path.realpath(job.path)
        if key not in seen:
            seen.add(key)
            yield job


def beside_baselines(jobs: list[Job], settings: Settings) -> list[Job]:
    """Return the jobs with their baselines; most runs have none and load nothing for it."""
    if settings.no_baseline:
        return jobs
    if not (settings.write_baseline or settings.baseline or any(_configured(job, settings) for job in jobs)):
        return jobs
    from hardener.cli.baseline import with_baselines

    return with_baselines(jobs, settings)


def _configured(job: Job, settings: Settings) -> bool:
    return settings.configuration(job.path.parent).baseline is not None


def written(outcomes: list[Outcome]) -> list[Outcome]:
    """Write all files and return what came of each; many at once, as most of the time is the disk's."""
    if any(outcome.relies_on for outcome in outcomes):
        from hardener.engine.together import written_together

        outcomes = written_together(outcomes)
    if sum(o.result is not None and o.result.changed for o in outcomes) <= FEW:
        return [_write(outcome) for outcome in outcomes]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(FEW) as pool:
        return list(pool.map(_write, outcomes))


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
