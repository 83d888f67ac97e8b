"""One JSON document; docs/output.schema.json describes it."""

from __future__ import annotations

import json
from typing import Any

from hardener._version import __version__
from hardener.engine.job import Outcome
from hardener.engine.result import Result
from hardener.output.diff import change_diff, unified_diff
from hardener.output.escape import valid
from hardener.output.findings import regions, status
from hardener.output.reporter import Run
from hardener.output.style import reason_url
from hardener.output.totals import Totals
from hardener.project.file_change import FileChange
from hardener.rules.base import Finding, Region

#: grows with every change that a reader could trip on
SCHEMA = "harden-output/1"


class JsonDocument:
    """The output `json`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Keep how the run is to be told."""
        self._run = run
        self._files: list[dict[str, Any]] = []

    def file(self, outcome: Outcome) -> None:
        """Take a file."""
        self._files.append(file_data(outcome, self._run.mode))

    def end(self, totals: Totals) -> None:
        """Print the document."""
        data = {**run_data(self._run), "files": self._files, **end_data(totals)}
        self._run.out(json.dumps(data, indent=2) + "\n")


def run_data(run: Run) -> dict[str, Any]:
    """Return what is known before the first file."""
    return {"schema": SCHEMA, "harden": __version__, "mode": run.mode}


def file_data(outcome: Outcome, mode: str) -> dict[str, Any]:
    """Return what came of a file; diff and edits are left out where the file is no UTF-8: JSON cannot hold them."""
    result = outcome.result
    data: dict[str, Any] = {"path": valid(str(outcome.job.path)), "changed": False, "written": False, "diff": None}
    data |= {"changes": [], "findings": [], "settled": [], "warnings": [], "faults": []}
    data["error"] = valid(outcome.error) or None
    if result is None:
        return data
    texts = [result.source, *(text for c in result.changes for text in (c.before or "", c.after))]
    is_unicode = all(valid(text) == text for text in texts)
    data["changed"] = result.changed
    data["written"] = result.changed and mode == "write"
    data["changes"] = [_change(change, mode) for change in result.changes]
    data["diff"] = unified_diff(result) if is_unicode else None
    data["findings"] = [finding_data(result, f, is_unicode=is_unicode) for f in result.findings]
    data["settled"] = [_settled_data(finding) for finding in result.settled]
    data["warnings"] = [{"line": line, "message": valid(text)} for line, text in result.warnings]
    data["faults"] = [{"rule": fault.rule, "reasons": list(map(valid, fault.reasons))} for fault in result.faults]
    return data


def _settled_data(finding: Finding) -> dict[str, Any]:
    """Return where a rule has nothing to do, and why, as data."""
    refusal = finding.refusal
    return {
        "code": finding.code,
        "rule": finding.rule,
        "line": finding.line,
        "id": refusal and refusal.spec,
        "reason": refusal and valid(refusal.reason),
    }


def finding_data(result: Result, finding: Finding, *, is_unicode: bool) -> dict[str, Any]:
    """Return a finding as data."""
    refusal = finding.refusal
    return {
        "code": finding.code,
        "rule": finding.rule,
        "status": status(finding),
        "level": finding.safety.value if finding.safety else None,
        "message": valid(finding.message),
        "doubt": valid(finding.doubt),
        "refusal": refusal
        and {
            "id": refusal.spec,
            "reason": valid(refusal.reason),
            "allow": valid(refusal.allow),
            "url": reason_url(refusal.spec),
        },
        "applied": finding.applied,
        "file": valid(finding.file) or None,
        "line": finding.line,
        "region": finding.region and _region(finding.region),
        "edits": [
            {"start": edit.start, "end": edit.end, "region": _region(region), "new": edit.new}
            for edit, region in regions(result, finding.edits * is_unicode)
        ],
        "url": finding.url,
    }


def _change(change: FileChange, mode: str) -> dict[str, Any]:
    """Return the change of another file as data."""
    is_unicode = all(valid(text) == text for text in (change.before or "", change.after))
    return {
        "path": valid(change.place),
        "created": change.before is None,
        "written": mode == "write",
        "diff": change_diff(change) if is_unicode else None,
    }


def end_data(totals: Totals) -> dict[str, Any]:
    """Return the errors that belong to no file, and the counts."""
    return {
        "errors": [valid(error) for error in totals.errors[totals.failed :]],
        "summary": {
            "files": totals.files,
            "changed": totals.changed,
            "changes": totals.changes,
            "offered": totals.offered,
            "held_back": totals.held_back,
            "not_asked": totals.not_asked,
            "faults": totals.faults,
            "errors": len(totals.errors),
            "rules": [
                {
                    "code": row.code,
                    "rule": row.rule,
                    "changed": row.changed,
                    "offered": row.offered,
                    "held_back": row.held_back,
                    "files": row.files,
                }
                for row in totals.rules
            ],
        },
    }


def _region(region: Region) -> dict[str, int]:
    return {
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }
