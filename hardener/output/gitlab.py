"""The code quality report of GitLab: a list of findings, each with a fingerprint that a moved line does not change."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from hardener.engine.job import Outcome
from hardener.output.escape import shown, shown_error, valid
from hardener.output.findings import CHANGED, OFFERED, end_line, file_of, sentence, status
from hardener.output.reporter import Run
from hardener.output.summary import fault_lines
from hardener.output.totals import Totals

_SEVERITIES = {CHANGED: "major", OFFERED: "minor"}


class GitLab:
    """The output `gitlab`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Begin an empty list."""
        self._run = run
        self._found: list[dict[str, Any]] = []
        self._seen: dict[tuple[str, ...], int] = {}

    def file(self, outcome: Outcome) -> None:
        """Take a file."""
        path = valid(str(outcome.job.path))
        result = outcome.result
        if result is None:
            self._add(path, "error", shown_error(outcome.error, path, " | "), severity="critical", begin=1)
            return
        for finding in result.findings:
            name = f"{finding.code} {finding.rule}"
            severity = _SEVERITIES.get(status(finding), "info")
            where = valid(file_of(finding, path))
            self._add(where, name, sentence(finding), severity=severity, begin=finding.line, end=end_line(finding))
        for line, text in result.warnings:
            self._add(path, "warning", text, severity="info", begin=line)
        for text in fault_lines(result):
            self._add(path, "fault", text, severity="info", begin=1)

    def end(self, totals: Totals) -> None:
        """Print the list; errors that belong to no file have no place in it."""
        self._run.out(json.dumps(self._found, indent=2) + "\n")

    def _add(self, path: str, name: str, text: str, *, severity: str, begin: int, end: int = 0) -> None:
        key = (path, name, text)
        number = self._seen[key] = self._seen.get(key, 0) + 1
        fingerprint = hashlib.sha256("\0".join((*key, str(number))).encode("utf-8", "surrogatepass")).hexdigest()
        self._found.append(
            {
                "description": shown(text),
                "check_name": name,
                "fingerprint": fingerprint,
                "severity": severity,
                "location": {"path": path, "lines": {"begin": begin, "end": end or begin}},
            }
        )
