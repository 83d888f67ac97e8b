"""Every case under tests/rules/<rule>/: a Dockerfile, and beside it what its rule makes of it as findings and diff.

`pytest tests/test_rules.py --snapshot-update` writes new diffs; read them.
"""

from __future__ import annotations

import difflib
import random
from pathlib import Path

import pytest

from hardener import DockerfileSyntaxError, Options, Result, Safety, harden
from hardener.engine.config_reading import read
from hardener.fast.records import replace
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from hardener.lookups.surroundings import Surroundings
from hardener.output.findings import described
from tests.answers import answers
from tests.buildkit import instructions
from tests.corpus import THOROUGH

RULES = Path(__file__).parent / "rules"
CASES = sorted(RULES.glob("*/*.Dockerfile"))
#: what lies around the cases, read once: the manifests among the tests are many
AROUND = Surroundings()
#: folders that are no rule's: the whole run over one file
WHOLE = "whole"


def options(case: Path) -> Options:
    """Return the options of a case; beside it lie its build context, `<case>.context`, and `<case>.harden.toml`, of
    which the table `assume` counts, and `<case>.origin`, the address of the repository."""
    folder = case.with_suffix(".context")
    select = frozenset() if case.parent.name == WHOLE else frozenset({case.parent.name})
    resolver = BuildContext(folder) if folder.is_dir() else None
    builds = (lambda: builds_of(folder, around=AROUND)) if folder.is_dir() else None
    stated = case.with_suffix(".harden.toml")
    origin = case.with_suffix(".origin")
    find_origin = (lambda: origin.read_text(encoding="utf-8").strip()) if origin.exists() else None
    assume = read(stated, 1 << 20, trusted=False).assume if stated.exists() else None
    return Options(
        level=Safety.UNSAFE, select=select, resolve=resolver, find_builds=builds, answers=answers(case.parent),
        other_files=True, assume=assume, find_origin=find_origin,
    )  # fmt: skip


def run_once(case: Path, text: str) -> Result:
    """Run the rule of a case."""
    result = harden(text, filename=case.name, options=options(case))
    assert result.faults == (), "the proof rejected a pass"
    return result


def run(case: Path, text: str) -> Result:
    """Run the rule of a case and check what holds for every rule."""
    chosen = options(case)
    result = run_once(case, text)
    again = harden(result.code, options=replace(chosen, resolve=after(result, chosen)))
    assert not again.changes, "a second run changes another file (Z02)"
    assert again.code == result.code, "a second run changes the file (Z02)"
    return result


def after(result: Result, chosen: Options) -> BuildContext | None:
    """Return the build context as a run leaves it."""
    if not isinstance(chosen.resolve, BuildContext):
        return None
    return chosen.resolve.having({change.path: change.after for change in result.changes})


def rendered(result: Result) -> str:
    """Return findings and diff as the snapshots hold them."""
    lines = []
    for finding in result.findings:
        if finding.change is not None:
            level = finding.safety.value if finding.safety else "none"
            lines.append(f"# {finding.change.path}:{finding.line}: {finding.code} {described(finding)} [{level}]\n")
        elif finding.refusal is not None:
            lines.append(f"# line {finding.line}: {finding.code} {finding.message}; held back: {finding.refusal}\n")
        else:
            level = finding.safety.value if finding.safety else "none"
            lines.append(f"# line {finding.line}: {finding.code} {described(finding)} [{level}]\n")
    for finding in result.settled:
        lines.append(f"# line {finding.line}: {finding.code} {finding.message}; nothing to do: {finding.refusal}\n")
    before, after = result.source.splitlines(keepends=True), result.code.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, "before", "after"):
        lines.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    for change in result.changes:
        name = f"a/{change.path}" if change.before is not None else "/dev/null"
        old, new = (change.before or "").splitlines(keepends=True), change.after.splitlines(keepends=True)
        lines += difflib.unified_diff(old, new, name, f"b/{change.path}")
    return "".join(lines)


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_case(case: Path, snapshot, tmp_path: Path) -> None:
    text = case.read_bytes().decode("utf-8", "surrogateescape")
    result = run(case, text)
    assert instructions(result.data, tmp_path) is not None, "BuildKit refuses the result (Z01)"
    snapshot.snapshot_dir = case.parent
    snapshot.assert_match(rendered(result).replace("\r\n", "\n"), case.with_suffix(".diff").name)


@pytest.mark.parametrize("case", CASES[:: 2 if THOROUGH else 4], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_case_with_other_newlines_and_without_the_last(case: Path) -> None:
    text = case.read_bytes().decode("utf-8", "surrogateescape")
    plain = text.replace("\r\n", "\n")
    if "<<" in plain:
        return  # the newlines of a heredoc are content (P10)
    unix = run_once(case, plain)  # `test_case` runs it twice
    dos = run(case, plain.replace("\n", "\r\n"))
    assert dos.code == unix.code.replace("\n", "\r\n")
    assert "\n" not in dos.code.replace("\r\n", "")
    bare = run_once(case, plain.rstrip("\n"))
    assert bare.code.rstrip("\n") == unix.code.rstrip("\n")


def mixed(case: Path) -> str:
    """Return the text of a case with line ends drawn for each line, and at times another end; the same each time."""
    plain = case.read_bytes().decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    draw = random.Random(f"{case.parent.name}/{case.name}")
    text = "".join(char if char != "\n" else draw.choice(["\n", "\r\n"]) for char in plain)
    bare = text.rstrip("\r\n")
    return draw.choice([text, text, text, bare, f"{text}\\", f"{bare} \\\n", f"{bare} \\\r\n"])


@pytest.mark.parametrize("case", CASES[1::4], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_case_with_mixed_newlines(case: Path) -> None:
    try:
        result = run(case, mixed(case))
    except DockerfileSyntaxError:
        return  # with a backslash as its last line a file is none (P44)
    if not result.changed:
        assert result.code == mixed(case)


@pytest.mark.parametrize("text", [
    "FROM alpine:0\r\nRUN mkdir\nRUN chown", 'FROM python:bookworm\nRUN cd\r\nCMD "a"',
    'FROM node:22-slim\nRUN mkdir a\r\nRUN b\nCMD ["x"]\n',
])  # fmt: skip
def test_lines_of_both_kinds_become_one(text: str) -> None:
    result = harden(text, options=Options(level=Safety.UNSAFE))
    assert result.faults == ()


@pytest.mark.parametrize(
    "spec", [f"{letter}{n:02}" for letter, last in (("S", 29), ("H", 12), ("J", 6)) for n in range(1, last + 1)]
)
def test_every_rule_of_these_sections_has_a_case(spec: str) -> None:
    assert list(RULES.glob(f"*/{spec}-*.Dockerfile"))
