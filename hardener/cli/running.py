"""Files in, results out: what the main command and `harden update` do alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.cli.choices import Policy
from hardener.cli.ending import FAILED
from hardener.cli.jobs import beside_baselines, jobs_of, written
from hardener.cli.reporting import exit_code, note, report
from hardener.cli.settings import Settings
from hardener.engine.batch import run_all
from hardener.engine.job import Job, Outcome
from hardener.errors import HardenError, OptionError
from hardener.output.summary import tell_errors
from hardener.output.totals import Totals, totals_of

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
    if settings.mode == "interactive":
        from hardener.cli.interactive import go_through

        return go_through(paths, settings, policy)
    piped = "-" in paths
    if piped and settings.mode == "write" and settings.output_format != "text" and settings.output_file is None:
        raise OptionError("standard output holds the new text: --output-format needs an --output-file here")
    errors: list[str] = []
    outcomes = _outcomes(paths, settings, policy, errors)
    if settings.mode == "write":
        outcomes = written(outcomes)
    totals = totals_of(outcomes, errors)
    if settings.write_baseline is not None:
        return _recorded(settings.write_baseline, outcomes, totals, quiet=settings.quiet)
    report(outcomes, totals, settings, "harden update" if policy else "harden", piped=piped)
    if any(outcome.job.baseline is not None for outcome in outcomes) and not settings.quiet:
        from hardener.cli.baseline import tell_known

        tell_known(outcomes, settings)
    return exit_code(outcomes, totals, settings)


def _recorded(path: Path, outcomes: list[Outcome], totals: Totals, *, quiet: bool) -> int:
    """Write the baseline and return the exit code."""
    from hardener.cli.baseline import record

    tell_errors(note, outcomes, totals)
    if totals.files or not totals.errors:
        record(path, outcomes, quiet=quiet)
    return FAILED if totals.errors else 0


def _outcomes(paths: tuple[str, ...], settings: Settings, policy: Policy | None, errors: list[str]) -> list[Outcome]:
    """Return what came of the files; what went wrong besides is added to `errors`."""
    online = None
    try:
        jobs = beside_baselines(jobs_of(paths, settings, errors), settings)
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


def _together(outcomes: list[Outcome]) -> list[Outcome]:
    if not any(outcome.result is not None and outcome.result.changes for outcome in outcomes):
        return outcomes
    from hardener.engine.together import together  # few runs change another file

    return together(outcomes)
