"""merge-run: joined bodies behave as the bodies did one after the other, under real shells (Z05)."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from hardener import Options, Safety, harden, parse
from hardener.syntax.logical import logical
from hardener.syntax.nodes import Dockerfile, Run, ShellForm
from hardener.text import decode
from tests.corpus import COUNTEREXAMPLES, WILD, needs, samples
from tests.shelltrace import SHELLS, differences

CASES = sorted((Path(__file__).parent / "rules" / "merge-run").glob("*.Dockerfile"))
OPTIONS = Options(level=Safety.UNSAFE, select=frozenset({"merge-run"}))
#: real files whose merges are run
SAMPLE = 60
#: bodies that would reach beyond the sandbox, wait, or show the time
_LEAVE_OUT = ("kill", "/proc", "/sys", "date", "while ", "until ", "RANDOM", "$$", "mktemp", "inotify", "tty")

pytestmark = pytest.mark.skipif(not SHELLS, reason="no POSIX shell here")


def stages(tree: Dockerfile) -> list[list[tuple[str, str]]]:
    """Return the instructions of each stage as (name, logical text), with None for what is no RUN in shell form."""
    return [
        [
            (i.name if isinstance(i, Run) and isinstance(i.arguments, ShellForm) else f"-{i.name}",
             logical(i.text, tree.escape).text)
            for i in stage.body
        ]
        for stage in tree.stages
    ]  # fmt: skip


def merges(before: str, after: str) -> list[tuple[list[str], str]]:
    """Return what was merged: the bodies before, and the one that took their place.

    The instructions between are the same ones, so both lists are walked in step: a body that ends a merge is found
    by the number of instructions that are left.
    """
    found = []
    for old, new in zip(stages(parse(before)), stages(parse(after)), strict=True):
        at = 0
        for index, (name, text) in enumerate(new):
            if old[at] == (name, text):
                at += 1
                continue
            end = at + 1
            rest = new[index + 1 :]
            while end < len(old) and not _begins(old[end:], rest):
                end += 1
            found.append(([body for _, body in old[at:end]], text))
            at = end
    return found


def _begins(old: list[tuple[str, str]], rest: list[tuple[str, str]]) -> bool:
    """Tell whether `rest` can be `old` with merges: its first instruction is, or begins with, the first one."""
    if not rest:
        return not old
    words = old[0][1].split()[:3]
    return old[0] == rest[0] or (old[0][0] == rest[0][0] == "RUN" and rest[0][1].lstrip("({ ").split()[:3] == words)


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_case_behaves_as_before(case: Path) -> None:
    source = case.read_bytes().decode()
    for old, new in merges(source, harden(source, options=OPTIONS).code):
        assert len(old) > 1
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
    return [" ".join(text.split()) for stage in stages(parse(code)) for _, text in stage]


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
        for old, new in merges(source, result.code):
            if any(word in new for word in _LEAVE_OUT) or len(new) > 3000 or max(new) >= "\udc80":
                continue
            assert len(old) > 1
            found = differences(old, [new], most=3)
            assert found == [], (sample.id, old, new)
            tried += 1
        if tried >= SAMPLE:
            break
    assert tried >= SAMPLE
