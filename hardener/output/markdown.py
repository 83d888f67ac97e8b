"""Markdown for a job summary or a comment on a pull request: no text of a file becomes markup, link or mention."""

from __future__ import annotations

import re

from hardener.engine.job import Outcome
from hardener.engine.result import Result
from hardener.output.diff import unified_diff
from hardener.output.escape import shown, shown_error, shown_lines
from hardener.output.findings import CHANGED, HELD_BACK, OFFERED, described, status
from hardener.output.reporter import Run
from hardener.output.style import reason_url
from hardener.output.summary import fault_lines, summary
from hardener.output.totals import Totals, counted
from hardener.rules.base import Finding

#: a comment takes 65,536 characters: diffs get most of them
_ROOM = 40_000
_HEADS = {CHANGED: "change", OFFERED: "offered", HELD_BACK: "held back"}
#: between a sign and what follows it, so that `@name`, `#1` and `GH-1` are no mention and no link
_GAP = "\u200b"


class Markdown:
    """The output `markdown`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Begin with no file."""
        self._run = run
        self._parts: list[str] = []
        self._room = _ROOM

    def file(self, outcome: Outcome) -> None:
        """Take a file; one without findings is only counted."""
        result = outcome.result
        name = code(str(outcome.job.path))
        if result is None:
            self._parts.append(
                f"\n#### {name}\n\nError: {escaped(shown_error(outcome.error, str(outcome.job.path), ' | '))}\n"
            )
            return
        notes = [f"* line {line}: {escaped(text)}\n" for line, text in result.warnings]
        notes += [f"* {escaped(text)}\n" for text in fault_lines(result)]
        if not result.findings and not notes:
            return
        rows = "".join(map(_row, result.findings))
        table = f"\n| line | rule | | what |\n|---:|---|---|---|\n{rows}" if rows else ""
        self._parts.append(f"\n#### {name}\n{table}{self._diff(result)}" + "\n" * bool(notes) + "".join(notes))

    def end(self, totals: Totals) -> None:
        """Print the document: the summary first."""
        errors = "".join(f"\nError: {escaped(text)}\n" for text in totals.errors[totals.failed :])
        table = _statistics(totals) if self._run.statistics else ""
        head = f"### harden\n\n{escaped(summary(totals, self._run.mode, self._run.command))}\n"
        self._run.out(head + errors + table + "".join(self._parts))

    def _diff(self, result: Result) -> str:
        diff = shown_lines(unified_diff(result))
        if not diff:
            return ""
        if len(diff) > self._room:
            return "\nThe diff is too long for this page.\n"
        self._room -= len(diff)
        fence = "`" * max(3, _longest_run(diff) + 1)
        return f"\n<details><summary>diff</summary>\n\n{fence}diff\n{diff}{fence}\n\n</details>\n"


def escaped(text: str) -> str:
    """Return one line of text as Markdown: what stands between backticks is code, all else is plain."""
    parts = shown(text).split("`")
    if len(parts) % 2 == 0:  # one without its other half
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(code(part) if i % 2 and part.strip() else _plain(part) for i, part in enumerate(parts))


def code(text: str) -> str:
    """Return `text` as a code span that may stand in a table."""
    body = shown(text).replace("|", "\\|")
    fence = "`" * (_longest_run(body) + 1)
    pad = " " if body.startswith("`") or body.endswith("`") or len(fence) > 1 else ""
    return f"{fence}{pad}{body}{pad}{fence}"


def _plain(text: str) -> str:
    text = re.sub(r"[\\`*_{}\[\]<>()#+!|~&$^=]", lambda found: f"&#{ord(found[0])};", text)
    return re.sub(r"(@|&#35;|://|www\.|\b[Gg][Hh]-(?=\d))", rf"\1{_GAP}", text)


def _row(finding: Finding) -> str:
    where = f"{code(finding.file)}: " if finding.file else ""
    what = where + escaped(described(finding))
    if finding.refusal is not None:
        spec = finding.refusal.spec
        allow = f"; {escaped(finding.refusal.allow)}" if finding.refusal.allow else ""
        what += f"; held back: {escaped(finding.refusal.reason)} [{escaped(spec)}]({reason_url(spec)}){allow}"
    level = f" ({finding.safety.value})" if finding.safety else ""
    rule = f"[{finding.rule}]({finding.url})"
    return f"| {finding.line} | {rule} | {_HEADS[status(finding)]}{level} | {what} |\n"


def _statistics(totals: Totals) -> str:
    rows = "".join(f"| {r.rule} | {r.changed} | {r.offered} | {r.held_back} | {r.files} |\n" for r in totals.rules)
    head = "| rule | changed | offered | held back | files |\n|---|---:|---:|---:|---:|\n"
    return f"\n<details><summary>{counted(len(totals.rules), 'rule')}</summary>\n\n{head}{rows}\n</details>\n"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
