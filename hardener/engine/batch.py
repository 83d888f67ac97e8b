"""Many files: each is read and rewritten on its own, in several processes where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hardener.engine import files
from hardener.engine.discovery import names_definition, names_yaml
from hardener.engine.job import Job, Outcome, Unread
from hardener.engine.questions import questions
from hardener.engine.result import Options, Resolver, Result
from hardener.engine.run import harden
from hardener.engine.workers import Work, workers
from hardener.errors import HardenError, SourceError
from hardener.fast.records import replace
from hardener.rules.base import Lookup
from hardener.syntax.dockerfile.nodes import Dockerfile

if TYPE_CHECKING:
    from hardener.engine.baseline import FileBaseline, Skipped
    from hardener.knowledge.images import BaseImage
    from hardener.lookups.registries import Online
    from hardener.lookups.surroundings import Surroundings
    from hardener.project.builds import Builds

T = TypeVar("T")


#: Fewer files than this, or fewer bytes in all, are done sooner than processes start.
FEW = 16
MUCH = 64 * 1024
#: how often images that rules put into files are asked for
_ROUNDS = 4


def run_job(job: Job) -> Outcome:
    """Read and rewrite one file; an error is an outcome too, so that the other files go on."""
    try:
        data = files.read(job.path) if job.data is None else job.data
        if job.data is not None:
            files.check_text(job.path, data)
        if job.baseline is not None:
            return _beside_baseline(job, job.baseline, data)
        result = harden(data, filename=str(job.path), options=_options(job))
    except SourceError as error:
        return Outcome(job, error=str(error), unread=Unread(error.line, error.column, error.message))
    except HardenError as error:
        return Outcome(job, error=str(error))
    except Exception as error:  # a bug of ours in one file must not cost the others
        kind = type(error).__name__
        return Outcome(job, error=f"{job.path}: internal error, nothing was changed: {kind}: {error}; please report it")
    return _relying(Outcome(job, result, data))


def _relying(outcome: Outcome) -> Outcome:
    """Return an outcome with the files of this run that it saw changed, where that may have changed it."""
    asked = _asked(outcome.job)
    return replace(outcome, relies_on=asked) if asked and outcome.result and outcome.result.changed else outcome


def _asked(job: Job) -> tuple[str, ...]:
    """Return which files that this run changes a job asked for since the last call."""
    if job.shared is None or job.shared.around.unsaved is None or not names_yaml(job.path.name):
        return ()
    from hardener.engine.in_order import asked_of

    return asked_of(job.shared)


def _beside_baseline(job: Job, baseline: FileBaseline, data: bytes) -> Outcome:
    from hardener.engine.baseline import beside

    options = _options(job)

    def run(skipped: Skipped) -> Result:
        return harden(data, filename=str(job.path), options=replace(options, skip=options.skip | skipped))

    found = beside(run, baseline, options)
    done = Outcome(job, found.result, data, known=len(found.known), gone=found.gone, recorded=found.recorded)
    return _relying(done)


def _options(job: Job) -> Options:
    """Return the options with the build context that the place of the file suggests; standard input has no place."""
    options = replace(job.options, find_builds=lambda: _builds_around(job), resolve=_sharing(job))
    options = replace(options, find_built=lambda key: _built_beside(job, key), find_origin=lambda: _origin_around(job))
    if options.reads_compose(job.path.name):
        return replace(options, beside=_project_around(job))
    if names_yaml(job.path.name):
        return replace(options, beside=_manifests_around(job))
    if names_definition(job.path.name):
        return replace(options, beside=_project_around(job))
    if options.resolve is not None or (job.data is not None and not job.placed):
        return options
    return replace(options, find_context=lambda tree: _context_beside(job, tree))


def _project_around(job: Job) -> Resolver | None:
    if job.data is not None and not job.placed:
        return None
    from hardener.lookups.compose_folder import ComposeFolder

    return ComposeFolder(job.path.parent, _around(job).unsaved)


def _manifests_around(job: Job) -> Resolver | None:
    if job.data is not None and not job.placed:
        return None
    from hardener.lookups.manifest_folder import ManifestFolder

    return ManifestFolder(job.path, shared=job.shared)


def _builds_around(job: Job) -> Builds:
    from hardener.lookups.build_files import builds_of

    name = job.path.name if job.data is None or job.placed else None
    return builds_of(job.path.parent, _named_context(job), name, _around(job))


def _origin_around(job: Job) -> str:
    """Return the address of the repository that a file lies in, "" where it has no place or no repository."""
    from hardener.lookups.git_origin import origin_of

    return origin_of(job.path.parent, _around(job)) if job.data is None or job.placed else ""


def _around(job: Job) -> Surroundings:
    from hardener.lookups.surroundings import Surroundings

    return job.shared.around if job.shared is not None else Surroundings()


def _named_context(job: Job) -> Path | None:
    """Return the folder of the build context that was named, None where none was."""
    from hardener.lookups.build_context import BuildContext

    given = job.options.resolve
    return given.folder if isinstance(given, BuildContext) else None


def _built_beside(job: Job, key: str) -> BaseImage | None:
    """Return what is known of an image that another Dockerfile of the repository builds."""
    from hardener.lookups.build_files import built_here
    from hardener.syntax.image_reference import ImageReference

    reference = ImageReference.parse(key)
    found = built_here(job.path.parent, _named_context(job), key, _around(job))
    if found is None or reference is None:
        return None
    from hardener.engine.built_images import image_built
    from hardener.knowledge.confinement import confinement

    image = image_built(found.text, found.target, reference)
    profile = confinement(found.profiles, found.text, found.target)
    return replace(image, profile=profile) if image is not None else None


def _sharing(job: Job) -> Resolver | None:
    """Return what answers for the context that was named, as one that shares what it reads with the other jobs."""
    given = job.options.resolve
    if given is None or job.shared is None:
        return given
    from hardener.lookups.build_context import BuildContext

    return given.sharing(job.shared) if isinstance(given, BuildContext) else given


def _context_beside(job: Job, tree: Dockerfile) -> Resolver | None:
    from hardener.lookups.guess_context import context_of

    return context_of(job.path, tree, job.shared)


def run_all(
    jobs: list[Job],
    processes: int | None = None,
    online: Online | None = None,
    tick: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Run `jobs` and return what came of each, in their order.

    Args:
        jobs: the files.
        processes: how many at once; by default one a processor where there is much to do, else one.
        online: asks registries what the rules want to know, each question once for all files.
        tick: called for each file that is done, and with `online` once more for each that is read before.

    Raises:
        ConfigError: a file of credentials or certificates that cannot be used.
    """
    jobs = jobs if any(job.shared is not None for job in jobs) else _together(jobs)
    wanted = min(processes or (os.cpu_count() or 1 if _is_much(jobs) else 1), len(jobs))
    with workers(wanted, _light, tick) as work:
        containers = [i for i, job in enumerate(jobs) if names_yaml(job.path.name)]
        if len(containers) in (0, len(jobs)):
            return _done(work, jobs, online)
        from hardener.engine.in_order import seeing, taken_over, tied
        from hardener.engine.together import changes_of

        images = [i for i in range(len(jobs)) if i not in set(containers)]
        before = _done(work, [jobs[i] for i in images], online)
        callers = [jobs[i] for i in containers]
        changes = changes_of(before)
        after = _done(work, seeing(callers, before, changes), online)
        before, after = taken_over(callers, before, after, changes)
        places = {place: n for n, place in enumerate((*images, *containers))}
        outcomes = (*tied(before, after), *after)
        return [outcomes[places[i]] for i in range(len(jobs))]


