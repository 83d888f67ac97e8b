"""The counts of a run."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.engine.job import Outcome
from hardener.fast.records import dataclass
from hardener.rules._reference_rule import NOT_ASKED
from hardener.rules.base import Finding


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule found: places changed, offered, held back, and in how many files."""

    code: str
    rule: str
    changed: int
    offered: int
    held_back: int
    files: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts of a run.

    Attributes:
        files: that were read, and others that change with them.
        changed: of them.
        changes, offered, held_back: findings.
        not_asked: of those held back, the ones that only wait for a registry to be asked.
        faults: passes of ours that were dropped.
        errors: texts of what went wrong, those of files first.
        failed: files that could not be done.
        rules: the counts by rule, by code.
        example: id of the reason of the first place held back that is not merely one of those, "" without any.
    """

    files: int = 0
    changed: int = 0
    changes: int = 0
    offered: int = 0
    held_back: int = 0
    not_asked: int = 0
    faults: int = 0
    errors: tuple[str, ...] = ()
    failed: int = 0
    rules: tuple[RuleCount, ...] = ()
    example: str = ""


def can_verify(code: str) -> bool:
    """Tell whether `harden verify` tries the changes of a rule: no manifest, bake file or dev container is run."""
    return not code.startswith(("HD6", "HD7"))


def totals_of(outcomes: Iterable[Outcome], errors: Iterable[str] = ()) -> Totals:
    """Return the counts of a run.

    Args:
        outcomes: what came of the files.
        errors: what went wrong besides.
    """
    outcomes = list(outcomes)
    results = [o.result for o in outcomes if o.result is not None and not o.error]
    failed = [o.error for o in outcomes if o.error]
    findings = [f for r in results for f in r.findings]
    return Totals(
        files=len(results) + sum(len(r.changes) for r in results),
        changed=sum(r.changed + len(r.changes) for r in results),
        changes=sum(f.applied for f in findings),
        offered=sum(len(r.offered) for r in results),
        held_back=sum(f.refusal is not None for f in findings),
        not_asked=sum(f.refusal == NOT_ASKED for f in findings),
        faults=sum(len(r.faults) for r in results),
        errors=(*failed, *errors),
        failed=len(failed),
        rules=_by_rule([r.findings for r in results]),
        example=next((f.refusal.spec for f in findings if f.refusal and f.refusal != NOT_ASKED), ""),
    )


def _by_rule(files: list[tuple[Finding, ...]]) -> tuple[RuleCount, ...]:
    counts: dict[tuple[str, str], list[int]] = {}
    for findings in files:
        for finding in findings:
            row = counts.setdefault((finding.code, finding.rule), [0, 0, 0, 0])
            row[0 if finding.applied else 1 if finding.refusal is None else 2] += 1
        for key in {(f.code, f.rule) for f in findings}:
            counts[key][3] += 1
    return tuple(RuleCount(*key, *row) for key, row in sorted(counts.items()))


def statistics(totals: Totals) -> str:
    """Return the table by rule, "" where nothing was found."""
    if not totals.rules:
        return ""
    rows = [("rule", "changed", "offered", "held back", "files")]
    rows += [(r.rule, str(r.changed), str(r.offered), str(r.held_back), str(r.files)) for r in totals.rules]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return "".join(
        "  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in range(1, 5))]) + "\n" for row in rows
    )


def counted(number: int, noun: str) -> str:
    """Return such as "1 file" or "3 files"."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
