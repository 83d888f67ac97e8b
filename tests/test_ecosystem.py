"""The comparison of two versions over projects: it sees what differs, and nothing where nothing does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.corpus import ROOT
from tests.ecosystem.compare import differences, markdown, read_report


def finding(rule: str, status: str = "changed", reason: str = "") -> dict[str, object]:
    refusal = {"id": reason, "reason": "because", "allow": ""} if reason else None
    return {"rule": rule, "status": status, "line": 2, "message": "a sentence", "doubt": "", "refusal": refusal}


def made(**files: dict[str, object]) -> dict[str, object]:
    rows = [{"path": path, "diff": "", "findings": [], **row} for path, row in files.items()]
    return {"schema": "harden-output/1", "files": rows}


def test_the_same_report_differs_in_nothing() -> None:
    report = read_report(made(a={"diff": "+x", "findings": [finding("add-user")]}))
    assert differences(report, report) == []


def test_changes_findings_and_errors_are_told_apart() -> None:
    before = read_report(made(a={"diff": "+x"}, b={"findings": [finding("add-init", "held-back", "I05")]}, c={}, d={}))
    after = read_report(made(a={"diff": "+y"}, b={"findings": [finding("add-user")]}, c={"error": "no FROM"}, d={}))
    found = differences(before, after)
    assert [(pair.path, pair.changes) for pair in found] == [("a", True), ("b", False), ("c", False)]
    table = markdown([("project", 4, found)], details=True)
    assert "| project | 4 | 1 | 1 | 1 |" in table
    assert "| add-init | 1 | 0 |" in table
    assert "| add-user | 0 | 1 |" in table
    assert "-line 2: add-init held-back [I05] a sentence: because" in table
    assert "+no FROM" in table


def test_what_a_project_has_does_not_end_the_block() -> None:
    found = differences(read_report(made()), read_report(made(a={"diff": "+RUN echo ````"})))
    assert markdown([("p", 1, found)], details=True).count("````") == 2


def test_two_real_commands_over_checkouts(tmp_path: Path) -> None:
    project = tmp_path / "projects" / "one"
    project.mkdir(parents=True)
    (project / "Dockerfile").write_text("FROM debian:trixie-slim\nMAINTAINER me\n")
    real = Path(sys.executable).parent / "harden"
    other = tmp_path / "harden"
    other.write_text(f'#!/bin/sh\nexec "{real}" --ignore maintainer-label "$@"\n')
    other.chmod(0o755)
    for after, code, row in ((real, 0, "| one | 1 | 0 | 0 | 0 |"), (other, 1, "| one | 1 | 1 | 0 | 0 |")):
        command = [sys.executable, "-m", "tests.ecosystem", "--before", real, "--after", after, tmp_path / "projects"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (code, "")
        assert row in done.stdout


def test_the_listed_repositories_are_pinned() -> None:
    rows = json.loads((ROOT / "tests" / "ecosystem" / "repositories.json").read_text())
    assert len({row["name"] for row in rows}) == len(rows) >= 10
    assert all(len(row["commit"]) == 40 and row["name"].count("/") == 1 for row in rows)