def _done(work: Work, jobs: list[Job], online: Online | None) -> list[Outcome]:
    """Return what came of each job, whatever it asked of registries answered."""
    if online is None:
        return work(run_job, jobs)
    asked = work(_questions, jobs)
    answers = online.ask(frozenset[Lookup]().union(*asked))
    if online.settings.offline:
        # what an image says of itself leads to its files: many MB of a registry, so only what is here is asked early
        images = [job for job, of in zip(jobs, asked, strict=True) if any(lookup.kind == "image" for lookup in of)]
        if images:
            answers = online.ask(frozenset[Lookup]().union(*work(partial(_questions_with, answers), images)))
    outcomes = work(partial(_run_with, answers), jobs)
    for _ in range(_ROUNDS):
        # a rule may have put an image into the file that was not there when the questions were collected
        open_ones = [i for i, o in enumerate(outcomes) if o.result is not None and o.result.unanswered]
        missing = frozenset[Lookup]().union(*(outcomes[i].result.unanswered for i in open_ones))  # type: ignore[union-attr]
        if not missing:
            break
        answers = online.ask(missing)
        again = work(partial(_run_with, answers), [jobs[i] for i in open_ones])
        for index, outcome in zip(open_ones, again, strict=True):
            outcomes[index] = outcome
    return outcomes


def _together(jobs: list[Job]) -> list[Job]:
    """Return the jobs as ones that share what they read."""
    from hardener.lookups.build_context import Contexts

    shared = Contexts()
    return [replace(job, shared=shared) for job in jobs]


def _run_with(answers: Mapping[Lookup, object], job: Job) -> Outcome:
    outcome = run_job(replace(job, options=replace(job.options, answers=answers)))
    return replace(outcome, job=job)  # the answers need not travel back


def _questions_with(answers: Mapping[Lookup, object], job: Job) -> frozenset[Lookup]:
    return _questions(replace(job, options=replace(job.options, answers=answers)))


def _questions(job: Job) -> frozenset[Lookup]:
    try:
        data = files.read(job.path) if job.data is None else job.data
        found = questions(data, _options(job), str(job.path))
        _asked(job)  # what the run itself asks for is what it relies on
        return found
    except Exception:  # the run itself will say what is wrong with the file, or with a rule
        return frozenset()


def _is_much(jobs: list[Job]) -> bool:
    """Tell whether the work is longer than starting processes and sending it to them."""
    if len(jobs) <= FEW:
        return False
    size = 0
    for job in jobs:
        try:
            size += job.path.stat().st_size
        except OSError:
            continue
        if size > MUCH:
            return True
    return False


def _light(outcome: T) -> T:
    """Drop the trees from an outcome, and what jobs share: pickling them costs more than making them."""
    if not isinstance(outcome, Outcome):
        return outcome
    outcome = replace(outcome, job=replace(outcome.job, shared=None))
    if outcome.result is None:
        return outcome
    findings = tuple(replace(finding, place=None, also=()) for finding in outcome.result.findings)
    return replace(outcome, result=replace(outcome.result, tree=None, findings=findings))
