"""What the outputs for programs say of a finding, in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.engine.result import Result
from hardener.output.escape import shown
from hardener.rules.base import Finding, Region
from hardener.text import Edit, LineIndex

CHANGED, OFFERED, HELD_BACK = "changed", "offered", "held-back"


def status(finding: Finding) -> str:
    """Return whether a finding is changed by the run, offered at another level, or held back."""
    if finding.refusal is not None:
        return HELD_BACK
    return CHANGED if finding.applied else OFFERED


def file_of(finding: Finding, dockerfile: object) -> str:
    """Return the path of the file that a finding is about; `dockerfile` where that is the one that was read."""
    return finding.file or str(dockerfile)


def column(finding: Finding) -> int:
    """Return the column of a finding, from 1."""
    return finding.region.column if finding.region else 1


def end_line(finding: Finding) -> int:
    """Return the last line of a finding."""
    return max(finding.line, finding.region.end_line) if finding.region else finding.line


def sentence(finding: Finding) -> str:
    """Return what is wrong and, for a place held back, why it stays: one line, safe to print."""
    held = f"; held back: {finding.refusal}" if finding.refusal else ""
    return shown(described(finding) + held)


def described(finding: Finding) -> str:
    """Return what is wrong, and what is doubtful about the change."""
    return f"{finding.message}; not proved: {finding.doubt}" if finding.doubt else finding.message


def short(finding: Finding) -> str:
    """Return `sentence` with what becomes of the finding: its level, or that it is held back."""
    level = finding.safety.value if finding.safety else "held back"
    return (
        f"{sentence(finding)} [{level}]"
        if finding.applied or finding.refusal
        else (f"{sentence(finding)} [{level}, not applied]")
    )


def regions(result: Result, edits: Iterable[Edit]) -> Iterator[tuple[Edit, Region]]:
    """Return each edit with the region of the source that it replaces."""
    index = LineIndex(result.source)
    for edit in edits:
        yield edit, Region(*index.position(edit.start), *index.position(edit.end))
