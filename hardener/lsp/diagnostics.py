"""What a run found as diagnostics."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from hardener.engine.job import Outcome
from hardener.lsp.positions import Positions
from hardener.output.escape import shown
from hardener.output.findings import sentence
from hardener.output.summary import fault_lines
from hardener.rules.base import Finding, Safety

SOURCE = "harden"
_SEVERITY = types.DiagnosticSeverity


def diagnostics(outcome: Outcome, uri: str, positions: Positions) -> list[types.Diagnostic]:
    """Return the diagnostics of a text, in its order.

    Args:
        outcome: of its run.
        uri: of the text, for what is related.
        positions: of the text that was run.
    """
    result = outcome.result
    if result is None:
        return [_unread(outcome, positions)]
    notes = [_note(positions.line_of(line), text) for line, text in result.warnings]
    notes += [_note(positions.line_of(1), text) for text in fault_lines(result)]
    return [*(diagnostic(finding, uri, positions) for finding in result.findings), *notes]


def diagnostic(finding: Finding, uri: str, positions: Positions) -> types.Diagnostic:
    """Return one finding: a warning where the level allows a change, faint where it is held back."""
    return types.Diagnostic(
        range=_range(finding, positions),
        message=sentence(finding),
        severity=_severity(finding),
        code=finding.code,
        code_description=types.CodeDescription(finding.url),
        source=SOURCE,
        related_information=list(_related(finding, uri, positions)) or None,
        data={"rule": finding.rule, "level": finding.safety.value if finding.safety else "held-back"},
    )


def _range(finding: Finding, positions: Positions) -> types.Range:
    return positions.region(finding.region) if finding.region else positions.line_of(finding.line)


def _severity(finding: Finding) -> types.DiagnosticSeverity:
    if finding.refusal is not None:
        return _SEVERITY.Hint
    return _SEVERITY.Warning if finding.safety is not Safety.UNSAFE else _SEVERITY.Information


def _related(finding: Finding, uri: str, positions: Positions) -> Iterator[types.DiagnosticRelatedInformation]:
    for region in finding.related:
        where = types.Location(uri, positions.region(region))
        yield types.DiagnosticRelatedInformation(where, f"{finding.rule} is about this instruction too")


def _unread(outcome: Outcome, positions: Positions) -> types.Diagnostic:
    """Return why nothing could be done with a text: at its place, where it has one."""
    where, message = positions.line_of(1), outcome.error
    if outcome.unread is not None:
        line = positions.line_of(outcome.unread.line)
        start = positions.position(positions.at(outcome.unread.line, outcome.unread.column))
        where = types.Range(start, line.end) if start.line == line.start.line else line
        message = outcome.unread.message
    return types.Diagnostic(where, shown(message), severity=_SEVERITY.Error, source=SOURCE)


def _note(where: types.Range, text: str) -> types.Diagnostic:
    return types.Diagnostic(where, shown(text), severity=_SEVERITY.Information, source=SOURCE)
