"""SARIF 2.1.0, for code scanning: rules with their pages, results with regions, fixes of the edits."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from hardener._version import DOCUMENTATION, __version__
from hardener.engine.job import Outcome
from hardener.engine.result import Result
from hardener.output.escape import valid
from hardener.output.findings import CHANGED, regions, sentence, status
from hardener.output.paths import uri
from hardener.output.reporter import Run
from hardener.output.style import reason_url
from hardener.output.summary import fault_lines
from hardener.output.totals import Totals
from hardener.rules import every_rule
from hardener.rules.base import AnyRule, Finding, Region, Safety

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Safety.SAFE: "warning", Safety.HARDENING: "warning", Safety.UNSAFE: "note"}


class Sarif:
    """The output `sarif`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Number the rules: results name them by their place in the list."""
        self._run = run
        self._rules = sorted(every_rule(), key=lambda rule: rule.code)
        self._places = {rule.code: place for place, rule in enumerate(self._rules)}
        self._results: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []

    def file(self, outcome: Outcome) -> None:
        """Take a file; what went wrong with it is a notification."""
        where = {"uri": uri(outcome.job.path)}
        result = outcome.result
        if result is None:
            self._notes.append(_notification("error", outcome.error, where))
            return
        self._results += (self._result(result, finding, where) for finding in result.findings)
        self._notes += (_notification("warning", text, where, line) for line, text in result.warnings)
        self._notes += (_notification("warning", text, where) for text in fault_lines(result))

    def end(self, totals: Totals) -> None:
        """Print the document."""
        self._notes += (_notification("error", text) for text in totals.errors[totals.failed :])
        driver = {
            "name": "harden",
            "version": __version__,
            "semanticVersion": __version__,
            "informationUri": DOCUMENTATION,
            "rules": [_rule(rule) for rule in self._rules],
        }
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": not totals.errors, "toolExecutionNotifications": self._notes}],
            "results": self._results,
        }
        self._run.out(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n")

    def _result(self, result: Result, finding: Finding, where: dict[str, str]) -> dict[str, Any]:
        properties: dict[str, Any] = {"status": status(finding), "rule": finding.rule}
        if finding.safety is not None:
            properties["level"] = finding.safety.value
        if finding.refusal is not None:
            properties["refusal"] = finding.refusal.spec
            properties["refusalUrl"] = reason_url(finding.refusal.spec)
        place = {"uri": uri(Path(finding.file))} if finding.file else where
        data: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": self._places.get(finding.code, -1),
            "level": _LEVELS.get(finding.safety or Safety.UNSAFE) if status(finding) == CHANGED else "note",
            "message": {"text": sentence(finding)},
            "locations": [_location(place, _region(finding.region) or {"startLine": finding.line})],
            "properties": properties,
        }
        if finding.edits and finding.refusal is None and valid(result.source) == result.source:
            data["fixes"] = [_fix(result, finding, where)]
        return data


def _rule(rule: type[AnyRule]) -> dict[str, Any]:
    page = inspect.cleandoc(rule.__doc__ or "")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page.partition("\n")[0]},
        "fullDescription": {"text": page.partition("\n\n## ")[0]},
        "help": {"text": page, "markdown": page},
        "helpUri": f"{DOCUMENTATION}/rules/#{rule.code.lower()}-{rule.name}",
        "defaultConfiguration": {"level": _LEVELS[rule.safety], "enabled": not rule.opt_in},
        "properties": {"level": rule.safety.value},
    }


def _location(where: dict[str, str], region: dict[str, int] | None = None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": where}
    return {"physicalLocation": place | ({"region": region} if region else {})}


def _region(region: Region | None) -> dict[str, int]:
    if region is None:
        return {}
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _fix(result: Result, finding: Finding, where: dict[str, str]) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(region), "insertedContent": {"text": edit.new}}
        for edit, region in regions(result, finding.edits)
    ]
    change = {"artifactLocation": where, "replacements": replacements}
    return {"description": {"text": f"harden: {finding.rule}"}, "artifactChanges": [change]}


def _notification(level: str, text: str, where: dict[str, str] | None = None, line: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {"level": level, "message": {"text": valid(text)}}
    if where is not None:
        data["locations"] = [_location(where, {"startLine": line} if line else None)]
    return data
