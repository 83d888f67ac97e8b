"""The block below the diff: what was done in one file, what is offered, what is held back. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.engine.result import Result
from hardener.fast.records import dataclass
from hardener.output.escape import shown
from hardener.output.findings import described
from hardener.output.style import Style, wrapped
from hardener.output.totals import can_verify, counted
from hardener.rules._reference_rule import NOT_ASKED
from hardener.rules.base import Finding, Safety

#: the text gets at least so many columns, if need be on a line of its own
_NARROW = 30
#: line numbers that are listed before the rule take at most so many columns
_LINES = 9


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a block: the lines of the Dockerfile, the rule, the text, and the id of the reason in it."""

    lines: tuple[int, ...]
    rule: str
    text: str
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a head, in the colour of a kind."""

    head: str
    kind: str
    rows: tuple[Row, ...]


def block(result: Result, style: Style, *, wrote: bool = False, verbose: bool = False) -> str:
    """Return the block of a file, "" where there is nothing to say.

    Args:
        result: of the file.
        style: of the terminal.
        wrote: the changes are made.
        verbose: each place on its own, with what is wrong, its code and its level.
    """
    groups = [group for group in _groups(result, wrote, verbose) if group.rows]
    name = style.paint(shown(result.filename or "<text>"), "head")
    if not groups:
        return f"{name}\n  nothing to do\n" if verbose else ""
    rows = [row for group in groups for row in group.rows]
    columns = max(len(_cell(row)) for row in rows), max(len(row.rule) for row in rows)
    parts = [f"{name}\n"]
    for group in groups:
        parts.append(f"  {style.paint(group.head, group.kind)}\n")
        parts += (_laid_out(row, columns, style) for row in group.rows)
    return "".join(parts)


def not_asked(results: Iterable[Result]) -> list[str]:
    """Return what the findings name that only wait for a registry to be asked, each once."""
    held = (f for result in results for f in result.held_back if f.refusal == NOT_ASKED)
    return [shown(name) for name in dict.fromkeys(_named(f) for f in held)]


def _groups(result: Result, wrote: bool, verbose: bool) -> list[Group]:
    applied = result.applied
    held = [f for f in result.held_back if verbose or f.refusal != NOT_ASKED]
    settled = result.settled if verbose else ()
    unsafe = [f for f in result.offered if f.safety is Safety.UNSAFE]
    milder = [f for f in result.offered if f.safety is not Safety.UNSAFE]
    verify = "try with `harden verify`, or " * any(can_verify(f.code) for f in unsafe) + "apply with --unsafe-fixes"
    warnings = tuple(Row((line,), "", shown(text)) for line, text in result.warnings)
    return [
        Group(counted(len(applied), "change") + " made" * wrote, "changed", _rows(applied, verbose)),
        Group(f"{len(milder)} offered: not made with --safe", "offered", _rows(milder, verbose)),
        Group(f"{len(unsafe)} offered: {verify}", "offered", _rows(unsafe, verbose)),
        Group(f"{len(held)} held back", "held", _rows(held, verbose)),
        Group(f"{len(settled)} not needed", "dim", _rows(settled, verbose)),
        Group(counted(len(warnings), "warning"), "held", warnings),
    ]


def _rows(findings: Iterable[Finding], verbose: bool) -> tuple[Row, ...]:
    """Return the rows of findings: the same of several places is one."""
    rows: dict[object, Row] = {}
    for finding in findings:
        text, spec = _said(finding, verbose)
        rule = f"{finding.code} {finding.rule}:" if verbose else finding.rule
        key: object = len(rows) if verbose else (rule, text)
        lines = rows[key].lines if key in rows else ()
        # a line number there counts in the Dockerfile
        rows[key] = Row((*lines, finding.line) if not finding.file else (), rule, text, spec)
    return tuple(Row(tuple(dict.fromkeys(row.lines)), row.rule, row.text, row.spec) for row in rows.values())


def _said(finding: Finding, verbose: bool) -> tuple[str, str]:
    """Return the text of a finding and the id of the reason in it."""
    message = shown(f"{finding.file}: {described(finding)}" if finding.file else described(finding))
    if finding.refusal is None:
        level = f" [{finding.safety.value}]" if verbose and finding.safety else ""
        return message + level, ""
    refusal = shown(str(finding.refusal))
    between = ": " if finding.is_settled else "; held back: "
    return (f"{message}{between}{refusal}" if verbose else refusal), finding.refusal.spec


def _named(finding: Finding) -> str:
    """Return the image or address that the message of a finding names."""
    parts = finding.message.split("`")
    return parts[1] if len(parts) > 2 else f"line {finding.line}"


def _cell(row: Row) -> str:
    listed = ", ".join(map(str, row.lines))
    return listed if len(listed) <= _LINES else str(row.lines[0])


def _laid_out(row: Row, columns: tuple[int, int], style: Style) -> str:
    cell = _cell(row)
    also = ""
    if len(row.lines) > 1 and "," not in cell:
        also = f" (also lines {', '.join(map(str, row.lines[1:]))})"
    name = f"{row.rule.ljust(columns[1])}  " if columns[1] else ""
    first = f"    {cell.rjust(columns[0])}  {name}"
    indent = len(first)
    if style.width - indent < _NARROW:
        indent = 8
        first = first.rstrip() + "\n" + " " * indent
        head, _, last = first.rpartition("\n")
        return head + "\n" + style.linked(wrapped(row.text + also, last, indent, style.width), row.spec)
    return style.linked(wrapped(row.text + also, first, indent, style.width), row.spec)
