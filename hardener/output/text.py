"""What a result says to a person: a line a change, a line a place held back. Pure functions."""

from __future__ import annotations

from hardener.engine.result import Result
from hardener.rules.base import Finding


def finding_line(name: str, finding: Finding) -> str:
    """Return one finding as one line."""
    place = f"{name}:{finding.line}: {finding.code} {finding.rule}: {finding.message}"
    if finding.refusal is not None:
        return f"{place}; held back: {finding.refusal}"
    level = finding.safety.value if finding.safety else ""
    return f"{place} [{level}]" if finding.applied else f"{place} [{level}, not applied]"


def lines(result: Result, *, verbose: bool = False) -> list[str]:
    """Return the lines for one file: changes, places held back, warnings; `verbose`: also what is not applied."""
    name = result.filename or "<text>"
    out = [finding_line(name, f) for f in result.findings if f.applied or f.refusal is not None or verbose]
    return out + [f"{name}:{line}: warning: {text}" for line, text in result.warnings]


def fault_lines(result: Result) -> list[str]:
    """Return a line for each pass of ours that failed its proof and was dropped: a bug, to be reported."""
    name = result.filename or "<text>"
    return [
        f"{name}: internal fault in {fault.rule}, its change was dropped: {'; '.join(fault.reasons)}; "
        "please report it with this file"
        for fault in result.faults
    ]


def summary(results: list[Result], *, errors: int, wrote: bool) -> str:
    """Return the last line of a run."""
    changed = sum(r.changed for r in results)
    changes = sum(len(r.applied) for r in results)
    held = sum(len(r.held_back) for r in results)
    offered = sum(len(r.offered) for r in results)
    verb = "changed" if wrote else "would change"
    parts = [f"{changed} of {_count(len(results), 'file')} {verb}, {_count(changes, 'change')}, {held} held back"]
    if offered:
        parts.append(f"{offered} more with --unsafe-fixes")
    if errors:
        parts.append(_count(errors, "error"))
    return "; ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
