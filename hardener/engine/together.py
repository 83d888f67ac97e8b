"""Several Dockerfiles over one build context: what they do to its other files is one change a file."""

from __future__ import annotations

import os
from pathlib import Path

from hardener.engine.files import Part, write_together
from hardener.engine.job import Outcome
from hardener.errors import InputError
from hardener.fast.records import replace
from hardener.project.file_change import FileChange, merged
from hardener.rules.base import Finding
from hardener.text import encode


def together(outcomes: list[Outcome]) -> list[Outcome]:
    """Return the outcomes with each other file changed by one of them, the first, as all want it.

    A Dockerfile whose run changes a file in a way that goes with no other becomes an error. `Outcome.relies_on` names
    all files that have to be written with each.
    """
    if not any(outcome.result is not None and outcome.result.changes for outcome in outcomes):
        return outcomes
    known: dict[str, FileChange] = {}
    taken = [_taken(outcome, known) for outcome in outcomes]
    told: set[object] = set()
    return [_told_once(outcome, known, told) for outcome in taken]


def changes_of(outcomes: list[Outcome]) -> dict[str, FileChange]:
    """Return what the outcomes do to other files, by their real paths; what goes with no other is left out."""
    known: dict[str, FileChange] = {}
    for outcome in outcomes:
        _taken(outcome, known)
    return known


def _taken(outcome: Outcome, known: dict[str, FileChange]) -> Outcome:
    """Add the changes of an outcome to those that are known."""
    result = outcome.result
    if result is None or not result.changes:
        return outcome
    new: dict[str, FileChange] = {}
    for change in result.changes:
        key = os.path.realpath(change.place)
        both = merged(known[key], change) if key in known else change
        if both is None:
            reason = f"its build needs another {change.place} than one that is changed in the same run"
            return replace(outcome, result=None, error=f"{outcome.job.path}: {reason}; nothing was changed")
        new[key] = both
    known.update(new)
    return replace(outcome, relies_on=(*outcome.relies_on, *new))


def _told_once(outcome: Outcome, known: dict[str, FileChange], told: set[object]) -> Outcome:
    """Leave out what an earlier outcome tells already."""
    result = outcome.result
    if result is None or not outcome.relies_on:
        return outcome
    changes = tuple(known[key] for key in outcome.relies_on if key in known and key not in told)
    findings = tuple(f for f in result.findings if not f.file or _key(f) not in told)
    told.update(outcome.relies_on)
    told.update(_key(f) for f in findings if f.file)
    return replace(outcome, result=replace(result, changes=changes, findings=findings))


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, os.path.realpath(finding.file), finding.message


def written_together(outcomes: list[Outcome]) -> list[Outcome]:
    """Write the Dockerfiles that rely on other files, each with those or not at all; the others are left to do.

    Those that rely on the same file are written in one step: all or none.
    """
    out = list(outcomes)
    for group in _groups(outcomes):
        try:
            write_together([part for index in group for part in _parts(outcomes[index])])
        except InputError as error:
            for index in group:
                out[index] = replace(out[index], result=None, error=str(error))
    return out


def _groups(outcomes: list[Outcome]) -> list[list[int]]:
    """Return the outcomes, by number, that rely on the same files, over others too."""
    groups: list[tuple[set[str], list[int]]] = []
    for index, outcome in enumerate(outcomes):
        if outcome.result is None or not outcome.relies_on:
            continue
        files, members = set(outcome.relies_on), [index]
        for group in [group for group in groups if group[0] & files]:
            groups.remove(group)
            files |= group[0]
            members = [*group[1], *members]
        groups.append((files, members))
    return [members for _, members in groups]


def _parts(outcome: Outcome) -> list[Part]:
    result = outcome.result
    if result is None:
        return []
    own = [Part(outcome.job.path, result.data, outcome.original)] if result.changed else []
    return own + [
        Part(Path(c.place), encode(c.after), None if c.before is None else encode(c.before), follows=False)
        for c in result.changes
    ]
