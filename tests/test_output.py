"""What is printed: pure functions of a result."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from hardener import Options, harden
from hardener._version import DOCUMENTATION
from hardener.cli.reporting import exit_code
from hardener.cli.settings import read_plain
from hardener.engine.job import Job, Outcome
from hardener.engine.result import Fault, Result
from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.output.block import block, not_asked
from hardener.output.diff import unified_diff
from hardener.output.style import PLAIN, Style
from hardener.output.summary import fault_lines, summary
from hardener.output.totals import statistics, totals_of
from hardener.rules._reference_rule import NOT_ASKED
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
    printed = unified_diff(result) + "\n" + block(result, PLAIN)
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


def test_a_diff_for_a_terminal_shows_control_characters() -> None:
    result = Result("x", "a\r\n", "a\r\nb\t\x1b[2J\\t\r\n")
    assert unified_diff(result, escape=True).endswith("+b\t\\x1b[2J\\t\r\n")
    assert "\x1b[2J" in unified_diff(result)


def test_a_block_says_what_is_done_offered_and_held_back() -> None:
    result = Result("D", "a", "b", (APPLIED, HELD, OFFERED), warnings=((9, "careful"),))
    assert block(result, PLAIN) == (
        "D\n"
        "  1 change\n    2  merge-run  why\n"
        "  1 offered: try with `harden verify`, or apply with --unsafe-fixes\n    4  add-user   why\n"
        "  1 held back\n    3  merge-run  the body relies on set -e [M08]; remove it\n"
        "  1 warning\n    9             careful\n"
    )
    assert "  1 change made\n" in block(result, PLAIN, wrote=True)


def test_what_verify_cannot_try_is_not_sent_there() -> None:
    offered = replace(OFFERED, code="HD614", rule="read-only-filesystem")
    result = Result("pod.yaml", "a", "a", (offered,))
    assert "  1 offered: apply with --unsafe-fixes\n" in block(result, PLAIN)
    totals = totals_of([Outcome(Job(Path("pod.yaml"), Options()), result)])
    assert summary(totals, "diff").endswith(" --unsafe-fixes applies what is offered.")


def test_verbose_says_code_level_and_what_is_wrong() -> None:
    printed = block(Result("D", "a", "b", (APPLIED, HELD)), Style(width=120), verbose=True)
    assert "    2  HD101 merge-run:  why [safe]\n" in printed
    assert "    3  HD101 merge-run:  why; held back: the body relies on set -e [M08]; remove it\n" in printed
    settled = replace(HELD, message="nothing to do", is_settled=True)
    printed = block(Result("D", "a", "b", (settled,)), Style(width=120), verbose=True)
    assert "  HD101 merge-run:  nothing to do: the body relies on set -e [M08]; remove it\n" in printed
    assert block(Result("D", "a", "a"), PLAIN, verbose=True) == "D\n  nothing to do\n"


def test_the_same_of_several_places_is_one_line() -> None:
    def at(*lines: int) -> Result:
        return Result("D", "", "", tuple(replace(HELD, line=line) for line in lines))

    assert "\n  2 held back\n    3, 12  merge-run  the body" in block(at(3, 12), PLAIN)
    assert "\n    3  merge-run  the body relies on set -e [M08]; remove it (also lines 14, 15, 16)\n" in block(
        at(3, 14, 15, 16), PLAIN
    )


def test_what_is_offered_below_the_level_of_hardening_says_so() -> None:
    offered = replace(OFFERED, safety=Safety.HARDENING)
    assert "1 offered: not made with --safe\n" in block(Result("D", "", "", (offered,)), PLAIN)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_block_fits_the_terminal(width: int) -> None:
    finding = replace(APPLIED, rule="no-install-recommends", message="some words that say a lot of little " * 5)
    lines = block(Result("D", "a", "b", (finding, HELD)), Style(width=width)).splitlines()
    assert max(map(len, lines[2:])) <= width
    words = " ".join(" ".join(lines).split())
    assert ("some words that say a lot of little " * 5).strip() in words, "nothing is cut"
    continued = [
        line for line in lines if line.lstrip().startswith(("say", "lot", "of", "words")) and "merge" not in line
    ]
    assert len({len(line) - len(line.lstrip()) for line in continued}) <= 1, "all hang from one column"


def test_links_and_colours_leave_the_text_alone() -> None:
    result = Result("D", "a", "b", (APPLIED, HELD, OFFERED))
    styled = block(result, Style(colour=True, links=True))
    assert f"[\x1b]8;;{DOCUMENTATION}/reasons/#m08\x1b\\M08\x1b]8;;\x1b\\]" in styled
    assert re.sub(r"\x1b\[\d*m|\x1b\]8;;.*?\x1b\\", "", styled) == block(result, PLAIN)


def test_what_only_waits_for_a_registry_is_one_line() -> None:
    pins = tuple(replace(HELD, line=n, refusal=NOT_ASKED, message=f"`a:{n % 2}` may move") for n in range(4))
    result = Result("D", "", "", pins)
    assert block(result, PLAIN) == ""
    assert not_asked([result, result]) == ["a:0", "a:1"]
    assert "  4 held back\n" in block(result, PLAIN, verbose=True)
    totals = totals_of([Outcome(Job(Path("D"), Options()), result)])
    assert summary(totals, "diff", pins_are_told=True) == "1 file: 0 changes to make."
    assert summary(totals, "diff") == "1 file: 0 changes to make, 4 held back."


def test_faults_say_rule_and_reason() -> None:
    (line,) = fault_lines(Result("D", "", "", faults=(Fault("merge-run", ("lost a comment",), "FROM a\n"),)))
    assert line.startswith("D: internal fault in merge-run, its change was dropped: lost a comment; please report")


def test_the_summary_counts_and_says_what_to_type_next() -> None:
    changed = Outcome(Job(Path("D"), Options()), Result("D", "a", "b", (APPLIED, HELD, OFFERED)))
    nothing = Outcome(Job(Path("E"), Options()), Result("E", "a", "a"))
    assert summary(totals_of([changed, nothing], ["bad"]), "diff") == (
        "2 files, 1 would change: 1 change to make, 1 offered, 1 held back, 1 error. "
        "`harden --write` makes it; `harden --explain M08` says more."
    )
    assert summary(totals_of([changed]), "write") == (
        "1 file: 1 change made, 1 offered, 1 held back. `harden --explain M08` says more."
    )
    assert summary(totals_of([nothing]), "check") == "1 file: 0 changes to make."
    assert summary(totals_of([], ["bad"]), "diff") == "1 error; nothing was changed."
    assert "; " not in summary(totals_of([changed]), "write", "harden update")
    assert "`harden update --write` makes it" in summary(totals_of([changed]), "diff", "harden update")


def test_statistics_are_a_table_by_rule() -> None:
    one = Outcome(Job(Path("D"), Options()), Result("D", "a", "b", (APPLIED, HELD, OFFERED)))
    assert statistics(totals_of([one, one])) == (
        "rule       changed  offered  held back  files\n"
        "merge-run        2        0          2      2\n"
        "add-user         0        2          0      2\n"
    )
    assert statistics(totals_of([])) == ""


@pytest.mark.parametrize(
    ("level", "write", "code"),
    [
        (None, False, 1), (None, True, 0), ("none", False, 0), ("safe", False, 1), ("safe", True, 0),
        ("hardening", True, 0), ("unsafe", True, 1), ("held-back", True, 1),
    ],
)  # fmt: skip
def test_the_level_from_which_a_run_fails(level: str | None, write: bool, code: int) -> None:
    found = read_plain([*(["--fail-level", level] if level else []), *["--write"] * write])
    assert found is not None
    outcomes = [Outcome(Job(Path("D"), Options()), Result("D", "a", "b", (APPLIED, HELD, OFFERED)))]
    assert exit_code(outcomes, totals_of(outcomes), found[1]) == code
    assert exit_code(outcomes, totals_of(outcomes), replace(found[1], exit_zero=True)) == 0
    assert exit_code(outcomes, totals_of(outcomes, ["bad"]), replace(found[1], exit_zero=True)) == 2


def test_only_what_is_held_back_fails_at_the_last_level() -> None:
    outcomes = [Outcome(Job(Path("D"), Options()), Result("D", "a", "a", (HELD,)))]
    for level, code in (("unsafe", 0), ("held-back", 1)):
        found = read_plain(["--fail-level", level])
        assert found is not None
        assert exit_code(outcomes, totals_of(outcomes), found[1]) == code


def test_why_a_rule_holds_back_is_said_only_at_its_own_level() -> None:
    text = 'FROM python:3.13-trixie\nRUN git clone x\nCMD ["python"]\n'
    chosen = frozenset({"slim-base"})
    assert harden(text, options=Options(select=chosen)).findings == ()
    (held,) = harden(text, options=Options(select=chosen, level=Safety.UNSAFE)).held_back
    assert held.refusal is not None
    assert held.refusal.spec == "B14"
