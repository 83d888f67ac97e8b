"""Many files: each is read and rewritten on its own, in several processes where that pays."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from hardener.engine import files
from hardener.engine.result import Options, Resolver, Result
from hardener.engine.run import harden
from hardener.errors import HardenError
from hardener.syntax.nodes import Dockerfile

#: Fewer files than this are done sooner than a process starts.
FEW = 16


@dataclass(frozen=True, slots=True)
class Job:
    """One file to work on; `data` is there for standard input."""

    path: Path
    options: Options
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: a result with the bytes that were read, or an error."""

    job: Job
    result: Result | None = None
    original: bytes = b""
    error: str = ""


def run_job(job: Job) -> Outcome:
    """Read and rewrite one file; an error is an outcome too, so that the other files go on."""
    try:
        data = files.read(job.path) if job.data is None else job.data
        if job.data is not None:
            files.check_text(job.path, data)
        result = harden(data, filename=str(job.path), options=_options(job))
    except HardenError as error:
        return Outcome(job, error=str(error))
    except Exception as error:  # a bug of ours in one file must not cost the others
        kind = type(error).__name__
        return Outcome(job, error=f"{job.path}: internal error, nothing was changed: {kind}: {error}; please report it")
    return Outcome(job, result, data)


def _options(job: Job) -> Options:
    """Return the options with the build context that the place of the file suggests; standard input has none."""
    if job.options.resolve is not None or job.data is not None:
        return job.options
    return replace(job.options, find_context=lambda tree: _context_beside(job.path, tree))


def _context_beside(path: Path, tree: Dockerfile) -> Resolver | None:
    from hardener.engine.context_guess import context_of

    return context_of(path, tree)


def run_all(jobs: list[Job], processes: int | None = None) -> list[Outcome]:
    """Run `jobs` and return what came of each, in their order.

    Args:
        jobs: the files.
        processes: how many at once; by default one a processor when there are many files, else one.
    """
    wanted = processes or (os.cpu_count() or 1 if len(jobs) > FEW else 1)
    if min(wanted, len(jobs)) <= 1:
        return [run_job(job) for job in jobs]
    from concurrent.futures import ProcessPoolExecutor

    chunk = max(1, min(32, len(jobs) // (wanted * 4)))
    with ProcessPoolExecutor(min(wanted, len(jobs)), initializer=_leave_interrupts_to_the_parent) as pool:
        return list(pool.map(_run_job_for_the_parent, jobs, chunksize=chunk))


def _leave_interrupts_to_the_parent() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run_job_for_the_parent(job: Job) -> Outcome:
    """Drop the trees from the outcome: pickling them costs more than making them."""
    outcome = run_job(job)
    if outcome.result is None:
        return outcome
    findings = tuple(replace(finding, place=None) for finding in outcome.result.findings)
    return replace(outcome, result=replace(outcome.result, tree=None, findings=findings))
