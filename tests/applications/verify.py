"""What `harden verify --try-held-back` adds to the default on sample applications.

python -m tests.applications.verify CHECKOUTS [--stand-ins] [--seconds N] [WORD …]

CHECKOUTS and WORD as for `python -m tests.applications`. Each application is verified by itself, in a copy, with the
environment that known.json names; `python -m tests.benchmarks.examples --render` writes the page from the data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.applications.container import stand_in
from tests.applications.known import LIST, Application, applications, copied
from tests.benchmarks.verify_adds import DATA
from tests.corpus import ROOT


def added(one: Application, context: Path, work: Path, seconds: int) -> dict[str, Any]:
    """Verify one application and return its row; `wrong` says why there is none."""
    dockerfile = context / one.file
    default = _default(dockerfile)
    report = work / "report.json"
    options = [word for key, value in one.environment.items() for word in ("--env", f"{key}={value}")]
    options += ["--target", one.target] if one.target else []
    try:
        done = _harden(
            "verify", str(dockerfile), "--context", str(context), "--try-held-back", "--offline", "--no-cache",
            "--report", str(report), "--logs", str(work / "logs"), "--quiet", *options, seconds=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"application": one.name, "wrong": f"no end after {seconds} s"}
    if not report.exists():
        return {"application": one.name, "wrong": done.stderr[-400:]}
    found = json.loads(report.read_text(encoding="utf-8"))
    return {
        "application": one.name,
        "language": one.language,
        "asked": found["evidence"],
        "default": sorted({finding["rule"] for finding in default if finding["applied"]}),
        "offered": [finding["rule"] for finding in default if finding["status"] == "offered"],
        "refused": [finding["rule"] for finding in default if finding["status"] == "held-back"],
        "proved": [entry["rule"] for entry in found["proved"]],
        "dropped": {entry["rule"]: entry["failures"][:1] for entry in found["dropped"]},
        "size": [found[side]["size"] for side in ("before", "after")],
        "seconds": found["seconds"],
    }


def _harden(*words: str, seconds: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "hardener", *words]
    child = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        out, err = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.terminate()  # it removes what it made
        child.communicate()
        raise
    return subprocess.CompletedProcess(line, child.returncode, out, err)


def _default(dockerfile: Path) -> list[dict[str, Any]]:
    """Return the findings of a run without options."""
    said = _harden("--offline", "--isolated", "--output-format", "json", str(dockerfile), seconds=120)
    return [finding for file in json.loads(said.stdout)["files"] for finding in file["findings"] if not finding["file"]]


def _kept(row: dict[str, Any]) -> None:
    known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {"applications": []}
    rows = {entry["application"]: entry for entry in known["applications"]} | {row["application"]: row}
    ordered = sorted(rows.values(), key=lambda entry: str(entry["application"]).lower())
    said = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "applications": ordered}
    DATA.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Verify what the command line asks for, one after the other, and keep the rows."""
    parser = argparse.ArgumentParser(prog="python -m tests.applications.verify")
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--stand-ins", action="store_true")
    parser.add_argument("--seconds", type=int, default=600)
    asked = parser.parse_args()
    for tag, name in json.loads(LIST.read_text(encoding="utf-8"))["images"] if asked.stand_ins else []:
        stand_in(tag, LIST.parent / "images" / f"{name}.Dockerfile")
    for one in applications():
        if asked.words and not any(word in one.name for word in asked.words):
            continue
        with tempfile.TemporaryDirectory(prefix="verify-adds") as folder:
            context = copied(one, asked.checkouts, Path(folder) / "copy", stand_ins=asked.stand_ins)
            if context is None:
                continue
            row = added(one, context, Path(folder), asked.seconds)
        print(f"{one.name}: {row.get('wrong') or row}", flush=True)
        if "wrong" not in row:
            _kept(row)


if __name__ == "__main__":
    main()
