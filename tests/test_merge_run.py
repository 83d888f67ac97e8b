"""merge-run: joined bodies behave as the bodies did one after the other, under real shells (Z05)."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from hardener import Options, Safety, harden, parse
from hardener.shell import Body, parse_shell
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.text import decode
from tests.corpus import COUNTEREXAMPLES, WILD, needs, samples
from tests.shelltrace import SHELLS, differences

CASES = sorted((Path(__file__).parent / "rules" / "merge-run").glob("*.Dockerfile"))
OPTIONS = Options(level=Safety.UNSAFE, select=frozenset({"merge-run"}))
#: real files whose merges are run
SAMPLE = 30
#: bodies that would reach beyond the sandbox, wait, or show the time
_LEAVE_OUT = ("kill", "/proc", "/sys", "date", "while ", "until ", "RANDOM", "$$", "mktemp", "inotify", "tty")

pytestmark = pytest.mark.skipif(not SHELLS, reason="no POSIX shell here")


def runs(source: str) -> list[list[str]]:
    """Return the logical text of the RUN instructions in shell form, stretch by stretch of adjacent ones."""
    tree = parse(source)
    found: list[list[str]] = [[]]
    for instruction in tree.instructions:
        if not isinstance(instruction, Run):
            found.append([])
        elif isinstance(instruction.arguments, ShellForm) and not instruction.heredocs:
            found[-1].append(logical(instruction.text, tree.escape).text)
    return found


def core(text: str) -> str:
    """Return a body without the blanks, semicolons and comments around its commands."""
    body = parse_shell(text)
    return text[body.top[0].start : body.top[-1].end] if isinstance(body, Body) and body.top else text


def merges(before: str, after: str) -> list[tuple[list[str], str]]:
    """Return what was merged: the bodies before, and the one that took their place."""
    found = []
    for old, new in zip(runs(before), runs(after), strict=True):
        rest = list(old)
        for text in new:
            taken = [rest.pop(0)]
            at = text.index(core(taken[0])) + len(core(taken[0]))
            # between two bodies stand a joiner, brackets and blanks, never another body
            while rest and 0 <= text.find(core(rest[0]), at) <= at + 16:
                taken.append(rest.pop(0))
                at = text.index(core(taken[-1]), at) + len(core(taken[-1]))
            if len(taken) > 1:
                found.append((taken, text))
            else:
                assert taken == [text]
        assert rest == []
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_case_behaves_as_before(case: Path) -> None:
    source = case.read_bytes().decode()
    for old, new in merges(source, harden(source, options=OPTIONS).code):
        assert differences(old, [new]) == []


def test_harness_tells_a_careless_merge() -> None:
    """The harness would see M01, M02, M06, M08 and M09 done wrong."""
    wrong = [
        (["x", "a || true"], "x && a || true"),
        (["x", "a ; b"], "x && a ; b"),
        (["cd /tmp && x", "y"], "cd /tmp && x && y"),
        (["set -e; x; y", "z"], "{ set -e; x; y; } && z"),
        (["if x; then exit 0; fi; y", "z"], "if x; then exit 0; fi; y && z"),
    ]
    for old, new in wrong:
        assert differences(old, [new]) != [], new


def test_a_body_stays_below_what_a_shell_takes() -> None:
    """P39; and Linux takes 131,072 bytes in one argument."""
    word = "x" * 40_000
    source = "FROM debian:trixie-slim\n" + f"RUN echo {word}\n" * 3
    result = harden(source, options=OPTIONS)
    assert not result.changed
    assert [f.refusal.spec for f in result.findings if f.refusal] == ["P39"]
    assert harden(source.replace(word, "x" * 20_000), options=OPTIONS).changed


def test_a_line_stays_below_what_buildkit_takes() -> None:
    """P39: the operator that joins them would make the line longer than 65,535 bytes, of which `ü` is two."""
    source = f"FROM debian:trixie-slim\nRUN echo {'ü' * 32_761}\nRUN echo a\n"
    result = harden(source, options=OPTIONS)
    assert (result.changed, result.faults) == (False, ())
    assert [f.refusal.spec for f in result.findings if f.refusal] == ["P39"]


def test_a_body_can_be_read_again() -> None:
    """P39: what is joined from hundreds of commands would be nested too deeply for all other rules."""
    source = "FROM debian:trixie-slim\n" + f"RUN {' && '.join(['echo a'] * 130)}\n" * 4
    result = harden(source, options=OPTIONS)
    assert (result.changed, result.faults) == (False, ())
    assert [f.refusal.spec for f in result.findings if f.refusal] == ["P39"]


@needs(COUNTEREXAMPLES)
def test_counterexamples() -> None:
    """Where a merge is right its text is that of the record, but for the line break; elsewhere nothing changes."""
    seen = 0
    for record in json.loads(COUNTEREXAMPLES.read_text()):
        if record["transform"] != "merge-run" or record["id"] == "M13":
            continue  # M13 asks for a heredoc, which this rule does not write
        code = harden(record["before"], options=OPTIONS).code
        if record["expect"] != "rewrite":
            assert code == record["before"], record["id"]
        else:
            flat = logical_lines(code)
            assert flat == logical_lines(record["ok"]), record["id"]
        seen += 1
    assert seen > 10


def logical_lines(code: str) -> list[str]:
    return [" ".join(text.split()) for stretch in runs(code) for text in stretch]


@pytest.mark.slow
@needs(WILD)
def test_real_files_behave_as_before() -> None:
    """Merges in real files, a sample that is the same at every run."""
    tried = 0
    files = list(samples(WILD))
    random.Random(20).shuffle(files)
    for sample in files:
        source = decode(sample.data)
        try:
            result = harden(source, options=OPTIONS)
        except Exception:
            continue
        if not result.changed:
            continue
        for old, new in merges(source, result.code)[:2]:
            if any(word in new for word in _LEAVE_OUT) or len(new) > 3000 or max(new) >= "\udc80":
                continue
            found = differences(old, [new], most=1, shells=2)
            assert found == [], (sample.id, old, new)
            tried += 1
        if tried >= SAMPLE:
            break
    assert tried >= SAMPLE
