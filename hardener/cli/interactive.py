"""`harden -i`: goes through the changes as `git add -p` does. A file is written when it is gone through."""

from __future__ import annotations

import sys

from hardener.cli.asking import Asking, Counts
from hardener.cli.choices import Policy
from hardener.cli.ending import FAILED, INTERRUPTED
from hardener.cli.jobs import beside_baselines, jobs_of, written
from hardener.cli.reporting import style_of, tell
from hardener.cli.settings import Settings
from hardener.engine import files
from hardener.engine.batch import run_job
from hardener.engine.choosing import Runner, Spot
from hardener.engine.discovery import names_yaml
from hardener.engine.job import Job, Outcome
from hardener.engine.result import Result
from hardener.engine.together import together
from hardener.errors import HardenError, InputError, OptionError
from hardener.fast.records import replace
from hardener.output.escape import shown_error
from hardener.output.totals import counted
from hardener.rules.base import Lookup
from hardener.text import decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.lookups.registries import Online

#: how often images that changes put into a file are asked for
_ROUNDS = 4


def go_through(paths: tuple[str, ...], settings: Settings, policy: Policy | None) -> int:
    """Ask about the changes of each file, write what is accepted, and return the exit code.

    Raises:
        OptionError: there is nobody to ask.
        HardenError: a configuration or a build context cannot be used.
    """
    if "-" in paths:
        raise OptionError("--interactive needs files: standard input holds the answers")
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()):
        raise OptionError(
            "--interactive asks questions, and standard input and output are no terminal; "
            "choose with --select, --ignore and --write instead"
        )
    errors: list[str] = []
    jobs = beside_baselines(jobs_of(paths, settings, errors), settings)
    online = settings.online(jobs[0].path.parent, policy) if jobs else None
    asking = Asking(style_of(settings.color, None), settings.config, isolated=settings.isolated)
    try:
        counts, stopped = _all(jobs, asking, online, errors)
    finally:
        if online is not None:
            online.close()
    for error in errors:
        tell(f"error: {shown_error(error)}")
    tell(_summary(counts))
    return INTERRUPTED if stopped else FAILED if errors else 0


def _all(jobs: list[Job], asking: Asking, online: Online | None, errors: list[str]) -> tuple[Counts, bool]:
    """Go through all files; return what came of it, and whether Ctrl-C ended it.

    Dockerfiles come first: each is written before the next file, and what runs their images sees them so.
    """
    counts = Counts()
    for job in sorted(jobs, key=lambda job: names_yaml(job.path.name)):
        try:
            counts = counts.plus(_one(job, asking, online))
        except HardenError as problem:
            errors.append(str(problem))
        except KeyboardInterrupt:
            tell(f"\nstopped; {job.path} is as it was")
            return counts, True
        if asking.is_over:
            break
    return counts, False


def _one(job: Job, asking: Asking, online: Online | None) -> Counts:
    """Go through one file and write it; Ctrl-C leaves it as it was.

    Raises:
        HardenError: it cannot be read, rewritten or written.
    """
    original = files.read(job.path)
    run = _runner(job, online)
    source = decode(original)
    known = _known(job, run(source, frozenset()))
    choice, counts = asking.file(run, source, job.options.level, known)
    result = replace(choice.current, source=source)
    if result.changes_any:
        done = written(together([Outcome(job, result, original)]))[0]
        if done.error:
            raise InputError(done.error)
    return counts


def _known(job: Job, first: Result) -> frozenset[Spot]:
    """Return what the baseline of the file knows, which is not asked about."""
    if job.baseline is None:
        return frozenset()
    outcome = run_job(job)
    new = {(f.rule, f.line) for f in outcome.result.findings} if outcome.result is not None else set()
    return frozenset((f.rule, f.line) for f in first.findings) - new


def _runner(job: Job, online: Online | None) -> Runner:
    """Return what runs the rules over a text as if it stood in the file; registries are asked what they are needed for.

    The run raises:
        InputError: the text cannot be rewritten.
    """
    answers: dict[Lookup, object] = {}

    def run(source: str, skipped: frozenset[Spot]) -> Result:
        for left in reversed(range(_ROUNDS)):
            options = replace(job.options, answers=dict(answers), skip=skipped)
            outcome = run_job(replace(job, options=options, data=encode(source), placed=True, baseline=None))
            if outcome.result is None:
                raise InputError(outcome.error)
            open_ones = outcome.result.unanswered - answers.keys()
            if online is None or not open_ones or not left:
                return outcome.result
            answers.update(online.ask(open_ones))
        raise AssertionError("the last round returns")

    return run


def _summary(counts: Counts) -> str:
    parts = [counted(counts.made, "change") + " made", f"{counts.left} left"]
    parts += [f"{counts.ignored} ignored from now on"] * bool(counts.ignored)
    return ", ".join(parts) + "."
