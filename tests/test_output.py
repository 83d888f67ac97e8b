"""What is printed: pure functions of a result."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hardener import Options, harden
from hardener.engine.result import Fault, Result
from hardener.errors import Refusal
from hardener.output.diff import unified_diff
from hardener.output.text import fault_lines, lines, summary
from hardener.rules.base import Finding, Safety

APPLIED = Finding("HD101", "merge-run", 2, "why", Safety.SAFE, applied=True)
HELD = Finding("HD101", "merge-run", 3, "why", None, Refusal("M08", "the body relies on set -e", "remove it"))
OFFERED = Finding("HD203", "add-user", 4, "why", Safety.UNSAFE)


@pytest.mark.parametrize("name", ["a b", 'q"uote', "back\\slash", "tab\there", "ünï", "\udce9", "sub dir/x"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc", "a\nB\nc"), ("a\r\nb\r\n", "a\r\nB\r\n"), ("a\n", "b"), ("a", "a\n"),
        ("a\x0cb\n", "a\x0cB\n"), ("\udce9\n", "\udce9\nx\n"), ("a\u2028b\nc\n", "a\u2028b\nC\n"),
    ],
)  # fmt: skip
def test_git_apply_makes_the_new_text_of_it(tmp_path: Path, name: str, before: str, after: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(before.encode("utf-8", "surrogateescape"))
    result = Result(name, before, after, (APPLIED, HELD))
    printed = unified_diff(result) + "".join(line + "\n" for line in lines(result))
    git = ["git", "-c", "core.autocrlf=false", "-c", "apply.whitespace=nowarn", "apply", "-"]
    subprocess.run(git, cwd=tmp_path, input=printed.encode("utf-8", "surrogateescape"), check=True)
    assert path.read_bytes() == after.encode("utf-8", "surrogateescape")


def test_nothing_changed_prints_nothing() -> None:
    assert unified_diff(Result("x", "a\n", "a\n")) == ""


def test_colours_leave_the_text_alone() -> None:
    result = Result("x", "a\nb\n", "a\nc\n")
    coloured = unified_diff(result, colour=True)
    assert "\x1b[31m-b\x1b[0m\n\x1b[32m+c\x1b[0m\n" in coloured
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == unified_diff(result)


def test_lines_of_findings() -> None:
    result = Result("D", "", "", (APPLIED, HELD, OFFERED), warnings=((9, "careful"),))
    assert lines(result) == [
        "D:2: HD101 merge-run: why [safe]",
        "D:3: HD101 merge-run: why; held back: the body relies on set -e [M08]; remove it",
        "D:9: warning: careful",
    ]
    assert "D:4: HD203 add-user: why [unsafe, not applied]" in lines(result, verbose=True)


def test_faults_say_rule_and_reason() -> None:
    (line,) = fault_lines(Result("D", "", "", faults=(Fault("merge-run", ("lost a comment",), "FROM a\n"),)))
    assert line.startswith("D: internal fault in merge-run, its change was dropped: lost a comment; please report")


def test_summary_counts() -> None:
    changed = Result("D", "a", "b", (APPLIED, HELD, OFFERED))
    assert summary([changed, Result("E", "a", "a")], errors=1, wrote=False) == (
        "1 of 2 files would change, 1 change, 1 held back; 1 more with --unsafe-fixes; 1 error"
    )
    assert summary([changed], errors=0, wrote=True).startswith("1 of 1 file changed, 1 change, ")


def test_why_a_rule_holds_back_is_said_only_at_its_own_level() -> None:
    text = 'FROM python:3.13-trixie\nRUN git clone x\nCMD ["python"]\n'
    chosen = frozenset({"slim-base"})
    assert harden(text, options=Options(select=chosen)).findings == ()
    (held,) = harden(text, options=Options(select=chosen, level=Safety.UNSAFE)).held_back
    assert held.refusal is not None
    assert held.refusal.spec == "B14"
