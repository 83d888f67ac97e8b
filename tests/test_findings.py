"""What a finding says besides its message: where it stands, its edits, why it is doubtful; and what is no finding."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from hardener import Finding, Options, Result, Safety, harden
from hardener.cli import start
from hardener.engine import batch
from hardener.engine.proof import faults
from hardener.engine.run import MAX_ROUNDS
from hardener.rules import all_rules
from hardener.syntax.dockerfile.parser import parse
from hardener.text import apply_edits, minimal_edits
from tests.corpus import WILD, Sample, needs, usable

_RULES = {rule.name: rule for rule in all_rules()}
#: every so many of the wild files
_WILD = [pytest.param(sample, id=sample.id) for sample in usable(WILD)[::18]]


def _run(text: str | bytes, *, level: Safety = Safety.UNSAFE, edits: bool = False, **more: frozenset[str]) -> Result:
    return harden(text, options=Options(level=level, with_edits=edits, **more))


def _part(text: str, finding: Finding) -> str:
    """Return what the region of a finding holds."""
    region = finding.region
    assert region is not None
    lines = text.split("\n")[region.line - 1 : region.end_line]
    lines[-1] = lines[-1][: region.end_column - 1]
    return "\n".join([lines[0][region.column - 1 :], *lines[1:]])


def _names(result: Result) -> list[str]:
    return [finding.rule for finding in result.findings]


def test_a_region_is_the_instruction_without_what_stands_around_it() -> None:
    text = (
        "FROM debian:12\n\n# why\n  RUN apt-get update && \\\n  apt-get install -y gcc  \nRUN <<E\necho a\nE\nCMD ls\n"
    )
    found = {f.rule: f for f in _run(text, level=Safety.SAFE).findings}
    assert _part(text, found["clean-package-cache"]) == "RUN apt-get update && \\\n  apt-get install -y gcc"
    region = found["clean-package-cache"].region
    assert region is not None
    assert (region.line, region.column, region.end_line, region.end_column) == (4, 3, 5, 25)
    assert found["clean-package-cache"].line == 4


def test_the_region_of_a_heredoc_ends_with_its_last_line() -> None:
    text = "FROM docker.io/library/debian:12\nRUN <<E\napt-get update\nE\nCOPY --from=nginx <<X /a\nx\nX\n"
    regions = {_part(text, finding) for finding in _run(text).findings}
    assert all(part in text for part in regions)
    assert not any(part.endswith("\n") for part in regions)


@needs(WILD)
@pytest.mark.parametrize("sample", _WILD)
def test_every_region_is_an_instruction_of_the_source(sample: Sample) -> None:
    result = _run(sample.data)
    tree = parse(result.source)
    known = {i.with_changes(leading=(), indent="").code.rstrip() for i in tree.instructions}
    for finding in result.findings:
        assert _part(result.source, finding) in known
        assert finding.region is not None
        assert finding.region.line == finding.line


@needs(WILD)
@pytest.mark.parametrize("sample", _WILD)
def test_the_edits_of_one_finding_make_its_change(sample: Sample) -> None:
    result = _run(sample.data, edits=True)
    assert apply_edits(result.source, result.edits) == result.code
    for finding in (f for f in result.findings if f.edits):
        assert finding.refusal is None
        code = apply_edits(result.source, finding.edits)
        assert faults(parse(result.source), parse(code), _RULES[finding.rule]) == ()
        # made once it is done: the rule alone does not find it there again
        alone = frozenset({finding.rule})
        before = Counter(
            f.message for f in _run(result.source, level=Safety.SAFE, select=alone).findings if not f.refusal
        )
        after = Counter(f.message for f in _run(code, level=Safety.SAFE, select=alone).findings if not f.refusal)
        assert after[finding.message] <= before[finding.message]
        assert _run(code, select=alone).code == _run(_run(code, select=alone).code, select=alone).code


def test_a_change_on_top_of_others_has_no_edits_of_its_own() -> None:
    text = 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y gcc\nRUN apt-get install -y make\nCMD ["make"]\n'
    found = {f.rule: f for f in _run(text, edits=True).findings if f.applied}
    assert found["join-installs"].edits == ()  # only what merge-run has joined can be
    assert found["merge-run"].edits
    assert all(not f.edits for f in _run(text).findings), "nobody asked"


def test_edits_are_small() -> None:
    old, new = "a\nRUN apt-get install -y gcc\nb\n", "a\nRUN apt-get install -y --no-install-recommends gcc\nb\n"
    (edit,) = minimal_edits(old, new)
    assert (edit.start, edit.end, edit.new) == (24, 24, "-no-install-recommends -") or edit.end - edit.start == 0
    assert minimal_edits(old, old) == ()


def test_what_our_own_change_brings_about_is_no_finding() -> None:
    text = 'FROM debian:12\nWORKDIR /srv\nCOPY . .\nRUN echo a > /etc/a\nCMD ["python3", "app.py"]\n'
    result = _run(text)
    assert "tini" in result.code
    assert "add-init" in _names(result)
    assert "install-before-copy" not in _names(result)
    assert "merge-run" not in _names(result)


def test_a_user_that_we_name_is_no_finding() -> None:
    result = _run('FROM debian:12\nRUN useradd -r app\nCMD ["python3", "app.py"]\n')
    assert [f for f in result.findings if f.rule == "add-user" and f.refusal] == []


def test_what_needs_to_be_asked_for_says_what_is_doubtful() -> None:
    text = 'FROM debian:12\nRUN apt-get update && apt-get install -y python3-pip\nCMD ["/app/thing"]\n'
    offered = _run(text, level=Safety.HARDENING).offered
    assert offered
    assert all(finding.doubt for finding in offered)


@needs(WILD)
def test_every_doubt_is_said() -> None:
    for sample in usable(WILD)[::9]:
        for finding in _run(sample.data).findings:
            assert bool(finding.doubt) == (finding.safety is Safety.UNSAFE), (sample.id, finding)


@pytest.mark.parametrize("count", range(2, 21))
def test_a_chain_of_installations_becomes_one(count: int) -> None:
    text = "FROM ubuntu:18.04\n" + "".join(f"RUN apt-get install  p{n}\n" for n in range(count))
    result = _run(text)
    assert result.faults == ()
    assert result.code.count("apt-get install") == 1, result.code
    assert all(f"p{n}" in result.code for n in range(count))
    assert _run(result.code).code == result.code
    (said,) = [finding.message for finding in result.findings if finding.code == "HD107"]
    assert ("twice" if count == 2 else f"{count} times") in said


def test_the_bound_on_rounds_is_no_judgement() -> None:
    assert MAX_ROUNDS >= 100


class _BrokenError(Exception):
    pass


def _break(*_: object, **__: object) -> object:
    raise _BrokenError("a bug")


@pytest.mark.parametrize("place", ["harden", "questions", "run_all"])
def test_a_bug_is_an_error_and_never_a_change(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM scratch\nCOPY a /\n")
    if place == "run_all":
        monkeypatch.setattr("hardener.cli.running.run_all", _break)
    else:
        monkeypatch.setattr(batch, place, _break)
    monkeypatch.setattr(sys, "argv", ["harden", "--check", str(file)])
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    try:
        start.main()
    except SystemExit as ended:
        codes.append(int(ended.code or 0))
    # a question that breaks is left to the run, which says what is wrong
    assert codes[0] == (0 if place == "questions" else 2)
    if place != "questions":
        assert "internal error" in capfd.readouterr().err


def test_the_whole_command_ends_with_two() -> None:
    code = "import hardener.cli.command as c; c._dispatch = lambda _: 1 / 0; c.main()"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "internal error: ZeroDivisionError" in ended.stderr
