"""What a container prints and leaves behind reaches nobody unescaped, and nothing of it is followed or waited for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hardener.verify.container.trace import names_in
from hardener.verify.report.page import html
from hardener.verify.report.table import markdown, printable, text

EVIL = "\x1b]0;x\x07<script>alert(1)</script> [a](http://x)\r\ndropped nothing\u202e"


def report() -> dict[str, Any]:
    """Return a report in which each text of others is evil."""
    side = {"size": 1, "layers": [], "files": 1, "setuid": [], "compilers": [EVIL], "package_managers": [],
            "build_seconds": None, "rebuild_seconds": None, "answers": [], "writes": [], "config": {}}  # fmt: skip
    return {
        "file": f"{EVIL}/Dockerfile", "verdict": "reduced", "evidence": [EVIL], "engine": EVIL,
        "passes": [{"rule": "add-user", "code": "HD203", "kept": False}, {"rule": "x", "code": "y", "kept": True}],
        "dropped": [{"rule": "add-user", "code": "HD203", "lines": [1], "whole": True, "failures": [EVIL],
                     "tail": [EVIL]}],
        "before": side, "after": side, "diff": f"--- a\n+++ b\n+{EVIL}\n", "dockerfile": EVIL, "trials": 1,
        "notes": [EVIL], "logs": EVIL, "seconds": 1.0, "profile": None, "harden": "1", "level": "safe",
        "reach": {"found": True, "routes": 2, "percent": 50, "alike": [EVIL], "other": [{"route": EVIL, "why": EVIL}]},
        "gone": [{"path": EVIL, "bytes": 5, "files": 1}],
        "proved": [{"rule": "x", "code": "y", "line": 1, "doubt": EVIL, "by": [EVIL]}],
    }  # fmt: skip


def test_no_report_has_a_control_character_or_a_forged_line() -> None:
    for printed in (text(report()), markdown(report()), html(report())):
        assert all(char.isprintable() or char in "\n\t\r" for char in printed)
        assert "\ndropped nothing" not in printed.partition("--- a")[0]
    assert "<script>" not in html(report())
    assert "<script>" not in markdown(report()).partition("```")[0].replace(f"`{printable(EVIL)}`", "")
    assert " [a](http" not in "".join(line for line in markdown(report()).splitlines() if line.startswith("- "))


def test_what_an_image_left_in_the_folder_of_the_trace(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("12 chown(\n")
    os.mkfifo(tmp_path / "fifo")
    os.mkfifo(tmp_path / "health")
    (tmp_path / "calls").write_text("12 read(0) = 1\n13 <... write resumed> = 1\n")
    assert names_in(tmp_path) == {"read", "write"}
    (tmp_path / "calls").unlink()
    (tmp_path / "calls").symlink_to("secret")
    assert names_in(tmp_path) == set()
