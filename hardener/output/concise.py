"""One line a finding, as editors and grep want it: `path:line:column: HD203 add-user: message [level]`."""

from __future__ import annotations

from hardener.engine.job import Outcome
from hardener.output.escape import shown
from hardener.output.findings import column, file_of, short
from hardener.output.reporter import Run
from hardener.output.summary import fault_lines, summary, tell_errors
from hardener.output.totals import Totals, statistics


class Concise:
    """The output `concise`."""

    tells_errors = True

    def begin(self, run: Run) -> None:
        """Keep how the run is to be told."""
        self._run = run
        self._outcomes: list[Outcome] = []

    def file(self, outcome: Outcome) -> None:
        """Print a line for each finding and each warning."""
        self._outcomes.append(outcome)
        result = outcome.result
        if result is None:
            return
        name = shown(str(outcome.job.path))
        for finding in result.findings:
            place = f"{shown(file_of(finding, outcome.job.path))}:{finding.line}:{column(finding)}"
            self._run.out(f"{place}: {finding.code} {finding.rule}: {short(finding)}\n")
        for line, text in result.warnings:
            self._run.out(f"{name}:{line}:1: warning: {shown(text)}\n")
        for fault in fault_lines(result):
            self._run.note(f"{fault}\n")

    def end(self, totals: Totals) -> None:
        """Print errors, and the counts if they are asked for, beside the report."""
        tell_errors(self._run.note, self._outcomes, totals)
        if self._run.statistics:
            self._run.note(statistics(totals))
        if not self._run.quiet:
            self._run.note(f"{summary(totals, self._run.mode, self._run.command)}\n")
