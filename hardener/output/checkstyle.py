"""Checkstyle's XML, which many a CI server reads."""

from __future__ import annotations

from hardener.engine.job import Outcome
from hardener.output.escape import shown_error, xml
from hardener.output.findings import CHANGED, column, sentence, status
from hardener.output.reporter import Run
from hardener.output.summary import fault_lines
from hardener.output.totals import Totals
from hardener.rules.base import Finding


class Checkstyle:
    """The output `checkstyle`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Print the head."""
        self._run = run
        run.out('<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n')

    def file(self, outcome: Outcome) -> None:
        """Print the element of a file."""
        path = str(outcome.job.path)
        self._run.out(f'  <file name="{xml(path)}">\n')
        others = () if outcome.result is None else [f for f in outcome.result.findings if f.file]
        if outcome.result is None:
            self._error(1, 1, "error", shown_error(outcome.error, path, " | "), "harden.error")
        else:
            for finding in outcome.result.findings:
                if not finding.file:
                    self._finding(finding)
            for line, text in outcome.result.warnings:
                self._error(line, 1, "warning", text, "harden.warning")
            for text in fault_lines(outcome.result):
                self._error(1, 1, "warning", text, "harden.fault")
        self._run.out("  </file>\n")
        for finding in others:
            self._run.out(f'  <file name="{xml(finding.file)}">\n')
            self._finding(finding)
            self._run.out("  </file>\n")

    def end(self, totals: Totals) -> None:
        """Print the foot; errors that belong to no file have no place in it."""
        self._run.out("</checkstyle>\n")

    def _finding(self, finding: Finding) -> None:
        severity = "warning" if status(finding) == CHANGED else "info"
        source = f"harden.{finding.code}.{finding.rule}"
        self._error(finding.line, column(finding), severity, sentence(finding), source)

    def _error(self, line: int, column: int, severity: str, text: str, source: str) -> None:
        self._run.out(
            f'    <error line="{line}" column="{column}" severity="{severity}"'
            f' message="{xml(text)}" source="{xml(source)}"/>\n'
        )
