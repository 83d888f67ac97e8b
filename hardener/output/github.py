"""Annotations of GitHub Actions: a workflow command a finding, see "Workflow commands" in GitHub's documentation."""

from __future__ import annotations

from hardener.engine.job import Outcome
from hardener.output.escape import shown, shown_error
from hardener.output.findings import CHANGED, column, end_line, file_of, sentence, status
from hardener.output.reporter import Run
from hardener.output.summary import fault_lines
from hardener.output.totals import Totals


class GitHub:
    """The output `github`."""

    tells_errors = True

    def begin(self, run: Run) -> None:
        """Keep where to print."""
        self._run = run

    def file(self, outcome: Outcome) -> None:
        """Print the commands of a file."""
        path = shown(str(outcome.job.path))
        result = outcome.result
        if result is None:
            self._print("error", shown_error(outcome.error, str(outcome.job.path)), file=path)
            return
        for finding in result.findings:
            self._print(
                "warning" if status(finding) == CHANGED else "notice",
                sentence(finding),
                file=shown(file_of(finding, outcome.job.path)),
                line=str(finding.line),
                endLine=str(end_line(finding)),
                col=str(column(finding)),
                title=f"{finding.code} {finding.rule}",
            )
        for line, text in result.warnings:
            self._print("warning", shown(text), file=path, line=str(line))
        for text in fault_lines(result):
            self._print("warning", shown(text), file=path)

    def end(self, totals: Totals) -> None:
        """Print the errors that belong to no file."""
        for text in totals.errors[totals.failed :]:
            self._print("error", shown_error(text))

    def _print(self, command: str, text: str, **properties: str) -> None:
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        self._run.out(f"::{command}{' ' * bool(listed)}{listed}::{_data(text)}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
