"""Dockerfiles first, then what runs their images: compose files and manifests see them as the same run leaves them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from hardener.engine.job import Job, Outcome
from hardener.fast.records import replace
from hardener.lookups.build_context import Contexts
from hardener.lookups.reading import Unsaved
from hardener.lookups.surroundings import Surroundings
from hardener.text import encode


class Rewritten(dict[str, bytes]):
    """The texts that files get in this run, by their real paths; it notes which of them a job asks for."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        """Hold texts of which none was asked for yet."""
        super().__init__(texts)
        self.asked = set[str]()

    def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]  # of one kind only
        """Return a text, and note that it was asked for."""
        if key in self:
            self.asked.add(key)
        return super().get(key, default)

    def taken(self) -> tuple[str, ...]:
        """Return what was asked for since the last call."""
        asked, self.asked = self.asked, set()
        return tuple(sorted(asked))


def seeing(jobs: Iterable[Job], before: Iterable[Outcome]) -> list[Job]:
    """Return jobs that see files as earlier outcomes leave them.

    Args:
        jobs: of files that say how containers run.
        before: of the Dockerfiles.
    """
    new = dict(_new_texts(before))
    jobs = list(jobs)
    if not new:
        return jobs
    held = jobs[0].shared.around.unsaved if jobs and jobs[0].shared is not None else None
    shared = Contexts(around=Surroundings(Rewritten({**new, **(held or {})})))
    return [replace(job, shared=shared) for job in jobs]


def _new_texts(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, bytes]]:
    for outcome in outcomes:
        result, job = outcome.result, outcome.job
        if result is None:
            continue
        if result.changed and (job.data is None or job.placed):
            yield os.path.realpath(job.path), result.data
        yield from ((os.path.realpath(change.place), encode(change.after)) for change in result.changes)


def tied(before: list[Outcome], after: list[Outcome]) -> list[Outcome]:
    """Return the outcomes of Dockerfiles with what is written with them: files that change as they see them changed."""
    together = {path for outcome in after for path in outcome.relies_on}
    return [
        replace(outcome, relies_on=(*outcome.relies_on, path)) if (path := _place(outcome)) in together else outcome
        for outcome in before
    ]


def _place(outcome: Outcome) -> str:
    return os.path.realpath(outcome.job.path)


def asked_of(shared: Contexts | None) -> tuple[str, ...]:
    """Return which rewritten files a job asked for that has just run."""
    held: Unsaved | None = shared.around.unsaved if shared is not None else None
    return held.taken() if isinstance(held, Rewritten) else ()


__all__ = ["asked_of", "seeing", "tied"]
