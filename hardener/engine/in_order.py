"""Dockerfiles first, then what runs their images: compose files and manifests see them as the same run leaves them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from hardener.engine.job import Job, Outcome
from hardener.fast.records import replace
from hardener.lookups.build_context import Contexts
from hardener.lookups.reading import Unsaved
from hardener.lookups.surroundings import Surroundings
from hardener.text import encode, line_changes

if TYPE_CHECKING:
    from hardener.project.file_change import FileChange
    from hardener.rules.base import Finding


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


def seeing(jobs: list[Job], before: list[Outcome], changes: Mapping[str, FileChange]) -> list[Job]:
    """Return jobs that see files as earlier outcomes leave them, their own files too.

    Args:
        jobs: of files that say how containers run.
        before: of the Dockerfiles.
        changes: what those do to other files (`changes_of`).
    """
    changed = {place: encode(change.after) for place, change in changes.items()}
    new = {**dict(_new_texts(before)), **changed}
    if not new:
        return jobs
    held = jobs[0].shared.around.unsaved if jobs and jobs[0].shared is not None else None
    shared = Contexts(around=Surroundings(Rewritten({**new, **(held or {})})))
    return [_with_text(replace(job, shared=shared), changed.get(_place_of(job))) for job in jobs]


def _with_text(job: Job, data: bytes | None) -> Job:
    """Return a job with another text of its file; what an editor holds stays."""
    return job if data is None or job.data is not None else replace(job, data=data, placed=True)


def _new_texts(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, bytes]]:
    for outcome in outcomes:
        result, job = outcome.result, outcome.job
        if result is None:
            continue
        if result.changed and (job.data is None or job.placed):
            yield os.path.realpath(job.path), result.data


def tied(before: list[Outcome], after: list[Outcome]) -> list[Outcome]:
    """Return the outcomes of Dockerfiles with what is written with them: files that change as they see them changed."""
    together = {path for outcome in after for path in outcome.relies_on}
    return [
        replace(outcome, relies_on=(*outcome.relies_on, path)) if (path := _place(outcome)) in together else outcome
        for outcome in before
    ]


def taken_over(
    jobs: list[Job], before: list[Outcome], after: list[Outcome], changes: Mapping[str, FileChange]
) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes with what Dockerfiles change in files of other jobs as part of what these change.

    Args:
        jobs: as they were before they saw changes.
        before: of the Dockerfiles.
        after: of the jobs, which saw the changes of `before`.
        changes: what `before` do to other files.
    """
    own = {_place_of(job): job for job in jobs if job.data is None}
    done = {_place(o): changes[_place(o)] for o in after if o.result is not None and _place(o) in changes.keys() & own}
    if not done:
        return before, after
    return (
        [_without(outcome, done.keys()) for outcome in before],
        [_from_first(o, own[_place(o)], done[_place(o)]) if _place(o) in done else o for o in after],
    )


def _without(outcome: Outcome, places: Iterable[str]) -> Outcome:
    """Return the outcome of a Dockerfile that leaves it to others to write some files, and relies on them."""
    result = outcome.result
    if result is None:
        return outcome
    gone = {c.place: os.path.realpath(c.place) for c in result.changes if os.path.realpath(c.place) in set(places)}
    if not gone:
        return outcome
    left = tuple(change for change in result.changes if change.place not in gone)
    relied = tuple(dict.fromkeys((*outcome.relies_on, *gone.values())))
    return replace(outcome, result=replace(result, changes=left), relies_on=relied)


def _from_first(outcome: Outcome, job: Job, change: FileChange) -> Outcome:
    """Return the outcome of a file that was changed before its own run, as one of the file as it is on the disk."""
    result, before = outcome.result, change.before or ""
    if result is None:
        return outcome
    lines = _lines(before, change.after)
    findings, settled = (tuple(_moved(f, lines) for f in each) for each in (result.findings, result.settled))
    made = replace(result, source=before, findings=findings, settled=settled)
    relied = tuple(dict.fromkeys((*outcome.relies_on, _place(outcome))))
    return replace(outcome, job=job, result=made, original=encode(before), relies_on=relied)


def _lines(before: str, after: str) -> list[int]:
    """Return for each line of `after`, from 1, the line of `before` that it was or stands behind."""
    old, new = before.splitlines(), after.splitlines()
    both = zip(old, new, strict=False)
    head = next((n for n, (a, b) in enumerate(both) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)  # what is between is short
    found = [1] * (len(new) + 2)
    found[1 : head + 1] = range(1, head + 1)
    at, line = head, head
    for first, last, start, end in line_changes(old[head : len(old) - tail], new[head : len(new) - tail]):
        while at < head + start:  # as before
            at, line = at + 1, line + 1
            found[at] = line
        for place in range(head + start + 1, head + end + 1):
            found[place] = head + max(min(first + 1, last), 1 if not head else 0)
        at, line = head + end, head + last
    while at < len(new) - tail:
        at, line = at + 1, line + 1
        found[at] = line
    for n in range(tail):
        found[len(new) - n] = len(old) - n
    found[-1] = len(old) + 1
    return found


def _moved(finding: Finding, lines: list[int]) -> Finding:
    """Return a finding with the lines of the file as it is on the disk; its edits are of another text."""
    if finding.change is not None:
        return finding
    region = finding.region
    if region is not None:
        region = replace(region, line=lines[region.line], end_line=lines[min(region.end_line, len(lines) - 1)])
    return replace(finding, line=lines[finding.line], region=region, edits=())


def _place(outcome: Outcome) -> str:
    return _place_of(outcome.job)


def _place_of(job: Job) -> str:
    return os.path.realpath(job.path)


def asked_of(shared: Contexts | None) -> tuple[str, ...]:
    """Return which rewritten files a job asked for that has just run."""
    held: Unsaved | None = shared.around.unsaved if shared is not None else None
    return held.taken() if isinstance(held, Rewritten) else ()


__all__ = ["asked_of", "seeing", "taken_over", "tied"]
